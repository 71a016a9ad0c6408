import type { MatchExpr } from '../ovn/match/ast';
import { canonicalIp, familyOf } from '../ovn/ip';
import { parseMatch } from '../ovn/match/parser';
import { printMatch } from '../ovn/match/print';
import type { AclEntity } from './definition';
import type { WantedPacket } from './format';

/** The match of a packet at the port, as people write it: `ip4.src == 10.0.0.5 && tcp.dst == 22`; null where it is not all known. */
export function matchOfPacket(packet: WantedPacket): string | null {
  const { direction, family, protocol, dstPort, icmp } = packet;
  const peer = canonicalIp(packet.peer);
  if (peer === null || familyOf(peer) !== `ip${family}`) return null;
  const address = `ip${family}.${direction === 'to-lport' ? 'src' : 'dst'} == ${peer}`;
  switch (protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return dstPort === null ? null : `${address} && ${protocol}.dst == ${dstPort}`;
    case 'icmp':
      return icmp === null
        ? null
        : `${address} && icmp${family}.type == ${icmp.type} && icmp${family}.code == ${icmp.code}`;
    default:
      return `${address} && ip.proto == ${protocol}`;
  }
}

/**
 * Which ports an ACL is about: the part of its match that says so, or else all those of its port group. Null when it is about
 * whatever ports a switch has.
 */
export function portConditionOf(
  match: string,
  { type, name }: AclEntity,
  direction: WantedPacket['direction'],
): string | null {
  const field = direction === 'to-lport' ? 'outport' : 'inport';
  const parsed = parseMatch(match);
  if (!parsed.ok) return null;
  const condition = conjunctsOf(parsed.expr).find(
    (part) => part.kind === 'compare' && part.field.name === field && part.operator === '==',
  );
  if (condition !== undefined) return printMatch(condition);
  return type === 'port-group' && /^[a-z_.][\w.]*$/i.test(name) ? `${field} == @${name}` : null;
}

function conjunctsOf(expr: MatchExpr): readonly MatchExpr[] {
  return expr.kind === 'and' ? expr.operands.flatMap(conjunctsOf) : [expr];
}
