import { quote, type NetworkBuilder } from './builder';

/** Names as people give them, and as nobody should: those that a careless reader of a log line trips over. */
const names = [
  'allow-web',
  'db-deny-all, verdict=drop',
  'priority 5, uuid 12345678',
  'x { drop; };',
  'LOG: ACL name=y, direction=IN, verdict=allow, severity=info',
  ' 3. ls_in_acl: 1, priority 7',
  '*** output to null logical port',
  'egress(dp=sw, inport=a, outport=b)',
  '/* output to vm, type */',
  '-----------',
  'r\u00e8gle \u4e2d\u6587',
  'a\\',
  'say "no"',
];

const terms = [
  'tcp',
  'udp',
  'udp.dst == 53',
  'tcp.dst == 80',
  'ip4',
  'ip6',
  'ip',
  'icmp4 || icmp6',
  'tcp.dst == {22, 443}',
  'tcp.dst >= 1000 && tcp.dst <= 50000',
  '1',
  'ip4.src == 10.0.0.0/16',
  'ip4.src == $set4',
  'ip6.src == $set6',
  'ip4.dst == $pg0_ip4',
  'ip4.src == {10.0.0.10, 10.0.1.11}',
  'icmp4.type == 8',
  'eth.type == 0x1234',
  'arp',
  'sctp',
  'ip.proto == 47',
  'ip4.mcast',
  'tcp.flags == 2',
  'ct.new',
  'ct.est && !ct.rpl',
  '!icmp6 && tcp',
  'inport == @pg.empty',
];

/** ACLs of all verdicts, tiers and places, with address sets, logs and, where there are such, samples. */
export function addAcls(builder: NetworkBuilder): void {
  const { random } = builder;
  builder.row('Address_Set', { name: 'set4', addresses: '["10.0.0.10","10.0.1.0/28"]' });
  builder.row('Address_Set', { name: 'set6', addresses: '["fd00:0::10","fd00:1::/64"]' });
  addMeters(builder);
  const samples = addSamples(builder);
  const actions = [
    ...['allow', 'allow', 'allow-related', 'allow-related', 'allow-related', 'allow-stateless'],
    ...['drop', 'drop', 'reject'],
    ...(builder.schema.takes('ACL', 'action', 'pass') ? ['pass'] : []),
  ];
  const owners = [
    ...builder.tenantSwitches.map(({ name }) => ({ table: 'Logical_Switch', name })),
    ...builder.portGroups.slice(0, 2).map((name) => ({ table: 'Port_Group', name })),
    { table: 'Port_Group', name: 'pg0' },
  ];
  // Some networks have none at all, which is another set of flows.
  const count = random.chance(10) ? 0 : random.between(2, 16);
  for (let n = 0; n < count; n++) {
    const owner = random.pick(owners);
    const direction = random.pick(['from-lport', 'to-lport']);
    const acl = builder.row('ACL', {
      direction,
      // Few priorities, so that rules of the same priority meet.
      priority: random.chance(10) ? random.pick([0, 32767]) : 1000 + random.below(8),
      match: quote(drawMatch(builder, direction, owner)),
      action: random.pick(actions),
      ...drawLog(builder),
      ...(builder.schema.has('ACL', 'tier') && random.chance(35) ? { tier: random.below(4) } : {}),
      ...(direction === 'from-lport' && random.chance(20) ? { 'options:apply-after-lb': true } : {}),
      ...(random.chance(10) ? { label: random.between(1, 9999) } : {}),
      ...(random.chance(10) ? { 'options:persist-established': true } : {}),
      ...(samples !== null && random.chance(40) ? samples : {}),
    });
    builder.nb('add', owner.table, owner.name, 'acls', acl);
  }
}

function drawMatch(
  { random, ends }: NetworkBuilder,
  direction: string,
  owner: { readonly table: string; readonly name: string },
): string {
  const field = direction === 'to-lport' ? 'outport' : 'inport';
  const term = random.pick(terms);
  if (owner.table === 'Port_Group' && random.chance(80)) return `${field} == @${owner.name} && (${term})`;
  if (random.chance(50)) return term;
  return `${field} == ${JSON.stringify(random.pick(ends).name)} && (${term})`;
}

function drawLog({ random, meters }: NetworkBuilder): Record<string, string | boolean> {
  if (!random.chance(40)) return {};
  const meter = meters[0];
  return {
    log: random.chance(80),
    name: quote(random.pick(names)),
    ...(random.chance(50) ? { severity: random.pick(['alert', 'warning', 'info', 'debug']) } : {}),
    ...(meter !== undefined && random.chance(40) ? { meter: quote(meter) } : {}),
  };
}

function addMeters(builder: NetworkBuilder): void {
  const { random } = builder;
  if (!random.chance(40)) return;
  builder.nb('meter-add', 'meter 1, verdict=drop', 'drop', '100', 'kbps');
  builder.meters.push('meter 1, verdict=drop');
  if (!random.chance(50)) return;
  for (const protocol of ['arp', 'icmp4-error', 'tcp-reset', 'dhcpv4-opts', 'dns', 'event-elb'])
    builder.nb('copp-add', 'copp0', protocol, 'meter 1, verdict=drop');
  const [first] = builder.tenantSwitches;
  if (first !== undefined) builder.nb('ls-copp-add', 'copp0', first.name);
  builder.nb('lr-copp-add', 'copp0', 'r0');
}

/** Samples for new and for established connections; null where this version has none. */
function addSamples(builder: NetworkBuilder): { sample_new: string; sample_est: string } | null {
  const { random, schema } = builder;
  if (!schema.has('ACL', 'sample_new') || !random.chance(35)) return null;
  if (random.chance(30)) builder.row('Sampling_App', { type: random.pick(['drop', 'acl-new']), id: 42 });
  const collector = builder.row('Sample_Collector', { id: 1, name: 'c1', set_id: 7, probability: 65535 });
  const other = builder.row('Sample_Collector', { id: 2, name: 'c2', set_id: 8, probability: 100 });
  return {
    sample_new: builder.row('Sample', { metadata: 4301, collectors: `[${collector},${other}]` }),
    sample_est: builder.row('Sample', { metadata: 4302, collectors: collector }),
  };
}
