import type { TraceBranch, TraceHop } from './hop';

/**
 * What became of the packet.
 * - `allow`: it arrived; `drop`: it did not, and nobody is told; `reject`: it was refused with a TCP reset or an ICMP error.
 * - `answer`: OVN itself replied (ARP, ND, DHCP, ping of a router); `mixed`: some branches arrived, others were lost.
 * - `unknown`: the text does not decide; `error`: the trace was not made, or the text is none.
 */
export type Verdict = 'allow' | 'drop' | 'reject' | 'answer' | 'mixed' | 'unknown' | 'error';

/** A port at which the packet left the logical network. */
export interface Arrival {
  readonly port: string;
  /** Port_Binding type: `''` a VIF, `localnet`, `remote`, `localport`, …; null where the format does not say. */
  readonly type: string | null;
  /** Null in the minimal format. */
  readonly datapath: string | null;
  readonly hop: number | null;
  readonly branch: number;
}

/** In which way the text shows that a packet ended. */
export type LossKind =
  /** `drop;`, or `sample(…)` alone in its place when drop debugging is on. */
  | 'drop'
  /** `no match (implicit drop)`. */
  | 'implicit'
  /** The actions end without `next`, `output` or anything that goes on: how ACLs drop. */
  | 'silent'
  /** `omitting output because inport == outport`. */
  | 'hairpin'
  /** `*** output to null logical port` and its like. */
  | 'bad-output'
  /** An answer was generated and the packet itself is gone (`reject`, TTL exceeded, …). */
  | 'rejected'
  /** OVN asks for the next hop's MAC; the packet itself does not go on (or only with an empty MAC). */
  | 'unresolved'
  /** The format shows no stages; the packet just has no output. */
  | 'no-output';

export interface Loss {
  readonly kind: LossKind;
  /** The hop that lost the packet; null where the format shows none. */
  readonly hop: number | null;
  /** The hop that decided it, when that is another: the ACL evaluation before the ACL action. */
  readonly decidedBy: number | null;
  readonly branch: number;
}

/** What OVN sent back by itself. */
export type AnswerKind =
  'arp' | 'nd' | 'dhcp' | 'dhcpv6' | 'ra' | 'dns' | 'ping' | 'tcp_reset' | 'sctp_abort' | 'icmp4' | 'icmp6';

export interface Answer {
  readonly kind: AnswerKind;
  readonly hop: number | null;
  readonly branch: number;
  /** Where the answer arrived; empty when it was lost or the text does not show it. */
  readonly ports: readonly string[];
}

/** Why a text does not decide. `message` is a sentence for people. */
export interface Undecided {
  readonly reason:
    'cut' | 'gateway-unsnat' | 'untraced' | 'answer-untracked' | 'no-sections' | 'formats-disagree' | 'limit';
  readonly message: string;
  readonly hop: number | null;
}

export interface TraceOutcome {
  readonly verdict: Verdict;
  readonly hops: readonly TraceHop[];
  readonly branches: readonly TraceBranch[];
  readonly arrivals: readonly Arrival[];
  readonly losses: readonly Loss[];
  readonly answers: readonly Answer[];
  /** Set when the verdict is `unknown`. */
  readonly undecided: Undecided | null;
  /** With verdict `error`: what ovn-trace printed instead of a trace; null when the text is none of its. */
  readonly refusal: string | null;
}
