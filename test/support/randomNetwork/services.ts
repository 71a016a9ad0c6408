import { isIp6, quote, type NetworkBuilder, type RandomSwitch } from './builder';
import { macOf, net4, net6 } from './topology';

/** What OVN does beside carrying packets: DHCP, names, multicast, quality of service, mirrors, and global switches. */
export function addServices(builder: NetworkBuilder): void {
  const { random } = builder;
  for (const on of builder.tenantSwitches) {
    if (random.chance(50)) addDhcp(builder, on);
    if (random.chance(30)) {
      const dns = builder.row('DNS', { records: `{"vm.example"="${net4(on.number)}.10"}` });
      builder.nb('add', 'Logical_Switch', on.name, 'dns_records', dns);
    }
    addMulticastGroups(builder, on);
    if (random.chance(15))
      builder.nb(
        'qos-add',
        on.name,
        random.pick(['from-lport', 'to-lport']),
        '100',
        'ip4',
        'dscp=10',
        'rate=100',
      );
    if (random.chance(10))
      builder.nb(
        'fwd-group-add',
        `fg${on.number}`,
        on.name,
        `${net4(on.number)}.222`,
        macOf(on.number, 222),
        ...on.ports.slice(0, 2),
      );
    if (random.chance(30)) addLearntMac(builder, on);
  }
  addMirror(builder);
  addGlobals(builder);
  addChassis(builder);
}

function addDhcp(builder: NetworkBuilder, on: RandomSwitch): void {
  const { random } = builder;
  const prefix = net4(on.number);
  const four = builder.row('DHCP_Options', {
    cidr: `${prefix}.0/24`,
    options: `{"server_id"="${prefix}.1","server_mac"="0a:00:00:00:fc:01","lease_time"="3600","router"="${prefix}.1"}`,
  });
  const six = builder.row('DHCP_Options', {
    cidr: quote(`${net6(on.number)}/64`),
    options: '{"server_id"="0a:00:00:00:fc:01"}',
  });
  for (const name of random.some(on.ports, 60)) {
    builder.nb('set', 'Logical_Switch_Port', name, `dhcpv4_options=${four}`);
    if (random.chance(60)) builder.nb('set', 'Logical_Switch_Port', name, `dhcpv6_options=${six}`);
  }
  if (on.routerPort === null || !builder.schema.has('DHCP_Relay') || !random.chance(30)) return;
  const relay = builder.row('DHCP_Relay', { name: `relay${on.number}`, servers: '10.0.1.10' });
  builder.nb('set', 'Logical_Router_Port', on.routerPort.name, `dhcp_relay=${relay}`);
  builder.nb(
    'set',
    'Logical_Switch',
    on.name,
    `other_config:dhcp_relay_port=s${on.number}-${on.routerPort.router}`,
  );
}

/** Groups as members' reports would have made them. */
function addMulticastGroups(builder: NetworkBuilder, on: RandomSwitch): void {
  const { random } = builder;
  for (const group of ['239.0.0.1', 'ff0a::1']) {
    if (!random.chance(40)) continue;
    const members = random.some(on.ports, 40);
    builder.sb(
      'create',
      'IGMP_Group',
      `address=${quote(group)}`,
      `datapath={Datapath_Binding external_ids:name=${quote(on.name)} _uuid}`,
      'chassis={Chassis name=hv1 _uuid}',
      ...members.map((name) => `ports={Port_Binding logical_port=${quote(name)} _uuid}`),
    );
    builder.addresses.push(group);
    builder.macs.push(isIp6(group) ? '33:33:00:00:00:01' : '01:00:5e:00:00:01');
  }
}

/** A MAC behind a port with address `unknown`, as ovn-controller learns it. */
function addLearntMac(builder: NetworkBuilder, on: RandomSwitch): void {
  const name = builder.random.pick(on.ports);
  const mac = macOf(on.number, 0x77);
  builder.macs.push(mac);
  builder.sb(
    'create',
    'FDB',
    `mac=${quote(mac)}`,
    `dp_key={Datapath_Binding external_ids:name=${quote(on.name)} tunnel_key}`,
    `port_key={Port_Binding logical_port=${quote(name)} tunnel_key}`,
  );
}

function addMirror(builder: NetworkBuilder): void {
  const { random, schema } = builder;
  const ports = builder.switches.flatMap((on) => on.ports);
  if (!random.chance(20) || ports.length < 2) return;
  const isLocal = schema.takes('Mirror', 'type', 'lport') && random.chance(60);
  const mirror = builder.row('Mirror', {
    name: 'mirror0',
    filter: random.pick(['from-lport', 'to-lport']),
    type: isLocal ? 'lport' : 'gre',
    sink: quote(isLocal ? random.pick(ports) : '10.9.9.9'),
    index: 1,
  });
  builder.nb('add', 'Logical_Switch_Port', random.pick(ports), 'mirror_rules', mirror);
}

function addGlobals(builder: NetworkBuilder): void {
  const { random } = builder;
  const set = (percent: number, ...settings: readonly string[]): void => {
    if (random.chance(percent))
      builder.nb('set', 'NB_Global', '.', ...settings.map((setting) => `options:${setting}`));
  };
  set(15, 'default_acl_drop=true');
  set(12, 'debug_drop_domain_id=1', 'debug_drop_collector_set=2');
  set(15, 'ignore_lsp_down=false');
  set(10, 'use_ct_inv_match=false');
  set(15, 'use_parent_lb=true');
  set(10, 'lb_hairpin_use_ct_mark=false');
  set(10, 'controller_event=true');
}

/** Chassis of this version, or of an older one, for which northd keeps to older actions. */
function addChassis(builder: NetworkBuilder): void {
  const { random } = builder;
  const added = builder.chassis.map((name, at) => ['chassis-add', name, 'geneve', `127.0.0.${at + 1}`]);
  const settings = random.chance(70)
    ? builder.chassis.map((name) => [
        'set',
        'Chassis',
        name,
        ...chassisFeatures.map((feature) => `other_config:${feature}=true`),
      ])
    : [];
  // Ports are bound and groups joined on chassis that exist.
  builder.southbound.unshift(...added, ...settings);
}

const chassisFeatures = [
  'ct-no-masked-label',
  'mac-binding-timestamp',
  'ovn-ct-lb-related',
  'fdb-timestamp',
  'ct-commit-nat-v2',
  'ct-commit-to-zone',
  'ls-dpg-column',
];
