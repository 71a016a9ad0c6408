import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import {
  aclScheme,
  comparisonScheme,
  comparisonViewType,
  panelViewType,
  referenceScheme,
} from './contributions';
import type { TraceApi } from './ui/api';
import { causePage } from './ui/causePage';
import { Definitions } from './ui/definitions/definitions';
import { EditorContext } from './ui/definitions/editorContext';
import { NetworkStates } from './ui/definitions/networkStates';
import { registerDefinitionFeatures } from './ui/definitions/register';
import { SourceFiles } from './ui/definitions/sourceFiles';
import { TraceDiagnostics } from './ui/diagnostics/traceDiagnostics';
import { showFailure } from './ui/failures';
import { Inventories } from './ui/inventory/inventories';
import { lazily } from './ui/lazily';
import { registerStageHovers } from './ui/reference/stageHovers';
import { registerCommands, registerDocuments } from './ui/register';
import { Settings } from './ui/settings/settings';
import { ConnectionItem } from './ui/targets/connectionItem';
import { TargetContext } from './ui/targets/targetContext';
import { EditorPrompts } from './ui/targets/editorPrompts';
import { StoredHostKeys } from './ui/targets/hostKeys';
import { KeptSecrets } from './ui/targets/keptSecrets';
import { askConsent } from './ui/targets/askConsent';
import { Targets } from './ui/targets/targets';
import { WorkspaceConsent } from './ui/targets/workspaceConsent';
import { Tasks } from './ui/tasks';
import { CurrentTrace } from './ui/trace/currentTrace';
import { TopologyView } from './ui/topology/topologyView';
import { HopsView } from './ui/views/hopsView';
import { TracesView } from './ui/views/tracesView';

let stopDemo: (() => Promise<void>) | null = null;

/**
 * Registers everything, and builds only what shows or watches something from the start: the editor waits for this call and for
 * the code it reads. Nothing is connected, read or parsed before a command or a view asks.
 */
export function activate(context: vscode.ExtensionContext): TraceApi {
  if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
  const { extensionUri, globalState, workspaceState, secrets } = context;
  const keep = <T extends vscode.Disposable>(service: T): T => {
    context.subscriptions.push(service);
    return service;
  };

  const log = keep(vscode.window.createOutputChannel('OVN Packet Trace', { log: true }));
  const settings = keep(new Settings());
  const tasks = keep(new Tasks());
  const keptSecrets = new KeptSecrets(secrets);
  const prompts = keep(new EditorPrompts(keptSecrets));
  const consent = new WorkspaceConsent(workspaceState, askConsent);
  const hostKeys = new StoredHostKeys(globalState);
  const targets = keep(new Targets(settings, prompts, hostKeys, log, workspaceState, consent));
  const inventories = keep(new Inventories(targets, log));
  const sources = keep(new SourceFiles(settings, log));
  const definitions = new Definitions(sources, extensionUri, log);
  const states = keep(new NetworkStates({ targets, inventories, definitions, sources, log }));
  const current = keep(new CurrentTrace());
  const diagnostics = keep(new TraceDiagnostics((code) => causePage(extensionUri, code)));
  const records = lazily(async () => {
    const { Records } = await import('./ui/trace/records');
    return keep(new Records(workspaceState));
  });
  const hops = keep(new HopsView(current));
  const tracesView = keep(new TracesView(records, log));
  const topology = keep(new TopologyView(targets, inventories, log));
  const makeProgram = lazily(async () => {
    const [{ createProgram }, { history, saved }] = await Promise.all([import('./ui/program'), records()]);
    const started = {
      ...{ log, settings, tasks, keptSecrets, prompts, hostKeys, targets, inventories, sources, definitions },
      ...{ states, current, history, saved, diagnostics, hops, tracesView, topology },
    };
    const made = createProgram(started, context);
    stopDemo = () => made.demo.stop();
    return made;
  });
  const program = async () => {
    // The first target may just have been set.
    const [made] = await Promise.all([makeProgram(), settings.load()]);
    return made;
  };

  keep(
    registerCommands(
      async () => (await program()).commands,
      (error) => void showFailure(error, log),
    ),
  );
  keep(
    vscode.window.registerWebviewPanelSerializer(panelViewType, {
      deserializeWebviewPanel: async (panel) => (await program()).panel.deserializeWebviewPanel(panel),
    }),
  );
  keep(
    vscode.window.registerWebviewPanelSerializer(comparisonViewType, {
      deserializeWebviewPanel: async (panel) => (await program()).comparison.deserializeWebviewPanel(panel),
    }),
  );
  keep(registerDocuments(aclScheme, async () => (await program()).acls));
  keep(registerDocuments(comparisonScheme, async () => (await program()).comparisons));
  keep(registerDocuments(referenceScheme, async () => (await program()).references));
  keep(registerStageHovers());
  keep(new EditorContext(definitions, log));
  keep(registerDefinitionFeatures({ settings, definitions, states, diagnostics, records, log }));
  void settings.load().then(() => {
    keep(new TargetContext(targets));
    keep(new ConnectionItem(targets, tasks));
  });
  return {
    trace: async (request) => (await program()).api.trace(request),
    parse: async (text) => (await program()).api.parse(text),
  };
}

/** VS Code waits for this one, so the demo network's processes and files are gone when the window is. */
export async function deactivate(): Promise<void> {
  await stopDemo?.();
}
