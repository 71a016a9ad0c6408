import type { DefinitionLink } from '../../core/definitions/definition';
import type { Choice } from '../../core/flow/choices';
import type { TraceRequest } from '../../core/flow/request';
import type { TraceReport } from '../../core/session/report';
import type { ExportKind } from '../../protocol/panelMessages';
import type { RecentTrace } from '../../protocol/panelModel';
import type { NameMeaning } from './matchNames';
import type { PreviousTrace } from './model';

/** What the panel asks of the rest of the extension. A promise that is rejected is shown in the panel. */
export interface TracePanelHandlers {
  start(): void | Promise<void>;
  traceAgain(report: TraceReport): void | Promise<void>;
  traceReverse(report: TraceReport): void | Promise<void>;
  traceReply(report: TraceReport): void | Promise<void>;
  edit(report: TraceReport): void | Promise<void>;
  /** Traces the request of the report once for each backend, or each member of a `select`. */
  traceEach(report: TraceReport, what: Choice['kind']): void | Promise<void>;
  /** Shows the trace of one of them whole. */
  openChoice(report: TraceReport): void | Promise<void>;
  /** Makes the last trace again, which failed or was cancelled. */
  retry(): void | Promise<void>;
  /** Shows a trace of `recent`, or makes it again. */
  openRecent(id: string): void | Promise<void>;
  copyCommand(report: TraceReport): void | Promise<void>;
  exportReport(report: TraceReport, format: ExportKind): void | Promise<void>;
  openDefinition(link: DefinitionLink): void | Promise<void>;
  openAcl(uuid: string): void | Promise<void>;
  openCause(code: string): void | Promise<void>;
  /** Opens the raw output as a document of its own. */
  openRaw(text: string): void | Promise<void>;
  /** Shows the hop in the Hops tree. */
  revealHop(report: TraceReport, hop: number): void | Promise<void>;
  failureAction(id: string): void | Promise<void>;
  /** The trace to compare the report with. */
  previousOf(report: TraceReport): PreviousTrace | null;
  compare(report: TraceReport): void | Promise<void>;
  /** The newest traces of the workspace, for a panel that has nothing to show. */
  recent(): readonly RecentTrace[];
  /** Why a report may not hold any more; null while it does. */
  staleness(report: TraceReport): string | null;
  /** What the names in the matches of a report stood for when it was made; null where that is not known. */
  namesOf(report: TraceReport): NameMeaning | null;
  /** Reads the trace that was shown before the window was reloaded, and makes it the current one. */
  restore(): Promise<TraceReport | null>;
}

export interface FailureContext {
  /** The request that failed, to be shown and tried again; null when none was complete. */
  readonly request: TraceRequest | null;
  readonly actions: readonly { readonly id: string; readonly label: string }[];
}
