import { quote, type NetworkBuilder, type RandomSwitch } from './builder';

/** Number of the switch to the outside; tenants have numbers below 10, switches between routers from 20 on. */
export const publicNumber = 11;

/** First three parts of the IPv4 network of a switch. */
export function net4(number: number): string {
  if (number === publicNumber) return '172.16.0';
  return number < 10 ? `10.0.${number}` : `100.64.${number}`;
}

export function net6(number: number): string {
  return `fd00:${number}::`;
}

export function macOf(number: number, host: number): string {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return `0a:00:00:00:${hex(number)}:${hex(host)}`;
}

/** Names that end a title, a comment or a line of a trace early when they are read carelessly. */
const hostileEndings = [
  ' priority 5, uuid 12345678',
  '") {',
  ' {',
  '};',
  '", type "patch" */',
  ': no match (implicit drop)',
  ' drop;',
  ' \u00e4\u4e2d',
  "'$(id)",
  '\\',
];

/** Mostly the plain name; at times one that a careless reader trips over. */
export function drawName(builder: NetworkBuilder, plain: string): string {
  const { random } = builder;
  return random.chance(3) ? `${plain}${random.pick(hostileEndings)}` : plain;
}

/** Switches and routers: routers as peers, over a join switch, with a way out through a gateway. */
export function addTopology(builder: NetworkBuilder): void {
  const { random } = builder;
  const tenants = random.between(1, 3);
  addRouter(builder, 'r0');
  const hasSecond = random.chance(35);
  if (hasSecond) addRouter(builder, 'r1');
  for (let number = 0; number < tenants; number++) {
    const name = drawName(builder, `s${number}`);
    const router = hasSecond && random.chance(50) ? 'r1' : 'r0';
    addSwitch(builder, name, number, random.chance(96) ? router : null);
  }
  if (hasSecond) joinRouters(builder, 'r0', 'r1', 20);
  const way = random.pick(['none', 'distributed', 'distributed', 'gateway', 'gateway']);
  if (way === 'distributed') addDistributedGateway(builder);
  if (way === 'gateway') addGatewayRouter(builder);
}

function addRouter(builder: NetworkBuilder, name: string): void {
  builder.nb('lr-add', name);
  builder.routers.push(name);
  if (builder.random.chance(4)) {
    builder.nb('set', 'Logical_Router', name, 'enabled=false');
    builder.disabledRouters.add(name);
  }
  builder.maybeSet(30, 'Logical_Router', name, 'options:mcast_relay=true');
  builder.maybeSet(25, 'Logical_Router', name, 'options:always_learn_from_arp_request=false');
  builder.maybeSet(15, 'Logical_Router', name, 'options:dynamic_neigh_routers=true');
  builder.maybeSet(10, 'Logical_Router', name, 'options:ct-commit-all=true');
}

function addSwitch(
  builder: NetworkBuilder,
  name: string,
  number: number,
  router: string | null,
): RandomSwitch {
  builder.nb('ls-add', name);
  addSwitchOptions(builder, name, number);
  const routerPort = router === null ? null : connect(builder, name, number, router, 1);
  const made: RandomSwitch = { name, number, ports: [], routerPort };
  builder.switches.push(made);
  builder.addresses.push(`${net4(number)}.200`, `${net6(number)}200`);
  return made;
}

function addSwitchOptions(builder: NetworkBuilder, name: string, number: number): void {
  const { random } = builder;
  const set = (percent: number, setting: string): void =>
    builder.maybeSet(percent, 'Logical_Switch', name, `other_config:${setting}`);
  if (random.chance(35)) {
    set(100, 'mcast_snoop=true');
    set(40, 'mcast_flood_unregistered=true');
    set(40, `mcast_ip4_src=${net4(number)}.250`);
    set(40, 'mcast_eth_src="0a:00:00:00:fe:01"');
  }
  set(15, 'vlan-passthru=true');
  set(15, 'broadcast-arps-to-all-routers=false');
  set(15, 'enable-stateless-acl-with-lb=true');
}

/** Router port and switch port, each the other's peer. */
function connect(
  builder: NetworkBuilder,
  switchName: string,
  number: number,
  router: string,
  host: number,
): NonNullable<RandomSwitch['routerPort']> {
  const name = `${router}-s${number}`;
  const mac = macOf(number, 0xf0 + host);
  const [ip, ip6] = [`${net4(number)}.${host}`, `${net6(number)}${host}`];
  const networks = [`${ip}/24`, ...(builder.random.chance(85) ? [`${ip6}/64`] : [])];
  const front = `s${number}-${router}`;
  builder.nb('lrp-add', router, name, mac, ...networks);
  builder.nb('lsp-add', switchName, front);
  builder.nb('lsp-set-type', front, 'router');
  builder.nb('lsp-set-addresses', front, builder.random.chance(85) ? 'router' : `${mac} ${ip} ${ip6}`);
  builder.nb('lsp-set-options', front, `router-port=${name}`);
  builder.maybeSet(10, 'Logical_Switch_Port', front, 'options:arp_proxy="10.0.77.0/24"');
  builder.maybeSet(15, 'Logical_Router_Port', name, 'options:gateway_mtu=1400');
  builder.maybeSet(3, 'Logical_Router_Port', name, 'enabled=false');
  builder.maybeSet(30, 'Logical_Router_Port', name, 'ipv6_ra_configs:address_mode=slaac');
  builder.addresses.push(ip, ip6);
  builder.macs.push(mac);
  const ips = [`${net4(number)}.99`, `${net6(number)}99`];
  builder.ends.push({ name, datapath: router, mac, ips, gatewayMac: mac, isHost: false });
  return { name, mac, router };
}

/**
 * Two routers back to back, or over a switch that nobody else is on; each knows the networks behind the other.
 * @param link number of the link, from 20 on: that of its switch.
 * @returns the IPv4 address at which the first reaches the other.
 */
function joinRouters(builder: NetworkBuilder, one: string, other: string, link: number): string {
  const addresses = (host: number): [string, string] => [`${net4(link)}.${host}`, `${net6(link)}${host}`];
  const sides = [
    { router: one, peer: other, host: 1 },
    { router: other, peer: one, host: 2 },
  ];
  const asPeers = builder.random.chance(50);
  if (!asPeers) addSwitch(builder, `join${link}`, link, null);
  for (const { router, peer, host } of sides) {
    if (!asPeers) {
      connect(builder, `join${link}`, link, router, host);
      continue;
    }
    const [ip, ip6] = addresses(host);
    const networks = [`${ip}/24`, `${ip6}/64`, `peer=${peer}-${router}`];
    builder.nb('lrp-add', router, `${router}-${peer}`, macOf(link, host), ...networks);
  }
  route(builder, one, other, ...addresses(2));
  route(builder, other, one, ...addresses(1));
  return addresses(2)[0];
}

/** Routes to every tenant network that another router serves. */
function route(builder: NetworkBuilder, router: string, behind: string, via4: string, via6: string): void {
  for (const { number, routerPort } of builder.tenantSwitches) {
    if (routerPort?.router !== behind) continue;
    builder.nb('lr-route-add', router, `${net4(number)}.0/24`, via4);
    if (builder.random.chance(80)) builder.nb('lr-route-add', router, `${net6(number)}/64`, via6);
  }
}

function addPublicSwitch(builder: NetworkBuilder, router: string): string {
  const { routerPort } = addSwitch(builder, 'public', publicNumber, router);
  builder.nb('lsp-add', 'public', 'ln-public');
  builder.nb('lsp-set-type', 'ln-public', 'localnet');
  builder.nb('lsp-set-addresses', 'ln-public', 'unknown');
  builder.nb('lsp-set-options', 'ln-public', 'network_name=phys');
  builder.maybeSet(25, 'Logical_Switch_Port', 'ln-public', 'tag=42');
  const gateway = `${net4(publicNumber)}.254`;
  builder.ends.push({
    name: 'ln-public',
    datapath: 'public',
    mac: macOf(publicNumber, 0xfe),
    ips: [gateway, `${net6(publicNumber)}254`, '203.0.113.7'],
    gatewayMac: macOf(publicNumber, 0xf1),
    isHost: false,
  });
  builder.addresses.push(gateway);
  if (builder.random.chance(60)) builder.nb('lr-route-add', router, '0.0.0.0/0', gateway);
  if (builder.random.chance(40)) builder.nb('lr-route-add', router, '::/0', `${net6(publicNumber)}254`);
  const port = routerPort?.name ?? '';
  if (builder.random.chance(40)) {
    builder.nb('static-mac-binding-add', port, gateway, macOf(publicNumber, 0xfe));
  } else if (builder.random.chance(50)) {
    builder.sb(
      'create',
      'MAC_Binding',
      `logical_port=${port}`,
      `ip=${gateway}`,
      `mac=${quote(macOf(publicNumber, 0xfe))}`,
      `datapath={Datapath_Binding external_ids:name=${router} _uuid}`,
    );
  }
  return port;
}

function addDistributedGateway(builder: NetworkBuilder): void {
  const port = addPublicSwitch(builder, 'r0');
  for (const [at, chassis] of builder.chassis.entries())
    builder.nb('lrp-set-gateway-chassis', port, chassis, String(20 - at));
  builder.gatewayPorts.push({ port, router: 'r0' });
  if (builder.random.chance(15)) builder.nb('lrp-set-redirect-type', port, 'bridged');
  for (const { routerPort } of builder.tenantSwitches) {
    if (routerPort?.router === 'r0')
      builder.maybeSet(15, 'Logical_Router_Port', routerPort.name, 'options:reside-on-redirect-chassis=true');
  }
}

function addGatewayRouter(builder: NetworkBuilder): void {
  addRouter(builder, 'gw0');
  builder.nb('set', 'Logical_Router', 'gw0', 'options:chassis=hv1');
  builder.gatewayRouters.push('gw0');
  addPublicSwitch(builder, 'gw0');
  const via = joinRouters(builder, 'r0', 'gw0', 21);
  if (builder.random.chance(70)) builder.nb('lr-route-add', 'r0', '0.0.0.0/0', via);
}
