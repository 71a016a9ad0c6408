import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { TraceHop } from '../trace/hop';
import type { LogLine } from '../trace/tree';
import { findIneffectiveAcls, type TracedHops } from './ineffectiveAcls';
import { findTies } from './ties';

/** What is amiss with the ACLs of a trace beside its verdict. */
export interface AclFindings {
  /** One for each ACL, in whole sentences. */
  readonly warnings: readonly { readonly message: string; readonly acl: string }[];
  /** UUIDs of the ACLs that OVN does not ask, or that no packet can match. */
  readonly ineffective: ReadonlySet<string>;
}

/** Rules without effect and rules whose order is not defined, for warnings. */
export function findAclFindings(
  traced: TracedHops,
  logLines: readonly Pick<LogLine, 'message'>[],
  index: InventoryIndex,
): AclFindings {
  const found = findIneffectiveAcls(traced, logLines, index);
  const ineffective = new Set(found.filter(({ kind }) => kind !== 'template').map(({ acl }) => acl.uuid));
  const hops = new Map(traced.hops.map((hop) => [hop.index, hop]));
  const ties = traced.steps.flatMap((step) => {
    const hop: TraceHop | undefined = hops.get(step.hop);
    return hop === undefined ? [] : findTies(step, hop, index, () => traced.packetAt(hop), ineffective);
  });
  const tied = new Map(ties.map((tie) => [tie.acl.uuid, tie]));
  return {
    warnings: [...found, ...tied.values()].map(({ acl, message }) => ({ acl: acl.uuid, message })),
    ineffective,
  };
}
