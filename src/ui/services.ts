import type * as vscode from 'vscode';
import type { AclDocuments } from './aclDocument/aclDocuments';
import type { TraceDiagnostics } from './diagnostics/traceDiagnostics';
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
import type { KeptTrace } from './trace/keptTrace';
import type { SavedTraces } from './trace/savedTraces';
import type { Staleness } from './trace/staleness';
import type { TraceService } from './trace/traceService';
import type { HopsView } from './views/hopsView';
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
  readonly lastAnswers: LastAnswers;
  readonly current: CurrentTrace;
  readonly history: History;
  readonly saved: SavedTraces;
  readonly diagnostics: TraceDiagnostics;
  readonly staleness: Staleness;
  readonly kept: KeptTrace;
  readonly traces: TraceService;
  readonly aclDocuments: AclDocuments;
  readonly demo: DemoNetwork;
  readonly hops: HopsView;
  readonly panel: () => TracePanel;
}
