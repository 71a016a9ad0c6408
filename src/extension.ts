import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { aclScheme, comparisonScheme, referenceScheme } from './contributions';
import { createApi } from './ui/api';
import type { TraceApi } from './ui/api';
import { AclDocuments } from './ui/aclDocument/aclDocuments';
import { causePage } from './ui/causePage';
import { createReferenceCommands } from './ui/commands/referenceCommands';
import { createDefinitionCommands } from './ui/commands/definitionCommands';
import { createResultCommands } from './ui/commands/resultCommands';
import { createTraceCommands } from './ui/commands/traceCommands';
import { createTopologyCommands } from './ui/commands/topologyCommands';
import { createTargetCommands } from './ui/commands/targetCommands';
import { createCompareCommands } from './ui/commands/compareCommands';
import { CompareContext } from './ui/comparison/compareContext';
import { ComparisonPanel, comparisonViewType } from './ui/comparison/comparisonPanel';
import { ComparisonPage } from './ui/definitions/comparisonPage';
import { Definitions } from './ui/definitions/definitions';
import { EditorContext } from './ui/definitions/editorContext';
import { NetworkStates } from './ui/definitions/networkStates';
import { registerDefinitionFeatures } from './ui/definitions/register';
import { SourceFiles } from './ui/definitions/sourceFiles';
import { DemoNetwork } from './ui/demo/demoNetwork';
import { TraceDiagnostics } from './ui/diagnostics/traceDiagnostics';
import { showFailure } from './ui/failures';
import { Inventories } from './ui/inventory/inventories';
import { panelViewType, TracePanel } from './ui/panel/panel';
import { createComparisonHandlers, createPanelHandlers } from './ui/panelHandlers';
import { registerStageHovers } from './ui/reference/stageHovers';
import { TableReferences } from './ui/reference/tableReferences';
import { registerCommands } from './ui/register';
import type { Services } from './ui/services';
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
import { History } from './ui/trace/history';
import { KeptTraces } from './ui/trace/keptTraces';
import { SavedTraces } from './ui/trace/savedTraces';
import { Staleness } from './ui/trace/staleness';
import { TraceService } from './ui/trace/traceService';
import { TopologyView } from './ui/topology/topologyView';
import { HopsView } from './ui/views/hopsView';
import { TracesView } from './ui/views/tracesView';
import { LastAnswers } from './ui/wizard/lastAnswers';

let stopDemo: (() => Promise<void>) | null = null;

/** Builds the services and registers them. Nothing is connected, read or parsed before a command or a view asks. */
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
  const history = keep(new History(workspaceState));
  const saved = keep(new SavedTraces());
  const diagnostics = keep(new TraceDiagnostics((code) => causePage(extensionUri, code)));
  const staleness = keep(new Staleness({ targets, inventories, sources, current }));
  const { version } = context.extension.packageJSON as { readonly version: string };
  const keptIn = (fileName: string): KeptTraces =>
    new KeptTraces({
      folder: context.storageUri,
      fileName,
      version,
      log,
      namesOf: (report) => staleness.namesOf(report),
    });
  const kept = { shown: keptIn('shown-trace.json'), compared: keptIn('compared-traces.json') };
  const panel = (): TracePanel => shownPanel;
  const traces = keep(
    new TraceService({
      tasks,
      settings,
      targets,
      inventories,
      definitions,
      current,
      history,
      diagnostics,
      staleness,
      log,
      panel,
    }),
  );
  const services: Services = {
    log,
    tasks,
    settings,
    prompts,
    keptSecrets,
    hostKeys,
    targets,
    inventories,
    definitions,
    lastAnswers: new LastAnswers(workspaceState),
    current,
    history,
    saved,
    diagnostics,
    staleness,
    kept,
    traces,
    aclDocuments: keep(new AclDocuments(targets, inventories)),
    demo: keep(new DemoNetwork(extensionUri, targets, sources)),
    hops: keep(new HopsView(current)),
    tracesView: keep(new TracesView(history, saved, log)),
    topology: keep(new TopologyView(targets, inventories, log)),
    panel,
  };
  const comparison = keep(
    new ComparisonPanel(extensionUri, createComparisonHandlers(services, extensionUri)),
  );
  const handlers = createPanelHandlers(services, extensionUri, comparison);
  const shownPanel = keep(new TracePanel(extensionUri, handlers));
  keep(new CompareContext(current, history));
  keep(vscode.window.registerWebviewPanelSerializer(panelViewType, shownPanel));
  keep(vscode.window.registerWebviewPanelSerializer(comparisonViewType, comparison));
  keep(staleness.onDidChange(() => shownPanel.refreshStaleness()));
  keep(history.onDidChange(() => shownPanel.refreshRecent()));
  keep(
    current.onDidChange((report) => {
      if (report !== null) void kept.shown.keep([report]);
    }),
  );

  keep(new TargetContext(targets));
  keep(new ConnectionItem(targets, tasks));
  keep(vscode.workspace.registerTextDocumentContentProvider(aclScheme, services.aclDocuments));
  const references = new TableReferences();
  keep(vscode.workspace.registerTextDocumentContentProvider(referenceScheme, references));
  const comparisonPage = keep(new ComparisonPage(states));
  keep(vscode.workspace.registerTextDocumentContentProvider(comparisonScheme, comparisonPage));
  keep(registerStageHovers());
  keep(new EditorContext(definitions, log));
  keep(registerDefinitionFeatures({ settings, definitions, states, diagnostics, history, log }));
  keep(
    registerCommands(
      {
        ...createTraceCommands(services),
        ...createResultCommands(services),
        ...createCompareCommands(services, comparison),
        ...createTargetCommands(services),
        ...createReferenceCommands(references, current),
        ...createTopologyCommands(services),
        ...createDefinitionCommands(services, definitions, states, comparisonPage),
      },
      (error) => void showFailure(error, log),
    ),
  );
  stopDemo = () => services.demo.stop();
  return createApi(services);
}

/** VS Code waits for this one, so the demo network's processes and files are gone when the window is. */
export async function deactivate(): Promise<void> {
  await stopDemo?.();
}
