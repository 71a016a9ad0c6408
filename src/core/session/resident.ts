import type { FlowRows } from '../acl/resolveSteps';
import type { CommandResult } from '../command';
import type { TracePlan } from '../flow/request';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { PrintedFlow } from '../ovn/logicalFlows';

/**
 * What stays on the target between two traces. Each answer is as true as that of a program started for it: a change that was
 * committed before the question is in the answer. Null where it cannot serve, and such a program has to.
 * @throws TraceFailure `cancelled`, `timeout` or `output-too-large` only.
 */
export interface Resident {
  trace(plan: TracePlan, signal: AbortSignal | undefined): Promise<CommandResult | null>;
  inventory(signal: AbortSignal | undefined): Promise<InventoryIndex | null>;
  logicalFlows(flows: readonly PrintedFlow[], signal: AbortSignal | undefined): Promise<FlowRows | null>;
}
