import { isIp6, type RandomEnd, type RandomNetwork, type RandomService } from './builder';
import type { Random } from './random';

/** A packet to trace. */
export interface RandomPacket {
  readonly datapath: string;
  readonly microflow: string;
}

/** Draws a packet: mostly one that a host would send, at times one that nobody should. */
export function makePacket(random: Random, network: RandomNetwork): RandomPacket {
  // Mostly from a host: what routers send each other on the way is seen anyway.
  const hosts = network.ends.filter(({ isHost }) => isHost);
  const from = random.pick(random.chance(80) && hosts.length > 0 ? hosts : network.ends);
  const draw = random.pick(kinds);
  return {
    datapath: from.datapath,
    microflow: `inport == ${JSON.stringify(from.name)} && ${draw(random, network, from)}`,
  };
}

type Draw = (random: Random, network: RandomNetwork, from: RandomEnd) => string;

const unicast: Draw = (random, network, from) => {
  const to = random.chance(70) ? random.pick(random.pick(network.ends).ips) : random.pick(network.addresses);
  return `${frame(random, network, from, to)} && ${payload(random, isIp6(to))}`;
};

const toService: Draw = (random, network, from) => {
  if (network.services.length === 0) return unicast(random, network, from);
  const service = random.pick(network.services);
  return `${frame(random, network, from, service.ip)} && ${servicePayload(random, service)}`;
};

const arp: Draw = (random, network, from) => {
  const source = drawSource(random, network, from, false);
  const target = random.pick(network.addresses.filter((ip) => !isIp6(ip)));
  const mac = drawSourceMac(random, network, from);
  const [op, ethDst] = random.pick([
    [1, 'ff:ff:ff:ff:ff:ff'],
    [1, 'ff:ff:ff:ff:ff:ff'],
    [1, from.gatewayMac],
    [2, from.gatewayMac],
    [2, random.pick(network.macs)],
  ]);
  const tha = op === 1 ? '00:00:00:00:00:00' : ethDst;
  return `eth.src == ${mac} && eth.dst == ${ethDst} && arp.op == ${op} && arp.spa == ${source} && arp.tpa == ${random.chance(5) ? source : target} && arp.sha == ${mac} && arp.tha == ${tha}`;
};

const nd: Draw = (random, network, from) => {
  const source = drawSource(random, network, from, true);
  const target = random.pick(network.addresses.filter(isIp6));
  const mac = drawSourceMac(random, network, from);
  const ends = `eth.src == ${mac} && ip6.src == ${source} && ip.ttl == 255`;
  return random.pick([
    `${ends} && eth.dst == 33:33:ff:00:00:01 && ip6.dst == ff02::1:ff00:1 && nd_ns && nd.target == ${target} && nd.sll == ${mac}`,
    `${ends} && eth.dst == ${from.gatewayMac} && ip6.dst == ${target} && nd_ns && nd.target == ${target} && nd.sll == ${mac}`,
    `${ends} && eth.dst == ${from.gatewayMac} && ip6.dst == ${target} && nd_na && nd.target == ${source} && nd.tll == ${mac}`,
    `${ends} && eth.dst == 33:33:00:00:00:02 && ip6.dst == ff02::2 && nd_rs`,
  ]);
};

const dhcp: Draw = (random, _network, from) => {
  const [four = '10.0.0.10', six = 'fd00::10'] = from.ips;
  return random.pick([
    `eth.src == ${from.mac} && eth.dst == ff:ff:ff:ff:ff:ff && ip4.src == 0.0.0.0 && ip4.dst == 255.255.255.255 && ip.ttl == 64 && udp.src == 68 && udp.dst == 67`,
    `eth.src == ${from.mac} && eth.dst == ${from.gatewayMac} && ip4.src == ${isIp6(four) ? '10.0.0.10' : four} && ip4.dst == 10.0.0.1 && ip.ttl == 64 && udp.src == 68 && udp.dst == 67`,
    `eth.src == ${from.mac} && eth.dst == 33:33:00:01:00:02 && ip6.src == ${isIp6(six) ? six : 'fe80::1'} && ip6.dst == ff02::1:2 && ip.ttl == 1 && udp.src == 546 && udp.dst == 547`,
  ]);
};

const dns: Draw = (random, network, from) => {
  const to = random.pick(network.addresses);
  return `${frame(random, network, from, to)} && udp.src == 40000 && udp.dst == 53`;
};

const multicast: Draw = (random, network, from) => {
  const mac = drawSourceMac(random, network, from);
  const four = drawSource(random, network, from, false);
  const six = drawSource(random, network, from, true);
  return random.pick([
    `eth.src == ${mac} && eth.dst == ff:ff:ff:ff:ff:ff && ip4.src == ${four} && ip4.dst == 255.255.255.255 && ip.ttl == 64 && udp.src == 1000 && udp.dst == 1000`,
    `eth.src == ${mac} && eth.dst == 01:00:5e:00:00:fb && ip4.src == ${four} && ip4.dst == 224.0.0.251 && ip.ttl == 1 && udp.src == 5353 && udp.dst == 5353`,
    `eth.src == ${mac} && eth.dst == 01:00:5e:00:00:01 && ip4.src == ${four} && ip4.dst == 239.0.0.1 && ip.ttl == 16 && udp.src == 1000 && udp.dst == 1000`,
    `eth.src == ${mac} && eth.dst == 01:00:5e:02:03:04 && ip4.src == ${four} && ip4.dst == 239.2.3.4 && ip.ttl == 16 && udp.src == 1000 && udp.dst == 1000`,
    `eth.src == ${mac} && eth.dst == 01:00:5e:00:00:01 && ip4.src == ${four} && ip4.dst == 239.0.0.1 && ip.ttl == 1 && igmp && ip.proto == 2`,
    `eth.src == ${mac} && eth.dst == 33:33:00:00:00:01 && ip6.src == ${six} && ip6.dst == ff0a::1 && ip.ttl == 16 && udp.src == 1000 && udp.dst == 1000`,
    `eth.src == ${mac} && eth.dst == 33:33:00:00:00:16 && ip6.src == fe80::1 && ip6.dst == ff02::16 && ip.ttl == 1 && icmp6.type == 143 && icmp6.code == 0`,
    `eth.src == ${mac} && eth.dst == ff:ff:ff:ff:ff:ff && eth.type == 0x1234`,
  ]);
};

const bare: Draw = (random, network, from) =>
  random.pick([
    `eth.src == ${from.mac} && eth.dst == ${random.pick(network.macs)} && eth.type == 0x88cc`,
    `eth.src == ${from.mac} && eth.dst == ${random.pick(network.macs)} && vlan.tci == 0x1005`,
    `eth.src == ${from.mac} && eth.dst == ${random.pick(network.macs)}`,
    `eth.src == ${from.mac} && eth.dst == ${from.gatewayMac} && ip4 && ip4.dst == 10.0.0.1`,
  ]);

const kinds: readonly Draw[] = [
  ...Array.from({ length: 9 }, () => unicast),
  ...Array.from({ length: 4 }, () => toService),
  arp,
  arp,
  nd,
  nd,
  dhcp,
  dns,
  multicast,
  multicast,
  bare,
];

/** Everything up to the payload: MACs, addresses, TTL. */
function frame(random: Random, network: RandomNetwork, from: RandomEnd, to: string): string {
  const family = isIp6(to) ? 'ip6' : 'ip4';
  const near = network.ends.find(({ datapath, ips }) => datapath === from.datapath && ips.includes(to));
  const ethDst = random.chance(92) ? (near?.mac ?? from.gatewayMac) : random.pick(network.macs);
  const ethSrc = drawSourceMac(random, network, from);
  const source = drawSource(random, network, from, isIp6(to));
  const ttl = random.chance(93) ? 64 : random.pick([0, 1, 2]);
  return `eth.src == ${ethSrc} && eth.dst == ${ethDst} && ${family}.src == ${source} && ${family}.dst == ${to} && ip.ttl == ${ttl}`;
}

function drawSourceMac(random: Random, { macs }: RandomNetwork, from: RandomEnd): string {
  return random.chance(93) ? from.mac : random.pick(macs);
}

function drawSource(random: Random, { addresses }: RandomNetwork, from: RandomEnd, is6: boolean): string {
  const own = from.ips.filter((ip) => isIp6(ip) === is6);
  if (own.length > 0 && random.chance(92)) return random.pick(own);
  return random.pick(addresses.filter((ip) => isIp6(ip) === is6));
}

function payload(random: Random, is6: boolean): string {
  const icmp = is6 ? 'icmp6' : 'icmp4';
  const [echo, reply, unreachable, tooBig] = is6 ? [128, 129, 1, 2] : [8, 0, 3, 3];
  const port = random.pick([22, 53, 80, 81, 443, 8080, 40000]);
  return random.pick([
    `tcp.flags == 2 && tcp.src == 40000 && tcp.dst == ${port}`,
    `tcp.flags == 2 && tcp.src == 40000 && tcp.dst == ${port}`,
    `tcp.flags == 0x10 && tcp.src == ${port} && tcp.dst == 40000`,
    `tcp.flags == 4 && tcp.src == 40000 && tcp.dst == ${port}`,
    `udp.src == 40000 && udp.dst == ${port}`,
    `sctp.src == 40000 && sctp.dst == ${port}`,
    `${icmp}.type == ${echo} && ${icmp}.code == 0`,
    `${icmp}.type == ${echo} && ${icmp}.code == 0`,
    `${icmp}.type == ${reply} && ${icmp}.code == 0`,
    `${icmp}.type == ${unreachable} && ${icmp}.code == 1`,
    `${icmp}.type == ${tooBig} && ${icmp}.code == ${is6 ? 0 : 4}`,
    'ip.proto == 47',
    'ip.proto == 89',
    'ip.frag == 1 && udp.dst == 53',
    'ip.frag == 3 && ip.proto == 17',
    `ip.dscp == 10 && tcp.dst == ${port}`,
  ]);
}

function servicePayload(random: Random, { port, protocol }: RandomService): string {
  const wanted = random.chance(85) ? protocol : random.pick(['tcp', 'udp', 'sctp']);
  const to = `${wanted}.src == 40000 && ${wanted}.dst == ${port ?? 80}`;
  return wanted === 'tcp' ? `tcp.flags == 2 && ${to}` : to;
}

/** What conntrack finds at every lookup, as the word a resident program is started with; empty for ovn-trace's own assumption. */
const uniformStates = ['', 'new', 'est,rpl', 'inv', 'rel', 'est,dnat'] as const;

/** Mostly a new connection, which is what people ask about. */
export function drawUniformState(random: Random): string {
  return random.chance(55) ? 'new' : random.pick(uniformStates);
}

const states = ['new', 'est', 'est,rpl', 'inv', 'rel', 'rel,rpl', 'new,dnat', 'est,dnat', 'est,rpl,snat'];

/** Options of a single run: states that differ from lookup to lookup, down to none at all, and choices made by hand. */
export function drawOptions(random: Random, { ends }: RandomNetwork): string[] {
  const options = Array.from({ length: random.below(6) }, () => `--ct=${random.pick(states)}`);
  if (random.chance(25)) options.push(`--select-id=${random.between(1, 2)}`);
  const ip = random.pick(random.pick(ends).ips);
  if (random.chance(25)) options.push(`--lb-dst=${isIp6(ip) ? `[${ip}]` : ip}:${random.pick([80, 8080])}`);
  return options;
}
