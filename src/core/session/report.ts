import type { Choice } from '../flow/choices';
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
  /** The way back of a new connection that arrives; null when it was not traced. */
  readonly reply: TraceReport | null;
  /** A sentence: why the reply was not traced, or what its trace does not tell. */
  readonly replyNote?: string | undefined;
  /** What the packet could meet instead, each traced: set where the request asked for all of them. */
  readonly choices?: Choices | undefined;
}

/** One trace for each backend of a load balancer, or for each member of a `select`. */
export interface Choices {
  readonly kind: Choice['kind'];
  /** The switch or router that chooses. */
  readonly datapath: string;
  readonly traced: readonly TracedChoice[];
  /** Options that were not traced because there are too many. */
  readonly omitted: number;
  /** Backends of the database that OVN does not offer now: their health check fails. */
  readonly offline: readonly string[];
  /** Position in `traced` of the trace that the report itself shows. */
  readonly shown: number;
}

export interface TracedChoice {
  /** `10.0.2.11:5432`, or the identifier of a `select` member. */
  readonly option: string;
  readonly report: TraceReport;
}
