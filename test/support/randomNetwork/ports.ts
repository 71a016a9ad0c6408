import { quote, type NetworkBuilder, type RandomSwitch } from './builder';
import { drawName, macOf, net4, net6 } from './topology';

/** The ports of every tenant switch: ordinary ones first, then what else a port can be. */
export function addPorts(builder: NetworkBuilder): void {
  for (const logicalSwitch of builder.tenantSwitches) {
    const count = builder.random.between(2, 4);
    for (let host = 0; host < count; host++) addOrdinaryPort(builder, logicalSwitch, host);
    addSpecialPorts(builder, logicalSwitch);
  }
  const { random } = builder;
  const members = builder.switches.flatMap(({ ports }) => ports);
  for (const group of ['pg0', 'pg1', 'pg.empty']) {
    builder.nb('pg-add', group, ...(group === 'pg.empty' ? [] : random.some(members, 50)));
    builder.portGroups.push(group);
  }
}

function addOrdinaryPort(builder: NetworkBuilder, on: RandomSwitch, host: number): void {
  const { random } = builder;
  const name = addPort(builder, on, `s${on.number}p${host}`, 10 + host);
  const { mac, ips } = builder.ends[builder.ends.length - 1]!;
  const second = random.chance(10) ? [`${mac} ${net4(on.number)}.${20 + host}`] : [];
  const addresses = random.pick([
    [`${mac} ${ips.join(' ')}`, ...second],
    [`${mac} ${ips.join(' ')}`],
    [`${mac} ${ips.join(' ')}`],
    [`${mac} ${ips.join(' ')}`, 'unknown'],
    [mac],
    ['unknown'],
  ]);
  builder.nb('lsp-set-addresses', name, ...addresses);
  if (random.chance(40)) builder.nb('lsp-set-port-security', name, ...drawPortSecurity(builder, mac, ips));
  if (random.chance(6)) builder.nb('lsp-set-enabled', name, 'disabled');
  builder.maybeSet(8, 'Logical_Switch_Port', name, 'options:mcast_flood=true');
  builder.maybeSet(8, 'Logical_Switch_Port', name, 'options:mcast_flood_reports=true');
  builder.maybeSet(8, 'Logical_Switch_Port', name, 'external_ids:neutron\\:port_name=web');
  if (random.chance(80)) builder.sb('lsp-bind', name, random.pick(builder.chassis));
}

function drawPortSecurity({ random }: NetworkBuilder, mac: string, ips: readonly string[]): string[] {
  const [ip = '', ip6 = ''] = ips;
  return random.pick([
    [mac],
    [`${mac} ${ip}`],
    [`${mac} ${ip6}`],
    [`${mac} ${ip} ${ip6}`],
    [`${mac} ${ip}/24`],
    [`${mac} ${ip.replace(/\d+$/, '0')}/28 ${ip6}`],
    [`${mac} ${ip}`, `0a:00:00:00:fd:01 ${ip6}`],
  ]);
}

/** Adds a port that packets are sent from, with its addresses still to set. */
function addPort(builder: NetworkBuilder, on: RandomSwitch, plain: string, host: number): string {
  const name = drawName(builder, plain);
  const mac = macOf(on.number, host);
  const ips = [`${net4(on.number)}.${host}`, `${net6(on.number)}${host}`];
  builder.nb('lsp-add', on.name, name);
  on.ports.push(name);
  builder.ends.push({
    name,
    datapath: on.name,
    mac,
    ips,
    gatewayMac: on.routerPort?.mac ?? '0e:00:00:00:00:01',
    isHost: true,
  });
  builder.addresses.push(...ips);
  builder.macs.push(mac);
  return name;
}

function addSpecialPorts(builder: NetworkBuilder, on: RandomSwitch): void {
  const { random } = builder;
  const prefix = `s${on.number}`;
  const typed = (name: string, type: string, ...options: readonly string[]): void => {
    builder.nb('lsp-set-type', name, type);
    if (options.length > 0) builder.nb('lsp-set-options', name, ...options);
  };
  if (random.chance(25)) {
    const name = addPort(builder, on, `${prefix}-localnet`, 60);
    builder.nb('lsp-set-addresses', name, 'unknown');
    typed(name, 'localnet', 'network_name=phys');
    builder.maybeSet(30, 'Logical_Switch_Port', name, 'options:localnet_learn_fdb=true');
  }
  if (random.chance(20)) {
    const name = addPort(builder, on, `${prefix}-localport`, 61);
    builder.nb('lsp-set-addresses', name, addressesOf(builder));
    typed(name, 'localport');
  }
  if (random.chance(20)) {
    const [parent] = on.ports;
    const name = addPort(builder, on, `${prefix}-virtual`, 62);
    builder.nb('lsp-set-addresses', name, addressesOf(builder));
    typed(name, 'virtual', `virtual-ip=${net4(on.number)}.62`, `virtual-parents=${parent ?? ''}`);
    if (random.chance(50))
      builder.sb(
        'set',
        'Port_Binding',
        name,
        `virtual_parent=${quote(parent ?? '')}`,
        'chassis={Chassis name=hv1 _uuid}',
      );
  }
  if (random.chance(15)) {
    const name = addPort(builder, on, `${prefix}-external`, 63);
    builder.nb('lsp-set-addresses', name, addressesOf(builder));
    typed(name, 'external');
    const group = builder.row('HA_Chassis_Group', { name: `ha-${prefix}` });
    builder.nb('set', 'Logical_Switch_Port', name, `ha_chassis_group=${group}`);
  }
  if (random.chance(20)) {
    const name = addPort(builder, on, `${prefix}-nested`, 64);
    builder.nb('lsp-set-addresses', name, addressesOf(builder));
    builder.nb(
      'set',
      'Logical_Switch_Port',
      name,
      `parent_name=${quote(on.ports[0] ?? '')}`,
      'tag_request=7',
    );
  }
  if (random.chance(10)) {
    const name = addPort(builder, on, `${prefix}-l2gateway`, 65);
    builder.nb('lsp-set-addresses', name, 'unknown');
    typed(name, 'l2gateway', 'network_name=phys', 'l2gateway-chassis=hv1');
  }
  if (random.chance(10)) {
    const name = addPort(builder, on, `${prefix}-vtep`, 66);
    builder.nb('lsp-set-addresses', name, 'unknown');
    typed(name, 'vtep', 'vtep-physical-switch=ps', 'vtep-logical-switch=ls');
  }
  if (random.chance(15)) {
    builder.nb('set', 'Logical_Switch', on.name, `other_config:subnet=${net4(on.number)}.0/24`);
    const name = addPort(builder, on, `${prefix}-dynamic`, 67);
    builder.nb('lsp-set-addresses', name, `${macOf(on.number, 67)} dynamic`);
  }
}

/** MAC and addresses of the port that was added last. */
function addressesOf(builder: NetworkBuilder): string {
  const { mac, ips } = builder.ends[builder.ends.length - 1]!;
  return `${mac} ${ips.join(' ')}`;
}
