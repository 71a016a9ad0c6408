import type { InventoryIndex, ScopedAcl } from '../ovn/inventoryIndex';
import { evaluateMatch, type PacketFields } from '../ovn/match/evaluate';
import { parseMatch } from '../ovn/match/parser';
import type { MatchSets } from '../ovn/match/sets';
import type { Acl } from '../ovn/northbound';
import type { AskedAcl } from '../trace/explanation';
import type { TraceHop } from '../trace/hop';
import { aclsOfStage } from './aclScope';
import { readAclStage } from './aclStages';
import { setsOfHop } from './matchSets';
import { ownerOf } from './ownerOf';
import { packetAtHop } from './packetAtHop';
import { excludesPorts, portsAt } from './packetPorts';
import type { AclStep, AppliedAcl } from './step';
import { isReadableWith } from './unreadable';

/** As many before the deciding one, and as many after it: what a person can read. */
const mostBefore = 60;
const mostAfter = 20;

/** A list of asked ACLs with fewer than this holds all that concern the port. */
export const shortestCut = Math.min(mostBefore, mostAfter);

/** An ACL in OVN's order, with what is known of its match. */
export interface OrderedAcl extends Omit<AskedAcl, 'definitions'> {
  /** Whether it fits the packet as it is at this point; null when that cannot be told. */
  readonly fits: boolean | null;
}

/**
 * The ACLs that OVN asked at a step and would have asked after it, in its order: by tier, then by falling priority; between equal
 * priorities OVN's choice is not defined. An `allow-stateless` ACL stands in that order like any other; all it does before is to
 * keep its packets from conntrack. Left out are those that can only concern other ports. Empty where northd's own flows decided
 * before any ACL was asked.
 * @param packet fields of the packet where the step is; ports and conntrack state are taken from the hop.
 * @param ineffective UUIDs of ACLs that are known to have no effect.
 */
export function listAskedAcls(
  step: AclStep,
  hop: TraceHop,
  index: InventoryIndex,
  packet: PacketFields,
  ineffective: ReadonlySet<string> = new Set(),
): readonly OrderedAcl[] {
  const stage = readAclStage(hop.stage);
  if (stage === null || (step.builtIn !== null && step.builtIn !== 'default')) return [];
  const deciding = new Set(step.acls.map(({ acl }) => acl.uuid));
  const isElsewhere = excludesPorts(portsAt(hop, index), index);
  const concerns = ({ acl }: ScopedAcl): boolean => !deciding.has(acl.uuid) && !isElsewhere(acl.match);
  const scope = aclsOfStage(hop, stage, index);
  const { before, after } = splitAt(scope, step.acls[0]?.acl ?? null);
  const judge = new Judge(packetAtHop(hop, packet, index), setsOfHop(hop, index), ineffective);
  const show = ({ acl, entities }: AppliedAcl | ScopedAcl) => ({
    acl,
    entities,
    owner: ownerOf(acl, entities, index),
  });
  return [
    ...lastOf(before, mostBefore, concerns).map((scoped) => ({
      ...show(scoped),
      ...judge.before(scoped.acl),
    })),
    ...step.acls.map((applied) => ({ ...show(applied), ...decides })),
    ...firstOf(after, mostAfter, concerns).map((scoped) => ({ ...show(scoped), ...judge.after(scoped.acl) })),
  ];
}

type Answer = Pick<OrderedAcl, 'asked' | 'fits' | 'failing' | 'misses'>;

const decides: Answer = { asked: 'decides', fits: true, failing: null, misses: 0 };

/** Tells of each ACL, in their order, whether OVN asked it and whether it fits. */
class Judge {
  /** The tier that an ACL passed on: OVN asks no more of it. */
  private passedTier: number | null = null;

  constructor(
    private readonly packet: PacketFields,
    private readonly sets: MatchSets,
    private readonly ineffective: ReadonlySet<string>,
  ) {}

  before(acl: Acl): Answer {
    if (acl.tier === this.passedTier) return this.after(acl);
    const { fits, failing, misses } = this.evaluate(acl);
    if (fits === true && acl.action === 'pass') {
      this.passedTier = acl.tier;
      return { asked: 'passed', fits, failing, misses };
    }
    // OVN reads one that fits, was asked and did not decide otherwise than this does.
    return { asked: fits === false ? 'no' : 'unknown', fits, failing, misses };
  }

  after(acl: Acl): Answer {
    const { fits, failing } = this.evaluate(acl);
    return { asked: 'later', fits, failing, misses: 0 };
  }

  private evaluate({ uuid, match }: Acl): Omit<Answer, 'asked'> {
    const parsed = parseMatch(match);
    // OVN asks an ACL that it cannot read as little as one that does not fit.
    if (this.ineffective.has(uuid) || !parsed.ok || !isReadableWith(parsed.expr, this.sets))
      return { fits: false, failing: null, misses: 0 };
    const { result, failing, misses } = evaluateMatch(parsed.expr, this.packet, this.sets);
    return { fits: result === 'unknown' ? null : result === 'true', failing, misses };
  }
}

/** The ACLs that OVN asks before one, and those it asks with it or after it; all of them before where none decided. */
function splitAt(
  scope: readonly ScopedAcl[],
  decided: Acl | null,
): { readonly before: readonly ScopedAcl[]; readonly after: readonly ScopedAcl[] } {
  if (decided === null) return { before: scope, after: [] };
  const at = scope.findIndex(
    ({ acl: { tier, priority } }) =>
      tier > decided.tier || (tier === decided.tier && priority <= decided.priority),
  );
  return at < 0 ? { before: scope, after: [] } : { before: scope.slice(0, at), after: scope.slice(at) };
}

function firstOf<T>(items: readonly T[], most: number, isWanted: (item: T) => boolean): readonly T[] {
  const found: T[] = [];
  for (const item of items) {
    if (found.length >= most) break;
    if (isWanted(item)) found.push(item);
  }
  return found;
}

function lastOf<T>(items: readonly T[], most: number, isWanted: (item: T) => boolean): readonly T[] {
  return firstOf(items.toReversed(), most, isWanted).toReversed();
}
