import { networkContains } from '../ovn/ip';
import type { Constant, MatchExpr } from '../ovn/match/ast';
import { parseMatch } from '../ovn/match/parser';
import { printConstant } from '../ovn/match/print';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl, LogicalSwitchPort } from '../ovn/northbound';

/** A packet that a rule is about, as far as the rule tells. */
export interface PacketHint {
  readonly inport?: string;
  readonly ipSrc?: string;
  readonly toPort?: string;
  readonly toAddress?: string;
  readonly protocol?: 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly dstPort?: number;
}

/**
 * A packet that fits a match, with ports of the network in place of groups and prefixes: where a person starts who wants to see
 * what the rule does. What the match leaves open, or says only within `||` and `!`, is left out.
 */
export function packetOfMatch(
  match: string,
  direction: Acl['direction'],
  live: InventoryIndex | null,
): PacketHint {
  const parsed = parseMatch(match);
  if (!parsed.ok) return {};
  const terms = termsOf(parsed.expr);
  const own = portOf(terms, direction === 'to-lport' ? 'outport' : 'inport', live);
  const source = addressesOf(terms, 'src', live);
  const destination = addressesOf(terms, 'dst', live);
  const ends: PacketHint =
    direction === 'to-lport'
      ? {
          ...sourceOf(source, own, live),
          ...(own === null ? destinationOf(destination, null, live) : { toPort: own }),
        }
      : {
          ...(own === null ? sourceOf(source, null, live) : { inport: own }),
          ...destinationOf(destination, own, live),
        };
  return { ...ends, ...serviceOf(terms) };
}

interface Term {
  readonly field: string;
  /** Empty for a field or predicate that stands alone. */
  readonly values: readonly Constant[];
}

/** What has to hold in any case: the terms that `&&` joins. */
function termsOf(expr: MatchExpr): readonly Term[] {
  switch (expr.kind) {
    case 'and':
      return expr.operands.flatMap(termsOf);
    case 'test':
      return [{ field: expr.field.name, values: [] }];
    case 'compare':
      return expr.operator === '==' ? [{ field: expr.field.name, values: expr.values }] : [];
    case 'range':
      return [{ field: expr.field.name, values: [expr.lowOperator === '<' ? expr.high : expr.low] }];
    default:
      return [];
  }
}

function portOf(terms: readonly Term[], field: string, live: InventoryIndex | null): string | null {
  for (const { values } of terms.filter((term) => term.field === field)) {
    for (const value of values) {
      if (value.kind === 'string') return value.value;
      if (value.kind !== 'port-group' || live === null) continue;
      // The database has no order; the same rule should always give the same packet.
      const ports = (live.portGroup(value.name)?.ports ?? []).toSorted();
      const ready = ports.find((name) => (live.port(name)?.addresses.length ?? 0) > 0);
      if (ready !== undefined) return ready;
    }
  }
  return null;
}

/** Addresses and prefixes that the match names for an end. */
function addressesOf(
  terms: readonly Term[],
  end: 'src' | 'dst',
  live: InventoryIndex | null,
): readonly string[] {
  return terms
    .filter(({ field }) => field === `ip4.${end}` || field === `ip6.${end}`)
    .flatMap(({ values }) => values)
    .flatMap((value) => {
      if (value.kind === 'address-set') return live?.addressSet(value.name) ?? [];
      return value.kind === 'integer' ? [printConstant(value)] : [];
    });
}

function sourceOf(
  addresses: readonly string[],
  other: string | null,
  live: InventoryIndex | null,
): PacketHint {
  const found = portWithin(addresses, other, live);
  return found === null ? {} : { inport: found.port.name, ipSrc: found.ip };
}

function destinationOf(
  addresses: readonly string[],
  other: string | null,
  live: InventoryIndex | null,
): PacketHint {
  const found = portWithin(addresses, other, live);
  if (found !== null) return { toPort: found.port.name };
  const single = addresses.find((address) => !address.includes('/'));
  return single === undefined ? {} : { toAddress: single };
}

/** A port of the network with an address in one of the prefixes. */
function portWithin(
  prefixes: readonly string[],
  other: string | null,
  live: InventoryIndex | null,
): { readonly port: LogicalSwitchPort; readonly ip: string } | null {
  if (live === null) return null;
  for (const prefix of prefixes) {
    for (const port of live.inventory.switchPorts) {
      if (port.name === other || port.type === 'router') continue;
      const ip = port.addresses.flatMap(({ ips }) => ips).find((address) => networkContains(prefix, address));
      if (ip !== undefined) return { port, ip };
    }
  }
  return null;
}

function serviceOf(terms: readonly Term[]): PacketHint {
  for (const protocol of ['tcp', 'udp', 'sctp'] as const) {
    const port = terms.find(({ field, values }) => field === `${protocol}.dst` && values.length > 0)
      ?.values[0];
    if (port?.kind === 'integer' && port.mask === null && port.value > 0n) {
      return { protocol, dstPort: Number(port.value) };
    }
    if (terms.some(({ field }) => field === protocol)) return { protocol };
  }
  return terms.some(({ field }) => /^icmp[46]?(?:\.|$)/.test(field)) ? { protocol: 'icmp' } : {};
}
