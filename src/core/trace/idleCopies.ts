import type { TraceHop } from './hop';
import type { Loss } from './outcome';
import type { PacketThread } from './thread';

/** What a router drops of all that is flooded to it, by stage. */
const routersShare: Readonly<Record<string, RegExp>> = {
  lr_in_ip_input: /^(?:eth\.bcast|ip4\.mcast(?: \|\| ip6\.mcast)?)$/,
  lr_in_ip_routing: /^(?:ip4\.mcast \|\| ip6\.mcast|nd_rs \|\| nd_ra)$/,
};

/** What routers drop of questions for a MAC that is not theirs. */
const questions = /\b(?:arp|nd)\b/;

/** Members of these groups are routers only, so that nobody else can have got the copy. */
const routersGroup = /^_MC_mrouter_/;

/**
 * Copies of a broadcast that end at the port they came from, or in a router, which forwards neither broadcast nor
 * multicast: nothing is lost with them when others get theirs.
 */
export class IdleCopies {
  private readonly losses: Loss[] = [];
  /** No copy that others got can be missing in the text. */
  private areAll = true;

  /** @param broadcast the packet is one, and no question for a MAC; null where the text lacks its header. */
  constructor(private readonly broadcast: boolean | null) {}

  /** Takes the loss in when its copy is idle. */
  take(loss: Loss, thread: PacketThread, hop: TraceHop | undefined): 'yes' | 'perhaps' | 'no' {
    const idle = this.isIdle(loss, thread, hop);
    if (idle !== true) return idle === null ? 'perhaps' : 'no';
    this.losses.push(loss);
    this.areAll &&= thread.membership?.closed === true || routersGroup.test(thread.membership?.group ?? '');
    return 'yes';
  }

  /**
   * Where a broadcast was lost that nobody got. In a text that may be cut the copies that others got can be missing: those
   * of the same group, and without indentation those of a group behind a clone too.
   */
  whereLost({ mayBeCut, flat }: { readonly mayBeCut: boolean; readonly flat: boolean }): Loss | null {
    if (mayBeCut && (flat || !this.areAll)) return null;
    return this.losses.find(({ kind }) => kind !== 'hairpin') ?? this.losses[0] ?? null;
  }

  private isIdle({ kind }: Loss, thread: PacketThread, hop: TraceHop | undefined): boolean | null {
    if (thread.membership === null) {
      return thread.origin === 'copy' && hop?.stage === 'lr_in_ip_input' && isRoutersShare(hop);
    }
    if (kind === 'hairpin') return hop?.branch !== thread.branch;
    if (thread.turn.advertises) return false;
    if (hop && isRoutersShare(hop)) return true;
    const isElsewhere = thread.datapath !== thread.membership.datapath && thread.pipeline === 'ingress';
    if (kind !== 'drop' || !isElsewhere || thread.routed || questions.test(hop?.match ?? '')) return false;
    return this.broadcast;
  }
}

function isRoutersShare({ stage, match }: TraceHop): boolean {
  return stage !== null && routersShare[stage]?.test(match) === true;
}
