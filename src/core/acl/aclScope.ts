import type { AclEntity } from '../definitions/definition';
import type { InventoryIndex, ScopedAcl } from '../ovn/inventoryIndex';
import type { Acl, LogicalSwitchPort } from '../ovn/northbound';
import type { TraceHop } from '../trace/hop';
import { isAfterLb, readAclStage, type AclStage } from './aclStages';
import { ownerOfGroup } from './ownerOf';
import { switchOfHop } from './switchOfHop';

/** Something that carries ACLs for a port: a port group it is in, or its switch. */
export interface AclScope {
  readonly entity: AclEntity;
  /** Who made it in the platform; null when nothing says. */
  readonly owner: string | null;
}

/** The port an ACL stage is about: the sender's for `from-lport`, the receiver's for `to-lport`; null when the text names no one port. */
export function portOfHop(hop: TraceHop, index: InventoryIndex): LogicalSwitchPort | null {
  const text = hop.pipeline === 'ingress' ? hop.inport : hop.outport;
  return portNamed(text, hop, index);
}

/** The port that a trace calls so on the hop's switch; null when it is none of its ports, or could be several. */
export function portNamed(
  text: string | null,
  hop: TraceHop,
  index: InventoryIndex,
): LogicalSwitchPort | null {
  if (text === null) return null;
  const switches = new Set(switchOfHop(hop, index).map(({ uuid }) => uuid));
  const called = index
    .portsCalled(text)
    .filter((port) => switches.has(index.switchOf(port.name)?.uuid ?? ''));
  return called.find(({ name }) => name === text) ?? (called.length === 1 ? (called[0] ?? null) : null);
}

/** ACLs of the hop's switch that its stage asks, in no order. */
export function aclsOfStage(
  hop: TraceHop,
  { direction, afterLb }: AclStage,
  index: InventoryIndex,
): readonly ScopedAcl[] {
  const scope = switchOfHop(hop, index)
    .flatMap((logicalSwitch) => index.aclsOn(logicalSwitch))
    .filter(({ acl }) => acl.direction === direction && isAfterLb(acl) === afterLb);
  return [...new Map(scope.map((scoped) => [scoped.acl.uuid, scoped])).values()];
}

/**
 * Whether an ACL can concern a port that is in these groups: it is on the port's switch or one of the groups, or on another
 * group without its match saying so. OVN asks the ACLs of a group for every port of the switch; it is their match (`outport == @group`) that limits them.
 */
export function concernsMember({ acl, entities }: ScopedAcl, groups: ReadonlySet<string>): boolean {
  return entities.some(
    ({ type, name }) => type !== 'port-group' || groups.has(name) || !mentionsGroup(acl, name),
  );
}

/** Names of the port groups that a port is in. */
export function groupNames(port: LogicalSwitchPort, index: InventoryIndex): ReadonlySet<string> {
  return new Set(index.portGroupsOf(port.name).map(({ name }) => name));
}

/** Port groups and switch in whose scope the packet was at the hop: where an allow would have to stand. */
export function listScopes(hop: TraceHop, index: InventoryIndex): readonly AclScope[] {
  const stage = readAclStage(hop.stage);
  const port = portOfHop(hop, index);
  if (stage === null || port === null) return [];
  const groups = index
    .portGroupsOf(port.name)
    .filter(({ acls }) => acls.length > 0)
    .map(({ name }) => ({ entity: { type: 'port-group' as const, name }, owner: ownerOfGroup(name, index) }));
  const switches = switchOfHop(hop, index)
    .filter(({ acls }) => acls.length > 0)
    .map(({ name }) => ({ entity: { type: 'switch' as const, name }, owner: null }));
  return [...groups, ...switches];
}

function mentionsGroup(acl: Acl, group: string): boolean {
  const at = acl.match.indexOf(`@${group}`);
  return at >= 0 && !/[\w.]/.test(acl.match.charAt(at + 1 + group.length));
}
