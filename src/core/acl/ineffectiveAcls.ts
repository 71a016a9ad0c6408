import * as l10n from '@vscode/l10n';
import type { InventoryIndex, ScopedAcl } from '../ovn/inventoryIndex';
import { isContradiction } from '../ovn/match/canonical';
import { conjunctsOf } from '../ovn/match/conjuncts';
import { evaluateMatch, type PacketFields } from '../ovn/match/evaluate';
import { parseMatch } from '../ovn/match/parser';
import type { Place } from '../ovn/match/rules';
import type { MatchSets } from '../ovn/match/sets';
import type { Acl } from '../ovn/northbound';
import type { TraceHop } from '../trace/hop';
import type { LogLine } from '../trace/tree';
import { aclsOfStage } from './aclScope';
import { matchSets, setsOfHop } from './matchSets';
import { nameAcl } from './nameAcl';
import { objectionTo, readSkippedFlows, type Objection, type SkippedFlows } from './objections';
import { packetAtHop } from './packetAtHop';
import { excludesPorts, portsAt } from './packetPorts';
import type { AclStep } from './step';
import { switchOfHop } from './switchOfHop';
import { hopOfAcls, listSwitchPasses, type SwitchPass } from './switchPasses';
import { isReadableWith } from './unreadable';

/** A flood goes through a pipeline for every port of a switch, and asks the same ACLs again for each. */
const mostPasses = 100;

/** An ACL in the database that did not take part in a trace in which it should have. */
export interface IneffectiveAcl {
  readonly acl: Acl;
  /** `unreadable` and `never`: it has no effect for certain. `template`: ovn-trace cannot tell whether it has one. */
  readonly kind: Objection['kind'];
  /** Which rule, why, where in its match, and what it would have decided if that can be told: whole sentences. */
  readonly message: string;
  /** The piece of its match that is to blame, in UTF-16 offsets; null when none alone is. */
  readonly place: Place | null;
}

/** The trace in which the ACLs should have taken part. */
export interface TracedHops {
  /** Hops of the packet itself and its copies, in order. */
  readonly hops: readonly TraceHop[];
  readonly steps: readonly AclStep[];
  /** Fields of the packet where it enters a hop. */
  readonly packetAt: (hop: TraceHop) => PacketFields;
}

/**
 * ACLs that should have taken part in a trace and could not, because OVN cannot read the flow made of them (ovn-trace and
 * ovn-controller skip it with a warning) or because no packet can match them. Warnings are rate limited since 26.03, so the ACLs
 * in scope are read here as well. An ACL is in scope where the packet came to its stage on its switch, unless it names other ports.
 * @param logLines what ovn-trace wrote to standard error, as log lines; may be empty.
 */
export function findIneffectiveAcls(
  traced: TracedHops,
  logLines: readonly Pick<LogLine, 'message'>[],
  index: InventoryIndex,
): readonly IneffectiveAcl[] {
  const skipped = readSkippedFlows(logLines.map(({ message }) => message));
  const effective = new Set(traced.steps.flatMap(({ acls }) => acls.map(({ acl }) => acl.uuid)));
  const found = new Map<string, IneffectiveAcl>();
  for (const pass of listSwitchPasses(traced.hops, index).slice(0, mostPasses)) {
    for (const afterLb of pass.hops[0].pipeline === 'ingress' ? [false, true] : [false]) {
      const hop = hopOfAcls(pass, afterLb);
      if (hop === null) continue;
      const search = new StageSearch(hop, pass, afterLb, traced, skipped, index);
      for (const { acl } of search.scope()) {
        if (effective.has(acl.uuid) || found.has(acl.uuid)) continue;
        const ineffective = search.examine(acl);
        if (ineffective !== null) found.set(acl.uuid, ineffective);
      }
    }
  }
  return [...found.values()];
}

/** What the packet is to the conditions of a match that are not to blame. */
interface Rest {
  readonly fits: boolean;
  readonly failing: string | null;
}

/** Looks for such ACLs among those of one stage. */
class StageSearch {
  private readonly sets: MatchSets;
  private packet: PacketFields | null = null;
  private readonly excludes: (match: string) => boolean;
  /** The same with the port that the packet had when it was sent: what a rule on another switch may mean. */
  private readonly excludesSender: ((match: string) => boolean) | null;

  constructor(
    private readonly hop: TraceHop,
    private readonly pass: SwitchPass,
    private readonly afterLb: boolean,
    private readonly traced: TracedHops,
    private readonly skipped: SkippedFlows,
    private readonly index: InventoryIndex,
  ) {
    const ports = portsAt(hop, index);
    this.sets = setsOfHop(hop, index);
    this.excludes = excludesPorts(ports, index);
    const [first] = traced.hops;
    const sender = first === undefined ? undefined : portsAt(first, index).inport;
    const isFromElsewhere =
      sender !== undefined &&
      switchOfHop(hop, index).every(({ uuid }) => index.switchOf(sender)?.uuid !== uuid);
    this.excludesSender = isFromElsewhere ? excludesPorts({ ...ports, inport: sender }, index) : null;
  }

  scope(): readonly ScopedAcl[] {
    const direction = this.hop.pipeline === 'ingress' ? 'from-lport' : 'to-lport';
    return aclsOfStage(this.hop, { direction, afterLb: this.afterLb, part: 'eval' }, this.index);
  }

  examine(acl: Acl): IneffectiveAcl | null {
    if (this.excludes(acl.match)) return this.examineForeignInport(acl);
    const { sets, skipped, index } = this;
    const objection = objectionTo(acl, { sets, skipped, index });
    if (objection === null || this.isAboutOtherOutport(acl, objection)) return null;
    const rest = this.evaluateRest(acl, objection);
    // A condition that does not hold whatever the variable stands for: the rule takes no part anyway.
    if (objection.kind === 'template' && rest?.fits === false) return null;
    return this.tell(acl, objection, rest);
  }

  /** `inport` on a switch that the packet came to through a router: it is the port to the router, never the sender's. */
  private examineForeignInport(acl: Acl): IneffectiveAcl | null {
    if (this.excludesSender === null || !acl.match.includes('inport') || this.excludesSender(acl.match))
      return null;
    const parsed = parseMatch(acl.match);
    const [logicalSwitch] = switchOfHop(this.hop, this.index);
    if (!parsed.ok || logicalSwitch === undefined) return null;
    const inports = logicalSwitch.ports.map((value) => ({ kind: 'string' as const, value }));
    const here = {
      kind: 'compare' as const,
      field: { name: 'inport', bits: null },
      operator: '==' as const,
      values: inports,
      braces: true,
    };
    if (inports.length === 0) return null;
    const sets = { ...matchSets(this.index), addressSet: () => null };
    if (!isContradiction({ kind: 'and', operands: [parsed.expr, here] }, sets)) return null;
    const because = l10n.t(
      "There inport can only be one of the switch's own ports, and for packets from another switch it is the port to the router (here {0}), so no packet can match. Match on the source address instead.",
      this.hop.inport ?? l10n.t('unknown'),
    );
    return this.tell(acl, { kind: 'never', because, place: null, onlyHere: true }, null);
  }

  /** A from-lport rule about an output port: which one the packet takes on the switch shows later in the text, if at all. */
  private isAboutOtherOutport(acl: Acl, { kind }: Objection): boolean {
    if (kind !== 'never' || acl.direction !== 'from-lport' || !acl.match.includes('outport')) return false;
    const { inport } = portsAt(this.hop, this.index);
    const outs = this.traced.hops
      .filter(({ datapath, pipeline }) => datapath === this.hop.datapath && pipeline === 'egress')
      .map((hop) => portsAt(hop, this.index).outport);
    return (
      outs.length > 0 && outs.every((outport) => excludesPorts({ inport, outport }, this.index)(acl.match))
    );
  }

  /** What the packet is to the conditions that stand beside the one to blame; null when there is no telling. */
  private evaluateRest(acl: Acl, { kind, place }: Objection): Rest | null {
    if (kind === 'never' || place === null) return null;
    const rest = conjunctsOf(acl.match).filter(({ start, end }) => place.start < start || place.start > end);
    this.packet ??= packetAtHop(this.hop, this.traced.packetAt(this.hop), this.index);
    const { packet, sets } = this;
    const results = rest.map(({ expr }) =>
      expr === null || !isReadableWith(expr, sets) ? null : evaluateMatch(expr, packet, sets),
    );
    const failed = results.find((result) => result?.result === 'false');
    if (failed) return { fits: false, failing: failed.failing };
    return results.length > 0 && results.every((result) => result?.result === 'true')
      ? { fits: true, failing: null }
      : null;
  }

  private tell(acl: Acl, { kind, because, place, onlyHere }: Objection, rest: Rest | null): IneffectiveAcl {
    const [here] = onlyHere ? switchOfHop(this.hop, this.index) : [];
    const sentences = [
      wordEffect(acl, kind, here?.name ?? null),
      because,
      rest === null ? null : this.wordRest(acl, kind, rest),
      rest?.fits === false ? null : this.wordOrder(acl),
    ];
    return { acl, kind, place, message: sentences.filter((sentence) => sentence !== null).join(' ') };
  }

  private wordRest(acl: Acl, kind: Objection['kind'], { fits, failing }: Rest): string | null {
    if (!fits)
      return failing === null
        ? null
        : l10n.t('It would not have matched this packet, for want of {0}.', failing);
    return kind === 'template' ? wordWhereFits(acl) : wordWithoutPart(acl);
  }

  private wordOrder(acl: Acl): string | null {
    const hops = new Set(
      this.pass.hops
        .filter(({ stage }) => stage?.includes('after_lb') === this.afterLb)
        .map(({ index }) => index),
    );
    const decided = this.traced.steps
      .filter(({ hop, acls, verdict }) => hops.has(hop) && acls.length > 0 && verdict !== 'pass')
      .at(-1)?.acls[0]?.acl;
    if (decided === undefined || (acl.tier === decided.tier && acl.priority === decided.priority))
      return null;
    const isBefore =
      acl.tier < decided.tier || (acl.tier === decided.tier && acl.priority > decided.priority);
    return isBefore
      ? l10n.t('It stands before {0}, which decided here.', nameAcl(decided))
      : l10n.t('It stands behind {0}, which decided here.', nameAcl(decided));
  }
}

function wordEffect(acl: Acl, kind: Objection['kind'], where: string | null): string {
  if (kind === 'template') return l10n.t('{0} may or may not take part.', nameAcl(acl));
  return where === null
    ? l10n.t('{0} has no effect.', nameAcl(acl))
    : l10n.t('{0} has no effect on switch {1}.', nameAcl(acl), where);
}

function wordWhereFits({ action }: Acl): string {
  switch (action) {
    case 'drop':
      return l10n.t('Where the variable fits, it would match this packet and drop it.');
    case 'reject':
      return l10n.t('Where the variable fits, it would match this packet and refuse it.');
    case 'pass':
      return l10n.t('Where the variable fits, it would match this packet and pass it on to the next tier.');
    default:
      return l10n.t('Where the variable fits, it would match this packet and let it through.');
  }
}

function wordWithoutPart({ action }: Acl): string {
  switch (action) {
    case 'drop':
      return l10n.t('Without that part it would match this packet and drop it.');
    case 'reject':
      return l10n.t('Without that part it would match this packet and refuse it.');
    case 'pass':
      return l10n.t('Without that part it would match this packet and pass it on to the next tier.');
    default:
      return l10n.t('Without that part it would match this packet and let it through.');
  }
}
