import type { FlowRows } from '../acl/resolveSteps';
import { conntrackFlags } from '../flow/conntrack';
import type { Connection, TracePlan } from '../flow/request';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { PrintedFlow } from '../ovn/logicalFlows';

/** What an `ovn-trace` that stays printed: now, and while it read the database. */
export interface ResidentAnswer {
  readonly stdout: string;
  readonly stderr: string;
  /** From a member of a cluster that does not lead it, as with `--no-leader-only`. */
  readonly anyMember: boolean;
}

/**
 * What stays on the target between two traces. Each answer is as true as that of a program started for it: a change that was
 * committed before the question is in the answer. Null where it cannot serve, and such a program has to.
 * @throws TraceFailure `cancelled`, `timeout` or `output-too-large` only.
 */
export interface Resident {
  /** `since`: when it was asked, as `performance.now()` says; what has read the database since then answers truly. */
  trace(plan: TracePlan, since: number, signal: AbortSignal | undefined): Promise<ResidentAnswer | null>;
  inventory(signal: AbortSignal | undefined): Promise<InventoryIndex | null>;
  logicalFlows(flows: readonly PrintedFlow[], signal: AbortSignal | undefined): Promise<FlowRows | null>;
}

/** What the lookups of a trace of this connection find, and those of its reply: for each there is a program to prepare. */
export function statesAsked(connection: Connection, withReply: boolean): readonly string[] {
  if (connection.kind === 'states') return [];
  const replies = connection.kind === 'new' && withReply ? conntrackFlags({ kind: 'reply' }, 1) : [];
  return [...conntrackFlags(connection, 1), ...replies];
}
