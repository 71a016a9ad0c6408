import type { TracePlan, TraceRequest } from '../flow/request';
import type { Explanation } from '../trace/explanation';
import type { TraceOutcome } from '../trace/outcome';
import type { ParsedTrace } from '../trace/tree';

/** Everything known about one trace: what was asked, what ran, what came back, what it means. All views are made of it. */
export interface TraceReport {
  readonly id: string;
  /** Null for a microflow run as given, and for opened text. */
  readonly request: TraceRequest | null;
  /** Null for opened text. */
  readonly plan: TracePlan | null;
  /** Name of the target; null for opened text. */
  readonly target: string | null;
  /** The command as run, before the target's prefix and quoting; null for opened text. */
  readonly argv: readonly string[] | null;
  /** First line of `ovn-trace --version`; null when unknown. */
  readonly ovnVersion: string | null;
  /** What ovn-trace wrote to standard output, as it came. */
  readonly output: string;
  readonly stderr: string;
  readonly parsed: ParsedTrace;
  readonly outcome: TraceOutcome;
  readonly explanation: Explanation;
  /** Milliseconds since the epoch at the start of the run. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** The way back of an allowed new connection; null when it was not traced. */
  readonly reply: TraceReport | null;
}
