import type * as vscode from 'vscode';
import type { AclDocuments } from './aclDocument/aclDocuments';
import type { TraceDiagnostics } from './diagnostics/traceDiagnostics';
import type { Definitions } from './definitions/definitions';
import type { DemoNetwork } from './demo/demoNetwork';
import type { Inventories } from './inventory/inventories';
import type { TracePanel } from './panel/panel';
import type { Settings } from './settings/settings';
import type { PromptState } from './targets/editorPrompts';
import type { StoredHostKeys } from './targets/hostKeys';
import type { KeptSecrets } from './targets/keptSecrets';
import type { Targets } from './targets/targets';
import type { Tasks } from './tasks';
import type { CurrentTrace } from './trace/currentTrace';
import type { History } from './trace/history';
import type { KeptTraces } from './trace/keptTraces';
import type { SavedTraces } from './trace/savedTraces';
import type { Staleness } from './trace/staleness';
import type { TraceService } from './trace/traceService';
import type { TopologyView } from './topology/topologyView';
import type { HopsView } from './views/hopsView';
import type { TracesView } from './views/tracesView';
import type { LastAnswers } from './wizard/lastAnswers';

/** Everything the commands work with, built once by `activate`. */
export interface Services {
  readonly log: vscode.LogOutputChannel;
  readonly tasks: Tasks;
  readonly settings: Settings;
  readonly prompts: PromptState;
  readonly keptSecrets: KeptSecrets;
  readonly hostKeys: StoredHostKeys;
  readonly targets: Targets;
  readonly inventories: Inventories;
  readonly definitions: Definitions;
  readonly lastAnswers: LastAnswers;
  readonly current: CurrentTrace;
  readonly history: History;
  readonly saved: SavedTraces;
  readonly diagnostics: TraceDiagnostics;
  readonly staleness: Staleness;
  /** What the panels show, for the next window. */
  readonly kept: { readonly shown: KeptTraces; readonly compared: KeptTraces };
  readonly traces: TraceService;
  readonly aclDocuments: AclDocuments;
  readonly demo: DemoNetwork;
  readonly hops: HopsView;
  readonly tracesView: TracesView;
  readonly topology: TopologyView;
  readonly panel: () => TracePanel;
}
