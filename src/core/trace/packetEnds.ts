import type { TraceHop } from './hop';
import type { Answer, AnswerKind, Arrival, Loss, LossKind, Undecided } from './outcome';
import { readSilentEnd } from './silentEnd';
import type { PacketThread } from './thread';

export interface WalkOptions {
  /** The text need not be all that ovn-trace printed, so that an end may be a missing line. */
  readonly mayBeCut: boolean;
  /** The format has stages (`detailed`); in the summary a stage without a match leaves no line. */
  readonly stages: boolean;
  /** The packet is a TCP reset or an ICMP error, which nothing answers. */
  readonly unanswerable: boolean;
  /** Number of the last line that holds a node. */
  readonly lastLine: number;
}

/** How the ways of all packets ended. */
export interface WayEnds {
  readonly arrivals: readonly Arrival[];
  readonly losses: readonly Loss[];
  readonly answers: readonly Answer[];
  readonly undecided: readonly Undecided[];
}

/** The part that tells is missing. */
export function cutOff(hop: number | null): Undecided {
  return {
    reason: 'cut',
    message:
      'The text ends before the trace does: what became of the packet stands in the part that is missing.',
    hop,
  };
}

/** What a router drops of all that is flooded to it. */
const routersShare = /^(?:eth\.bcast|ip4\.mcast(?: \|\| ip6\.mcast)?)$/;

/** Tells for one packet after the other how its way ended: it arrived, was lost or answered, or the text does not say. */
export class PacketEnds {
  private readonly arrivals: Arrival[] = [];
  private readonly losses: Loss[] = [];
  private readonly answers: Answer[] = [];
  private readonly undecided: Undecided[] = [];
  /** Copies of a broadcast that ended in a router or at the port they came from, as they should when others get theirs. */
  private readonly idleCopies: Loss[] = [];
  /** Arrivals of generated packets, by the branch that began as the generated one. */
  private readonly generatedArrivals = new Map<number, string[]>();

  /** @param hops the stages walked so far; the walk goes on adding to them. */
  constructor(
    private readonly hops: readonly TraceHop[],
    private readonly options: WalkOptions,
  ) {}

  /** Everything told, once the walk is over. */
  tell(): WayEnds {
    return {
      arrivals: this.arrivals,
      losses: this.isUnheard() ? this.idleCopies.slice(0, 1) : this.losses,
      answers: this.answers.map((answer) => ({
        ...answer,
        ports: [...answer.ports, ...(this.generatedArrivals.get(answer.branch) ?? [])],
      })),
      undecided: this.undecided,
    };
  }

  /** Nobody got the broadcast: then it is lost where its copies ended. */
  private isUnheard(): boolean {
    // In a text that may be cut off the copies that others got can be missing.
    if (this.options.mayBeCut) return false;
    return [this.arrivals, this.losses, this.answers, this.undecided].every(({ length }) => length === 0);
  }

  /** Tells how the thread's way ended, now that nothing more of it follows. */
  settle(thread: PacketThread): void {
    if (thread.ended) return;
    thread.ended = true;
    const { standing } = thread;
    switch (standing.kind) {
      case 'output':
        return this.arrive(thread, standing.port, standing.portType);
      case 'omitted':
        if (!thread.member || (thread.hop !== null && this.hops[thread.hop]?.branch === thread.branch))
          this.lose(thread, 'hairpin');
        return;
      case 'dropped':
        return this.lose(thread, 'drop');
      case 'implicit':
        return this.lose(thread, 'implicit');
      case 'lost-output':
        return this.lose(thread, 'bad-output');
      case 'gateway-unsnat':
        return this.decline(thread, {
          reason: 'gateway-unsnat',
          message:
            'ovn-trace does not simulate un-SNAT on a gateway router: the trace stops at "ct_snat;", though the real packet goes on if a connection is known there.',
          hop: thread.hop,
        });
      case 'underway':
        // In the summary a stage in which no flow matched leaves no line: an end behind `next;` is that.
        if (!this.options.stages && !this.mayBeCut(thread)) return this.lose(thread, 'no-output');
        return this.cut(thread);
      case 'nowhere':
        return this.settleNowhere(thread);
    }
  }

  private settleNowhere(thread: PacketThread): void {
    if (thread.expectsMore && this.options.mayBeCut) return this.cut(thread);
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
    const hop = thread.hop === null ? undefined : this.hops[thread.hop];
    if (thread.hop !== null && hop?.branch !== thread.branch) return this.cut(thread);
    const evaluation = thread.evaluationHop === null ? undefined : this.hops[thread.evaluationHop];
    const end = readSilentEnd({
      stage: hop?.stage ?? null,
      match: hop?.match ?? '',
      actions: thread.actions.filter((action) => !action.startsWith('/*')),
      evaluation: evaluation?.actions ?? null,
      mayBeCut: this.mayBeCut(thread),
      unanswerable: this.options.unanswerable,
    });
    if (end === 'cut') return this.cut(thread);
    if (typeof end === 'object') {
      return this.decline(thread, {
        reason: 'controller',
        message: `The trace ends in ovn-controller: ${end.controller}. What becomes of the packet is not traced.`,
        hop: thread.hop,
      });
    }
    this.lose(thread, end === 'sampled-drop' ? 'drop' : 'silent');
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
      if (this.mayBeCut(thread)) this.cut(thread);
      else this.lose(thread, 'bad-output');
      return;
    }
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
    if (this.isRoutersShareOfBroadcast(thread)) {
      this.idleCopies.push({ kind, hop: thread.hop, decidedBy: null, branch: thread.branch });
      return;
    }
    const unresolved = thread.unresolved && kind !== 'rejected';
    const arrived = unresolved && thread.standing.kind === 'output';
    const hop = arrived ? thread.unresolvedHop : thread.hop;
    const evaluates = hop !== null && /_acl(?:_after_lb)?_action$/.test(this.hops[hop]?.stage ?? '');
    this.losses.push({
      kind: unresolved ? 'unresolved' : kind,
      hop,
      decidedBy: unresolved
        ? thread.unresolvedHop === hop
          ? null
          : thread.unresolvedHop
        : evaluates
          ? thread.evaluationHop
          : null,
      branch: thread.branch,
    });
  }

  /**
   * The copy of a broadcast or multicast that each router gets ends there by design: a router forwards neither.
   */
  private isRoutersShareOfBroadcast(thread: PacketThread): boolean {
    const hop = thread.hop === null ? undefined : this.hops[thread.hop];
    return thread.origin === 'copy' && hop?.stage === 'lr_in_ip_input' && routersShare.test(hop.match);
  }

  private mayBeCut(thread: PacketThread): boolean {
    return this.options.mayBeCut && thread.lastLine >= this.options.lastLine;
  }

  /** The text lacks the end of the thread's way. */
  cut(thread: PacketThread): void {
    this.decline(thread, cutOff(thread.hop));
  }

  private decline(thread: PacketThread, undecided: Undecided): void {
    if (thread.generatedBy === null) this.undecided.push(undecided);
  }
}
