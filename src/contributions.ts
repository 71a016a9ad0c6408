/**
 * Every id the manifest declares: commands, views, settings, context keys. A unit test holds package.json to this file.
 * Knows no editor at run time, so that tests can read it.
 */
import type { TraceEntry } from './ui/trace/traceEntry';
import type { TopologyElement } from './ui/topology/topologyElements';
import type { HopElement } from './ui/views/hopNodes';
import type { WizardSeed } from './ui/wizard/wizardState';

/** The arguments of each command. Those of the palette pass none; what other extensions pass is checked by the handler. */
export interface CommandArguments {
  tracePacket: [seed?: WizardSeed];
  /** The rule at the cursor of the active editor. */
  traceRule: [];
  traceAgain: [entry?: TraceEntry];
  traceReverse: [];
  editAndTrace: [entry?: TraceEntry];
  openTraceOutput: [];
  showTrace: [entry?: TraceEntry];
  saveTrace: [entry?: TraceEntry];
  /** The second is all that are selected, as the Traces view passes it. */
  deleteTrace: [entry?: TraceEntry, selected?: readonly unknown[]];
  filterTraces: [];
  clearTraceFilter: [];
  clearHistory: [];
  compareWithPrevious: [];
  /** A line of the Traces view, and all lines that are selected there. */
  compareTraces: [entry?: TraceEntry, selected?: readonly TraceEntry[]];
  copyCommandLine: [];
  exportTrace: [entry?: TraceEntry];
  clearDiagnostics: [];
  revealHop: [element?: HopElement];
  /** UUID, or several of which one is picked. */
  openAcl: [uuid?: string | readonly string[]];
  compareDefinitions: [];
  showTableReference: [];
  /** A line of the Hops view, or the name of a stage and the release in whose order to show it. */
  showInTableReference: [place?: HopElement | string, release?: string];
  addTarget: [];
  /** A target here is its name or a line of the Topology view; the one in use, or a question, when left out. */
  selectTarget: [target?: TopologyElement | string];
  checkTarget: [target?: TopologyElement | string];
  /** Name of the target; the one in use when left out. */
  useOpenSsh: [target?: string];
  forgetSecrets: [];
  refreshInventory: [target?: TopologyElement | string];
  cancelReading: [target?: TopologyElement | string];
  findInTopology: [];
  traceFromHere: [port?: TopologyElement];
  traceToHere: [port?: TopologyElement];
  showAcls: [row?: TopologyElement];
  showLog: [];
  startDemoNetwork: [];
  stopDemoNetwork: [];
}
export type CommandName = keyof CommandArguments;

/** Title of each command, as the palette shows it behind the category. */
export const commandTitles = {
  tracePacket: 'Trace Packet',
  traceRule: 'Trace Packet Matching Rule',
  traceAgain: 'Trace Again',
  traceReverse: 'Trace Reverse',
  editAndTrace: 'Edit and Trace',
  openTraceOutput: 'Open Trace Output',
  showTrace: 'Show Trace',
  saveTrace: 'Save Trace',
  deleteTrace: 'Delete Trace',
  filterTraces: 'Filter Traces',
  clearTraceFilter: 'Clear Trace Filter',
  clearHistory: 'Clear History',
  compareWithPrevious: 'Compare with Previous',
  compareTraces: 'Compare Traces',
  copyCommandLine: 'Copy as Command Line',
  exportTrace: 'Export Trace',
  clearDiagnostics: 'Clear Trace Diagnostics',
  revealHop: 'Reveal Hop',
  compareDefinitions: 'Compare Definitions with Network',
  openAcl: 'Open ACL',
  showTableReference: 'Show OVN Table Reference',
  showInTableReference: 'Show in Table Reference',
  addTarget: 'Add Target…',
  selectTarget: 'Select Target',
  checkTarget: 'Check Target',
  useOpenSsh: 'Use OpenSSH Client',
  forgetSecrets: 'Forget Secrets',
  refreshInventory: 'Refresh Inventory',
  cancelReading: 'Cancel Reading',
  findInTopology: 'Find in Topology',
  traceFromHere: 'Trace from Here',
  traceToHere: 'Trace to Here',
  showAcls: 'Show ACLs',
  showLog: 'Show Log',
  startDemoNetwork: 'Start Demo Network',
  stopDemoNetwork: 'Stop Demo Network',
} as const satisfies Record<CommandName, string>;

/**
 * Run something, or say what is run. In Restricted Mode they refuse, whoever calls them; the palette hides them.
 * Those that lead to a run only with a target (`showTrace` of an old entry) are refused where commands are run.
 */
export const commandsThatNeedTrust: ReadonlySet<CommandName> = new Set([
  'tracePacket',
  'traceRule',
  'traceAgain',
  'traceReverse',
  'editAndTrace',
  'openAcl',
  'compareDefinitions',
  'addTarget',
  'selectTarget',
  'checkTarget',
  'useOpenSsh',
  'refreshInventory',
  'findInTopology',
  'traceFromHere',
  'traceToHere',
  'showAcls',
  'startDemoNetwork',
]);

export const commandCategory = 'OVN';

export const commandNames = Object.keys(commandTitles) as readonly CommandName[];

export type CommandId = `ovnTrace.${CommandName}`;

export function commandId(name: CommandName): CommandId {
  return `ovnTrace.${name}`;
}

/** One handler for each command, so that a command without one does not compile. */
export type CommandHandlers = {
  readonly [Name in CommandName]: (...args: CommandArguments[Name]) => Promise<void> | void;
};

/** The activity-bar container; VS Code allows no dot in this kind of id. */
export const viewContainerId = 'ovnTrace';

/** Also in the manifest, as an activation event: a panel of the window before is given back by this name. */
export const panelViewType = 'ovnTrace.panel';
export const comparisonViewType = 'ovnTrace.comparison';

export const viewIds = {
  hops: 'ovnTrace.hops',
  traces: 'ovnTrace.traces',
  topology: 'ovnTrace.topology',
} as const;
export type ViewId = (typeof viewIds)[keyof typeof viewIds];

/** Key of each setting below `ovnTrace.`, with the type it has when it is well formed. */
export interface SettingTypes {
  targets: unknown;
  defaultTarget: string;
  'definitions.include': readonly string[];
  'definitions.codeLens': boolean;
  'definitions.drift': boolean;
  maxOutputMegabytes: number;
  openFlow: boolean;
  residentTracing: boolean;
  traceReply: boolean;
}
export type SettingKey = keyof SettingTypes;

export const settingSection = 'ovnTrace';

export const settingKeys = [
  'targets',
  'defaultTarget',
  'maxOutputMegabytes',
  'traceReply',
  'openFlow',
  'residentTracing',
  'definitions.include',
  'definitions.codeLens',
  'definitions.drift',
] as const satisfies readonly SettingKey[];

/** What `when` clauses can ask, with the type of the answer. */
export interface ContextKeys {
  /** Known for sure: no target is set. Unset before activation, so that nothing is hidden by not knowing. */
  'ovnTrace.noTarget': boolean;
  /** Known for sure: there is a target. */
  'ovnTrace.hasTarget': boolean;
  /** A trace is shown. */
  'ovnTrace.hasTrace': boolean;
  /** The shown trace was run, so it can be run again; opened text cannot. */
  'ovnTrace.canTraceAgain': boolean;
  /** The shown trace has ends that can be swapped. */
  'ovnTrace.canReverse': boolean;
  /** There is a trace before the shown one to compare it with. */
  'ovnTrace.hasPrevious': boolean;
  /** The results of two traces are kept, so they can be compared. */
  'ovnTrace.canCompare': boolean;
  'ovnTrace.hasHistory': boolean;
  /** The active editor shows definitions of ACLs. */
  'ovnTrace.editorHasDefinitions': boolean;
  /** The Traces view shows only what fits a filter. */
  'ovnTrace.tracesFiltered': boolean;
  'ovnTrace.hasDiagnostics': boolean;
  'ovnTrace.demoRunning': boolean;
}
export type ContextKey = keyof ContextKeys;

export const contextKeys = [
  'ovnTrace.noTarget',
  'ovnTrace.hasTarget',
  'ovnTrace.hasTrace',
  'ovnTrace.canTraceAgain',
  'ovnTrace.canReverse',
  'ovnTrace.hasPrevious',
  'ovnTrace.canCompare',
  'ovnTrace.hasHistory',
  'ovnTrace.editorHasDefinitions',
  'ovnTrace.tracesFiltered',
  'ovnTrace.hasDiagnostics',
  'ovnTrace.demoRunning',
] as const satisfies readonly ContextKey[];

/** Languages of the files that hold definitions; the extensions for Terraform and Ansible bring ids of their own. */
export const definitionLanguages = [
  'shellscript',
  'yaml',
  'json',
  'jsonc',
  'terraform',
  'opentofu',
  'ansible',
] as const;

export const diagnosticSource = 'ovn-trace';
/** Of match expressions that OVN cannot read. */
export const matchDiagnosticSource = 'ovn-match';
/** Of definitions that are not in the network as the file has them. */
export const driftDiagnosticSource = 'ovn-drift';

/** Scheme of the read-only documents of live ACLs. */
export const aclScheme = 'ovn-acl';

/** Scheme of the read-only report that compares the definitions of the workspace with the network. */
export const comparisonScheme = 'ovn-definitions';

/** Scheme of the read-only documents of the table reference. */
export const referenceScheme = 'ovn-tables';
