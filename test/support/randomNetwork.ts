/** A random OVN network as `ovn-nbctl` commands, and random packets in it; the same seed makes the same of both. */

export interface RandomNetwork {
  /** Arguments of `ovn-nbctl`, one command each. */
  readonly commands: readonly (readonly string[])[];
  readonly ports: readonly RandomPort[];
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
}

export interface RandomPort {
  readonly name: string;
  readonly switchName: string;
  readonly mac: string;
  readonly ip: string;
  readonly ip6: string;
  readonly gatewayMac: string;
}

/** A small generator of random numbers (mulberry32): seeded, so that a failure can be had again. */
export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}

export function makeNetwork(random: Random): RandomNetwork {
  const commands: string[][] = [];
  const add = (...command: string[]) => commands.push(command);
  const ports: RandomPort[] = [];
  const addresses = ['203.0.113.7', '10.77.0.1', '255.255.255.255', '224.0.0.251', 'fd00:99::1', 'ff02::1'];
  const macs = ['ff:ff:ff:ff:ff:ff', '0e:00:00:00:00:01', '01:00:5e:00:00:fb'];
  const switches = 2 + random.below(2);
  add('lr-add', 'r0');
  if (random.chance(40)) add('set', 'Logical_Router', 'r0', 'options:chassis=gw1');
  for (let s = 0; s < switches; s++) {
    const name = `s${s}`;
    const gatewayMac = `0a:00:00:00:ff:0${s}`;
    add('ls-add', name);
    add('lrp-add', 'r0', `r0-${name}`, gatewayMac, `10.0.${s}.1/24`, `fd00:${s}::1/64`);
    add('lsp-add', name, `${name}-r0`);
    add('lsp-set-type', `${name}-r0`, 'router');
    add('lsp-set-addresses', `${name}-r0`, 'router');
    add('lsp-set-options', `${name}-r0`, `router-port=r0-${name}`);
    addresses.push(`10.0.${s}.1`, `10.0.${s}.200`, `fd00:${s}::1`, `fd00:${s}::200`);
    macs.push(gatewayMac);
    for (let p = 0; p < 2 + random.below(2); p++) {
      const mac = `0a:00:00:00:0${s}:1${p}`;
      const [ip, ip6] = [`10.0.${s}.1${p}`, `fd00:${s}::1${p}`];
      const port = { name: `${name}p${p}`, switchName: name, mac, ip, ip6, gatewayMac };
      ports.push(port);
      addresses.push(ip, ip6);
      macs.push(mac);
      add('lsp-add', name, port.name);
      add('lsp-set-addresses', port.name, random.chance(90) ? `${mac} ${ip} ${ip6}` : 'unknown');
      if (random.chance(40)) add('lsp-set-port-security', port.name, `${mac} ${ip} ${ip6}`);
      if (random.chance(8)) add('lsp-set-enabled', port.name, 'disabled');
    }
    if (random.chance(30)) {
      add('lsp-add', name, `${name}-net`);
      add('lsp-set-type', `${name}-net`, 'localnet');
      add('lsp-set-addresses', `${name}-net`, 'unknown');
      add('lsp-set-options', `${name}-net`, 'network_name=phys');
    }
  }
  addRules(random, add, ports, switches);
  addRouting(random, add, ports, addresses);
  return { commands, ports, addresses, macs };
}

type Add = (...command: string[]) => void;

function addRules(random: Random, add: Add, ports: readonly RandomPort[], switches: number): void {
  add('pg-add', 'pg0', ...ports.filter(() => random.chance(50)).map(({ name }) => name));
  if (random.chance(15)) add('set', 'NB_Global', '.', 'options:default_acl_drop=true');
  const actions = ['allow', 'allow-related', 'allow-related', 'allow-stateless', 'drop', 'reject'];
  const terms = [
    'tcp',
    'udp.dst == 53',
    'tcp.dst == 80',
    'ip4',
    'ip6',
    'icmp4 || icmp6',
    'tcp.dst == {22, 443}',
    '1',
  ];
  for (let n = 0; n < 2 + random.below(8); n++) {
    const direction = random.pick(['from-lport', 'to-lport']);
    const field = direction === 'to-lport' ? 'outport' : 'inport';
    const onGroup = random.chance(50);
    const port = random.chance(50)
      ? `${field} == ${onGroup ? '@pg0' : `"${random.pick(ports).name}"`} && `
      : '';
    const log = random.chance(30) ? ['--log', `--name=rule ${n}, verdict=drop`] : [];
    const afterLb = direction === 'from-lport' && random.chance(20) ? ['--apply-after-lb'] : [];
    add(
      ...log,
      ...afterLb,
      'acl-add',
      onGroup ? 'pg0' : `s${random.below(switches)}`,
      direction,
      `${100 + n}`,
      `${port}(${random.pick(terms)})`,
      random.pick(actions),
    );
  }
}

function addRouting(random: Random, add: Add, ports: readonly RandomPort[], addresses: string[]): void {
  if (random.chance(50)) {
    const vip = '10.0.0.100';
    const backends = random.chance(20)
      ? ''
      : ports
          .slice(0, 2)
          .map(({ ip }) => `${ip}:80`)
          .join(',');
    add(...(random.chance(30) ? ['--reject'] : []), 'lb-add', 'lb0', `${vip}:80`, backends, 'tcp');
    add('ls-lb-add', 's0', 'lb0');
    if (random.chance(40)) add('lr-lb-add', 'r0', 'lb0');
    addresses.push(vip);
  }
  if (random.chance(40))
    add('lr-nat-add', 'r0', random.pick(['snat', 'dnat_and_snat']), '172.16.0.9', ports[0]!.ip);
  if (random.chance(40)) add('lr-nat-add', 'r0', 'dnat', '10.77.0.1', ports[1]!.ip);
  if (random.chance(30)) add('lr-route-add', 'r0', '203.0.113.0/24', '10.0.0.200');
  if (random.chance(20)) add('--ecmp', 'lr-route-add', 'r0', '203.0.113.0/24', '10.0.1.200');
  if (random.chance(20))
    add('lr-policy-add', 'r0', '1000', `ip4.src == ${ports[0]!.ip}`, random.pick(['drop', 'allow']));
}

/** A microflow of the network, and the `--ct` states to trace it with. */
export function makePacket(random: Random, { ports, addresses, macs }: RandomNetwork): string {
  const from = random.pick(ports);
  const to = random.pick(addresses);
  const family = to.includes(':') ? 'ip6' : 'ip4';
  const near = ports.find(
    ({ ip, ip6, switchName }) => switchName === from.switchName && [ip, ip6].includes(to),
  );
  const ethDst = random.chance(85) ? (near?.mac ?? from.gatewayMac) : random.pick(macs);
  const ethSrc = random.chance(90) ? from.mac : random.pick(macs);
  const ipSrc = family === 'ip4' ? from.ip : from.ip6;
  const service = random.pick([
    'tcp.flags == 2 && tcp.src == 40000 && tcp.dst == 80',
    'tcp.flags == 4 && tcp.dst == 22',
    'tcp.dst == 443',
    'udp.dst == 53',
    family === 'ip4' ? 'icmp4.type == 8' : 'icmp6.type == 128',
    'ip.proto == 47',
  ]);
  const ends = `inport == "${from.name}" && eth.src == ${ethSrc} && eth.dst == ${ethDst}`;
  if (family === 'ip4' && random.chance(8)) {
    return `${ends} && arp.op == 1 && arp.spa == ${ipSrc} && arp.tpa == ${to} && arp.sha == ${ethSrc}`;
  }
  const ttl = random.chance(95) ? 64 : 1;
  return `${ends} && ${family}.src == ${ipSrc} && ${family}.dst == ${to} && ip.ttl == ${ttl} && ${service}`;
}
