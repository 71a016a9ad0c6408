import fc from 'fast-check';

/** A row of the ACL table, and where it is set. */
export interface RandomAcl {
  readonly on: 'switch' | 'pg_both' | 'pg_b';
  readonly direction: 'from-lport' | 'to-lport';
  readonly afterLb: boolean;
  readonly tier: number;
  readonly priority: number;
  readonly match: string;
  readonly action: string;
}

/** Terms that hold for some of the packets, for all of them, or for none; the last ones OVN cannot read at all. */
const terms = [
  ...['ip4', 'ip', 'tcp', 'udp', 'ip6', 'icmp4', '1'],
  ...['tcp.dst == 80', 'tcp.dst == {22, 80}', 'tcp.dst != 80', '80 <= tcp.dst <= 90', '!(tcp.dst == 22)'],
  ...[
    'udp.dst == 53',
    'ip4.src == 10.0.0.1',
    'ip4.src == 10.0.0.0/31',
    'ip4.dst == $targets',
    'ip4.dst != $targets',
  ],
  ...[
    'ip4.src == $pg_both_ip4',
    'ip4.dst == $pg_b_ip4',
    'ip4.src == $nobody',
    'ip.ttl == 64',
    'eth.src == 0a:00:00:00:00:01',
  ],
  ...['inport == "a"', 'inport == "c"', 'inport != "c"', 'inport == @pg_both', 'inport == {@pg_b, "c"}'],
  ...[
    'outport == "b"',
    'outport == "c"',
    'outport == @pg_b',
    'outport == {@pg_both, "c"}',
    'outport != @pg_b',
  ],
  ...['ct.new', 'ct.est', 'ct.new && !ct.est', 'ct.trk', '!ct.trk', 'ct_mark == 0'],
  ...[
    'ip4 && !icmp6',
    'tcp.dst == 80 || tcp.dst == 81 && ip4',
    'outport == @nothing',
    'inport != @elsewhere',
    'ip4.src == $missing',
  ],
];

const match = fc.oneof(
  fc.constantFrom(...terms),
  fc
    .tuple(fc.constantFrom(...terms), fc.constantFrom('&&', '||'), fc.constantFrom(...terms))
    .map(([one, sign, other]) => `(${one}) ${sign} (${other})`),
);

/** Few priorities and many ACLs, so that some tie. */
export function randomAcls(hasTiers: boolean): fc.Arbitrary<readonly RandomAcl[]> {
  const actions = ['allow', 'allow-related', 'allow-related', 'allow-stateless', 'drop', 'drop', 'reject'];
  const acl = fc
    .record({
      on: fc.constantFrom('switch' as const, 'pg_both' as const, 'pg_b' as const),
      direction: fc.constantFrom('from-lport' as const, 'to-lport' as const, 'to-lport' as const),
      late: fc.boolean(),
      tier: hasTiers ? fc.constantFrom(0, 0, 1, 2, 3) : fc.constant(0),
      priority: fc.constantFrom(0, 1, 900, 1000, 1001, 2000, 32767),
      match,
      action: fc.constantFrom(...actions, ...(hasTiers ? ['pass', 'pass'] : [])),
    })
    // Of a flow that always matches and only goes on ovn-trace prints nothing.
    .filter((row) => row.action !== 'pass' || !/^1$|\(1\)/.test(row.match))
    .map(({ late, ...rest }): RandomAcl => ({ ...rest, afterLb: late && rest.direction === 'from-lport' }))
    // Load balancing tracks the packet anew, and the text does not say with which result.
    .filter((row) => !row.afterLb || !row.match.includes('ct.'));
  return fc.array(acl, { minLength: 3, maxLength: 16 });
}

/** Arguments of ovn-trace for a packet from port `a` of switch `s`, to port `b` or to the virtual address before it. */
export const randomPacket: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.constantFrom('10.0.0.2', '10.0.0.100'),
    fc.constantFrom(
      'tcp && tcp.dst == 80',
      'tcp && tcp.dst == 22',
      'udp && udp.dst == 53',
      'icmp4.type == 8',
    ),
    fc.constantFrom('new', 'est', 'new'),
  )
  .map(([destination, service, state]) => [
    ...Array<string>(8).fill(`--ct=${state}`),
    's',
    'inport == "a" && eth.src == 0a:00:00:00:00:01 && eth.dst == 0a:00:00:00:00:02 && ip4.src == 10.0.0.1 && ip.ttl == 64 && ' +
      `ip4.dst == ${destination} && ${service}`,
  ]);
