import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { TraceHop } from '../trace/hop';
import { readAclStage } from './aclStages';
import { isAboveAcls } from './flowMatch';

/** One way of the packet through one pipeline of a switch. */
export interface SwitchPass {
  readonly hops: readonly [TraceHop, ...TraceHop[]];
}

/** The ways through pipelines of switches, in the order the text has them. */
export function listSwitchPasses(hops: readonly TraceHop[], index: InventoryIndex): readonly SwitchPass[] {
  const passes = new Map<string, [TraceHop, ...TraceHop[]]>();
  for (const hop of hops) {
    if (hop.datapathKind === 'router' || index.datapaths(hop.datapath).every(({ kind }) => kind === 'router'))
      continue;
    const key = JSON.stringify([hop.branch, hop.datapath, hop.pipeline, hop.inport, hop.outport]);
    const known = passes.get(key);
    if (known === undefined) passes.set(key, [hop]);
    else known.push(hop);
  }
  return [...passes.values()].map((found) => ({ hops: found }));
}

const beforeAcls =
  /^ls_(?:in|out)_(?:mirror|lookup_fdb|put_fdb|pre_acl|pre_lb|pre_stateful|acl_hint)$|^ls_in_(?:port_sec_\w+|check_port_sec|apply_port_sec)$/;
const beforeLateAcls = /^ls_in_acl(?:_eval|_sample|_action)?$/;

/**
 * The hop at which a pass asked its ACLs, of the stage after load balancing or of the others; null when it never came so far, or
 * northd's own flows let the packet through before. It is another hop of the pass where every flow of the stage was skipped: such a
 * stage is not printed.
 */
export function hopOfAcls({ hops }: SwitchPass, afterLb: boolean): TraceHop | null {
  const asking = hops.filter((hop) => {
    const stage = readAclStage(hop.stage);
    return stage !== null && stage.part !== 'pre' && stage.afterLb === afterLb;
  });
  if (asking.some(({ priority }) => isAboveAcls(priority ?? 0))) return null;
  return (
    asking[0] ??
    hops.find(
      ({ stage }) => !beforeAcls.test(stage ?? '') && !(afterLb && beforeLateAcls.test(stage ?? '')),
    ) ??
    null
  );
}
