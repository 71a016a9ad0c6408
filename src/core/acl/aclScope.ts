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

/** Whether a rule is about the port that sends, though OVN asks it at the one that receives: all rules of Incus and LXD are `to-lport`. */
export function concernsSender({ direction, match }: Acl): boolean {
  return direction === 'to-lport' && /\binport\b/.test(match) && !/\boutport\b/.test(match);
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

/** ACLs of the hop's switch that its stage asks, in the order in which OVN does: by tier, then by falling priority. */
export function aclsOfStage(
  hop: TraceHop,
  { direction, afterLb }: AclStage,
  index: InventoryIndex,
): readonly ScopedAcl[] {
  const [first, ...others] = switchOfHop(hop, index).map((logicalSwitch) =>
    stagesOf(index.aclsOn(logicalSwitch)).get(stageKey(direction, afterLb)),
  );
  if (others.length === 0) return first ?? [];
  const all = [first, ...others].flatMap((acls) => acls ?? []);
  return inOrder([...new Map(all.map((scoped) => [scoped.acl.uuid, scoped])).values()]);
}

/** By tier, then by falling priority. There are few priorities and may be very many ACLs, so they are sorted into those. */
function inOrder(acls: readonly ScopedAcl[]): readonly ScopedAcl[] {
  const byRank = new Map<number, ScopedAcl[]>();
  for (const scoped of acls) {
    const rank = scoped.acl.tier * 65_536 - scoped.acl.priority;
    const equals = byRank.get(rank);
    if (equals === undefined) byRank.set(rank, [scoped]);
    else equals.push(scoped);
  }
  return [...byRank.keys()].sort((a, b) => a - b).flatMap((rank) => byRank.get(rank) ?? []);
}

type Stages = ReadonlyMap<string, readonly ScopedAcl[]>;

/** A switch can have tens of thousands of ACLs, and a trace asks for them again and again. */
const knownStages = new WeakMap<readonly ScopedAcl[], Stages>();

function stagesOf(acls: readonly ScopedAcl[]): Stages {
  const known = knownStages.get(acls);
  if (known !== undefined) return known;
  const stages = new Map<string, ScopedAcl[]>();
  for (const scoped of inOrder(acls)) {
    const key = stageKey(scoped.acl.direction, isAfterLb(scoped.acl));
    const stage = stages.get(key);
    if (stage === undefined) stages.set(key, [scoped]);
    else stage.push(scoped);
  }
  knownStages.set(acls, stages);
  return stages;
}

function stageKey(direction: Acl['direction'], afterLb: boolean): string {
  return afterLb ? `${direction} after lb` : direction;
}

/**
 * Port groups and switch in whose scope the packet was at the hop: where an allow would have to stand.
 * @param ofSender the rules in question are those of the port that sent it, whatever their direction.
 */
export function listScopes(hop: TraceHop, index: InventoryIndex, ofSender = false): readonly AclScope[] {
  const stage = readAclStage(hop.stage);
  const port = ofSender && hop.inport !== null ? portNamed(hop.inport, hop, index) : portOfHop(hop, index);
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
