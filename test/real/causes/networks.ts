import type { TraceRequest } from '../../../src/core/flow/request';
import type { ByHand } from './lab';

/** A switch whose ports `NAME1`, `NAME2` have the addresses 10.0.SUBNET.1, fd00:SUBNET::1 and so on. */
function hosts(name: string, subnet: number): string {
  const ports = [1, 2].map((host) => {
    const addresses = `${mac(subnet, host)} 10.0.${subnet}.${host} fd00:${subnet}::${host}`;
    return `lsp-add ${name} ${name}${host}\nlsp-set-addresses ${name}${host} '${addresses}'`;
  });
  return ['ls-add', name].join(' ') + '\n' + ports.join('\n');
}

export function mac(subnet: number, host: number): string {
  return `0a:00:00:00:0${subnet}:0${host}`;
}

/** Joins the switch to router `r`. */
function routed(name: string, routerPort: string): string {
  return `
    lrp-add r r-${name} ${routerPort}
    lsp-add ${name} ${name}-r
    lsp-set-type ${name}-r router
    lsp-set-addresses ${name}-r router
    lsp-set-options ${name}-r router-port=r-${name}`;
}

/** Switches `web` (10.0.1.0/24) and `db` (10.0.2.0/24) with two ports each, joined by router `r`. */
export const tiers = `
  lr-add r
  ${hosts('web', 1)}
  ${routed('web', '0a:00:00:00:01:fe 10.0.1.254/24 fd00:1::fe/64')}
  ${hosts('db', 2)}
  ${routed('db', '0a:00:00:00:02:fe 10.0.2.254/24 fd00:2::fe/64')}`;

/** The same with a way out: switch `pub` with a localnet port, and the gateway port `r-pub` on chassis `gw1`. */
export const withGateway = `
  ${tiers}
  ls-add pub
  lsp-add pub outside
  lsp-set-type outside localnet
  lsp-set-addresses outside unknown
  lsp-set-options outside network_name=physnet
  ${routed('pub', '0a:00:00:00:09:fe 172.16.0.254/24')}
  lrp-set-gateway-chassis r-pub gw1
  lr-route-add r 0.0.0.0/0 172.16.0.1`;

/** TCP to a port or an address, a new connection from `web1` unless told otherwise. */
export function tcp(to: string, dstPort = 80, more: Partial<TraceRequest> = {}): TraceRequest {
  return {
    inport: 'web1',
    destination: /[.:]/.test(to) ? { kind: 'address', ip: to } : { kind: 'port', port: to },
    service: { protocol: 'tcp', dstPort },
    connection: { kind: 'new' },
    ...more,
  };
}

export function udp(to: string, dstPort = 53, more: Partial<TraceRequest> = {}): TraceRequest {
  return tcp(to, dstPort, { service: { protocol: 'udp', dstPort }, ...more });
}

export function ping(to: string, more: Partial<TraceRequest> = {}): TraceRequest {
  return tcp(to, 0, { service: { protocol: 'icmp' }, ...more });
}

/** An ARP request or a neighbour solicitation for the address. */
export function whoHas(ip: string, more: Partial<TraceRequest> = {}): TraceRequest {
  return tcp(ip, 0, { service: { protocol: 'arp' }, ...more });
}

/** A frame by hand from `web1`. */
export function frame(microflow: string, ct: readonly string[] = []): ByHand {
  return { datapath: 'web', microflow: `inport == "web1" && eth.src == ${mac(1, 1)} && ${microflow}`, ct };
}

/** A packet that is in the router already, from its port on switch `web`. */
export function inRouter(microflow: string): ByHand {
  return { datapath: 'r', microflow: `inport == "r-web" && eth.src == ${mac(1, 1)} && ${microflow}` };
}

/** TCP from 8.8.8.8, out of the physical network. */
export function fromOutside(to: string, ct: readonly string[] = ['new', 'new', 'new', 'new']): ByHand {
  return {
    datapath: 'pub',
    microflow: [
      'inport == "outside"',
      'eth.src == 0c:00:00:00:00:01',
      'eth.dst == 0a:00:00:00:09:fe',
      'ip4',
      'ip4.src == 8.8.8.8',
      `ip4.dst == ${to}`,
      'ip.ttl == 64',
      'tcp',
      'tcp.src == 40000',
      'tcp.dst == 80',
    ].join(' && '),
    ct,
  };
}
