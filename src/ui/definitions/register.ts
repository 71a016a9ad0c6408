import * as vscode from 'vscode';
import { definitionLanguages } from '../../contributions';
import type { TraceDiagnostics } from '../diagnostics/traceDiagnostics';
import type { Settings } from '../settings/settings';
import type { History } from '../trace/history';
import { DefinitionDiagnostics } from './definitionDiagnostics';
import { DefinitionHovers } from './definitionHovers';
import type { Definitions } from './definitions';
import { MatchLanguage } from './matchLanguage';
import type { NetworkStates } from './networkStates';
import { RuleFixes } from './ruleFixes';
import { RuleLenses } from './ruleLenses';

interface Parts {
  readonly settings: Settings;
  readonly definitions: Definitions;
  readonly states: NetworkStates;
  readonly diagnostics: TraceDiagnostics;
  readonly history: History;
  readonly log: vscode.LogOutputChannel;
}

/** Everything the editor shows on definitions: lenses, hovers, completion, quick fixes and diagnostics. */
export function registerDefinitionFeatures(parts: Parts): vscode.Disposable {
  const { settings, definitions, states, diagnostics, history, log } = parts;
  const documents: vscode.DocumentSelector = [
    ...definitionLanguages.map((language) => ({ language })),
    { pattern: '**/*.{tf,tofu}' },
  ];
  const language = new MatchLanguage(definitions, states);
  const lenses = new RuleLenses(settings, definitions, states, history);
  return vscode.Disposable.from(
    lenses,
    new DefinitionDiagnostics(settings, definitions, states, log, documents),
    vscode.languages.registerCodeLensProvider(documents, lenses),
    vscode.languages.registerHoverProvider(
      documents,
      new DefinitionHovers(definitions, states, history, language),
    ),
    vscode.languages.registerCompletionItemProvider(documents, language, '@', '$', '.', '"'),
    vscode.languages.registerCodeActionsProvider(documents, new RuleFixes(diagnostics, definitions), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
}
