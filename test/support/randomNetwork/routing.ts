import { quote, type NetworkBuilder } from './builder';
import { macOf, net4, net6 } from './topology';

/** Policies, routes and known neighbours of the routers. */
export function addRouting(builder: NetworkBuilder): void {
  const { random } = builder;
  for (const router of builder.routers) {
    const count = random.pick([0, 0, 1, 2, 3]);
    for (let n = 0; n < count; n++) addPolicy(builder, router, 1000 + n);
    addRoutes(builder, router);
  }
  for (const { number, routerPort } of builder.tenantSwitches) {
    if (routerPort === null) continue;
    // .200 has no port: only a known neighbour makes it reachable.
    if (random.chance(35))
      builder.nb('static-mac-binding-add', routerPort.name, `${net4(number)}.200`, macOf(number, 200));
    if (random.chance(25)) {
      builder.sb(
        'create',
        'MAC_Binding',
        `logical_port=${routerPort.name}`,
        `ip=${quote(`${net6(number)}200`)}`,
        `mac=${quote(macOf(number, 200))}`,
        `datapath={Datapath_Binding external_ids:name=${routerPort.router} _uuid}`,
      );
    }
  }
}

function addPolicy(builder: NetworkBuilder, router: string, priority: number): void {
  const { random, schema } = builder;
  const match = random.pick([
    `ip4.src == ${random.pick(['10.0.0.10', '10.0.0.11', '10.0.1.0/24'])}`,
    `ip6.src == ${random.pick(['fd00:0::10', 'fd00:1::/64'])}`,
    'ip4.dst == 203.0.113.0/24',
    'tcp.dst == 443',
    `inport == "${router}-s0" && ip4.dst == $set4`,
    'ip4.src == $set4 && !(ip4.dst == 10.0.0.0/16)',
  ]);
  const hops = [random.pick(['10.0.0.10', '10.0.0.200']), random.pick(['10.0.1.10', '10.0.1.200'])];
  const [kind, nexthops] = random.pick([
    ['allow', null],
    ['drop', null],
    ['drop', null],
    ['reroute', [hops[0]]],
    ['reroute', hops],
    ['reroute', ['fd00:0::200', 'fd00:0::10']],
  ] as const);
  const columns = {
    priority,
    match: quote(match),
    action: kind,
    ...(nexthops === null ? {} : { nexthops: `[${nexthops.map((hop) => quote(hop ?? '')).join(',')}]` }),
    ...(random.chance(20) ? { 'options:pkt_mark': 100 } : {}),
  };
  builder.nb('add', 'Logical_Router', router, 'policies', builder.row('Logical_Router_Policy', columns));
  if (!schema.has('Logical_Router_Policy', 'chain') || !random.chance(15)) return;
  const jump = { priority: priority + 500, match: 'ip4', action: 'jump', jump_chain: 'inner' };
  const inner = { priority: 100, match: 'ip', action: random.pick(['allow', 'drop']), chain: 'inner' };
  for (const row of [jump, inner])
    builder.nb('add', 'Logical_Router', router, 'policies', builder.row('Logical_Router_Policy', row));
}

function addRoutes(builder: NetworkBuilder, router: string): void {
  const { random } = builder;
  const add = (...words: readonly string[]): void => builder.nb(...words);
  if (random.chance(30)) add('lr-route-add', router, '203.0.113.0/24', '10.0.0.200');
  if (random.chance(30)) {
    const flag = random.pick(['--ecmp', '--ecmp', '--ecmp-symmetric-reply']);
    add(flag, 'lr-route-add', router, '198.51.100.0/24', '10.0.0.200');
    add(flag, 'lr-route-add', router, '198.51.100.0/24', '10.0.0.10');
  }
  if (random.chance(20)) add('lr-route-add', router, '192.0.2.128/25', 'discard');
  if (random.chance(15)) add('lr-route-add', router, 'fd00:dead::/64', 'discard');
  if (random.chance(20)) add('--policy=src-ip', 'lr-route-add', router, '10.0.0.11/32', '10.0.0.200');
  if (random.chance(20)) add('lr-route-add', router, 'fd00:99::/64', 'fd00:0::200');
  if (random.chance(15)) {
    add('--ecmp', 'lr-route-add', router, 'fd00:98::/64', 'fd00:0::200');
    add('--ecmp', 'lr-route-add', router, 'fd00:98::/64', 'fd00:0::11');
  }
}
