import type { InventoryIndex, ScopedAcl } from '../ovn/inventoryIndex';
import { evaluateMatch, type Evaluation, type PacketFields } from '../ovn/match/evaluate';
import { parseMatch } from '../ovn/match/parser';
import type { AskedAcl } from '../trace/explanation';
import type { TraceHop } from '../trace/hop';
import { aclsOfStage, concernsMember, groupNames, portNamed, portOfHop } from './aclScope';
import { readAclStage } from './aclStages';
import { matchSets } from './matchSets';
import { ownerOf } from './ownerOf';
import type { AclStep } from './step';

/** As many before the deciding one, and as many after it: what a person can read. */
const mostBefore = 60;
const mostAfter = 20;

/**
 * The ACLs that OVN asked at a step and would have asked after it, in its order: by tier, then by falling priority; between equal
 * priorities OVN's choice is not defined. An `allow-stateless` ACL stands in that order like any other; all it does before is to
 * keep its packets from conntrack. Empty where northd's own flows decided before any ACL was asked.
 * @param packet fields of the packet where the step is; ports and conntrack state are taken from the hop.
 */
export function listAskedAcls(
  step: AclStep,
  hop: TraceHop,
  index: InventoryIndex,
  packet: PacketFields,
): readonly Omit<AskedAcl, 'definitions'>[] {
  const stage = readAclStage(hop.stage);
  if (stage === null || (step.builtIn !== null && step.builtIn !== 'default')) return [];
  const deciding = new Set(step.acls.map(({ acl }) => acl.uuid));
  const port = portOfHop(hop, index);
  const groups = port === null ? null : groupNames(port, index);
  const scope = aclsOfStage(hop, stage, index)
    .filter(({ acl }) => step.builtIn === 'default' || acl.tier === step.tier)
    .filter((scoped) => deciding.has(scoped.acl.uuid) || groups === null || concernsMember(scoped, groups))
    .sort((a, b) => compareOrder(a, b, deciding));
  const lastDeciding = scope.reduce((last, { acl }, at) => (deciding.has(acl.uuid) ? at : last), -1);
  const middle = lastDeciding < 0 ? scope.length : lastDeciding;
  const fields = { ...packet, ...fieldsOfHop(hop, index) };
  return scope
    .map((scoped, at) => ({ scoped, isLater: at > middle }))
    .slice(Math.max(0, middle - mostBefore), middle + 1 + mostAfter)
    .map(({ scoped, isLater }) => {
      const { acl, entities } = scoped;
      const owner = ownerOf(acl, entities, index);
      if (deciding.has(acl.uuid)) return { acl, entities, owner, asked: 'decides', failing: null, misses: 0 };
      const evaluation = evaluate(acl.match, fields, index);
      return {
        acl,
        entities,
        owner,
        // One that holds, was asked and did not decide is one that OVN reads otherwise, or that only passes on to the next tier.
        asked: isLater ? 'later' : evaluation.result === 'false' ? 'no' : 'unknown',
        failing: evaluation.failing,
        misses: isLater ? 0 : evaluation.misses,
      };
    });
}

function compareOrder(a: ScopedAcl, b: ScopedAcl, deciding: ReadonlySet<string>): number {
  const rank = ({ acl }: ScopedAcl): number => (deciding.has(acl.uuid) ? 0 : 1);
  return (
    a.acl.tier - b.acl.tier ||
    b.acl.priority - a.acl.priority ||
    rank(a) - rank(b) ||
    (a.acl.uuid < b.acl.uuid ? -1 : 1)
  );
}

function evaluate(match: string, packet: PacketFields, index: InventoryIndex): Evaluation {
  const parsed = parseMatch(match);
  return parsed.ok
    ? evaluateMatch(parsed.expr, packet, matchSets(index))
    : { result: 'unknown', failing: null, misses: 0 };
}

/** What the hop says of the packet: its ports under their real names, and what conntrack knows of it. */
function fieldsOfHop(hop: TraceHop, index: InventoryIndex): PacketFields {
  const inport = portNamed(hop.inport, hop, index)?.name;
  const outport = portNamed(hop.outport, hop, index)?.name;
  const state = hop.ctState;
  return {
    ...(inport === undefined ? {} : { inport }),
    ...(outport === undefined ? {} : { outport }),
    ...(state === null ? {} : conntrackFields(state)),
  };
}

function conntrackFields(state: readonly string[]): PacketFields {
  const flags = ['new', 'est', 'rel', 'rpl', 'inv', 'trk'];
  return Object.fromEntries(flags.map((flag) => [`ct.${flag}`, state.includes(flag) ? 1n : 0n]));
}
