import * as vscode from 'vscode';
import { definitionLanguages } from '../../contributions';
import { lazily } from '../lazily';
import { DefinitionDiagnostics } from './definitionDiagnostics';
import type { DefinitionFeatures, FeatureParts } from './features';

interface Parts extends FeatureParts {
  readonly log: vscode.LogOutputChannel;
}

/**
 * Everything the editor shows on definitions: lenses, hovers, completion, quick fixes and diagnostics. Most files in these
 * languages define nothing, so what it takes is loaded with the first document that does.
 */
export function registerDefinitionFeatures(parts: Parts): vscode.Disposable {
  const { settings, definitions, states, log } = parts;
  const documents: vscode.DocumentSelector = [
    ...definitionLanguages.map((language) => ({ language })),
    { pattern: '**/*.{tf,tofu}' },
  ];
  const made: vscode.Disposable[] = [];
  const lensesChanged = new vscode.EventEmitter<void>();
  const features = lazily(async () => {
    const { createDefinitionFeatures } = await import('./features');
    const loaded = await createDefinitionFeatures(parts);
    const follower = loaded.lenses.onDidChangeCodeLenses(() => lensesChanged.fire());
    made.push(vscode.Disposable.from(loaded.lenses, follower));
    return loaded;
  });
  const featuresFor = async (document: vscode.TextDocument): Promise<DefinitionFeatures | undefined> =>
    (await definitions.of(document)).length === 0 ? undefined : features();
  return vscode.Disposable.from(
    lensesChanged,
    new vscode.Disposable(() => {
      for (const disposable of made) disposable.dispose();
    }),
    new DefinitionDiagnostics(settings, definitions, states, log, documents),
    vscode.languages.registerCodeLensProvider(documents, {
      onDidChangeCodeLenses: lensesChanged.event,
      provideCodeLenses: async (document) =>
        (await featuresFor(document))?.lenses.provideCodeLenses(document),
    }),
    vscode.languages.registerHoverProvider(documents, {
      provideHover: async (document, position) =>
        (await featuresFor(document))?.hovers.provideHover(document, position),
    }),
    vscode.languages.registerCompletionItemProvider(
      documents,
      {
        provideCompletionItems: async (document, position) =>
          (await featuresFor(document))?.completion.provideCompletionItems(document, position),
      },
      ...['@', '$', '.', '"'],
    ),
    vscode.languages.registerCodeActionsProvider(
      documents,
      {
        provideCodeActions: async (document, range, context) =>
          (await featuresFor(document))?.fixes.provideCodeActions(document, range, context),
        resolveCodeAction: async (action) => (await features()).fixes.resolveCodeAction(action),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}
