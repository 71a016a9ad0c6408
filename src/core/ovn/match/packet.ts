import type { PacketFields } from './evaluate';
import { conntrackFlags } from './fields';
import type { IntegerFormat } from './ast';
import { readNumber } from './numbers';

/** What the first word of a flow says of Ethernet type and IP protocol. */
const keywords: Readonly<Record<string, readonly [etherType: bigint, protocol?: bigint]>> = {
  ip: [0x800n],
  icmp: [0x800n, 1n],
  igmp: [0x800n, 2n],
  tcp: [0x800n, 6n],
  udp: [0x800n, 17n],
  sctp: [0x800n, 132n],
  ipv6: [0x86ddn],
  icmp6: [0x86ddn, 58n],
  tcp6: [0x86ddn, 6n],
  udp6: [0x86ddn, 17n],
  sctp6: [0x86ddn, 132n],
  arp: [0x806n],
  rarp: [0x8035n],
};

/**
 * Flow keys that stand for a field as they are. Registers are left out on purpose: the pipeline has changed them by the
 * time an ACL is asked.
 */
const plainFields: Readonly<Record<string, readonly [field: string, format: IntegerFormat | null]>> = {
  dl_type: ['eth.type', null],
  dl_src: ['eth.src', 'ethernet'],
  dl_dst: ['eth.dst', 'ethernet'],
  vlan_tci: ['vlan.tci', null],
  nw_src: ['ip4.src', 'ipv4'],
  nw_dst: ['ip4.dst', 'ipv4'],
  ipv6_src: ['ip6.src', 'ipv6'],
  ipv6_dst: ['ip6.dst', 'ipv6'],
  ipv6_label: ['ip6.label', null],
  nw_proto: ['ip.proto', null],
  nw_ecn: ['ip.ecn', null],
  nw_ttl: ['ip.ttl', null],
  nd_target: ['nd.target', 'ipv6'],
  nd_sll: ['nd.sll', 'ethernet'],
  nd_tll: ['nd.tll', 'ethernet'],
  pkt_mark: ['pkt.mark', null],
  ct_mark: ['ct_mark', null],
  ct_label: ['ct_label', null],
};

/** OVN calls them `arp.op` or `rarp.op`, after the Ethernet type; the flow knows one name for both. */
const arpFields: readonly (readonly [key: string, field: string, format: IntegerFormat | null])[] = [
  ['arp_op', 'op', null],
  ['arp_spa', 'spa', 'ipv4'],
  ['arp_tpa', 'tpa', 'ipv4'],
  ['arp_sha', 'sha', 'ethernet'],
  ['arp_tha', 'tha', 'ethernet'],
];

const arps: ReadonlyMap<bigint, string> = new Map([
  [0x806n, 'arp'],
  [0x8035n, 'rarp'],
]);

const transports: ReadonlyMap<bigint, string> = new Map([
  [6n, 'tcp'],
  [17n, 'udp'],
  [132n, 'sctp'],
]);

const icmps: ReadonlyMap<bigint, string> = new Map([
  [1n, 'icmp4'],
  [58n, 'icmp6'],
]);

/** `ip.frag` is "any fragment" in bit 0 and "not the first" in bit 1. */
const fragments: Readonly<Record<string, bigint>> = { no: 0n, first: 1n, later: 3n };

const tcpFlags = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr', 'ns'];

/** What the flow itself does not say by name. */
export interface PacketNames {
  readonly inport?: string | undefined;
  readonly outport?: string | undefined;
  /** `['new','trk']`; an empty list for a packet that conntrack has not seen. */
  readonly ctState?: readonly string[] | undefined;
}

/**
 * The fields of a packet from the flow that ovn-trace prints in its first line (without `# `). Keys it does not know and
 * values it cannot read are left out, which makes them unknown.
 */
export function packetFromFlow(flow: string, names: PacketNames): PacketFields {
  const fields = new Map<string, bigint | string>();
  const values = new Map<string, string>();
  for (const part of flow.replace(/^#\s*/, '').trim().split(',')) {
    const equals = part.indexOf('=');
    if (equals !== -1) values.set(part.slice(0, equals), part.slice(equals + 1));
    else setKeyword(fields, part);
  }
  for (const [key, value] of values) {
    if (!Object.hasOwn(plainFields, key)) continue;
    const [field, format] = plainFields[key] ?? ['', null];
    setNumber(fields, field, value, format);
  }
  setVlan(fields, values);
  setArp(fields, values);
  setIp(fields, values);
  setTransport(fields, values);
  setConntrack(fields, names.ctState ?? values.get('ct_state')?.split(/[|+]/));
  if (names.inport !== undefined) fields.set('inport', names.inport);
  if (names.outport !== undefined) fields.set('outport', names.outport);
  return Object.fromEntries(fields);
}

type Fields = Map<string, bigint | string>;
type Values = ReadonlyMap<string, string>;

function setKeyword(fields: Fields, word: string): void {
  if (!Object.hasOwn(keywords, word)) return;
  const [etherType, protocol] = keywords[word] ?? [];
  if (etherType !== undefined) fields.set('eth.type', etherType);
  if (protocol !== undefined) fields.set('ip.proto', protocol);
}

function setNumber(
  fields: Fields,
  field: string,
  text: string | undefined,
  format: IntegerFormat | null,
): void {
  const value = readFlowNumber(text, format);
  if (value !== null) fields.set(field, value);
}

/** A number in decimal or hexadecimal, or an address of the format asked for; null for anything else. */
function readFlowNumber(text: string | undefined, format: IntegerFormat | null): bigint | null {
  const number = readNumber(text ?? '');
  if ('wrong' in number) return null;
  const fits =
    format === null
      ? number.format === 'decimal' || number.format === 'hexadecimal'
      : number.format === format;
  return fits ? number.value : null;
}

/** A tagged packet shows its tag in pieces; bit 12 of `vlan.tci` says that there is one. */
function setVlan(fields: Fields, values: Values): void {
  const id = readFlowNumber(values.get('dl_vlan'), null);
  if (id === null) return;
  const priority = readFlowNumber(values.get('dl_vlan_pcp'), null) ?? 0n;
  fields.set('vlan.tci', 0x1000n | (priority << 13n) | id);
}

function setArp(fields: Fields, values: Values): void {
  const etherType = fields.get('eth.type');
  const arp = typeof etherType === 'bigint' ? arps.get(etherType) : undefined;
  if (arp === undefined) return;
  for (const [key, field, format] of arpFields) setNumber(fields, `${arp}.${field}`, values.get(key), format);
}

function setIp(fields: Fields, values: Values): void {
  const etherType = fields.get('eth.type');
  if (etherType !== 0x800n && etherType !== 0x86ddn) return;
  // The flow shows the class of service as it lies in the header, two bits higher.
  const service = readFlowNumber(values.get('nw_tos'), null);
  if (service !== null) fields.set('ip.dscp', service >> 2n);
  // Before 22.06 the flow says nothing of a packet that is no fragment.
  const fragment = values.get('nw_frag') ?? 'no';
  const bits = Object.hasOwn(fragments, fragment) ? fragments[fragment] : undefined;
  if (bits !== undefined) fields.set('ip.frag', bits);
}

function setTransport(fields: Fields, values: Values): void {
  const protocol = fields.get('ip.proto');
  if (typeof protocol !== 'bigint') return;
  const transport = transports.get(protocol);
  if (transport !== undefined) {
    setNumber(fields, `${transport}.src`, values.get('tp_src'), null);
    setNumber(fields, `${transport}.dst`, values.get('tp_dst'), null);
  }
  const icmp = icmps.get(protocol);
  if (icmp !== undefined) {
    setNumber(fields, `${icmp}.type`, values.get('icmp_type'), null);
    setNumber(fields, `${icmp}.code`, values.get('icmp_code'), null);
  }
  const flags = transport === 'tcp' ? readTcpFlags(values.get('tcp_flags')) : null;
  if (flags !== null) fields.set('tcp.flags', flags);
}

/** `0`, a number, or names and numbers in brackets: `syn|ack|[200]`. */
function readTcpFlags(text: string | undefined): bigint | null {
  const number = readFlowNumber(text, null);
  if (number !== null || text === undefined) return number;
  let flags = 0n;
  for (const word of text.split('|')) {
    const bit = tcpFlags.indexOf(word);
    const bracketed = /^\[([0-9a-f]{1,3})\]$/.exec(word)?.[1];
    if (bit !== -1) flags |= 1n << BigInt(bit);
    else if (bracketed !== undefined) flags |= BigInt(`0x${bracketed}`);
    else return null;
  }
  return flags;
}

function setConntrack(fields: Fields, flags: readonly string[] | undefined): void {
  if (flags === undefined) return;
  let state = 0n;
  for (const flag of flags) {
    const bit = conntrackFlags.findIndex((known) => known === flag);
    if (bit !== -1) state |= 1n << BigInt(bit);
  }
  fields.set('ct_state', state);
}
