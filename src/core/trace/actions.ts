import * as l10n from '@vscode/l10n';
import type { AnswerKind } from './outcome';
import type { TransformationName } from './tree';

/** What single logical actions mean for the packet's way; their texts are those of ovnacts_format(). */

const goesOnPattern =
  /^(?:next(?:\(.*\))?|output|ct_next(?:\(\w+\))?|ct_lb(?:_mark)?(?:_local)?(?:\(.*\))?|ct_[ds]nat(?:_in_czone)?(?:\(.*\))?|ct_commit_nat(?:\(\w+\))?|ct_commit_to_zone\(.*\)|[\w.[\]]+ = select\(.*\));$/;

/** After this action the packet is somewhere else, so the trace has to say where. */
export function goesOn(action: string): boolean {
  return goesOnPattern.test(action);
}

/** Behind `next;` the summary prints nothing when the stage has no matching flow; any other way on leaves a line. */
export function isNext(action: string): boolean {
  return /^next(?:\(.*\))?;$/.test(action);
}

/**
 * `ct_snat;` without an address, which ovn-trace does nothing at all for on a gateway router: the trace just stops, though
 * the real packet goes on.
 */
export function isGatewayUnsnat(action: string): boolean {
  return action === 'ct_snat;' || action === 'ct_snat_in_czone;';
}

const untracedEnds: readonly (readonly [RegExp, () => string])[] = [
  [/^igmp;$/, () => l10n.t('The trace ends in ovn-controller, which takes the multicast report.')],
  [
    /^commit_lb_aff\(/,
    () =>
      l10n.t('The load balancer learns the session affinity here, and ovn-trace does not go on from there.'),
  ],
  [
    /^handle_svc_check\(/,
    () => l10n.t('The trace ends in ovn-controller, which takes the health-check answer.'),
  ],
  [
    /^trigger_event\(/,
    () =>
      l10n.t(
        'The load balancer has no backend for the packet, which ovn-controller takes: it raises an event, so that a backend may be started.',
      ),
  ],
  [/^(?:handle_)?bfd_msg\b/, () => l10n.t('The trace ends in ovn-controller, which takes the BFD message.')],
  [
    /^(?:handle_dhcpv6_reply|dhcp6_server_pkt)\b/,
    () => l10n.t('The trace ends in ovn-controller, which takes the DHCPv6 reply.'),
  ],
  [
    /^(?:put_arp|put_nd|bind_vport)\b/,
    () => l10n.t('The trace ends in ovn-controller, which learns an address from the packet.'),
  ],
  [
    /^fwd_group\(/,
    () => l10n.t('The switch forwards to one port of a group here, and ovn-trace does not say which.'),
  ],
];

/** A sentence for the ways of a packet to end that are not traced, though it is not dropped; null for all others. */
export function untracedEnd(actions: readonly string[]): string | null {
  for (const action of actions) {
    for (const [pattern, sentence] of untracedEnds) if (pattern.test(action)) return sentence();
  }
  return null;
}

const generated: Partial<Record<TransformationName, 'query' | 'refusal' | 'answer'>> = {
  arp: 'query',
  nd_ns: 'query',
  nd_na: 'answer',
  icmp4: 'refusal',
  icmp6: 'refusal',
  tcp_reset: 'refusal',
  sctp_abort: 'refusal',
};

/** What a generated packet is for: asking for a MAC, refusing the packet, answering it. Null when none is generated. */
export function generatedFor(name: TransformationName): 'query' | 'refusal' | 'answer' | null {
  return generated[name] ?? null;
}

/** `reject` and its like generate no answer to a TCP RST or an ICMP error: the action stands alone then. */
export function generatesRefusal(action: string): boolean {
  return /^(?:reject|tcp_reset|sctp_abort|icmp[46](?:_error)?) \{/.test(action);
}

/** A port mirror copies the packet to the port that listens: nothing of the packet's own way. */
export function isMirror(action: string): boolean {
  return action.startsWith('mirror(');
}

/** `clone { outport = "port"; output; };`: of a packet to one receiver, such a copy is for a network function that listens. */
export function copiesToPort(action: string): boolean {
  return /^clone \{ outport = "(?!_MC_|")[^;]*; output; \};$/.test(action);
}

/** `*** …` that say that an `output;` went nowhere; all other remarks do not stop the trace. */
export function isLostOutput(error: string): boolean {
  return (
    error.startsWith('*** output to null logical port') ||
    error.startsWith('*** unknown port or multicast group') ||
    /^\*\*\* output to type ".*" port ".*" with no or invalid distributed port/.test(error)
  );
}

const turns: readonly (readonly [RegExp, AnswerKind])[] = [
  [/^arp\.op = 2;?$/, 'arp'],
  [/^icmp4\.type = 0;?$/, 'ping'],
  [/^icmp6\.type = 129;?$/, 'ping'],
];

/**
 * Follows the actions on a packet and tells when OVN turns it into an answer of its own: an ARP reply, an echo reply, a
 * DHCP, router-advertisement or DNS answer.
 */
export class TurnWatch {
  private prepared: AnswerKind | null = null;
  answer: AnswerKind | null = null;

  /** The router prepared an advertisement. ovn-trace leaves the packet a solicitation, which no later stage answers. */
  get advertises(): boolean {
    return this.prepared === 'ra' && this.answer === null;
  }

  see(action: string): void {
    for (const [pattern, kind] of turns) if (pattern.test(action)) this.answer = kind;
    if (/\bput_dhcp_opts\(/.test(action)) this.prepared = 'dhcp';
    else if (/\bput_dhcpv6_opts\(/.test(action)) this.prepared = 'dhcpv6';
    else if (/\bput_nd_ra_opts\(/.test(action)) this.prepared = 'ra';
    else if (/\bdns_lookup\(/.test(action)) this.prepared = 'dns';
    else if (this.prepared && this.sendsBack(action)) this.answer = this.prepared;
  }

  /** A copy for a packet that leaves on a way of its own. */
  fork(): TurnWatch {
    const copy = new TurnWatch();
    copy.prepared = this.prepared;
    copy.answer = this.answer;
    return copy;
  }

  private sendsBack(action: string): boolean {
    switch (this.prepared) {
      case 'dhcp':
        return /^udp\.src = 67;?$/.test(action);
      case 'dhcpv6':
        return /^udp\.src = 547;?$/.test(action);
      default:
        return action === 'outport = inport;';
    }
  }
}
