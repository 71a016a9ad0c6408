import * as l10n from '@vscode/l10n';
import { isMirror } from './actions';
import type { TraceHop } from './hop';
import { IdleCopies } from './idleCopies';
import type { Answer, AnswerKind, Arrival, Loss, LossKind, Undecided } from './outcome';
import { readRule, readSilentEnd } from './silentEnd';
import type { PacketThread } from './thread';
import {
  answerNotAReply,
  copyOfUnknown,
  cutOff,
  defaultOrCut,
  gatewayUnsnat,
  unknownBlock,
  untraced,
} from './undecided';

export interface WalkOptions {
  /** The text need not be all that ovn-trace printed, so that an end may be a missing line. */
  readonly mayBeCut: boolean;
  /** The format has stages (`detailed`); in the summary a stage without a match leaves no line. */
  readonly stages: boolean;
  /** `reject` generates nothing for the packet; null where the text lacks its header. */
  readonly unanswerable: boolean | null;
  /** The text comes from a run that ended well. */
  readonly complete: boolean;
  /** The trace was told at each lookup what the real packet meets there. */
  readonly statesHold: boolean;
  /** The packet is meant for more than one receiver; null where the text lacks its header. */
  readonly toGroup: boolean | null;
  /** It is to a broadcast or multicast MAC, and no question; null where the text lacks its header. */
  readonly broadcast: boolean | null;
  /** The indentation is lost: what follows a block seems to stand in it. */
  readonly flat: boolean;
  /** Number of the last line that holds a node. */
  readonly lastLine: number;
}

/** How the ways of all packets ended. */
export interface WayEnds {
  readonly arrivals: readonly Arrival[];
  readonly losses: readonly Loss[];
  readonly answers: readonly Answer[];
  readonly undecided: readonly Undecided[];
  /** Every output outside of generated packets, whatever it means: what the formats have in common. */
  readonly outputs: readonly string[];
}

const aclStage = /^ls_(?:in|out)_acl(?:_|$)/;
const evpnLookup = (): string =>
  l10n.t(
    'The switch looks the MAC up among those that other hosts announce by EVPN, which each chassis has by itself and ovn-trace has not.',
  );

const aclAction = /_acl(?:_after_lb)?_action$/;

/** Tells for one packet after the other how its way ended: it arrived, was lost or answered, or the text does not say. */
export class PacketEnds {
  private readonly arrivals: Arrival[] = [];
  private readonly losses: Loss[] = [];
  private readonly answers: Answer[] = [];
  private readonly undecided: Undecided[] = [];
  private readonly idleCopies: IdleCopies;
  private readonly outputs: string[] = [];
  /** Arrivals of generated packets, by the branch that began as the generated one. */
  private readonly generatedArrivals = new Map<number, string[]>();

  /** @param hops the stages walked so far; the walk goes on adding to them. */
  constructor(
    private readonly hops: readonly TraceHop[],
    private readonly options: WalkOptions,
  ) {
    this.idleCopies = new IdleCopies(options.broadcast);
  }

  /** Everything told, once the walk is over. */
  tell(): WayEnds {
    const { arrivals, losses, answers, undecided, outputs } = this;
    const isSilent = [arrivals, losses, answers, undecided].every(({ length }) => length === 0);
    const unheard = isSilent ? this.idleCopies.whereLost(this.options) : null;
    return {
      arrivals,
      losses: unheard === null ? losses : [unheard],
      answers: answers.map((answer) => ({
        ...answer,
        ports: [...answer.ports, ...(this.generatedArrivals.get(answer.branch) ?? [])],
      })),
      undecided: isSilent && unheard === null ? [cutOff(null)] : undecided,
      outputs,
    };
  }

  /** Tells how the thread's way ended, now that nothing more of it follows. */
  settle(thread: PacketThread): void {
    if (thread.ended) return;
    thread.ended = true;
    if (thread.standing.kind === 'output' && thread.generatedBy === null)
      this.outputs.push(thread.standing.port);
    if (thread.isMirrored) return;
    if (thread.unknownBlock !== null)
      return this.decline(thread, unknownBlock(thread.unknownBlock, thread.hop));
    const { standing } = thread;
    switch (standing.kind) {
      case 'output':
        return this.arrive(thread, standing.port, standing.portType);
      case 'omitted':
        return this.lose(thread, 'hairpin');
      case 'dropped':
        return this.lose(thread, 'drop');
      case 'implicit':
        return this.lose(thread, 'implicit');
      case 'lost-output':
        return this.lose(thread, 'bad-output');
      case 'gateway-unsnat':
        return this.leaveTrace(thread, gatewayUnsnat(thread.hop));
      case 'underway':
        // In the summary a stage in which no flow matched leaves no line: an end behind `next;` is that.
        if (!this.options.stages && standing.behindNext && !this.mayBeCut(thread))
          return this.lose(thread, 'no-output');
        return this.settleCut(thread);
      case 'nowhere':
        return this.settleNowhere(thread);
    }
  }

  private settleNowhere(thread: PacketThread): void {
    if (thread.expectsMore && this.options.mayBeCut) return this.cut(thread);
    // Behind a mirror the packet always goes on.
    if (thread.lastAction !== null && isMirror(thread.lastAction)) return this.cut(thread);
    // What generates an answer and then goes on does more than assign: the rest is missing.
    if (thread.goesOnBehindBlock && this.mayBeCut(thread)) return this.cut(thread);
    if (thread.made.some(({ purpose }) => purpose === 'clone')) return;
    const answered = thread.made.find(({ purpose }) => purpose === 'answer');
    if (answered) {
      if (thread.generatedBy === null) {
        this.answers.push({ kind: 'nd', hop: thread.hop, branch: answered.branch, ports: [] });
      }
      return;
    }
    const refused = thread.made.find(({ purpose }) => purpose === 'refusal');
    if (refused) {
      this.lose(thread, 'rejected');
      if (thread.generatedBy === null) {
        const kind = refused.name as AnswerKind;
        this.answers.push({ kind, hop: thread.hop, branch: refused.branch, ports: [] });
      }
      return;
    }
    if (thread.made.length > 0) return this.lose(thread, 'unresolved');
    const hop = this.hopOf(thread);
    if (hop && hop.branch !== thread.branch) return this.cut(thread);
    const end = readSilentEnd({
      stage: hop?.stage ?? null,
      match: hop?.match ?? '',
      priority: hop?.priority ?? null,
      actions: thread.actions.filter((action) => !action.startsWith('/*')),
      evaluation: this.hopAt(thread.evaluationHop) ?? null,
      hint: this.hopAt(thread.hintHop) ?? null,
      mayBeCut: this.mayBeCut(thread),
      unanswerable: this.options.unanswerable,
    });
    if (typeof end === 'object') return this.leaveTrace(thread, untraced(end.untraced, thread.hop));
    switch (end) {
      case 'cut':
        return this.cut(thread);
      case 'default-or-cut':
        return this.decline(thread, defaultOrCut(thread.hop));
      case 'refused':
        return this.lose(thread, 'rejected');
      case 'sampled-drop':
        return this.lose(thread, 'drop');
      case 'drop':
      case 'refused-silently':
        return this.lose(thread, 'silent');
    }
  }

  /** The text ends under way: it decides only where the last stage is a rule that does. */
  private settleCut(thread: PacketThread): void {
    const hop = this.hopOf(thread);
    // Of a copy the rule would be certain too, but not what became of the others.
    if (!hop || thread.branch !== 0) return this.cut(thread);
    const rule = readRule({
      stage: hop.stage,
      match: hop.match,
      priority: hop.priority,
      actions: thread.actions,
      unanswerable: this.options.unanswerable,
    });
    if (rule === 'cut') this.cut(thread);
    else this.lose(thread, rule === 'drop' ? 'silent' : 'rejected');
  }

  private arrive(thread: PacketThread, port: string, type: string | null): void {
    if (thread.generatedBy !== null) {
      const ports = this.generatedArrivals.get(thread.generatedBy) ?? [];
      ports.push(port);
      this.generatedArrivals.set(thread.generatedBy, ports);
      return;
    }
    if (type === 'patch' || type === 'l3gateway') {
      // Such a port leads on into another datapath, unless its peer is missing.
      if (this.mayBeCut(thread)) return this.cut(thread);
      if (this.options.complete) return this.lose(thread, 'bad-output');
      const sentence = l10n.t(
        '"{0}" leads to another datapath, and the trace does not go on there: it connects to no port that exists.',
        port,
      );
      return this.decline(thread, untraced(sentence, thread.hop));
    }
    // The port where a mirror listens is a member of the switch's floods.
    if (type === 'mirror') return;
    if (thread.unresolved) return this.lose(thread, 'unresolved');
    const { answer } = thread.turn;
    if (answer) {
      this.answers.push({ kind: answer, hop: thread.hop, branch: thread.branch, ports: [port] });
      return;
    }
    this.arrivals.push({ port, type, datapath: thread.datapath, hop: thread.hop, branch: thread.branch });
  }

  private lose(thread: PacketThread, kind: LossKind): void {
    if (thread.generatedBy !== null) return;
    const hop = this.hopOf(thread);
    const { branch } = thread;
    const idle = this.idleCopies.take({ kind, hop: thread.hop, decidedBy: null, branch }, thread, hop);
    if (idle === 'yes') return;
    if (idle === 'perhaps') return this.decline(thread, copyOfUnknown(thread.hop));
    if (thread.turn.advertises && kind === 'drop') {
      this.answers.push({ kind: 'ra', hop: thread.hop, branch, ports: [] });
      return;
    }
    const untold = thread.unresolved ? null : this.untoldLoss(thread, hop);
    if (untold) return this.decline(thread, untold);
    const unresolved = thread.unresolved && kind !== 'rejected';
    const arrived = unresolved && thread.standing.kind === 'output';
    const lostAt = arrived || kind === 'unresolved' ? thread.unresolvedHop : thread.hop;
    // A stage lost it that the text does not have any more.
    if (lostAt === null && this.options.stages) return this.cut(thread);
    const evaluates = aclAction.test(this.hopAt(lostAt)?.stage ?? '');
    this.losses.push({
      kind: unresolved ? 'unresolved' : kind,
      hop: lostAt,
      decidedBy: unresolved
        ? thread.unresolvedHop === lostAt
          ? null
          : thread.unresolvedHop
        : evaluates
          ? thread.evaluationHop
          : null,
      branch,
    });
  }

  /** A loss in the trace that would not befall the real packet, or need not. */
  private untoldLoss(thread: PacketThread, hop: TraceHop | undefined): Undecided | null {
    if (thread.askedEvpn || hop?.match.includes('remote_outport') === true)
      return untraced(evpnLookup(), thread.hop);
    // Only an ACL asks for the state; a format without stages does not tell which stage it was.
    const mayBeAcl = hop ? aclStage.test(hop.stage ?? '') : !this.options.stages;
    if (!thread.turn.answer || !mayBeAcl) return null;
    const { isUnion, isOtherThanReply } = thread.conntrack;
    return isUnion || (isOtherThanReply && !this.options.statesHold)
      ? answerNotAReply(isUnion, thread.hop)
      : null;
  }

  private hopOf(thread: PacketThread): TraceHop | undefined {
    return this.hopAt(thread.hop);
  }

  private hopAt(index: number | null): TraceHop | undefined {
    return index === null ? undefined : this.hops[index];
  }

  private mayBeCut(thread: PacketThread): boolean {
    return this.options.mayBeCut && thread.lastLine >= this.options.lastLine;
  }

  /** The text lacks the end of the thread's way. */
  cut(thread: PacketThread): void {
    this.decline(thread, cutOff(thread.hop));
  }

  /** The trace does not follow the packet: one without a next hop is lost all the same. */
  private leaveTrace(thread: PacketThread, undecided: Undecided): void {
    if (thread.unresolved) this.lose(thread, 'unresolved');
    else this.decline(thread, undecided);
  }

  private decline(thread: PacketThread, undecided: Undecided): void {
    if (thread.isMirrored) return;
    if (thread.generatedBy === null) this.undecided.push(undecided);
    // The copies behind the one that asked for a MAC, say, are missing too.
    else if (undecided.reason === 'cut' && isOfFlood(thread)) this.undecided.push(cutOff(null));
  }
}

/** A copy of a flood made the generated packet, or one of that packet's copies. */
function isOfFlood(generated: PacketThread): boolean {
  let maker: PacketThread | null = generated;
  while (maker !== null && maker.generatedBy !== null) maker = maker.madeBy;
  return maker !== null && maker.membership !== null;
}
