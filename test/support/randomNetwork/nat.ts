import { isIp6, quote, type NetworkBuilder } from './builder';
import { net4, net6, publicNumber } from './topology';

/** NAT of each kind on the routers that can have it: one behind a gateway port, one bound to a chassis. */
export function addNat(builder: NetworkBuilder): void {
  const { random } = builder;
  const routers = [
    ...builder.gatewayPorts.map(({ router }) => ({ router, isDistributed: true })),
    ...builder.gatewayRouters.map((router) => ({ router, isDistributed: false })),
  ];
  for (const { router, isDistributed } of routers) {
    const count = random.between(0, 5);
    for (let n = 0; n < count; n++) addRow(builder, router, isDistributed, 100 + n);
    builder.maybeSet(15, 'Logical_Router', router, `options:lb_force_snat_ip=${net4(publicNumber)}.90`);
    if (!isDistributed) {
      builder.maybeSet(15, 'Logical_Router', router, 'options:dnat_force_snat_ip="router_ip"');
      builder.maybeSet(15, 'Logical_Router', router, 'options:lb_force_snat_ip="router_ip"');
    }
  }
}

function addRow(builder: NetworkBuilder, router: string, isDistributed: boolean, host: number): void {
  const { random } = builder;
  const end = random.pick(builder.hosts);
  const inside = random.pick(end.ips);
  const is6 = isIp6(inside);
  const outside = is6 ? `${net6(publicNumber)}${host}` : `${net4(publicNumber)}.${host}`;
  const type = random.pick(['snat', 'snat', 'dnat', 'dnat_and_snat', 'dnat_and_snat']);
  const isOnPort = isDistributed && type === 'dnat_and_snat' && !is6 && random.chance(50);
  const network = is6 ? 'fd00:0::/64' : random.pick([inside, '10.0.0.0/24', '10.0.0.0/16']);
  const nat = builder.row('NAT', {
    type,
    external_ip: quote(outside),
    logical_ip: quote(type === 'snat' ? network : inside),
    ...(isOnPort ? { logical_port: quote(end.name), external_mac: quote('0a:00:00:00:0f:01') } : {}),
    ...(type === 'dnat_and_snat' && random.chance(25) ? { 'options:stateless': true } : {}),
    ...(!is6 && random.chance(15) ? { external_port_range: quote('2000-3000') } : {}),
    ...(random.chance(20) ? { 'options:add_route': true } : {}),
    ...(builder.schema.has('NAT', 'match') && random.chance(20)
      ? { match: quote(is6 ? 'ip6.dst == fd00:99::/64' : 'ip4.dst == 203.0.113.0/24'), priority: 10 }
      : {}),
    ...(random.chance(20) ? drawExternalAddresses(builder, `ext_${router}_${host}`, is6) : {}),
  });
  builder.nb('add', 'Logical_Router', router, 'nat', nat);
  builder.addresses.push(outside);
  if (type !== 'snat') builder.services.push({ ip: outside, port: null, protocol: 'tcp' });
}

/** The set of addresses outside with which, or without which, the rule speaks. */
function drawExternalAddresses(builder: NetworkBuilder, name: string, is6: boolean): Record<string, string> {
  const addresses = is6 ? '["fd00:99::/64"]' : '["203.0.113.0/24"]';
  return {
    [builder.random.pick(['allowed_ext_ips', 'exempted_ext_ips'])]: builder.row('Address_Set', {
      name,
      addresses,
    }),
  };
}
