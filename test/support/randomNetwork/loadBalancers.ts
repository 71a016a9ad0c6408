import { isIp6, quote, type NetworkBuilder, type RandomService } from './builder';
import { net4, net6 } from './topology';

/** Load balancers of both families and all protocols, on switches and routers, by themselves or in a group. */
export function addLoadBalancers(builder: NetworkBuilder): void {
  const { random } = builder;
  const count = random.pick([0, 1, 1, 2, 3]);
  for (let n = 0; n < count; n++) addLoadBalancer(builder, n);
}

function addLoadBalancer(builder: NetworkBuilder, number: number): void {
  const { random } = builder;
  const is6 = random.chance(35);
  const protocol = random.pick(['tcp', 'tcp', 'tcp', 'udp', 'sctp'] as const);
  const [own] = builder.tenantSwitches;
  const near = is6 ? `${net6(own?.number ?? 0)}10${number}` : `${net4(own?.number ?? 0)}.10${number}`;
  const vip = random.chance(50) ? near : is6 ? `fd00:aa::${number + 1}` : `192.0.2.${number + 1}`;
  const ports = random.chance(10) ? [null] : random.chance(30) ? [80, 443] : [80];
  const vips = ports.map((port) => ({
    service: { ip: vip, port, protocol },
    backends: drawBackends(builder, is6, port),
  }));
  const lb = builder.row('Load_Balancer', {
    name: `lb${number}`,
    protocol,
    vips: `{${vips.map(({ service, backends }) => `"${endpoint(service)}"="${backends.map(endpoint).join(',')}"`).join(',')}}`,
    ...drawOptions(builder, is6),
    ...(random.chance(15)
      ? { selection_fields: random.pick(['ip_src', '[ip_src,ip_dst,tp_src,tp_dst]']) }
      : {}),
    ...(random.chance(35) ? drawHealthChecks(builder, vips) : {}),
  });
  attach(builder, lb, number);
  builder.addresses.push(vip);
  for (const { service } of vips) {
    builder.services.push(service);
    // Also a port of the address that is not served.
    if (service.port !== null) builder.services.push({ ...service, port: service.port + 1 });
  }
}

function drawBackends({ random, hosts }: NetworkBuilder, is6: boolean, port: number | null): RandomService[] {
  if (random.chance(20)) return [];
  const addresses = hosts.flatMap(({ ips }) => ips).filter((ip) => isIp6(ip) === is6);
  const chosen = [...new Set([random.pick(addresses), random.pick(addresses), random.pick(addresses)])];
  return chosen
    .slice(0, random.between(1, 3))
    .map((ip) => ({ ip, port: port === null ? null : random.pick([port, 8080]), protocol: 'tcp' }));
}

function endpoint({ ip, port }: Pick<RandomService, 'ip' | 'port'>): string {
  if (port === null) return ip;
  return isIp6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function drawOptions({ random }: NetworkBuilder, is6: boolean): Record<string, string | boolean | number> {
  return {
    ...(random.chance(30) ? { 'options:reject': true } : {}),
    ...(random.chance(20) ? { 'options:hairpin_snat_ip': quote(is6 ? 'fd00:88::1' : '192.0.2.88') } : {}),
    ...(random.chance(15) ? { 'options:skip_snat': true } : {}),
    ...(random.chance(20) ? { 'options:affinity_timeout': 60 } : {}),
    ...(random.chance(20) ? { 'options:add_route': true } : {}),
    ...(random.chance(20) ? { 'options:neighbor_responder': random.pick(['all', 'none', 'reachable']) } : {}),
    ...(random.chance(15) ? { 'options:event': true } : {}),
  };
}

/** Health checks whose outcome, which ovn-controller would find out, is drawn too. */
function drawHealthChecks(
  builder: NetworkBuilder,
  vips: readonly { readonly service: RandomService; readonly backends: readonly RandomService[] }[],
): Record<string, string> {
  const { random } = builder;
  const checks: string[] = [];
  const mappings = new Map<string, string>();
  for (const { service, backends } of vips) {
    if (service.port === null) continue;
    checks.push(builder.row('Load_Balancer_Health_Check', { vip: quote(endpoint(service)) }));
    for (const { ip } of backends) {
      const end = builder.ends.find(({ ips }) => ips.includes(ip));
      const number = builder.switches.find(({ name }) => name === end?.datapath)?.number;
      // A name with a colon or a quote cannot be told from the rest of the value.
      if (end === undefined || number === undefined || /[^\w.-]/.test(end.name)) continue;
      const source = isIp6(ip) ? `[${net6(number)}251]` : `${net4(number)}.251`;
      mappings.set(isIp6(ip) ? `[${ip}]` : ip, `${end.name}:${source}`);
      if (random.chance(80)) {
        const status = random.pick(['online', 'offline']);
        builder.sb('set', 'Service_Monitor', `{Service_Monitor ip=${quote(ip)} _uuid}`, `status=${status}`);
      }
    }
  }
  const pairs = [...mappings].map(([ip, value]) => `${quote(ip)}=${quote(value)}`);
  return {
    ...(checks.length > 0 ? { health_check: `[${checks.join(',')}]` } : {}),
    ...(pairs.length > 0 ? { ip_port_mappings: `{${pairs.join(',')}}` } : {}),
  };
}

function attach(builder: NetworkBuilder, lb: string, number: number): void {
  const { random } = builder;
  const places = [
    ...random.some(builder.switches, 50).map(({ name }) => ['Logical_Switch', name] as const),
    ...random.some(builder.routers, 50).map((name) => ['Logical_Router', name] as const),
  ];
  if (random.chance(20)) {
    const group = builder.row('Load_Balancer_Group', { name: `group${number}`, load_balancer: lb });
    for (const [table, name] of places) builder.nb('add', table, name, 'load_balancer_group', group);
  } else {
    for (const [table, name] of places) builder.nb('add', table, name, 'load_balancer', lb);
  }
}
