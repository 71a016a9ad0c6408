import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { createApi } from './api';
import type { TraceApi } from './api';
import { AclDocuments } from './aclDocument/aclDocuments';
import { createCompareCommands } from './commands/compareCommands';
import { createDefinitionCommands } from './commands/definitionCommands';
import { createReferenceCommands } from './commands/referenceCommands';
import { createResultCommands } from './commands/resultCommands';
import { createTargetCommands } from './commands/targetCommands';
import { createTopologyCommands } from './commands/topologyCommands';
import { createTraceCommands } from './commands/traceCommands';
import { CompareContext } from './comparison/compareContext';
import { ComparisonPanel } from './comparison/comparisonPanel';
import { ComparisonPage } from './definitions/comparisonPage';
import type { NetworkStates } from './definitions/networkStates';
import type { SourceFiles } from './definitions/sourceFiles';
import { DemoNetwork } from './demo/demoNetwork';
import { TracePanel } from './panel/panel';
import { createComparisonHandlers, createPanelHandlers } from './panelHandlers';
import { TableReferences } from './reference/tableReferences';
import type { Services } from './services';
import { KeptTraces } from './trace/keptTraces';
import { Staleness } from './trace/staleness';
import { TraceService } from './trace/traceService';
import { LastAnswers } from './wizard/lastAnswers';

/** What there is from the start. */
export type StartedServices = Omit<
  Services,
  'aclDocuments' | 'demo' | 'kept' | 'lastAnswers' | 'panel' | 'staleness' | 'traces'
> & { readonly sources: SourceFiles; readonly states: NetworkStates };

export interface Program {
  readonly api: TraceApi;
  readonly commands: CommandHandlers;
  readonly demo: DemoNetwork;
  readonly panel: TracePanel;
  readonly comparison: ComparisonPanel;
  /** Of the read-only documents. */
  readonly acls: vscode.TextDocumentContentProvider;
  readonly comparisons: vscode.TextDocumentContentProvider;
  readonly references: vscode.TextDocumentContentProvider;
}

/** Builds what nothing needs before a command, the panel, a document of ours or another extension asks for it. */
export function createProgram(started: StartedServices, context: vscode.ExtensionContext): Program {
  const keep = <T extends vscode.Disposable>(service: T): T => {
    context.subscriptions.push(service);
    return service;
  };
  const { targets, inventories, definitions, states, sources, current, history, log } = started;
  const { extensionUri, workspaceState, storageUri } = context;
  const { version } = context.extension.packageJSON as { readonly version: string };

  const staleness = keep(new Staleness({ targets, inventories, sources, current }));
  const keptIn = (fileName: string): KeptTraces =>
    new KeptTraces({
      folder: storageUri,
      fileName,
      version: `${version} ${vscode.env.language}`,
      log,
      namesOf: (report) => staleness.namesOf(report),
    });
  const panel = (): TracePanel => shownPanel;
  const services: Services = {
    ...started,
    staleness,
    panel,
    kept: { shown: keptIn('shown-trace.json'), compared: keptIn('compared-traces.json') },
    lastAnswers: new LastAnswers(workspaceState),
    traces: keep(new TraceService({ ...started, staleness, panel })),
    aclDocuments: keep(new AclDocuments(targets, inventories)),
    demo: keep(new DemoNetwork(extensionUri, targets, sources)),
  };
  const comparison = keep(
    new ComparisonPanel(extensionUri, createComparisonHandlers(services, extensionUri)),
  );
  const handlers = createPanelHandlers(services, extensionUri, comparison);
  const shownPanel = keep(new TracePanel(extensionUri, handlers));
  keep(new CompareContext(current, history));
  keep(staleness.onDidChange(() => shownPanel.refreshStaleness()));
  keep(history.onDidChange(() => shownPanel.refreshRecent()));
  keep(
    current.onDidChange((report) => {
      if (report !== null) void services.kept.shown.keep([report]);
    }),
  );

  const references = new TableReferences();
  const comparisonPage = keep(new ComparisonPage(states));
  return {
    api: createApi(services),
    commands: {
      ...createTraceCommands(services),
      ...createResultCommands(services),
      ...createCompareCommands(services, comparison),
      ...createTargetCommands(services),
      ...createReferenceCommands(references, current),
      ...createTopologyCommands(services),
      ...createDefinitionCommands(services, definitions, states, comparisonPage),
    },
    demo: services.demo,
    panel: shownPanel,
    comparison,
    acls: services.aclDocuments,
    comparisons: comparisonPage,
    references,
  };
}
