import fc from 'fast-check';
import type { PacketFields } from '../../../src/core/ovn/match/evaluate';

/** Fields with values that meet each other often, so that matches overlap and packets hit them. */
const ordinals: Readonly<Record<string, readonly string[]>> = {
  'tcp.dst': ['80', '0x50', '443', '81', '1000', '0', '65535', '0x50/0xfff0', '80/80'],
  'tcp.src': ['80', '40000', '0x9c40'],
  'tcp.flags': ['2', '0x12', '0x2/0x2', '0x10/0x12'],
  'udp.dst': ['53', '80', '0x35', '65535'],
  'sctp.dst': ['80', '5'],
  'ip4.src': [
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.0/24',
    '10.0.0.5/24',
    '10.0.0.0/8',
    '10.0.0.1/255.0.0.255',
    '0.0.0.0/0',
    '0xa000001',
  ],
  'ip4.dst': ['10.0.0.1', '192.168.1.1', '192.168.0.0/16', '224.0.0.1', '224.0.0.0/4'],
  'ip6.src': ['fe80::1', 'fe80::/10', '2001:db8::1', '::/0', '2001:db8::5/64', '::ffff:10.0.0.1'],
  'ip6.dst': ['fe80::1', 'ff02::1', 'ff02::1:ff00:1', '2001:db8::/32'],
  'eth.src': ['00:00:00:00:00:01', '0a:00:00:00:00:02', '1', '00:00:00:00:00:00/01:00:00:00:00:00'],
  'eth.dst': ['00:00:00:00:00:01', 'ff:ff:ff:ff:ff:ff', '33:33:00:00:00:01', '01:00:5e:00:00:01'],
  'ip.frag': ['0', '1', '3', '2/2'],
  'vlan.tci': ['0', '0x1005', '0x1000/0x1000', '0x5/0xfff'],
  'vlan.vid': ['5', '0'],
  'arp.spa': ['10.0.0.1', '10.0.0.0/24'],
  'arp.tha': ['00:00:00:00:00:00', '00:00:00:00:00:01'],
  reg0: ['0', '5', '0x80', '0x80/0x80'],
  reg8: ['0', '0x10000'],
  xxreg0: ['0', '0x5', '0x500000000000000000000000'],
  ct_mark: ['0', '1', '1/1'],
  ct_label: ['0', '0x1/0x1'],
  ct_state: ['0', '0x21', '0x20/0x20'],
  'ct_mark.blocked': ['0', '1'],
  'ip6.label': ['0', '3'],
};

const bitFields: Readonly<Record<string, readonly string[]>> = {
  'ip4.dst[0..7]': ['1', '0x1ff'],
  'ip4.dst[28..31]': ['0xe', '0', '0xfe'],
  'tcp.dst[0..3]': ['0', '8', '0x1f'],
  'tcp.flags[1..4]': ['1', '9'],
  'reg8[30..31]': ['0', '1'],
  'eth.dst[32..47]': ['0x3333', '0'],
};

const nominals: Readonly<Record<string, readonly string[]>> = {
  inport: ['"vm1"', '"vm2"', '"v\\u006d1"'],
  'eth.type': ['0x800', '0x806', '0x86dd', '2048'],
  'ip.proto': ['6', '17', '0x6', '58', '1', '47'],
  'ip.ttl': ['64', '255', '0x40'],
  'icmp4.type': ['8', '0'],
  'icmp6.type': ['135', '136', '128'],
  'icmp4.code': ['0', '1'],
  'arp.op': ['1', '2'],
};

const nominalPredicates = [
  ...['ip', 'ip4', 'ip6', 'tcp', 'udp', 'sctp', 'icmp', 'icmp4', 'icmp6', 'arp', 'rarp', 'igmp'],
  ...['nd', 'nd_ns', 'nd_na', 'nd_rs', 'nd_ra', 'mldv1', 'mldv2'],
];
const freePredicates = [
  ...['eth.bcast', 'eth.mcast', 'eth.mcastv6', 'vlan.present', 'ip4.mcast', 'ip4.src_mcast', 'ip6.mcast'],
  ...['ip.is_frag', 'ip.later_frag', 'ip.first_frag', 'ip6.mcast_flood', 'ip6.mcast_all_rtrs'],
  ...['ct.new', 'ct.est', 'ct.rpl', 'ct.trk', 'flags.loopback', 'reg0[7]', 'ct_mark.blocked', 'eth.dst[40]'],
];

/** Address set and port group that the matches name; the real database holds the same. */
export const setMembers = { as: ['10.0.0.1', '10.0.0.128/25', '192.168.1.1'], pg: ['vm1'] } as const;
export const knownSets = {
  addressSet: (name: string) => (name === 'as' ? setMembers.as : null),
  portGroup: (name: string) => (name === 'pg' ? setMembers.pg : null),
};

const blank = fc.constantFrom('', '', ' ', ' ', '  ', '\t', ' /* x */ ');

function oneOf(values: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...values);
}

function setOf(values: readonly string[]): fc.Arbitrary<string> {
  const separator = fc.constantFrom(', ', ',', ' ');
  return fc
    .tuple(fc.array(oneOf(values), { minLength: 1, maxLength: 4 }), separator, fc.constantFrom('', ','))
    .map(([chosen, between, last]) => `{${chosen.join(between)}${last}}`);
}

function comparison(field: fc.Arbitrary<string>, operators: readonly string[], values: fc.Arbitrary<string>) {
  return fc
    .tuple(field, oneOf(operators), values, blank, fc.boolean())
    .map(([name, operator, value, space, swapped]) => {
      const turned = operator.replace(/[<>]/, (sign) => (sign === '<' ? '>' : '<'));
      return swapped
        ? `${value}${space}${turned}${space}${name}`
        : `${name}${space}${operator}${space}${value}`;
    });
}

/** A term that may stand under an even (or, `negated`, an odd) number of `!`. */
function termText(negated: boolean): fc.Arbitrary<string> {
  const ordinal = fc.constantFrom(...Object.entries(ordinals)).chain(([field, values]) => {
    const plain = values.filter((value) => !value.includes('/'));
    return fc.oneof(
      comparison(fc.constant(field), ['==', '!='], fc.oneof(oneOf(values), setOf(values))),
      comparison(fc.constant(field), ['<', '<=', '>', '>='], oneOf(plain)),
      fc
        .tuple(oneOf(plain), oneOf(plain), oneOf(['<', '<=']), oneOf(['<', '<=']))
        .map(([low, high, one, other]) => `${low} ${one} ${field} ${other} ${high}`),
      fc
        .tuple(oneOf(plain), oneOf(plain), oneOf(['>', '>=']), oneOf(['>', '>=']))
        .map(([high, low, one, other]) => `${high} ${one} ${field} ${other} ${low}`),
    );
  });
  const nominal = fc
    .constantFrom(...Object.entries(nominals))
    .chain(([field, values]) =>
      comparison(fc.constant(field), [negated ? '!=' : '=='], fc.oneof(oneOf(values), setOf(values))),
    );
  const bits = fc
    .constantFrom(...Object.entries(bitFields))
    .chain(([field, values]) => comparison(fc.constant(field), ['==', '!=', '<', '>='], oneOf(values)));
  const free = fc.tuple(oneOf(freePredicates), fc.constantFrom('', ' == 1', ' == 0', ' != 0', ' == {0, 1}'));
  return fc.oneof(
    { weight: 4, arbitrary: ordinal },
    { weight: 3, arbitrary: nominal },
    { weight: 3, arbitrary: oneOf(nominalPredicates).map((name) => (negated ? `${name} == 0` : name)) },
    { weight: 2, arbitrary: free.map((parts) => parts.join('')) },
    { weight: 1, arbitrary: bits },
    { weight: 1, arbitrary: fc.constantFrom('ip4.src == $as', 'ip4.dst != {$as, 10.9.9.9}', '1', '0') },
    { weight: 1, arbitrary: fc.constant(negated ? 'inport != @pg' : 'inport == {@pg, "vm2"}') },
  );
}

/** Match texts that OVN takes, of all shapes. */
export function matchText(depth = 3, negated = false): fc.Arbitrary<string> {
  if (depth === 0) return termText(negated);
  const inner = matchText(depth - 1, negated);
  const joined = (sign: string) =>
    fc
      .array(inner, { minLength: 2, maxLength: 4 })
      .map((operands) =>
        operands.map((operand) => (isChain(operand) ? `(${operand})` : operand)).join(` ${sign} `),
      );
  return fc.oneof(
    { weight: 3, arbitrary: termText(negated) },
    { weight: 3, arbitrary: joined('&&') },
    { weight: 3, arbitrary: joined('||') },
    { weight: 1, arbitrary: matchText(depth - 1, !negated).map((operand) => `!(${operand})`) },
    { weight: 1, arbitrary: inner.map((operand) => `(${operand})`) },
  );
}

function isChain(text: string): boolean {
  return text.includes('&&') || text.includes('||');
}

/** The text with one small thing changed, as a typist would; often no match any more. */
export function slightlyBroken(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const pieces = [
    '(',
    ')',
    '!',
    '&&',
    '||',
    '==',
    '=',
    '<',
    '{',
    '}',
    '[',
    ']',
    '0',
    '"',
    '/',
    ',',
    '..',
    '.',
    'tcp',
    ' ',
    '$',
    '@',
    '-',
  ];
  return fc
    .tuple(text, fc.nat(), fc.constantFrom(...pieces), fc.constantFrom('insert', 'delete', 'replace', 'swap'))
    .map(([whole, place, piece, how]) => {
      const at = place % (whole.length + 1);
      const [before, after] = [whole.slice(0, at), whole.slice(at)];
      switch (how) {
        case 'insert':
          return before + piece + after;
        case 'delete':
          return before + after.slice(1);
        case 'replace':
          return before + piece + after.slice(1);
        default:
          return after + before;
      }
    });
}

/** A packet, and the microflow that makes ovn-trace send it. */
export interface SamplePacket {
  readonly microflow: string;
  readonly fields: PacketFields;
}

const ports = [0n, 53n, 80n, 81n, 443n, 1000n, 40000n, 65535n];
const ipv4s = [0x0a000001n, 0x0a000002n, 0x0a0000c8n, 0x0a050505n, 0xc0a80101n, 0xe0000001n];
const ipv6s = [
  (0xfe80n << 112n) | 1n,
  (0x20010db8n << 96n) | 1n,
  (0xff02n << 112n) | 1n,
  (0xff02n << 112n) | 0x1ff000001n,
  0xffff0a000001n,
];
const macs = [1n, 0x0a0000000002n, 0xffffffffffffn, 0x333300000001n, 0x01005e000001n];

/** Fields every packet has, and those of its protocols; nothing of the ones it does not have. */
export const samplePacket: fc.Arbitrary<SamplePacket> = fc
  .record({
    inport: fc.constantFrom('vm1', 'vm2', 'vm3'),
    'eth.src': fc.constantFrom(...macs),
    'eth.dst': fc.constantFrom(...macs),
    'vlan.tci': fc.constantFrom(0n, 0n, 0x1005n, 0x3005n),
    reg0: fc.constantFrom(0n, 5n, 0x80n),
    reg8: fc.constantFrom(0n, 0x10000n),
    ct_mark: fc.constantFrom(0n, 1n),
    ct_state: fc.constantFrom(0n, 0x21n, 0x22n, 0x2an),
  })
  .chain((base) =>
    fc.tuple(fc.constant(base), fc.oneof(arpFields, ipFields(4), ipFields(4), ipFields(6), fc.constant({}))),
  )
  .map(([base, more]) => {
    const fields: Record<string, bigint | string> = { ...base, ...more };
    const microflow = Object.entries(fields)
      .filter(([, value]) => value !== 0n)
      .map(
        ([name, value]) =>
          `${name} == ${typeof value === 'bigint' ? `0x${value.toString(16)}` : JSON.stringify(value)}`,
      )
      .join(' && ');
    const registers = { xxreg0: base.reg0 << 96n, xreg4: base.reg8 << 32n };
    return { microflow, fields: { ...zeros, ...registers, ...fields } };
  });

/** What a microflow leaves out is zero. */
const zeros: PacketFields = {
  'eth.type': 0n,
  flags: 0n,
  ct_label: 0n,
  'pkt.mark': 0n,
};

const arpFields = fc
  .record({
    'arp.op': fc.constantFrom(1n, 2n),
    'arp.spa': fc.constantFrom(...ipv4s),
    'arp.tpa': fc.constantFrom(...ipv4s),
  })
  .map((fields) => ({ 'eth.type': 0x806n, 'arp.sha': 0n, 'arp.tha': 0n, ...fields }));

function ipFields(version: 4 | 6) {
  const addresses = version === 4 ? ipv4s : ipv6s;
  return fc
    .record({
      [`ip${version}.src`]: fc.constantFrom(...addresses),
      [`ip${version}.dst`]: fc.constantFrom(...addresses),
      'ip.ttl': fc.constantFrom(64n, 255n, 1n),
      'ip.frag': fc.constantFrom(0n, 0n, 0n, 1n, 3n),
    })
    .chain((fields) => {
      const ip = { 'eth.type': version === 4 ? 0x800n : 0x86ddn, 'ip.dscp': 0n, 'ip.ecn': 0n, ...fields };
      const label = version === 6 ? { 'ip6.label': 0n } : {};
      return transportFields(version).map((transport) => ({ ...ip, ...label, ...transport }));
    });
}

function transportFields(version: 4 | 6): fc.Arbitrary<Record<string, bigint>> {
  const port = fc.constantFrom(...ports);
  const icmp = version === 4 ? 'icmp4' : 'icmp6';
  return fc.oneof(
    fc
      .tuple(port, port, fc.constantFrom(0n, 2n, 0x12n))
      .map(([src, dst, flags]) => ({ 'ip.proto': 6n, 'tcp.src': src, 'tcp.dst': dst, 'tcp.flags': flags })),
    fc.tuple(port, port).map(([src, dst]) => ({ 'ip.proto': 17n, 'udp.src': src, 'udp.dst': dst })),
    fc.tuple(port, port).map(([src, dst]) => ({ 'ip.proto': 132n, 'sctp.src': src, 'sctp.dst': dst })),
    fc
      .tuple(fc.constantFrom(8n, 0n, 135n, 136n, 128n, 130n), fc.constantFrom(0n, 1n))
      .map(([type, code]) => ({
        'ip.proto': version === 4 ? 1n : 58n,
        [`${icmp}.type`]: type,
        [`${icmp}.code`]: code,
      })),
    fc.constantFrom(2n, 47n).map((protocol) => ({ 'ip.proto': protocol })),
  );
}
