import type { Random } from './random';
import type { NorthboundSchema } from './schema';

/** A place packets are sent from: a port of a switch, or a router's own port as if the network behind it sent. */
export interface RandomEnd {
  readonly name: string;
  readonly datapath: string;
  readonly mac: string;
  /** Addresses of the port, the first of each family being the one it mostly uses. */
  readonly ips: readonly string[];
  /** MAC of the router port that serves its network; of nobody when the switch has no router. */
  readonly gatewayMac: string;
  /** A port of a tenant's switch. */
  readonly isHost: boolean;
}

/** An address that a load balancer or NAT serves. */
export interface RandomService {
  readonly ip: string;
  /** Null when it serves every port. */
  readonly port: number | null;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** A random OVN network as commands, and what is worth sending packets to in it. */
export interface RandomNetwork {
  /** Words of `ovn-nbctl`, one transaction: commands joined by `--`. */
  readonly northbound: readonly string[];
  /** Words of `ovn-sbctl`, one command each, for when northd has caught up: what ovn-controllers would write. */
  readonly southbound: readonly (readonly string[])[];
  readonly ends: readonly RandomEnd[];
  readonly services: readonly RandomService[];
  /** Addresses of ports, routers, services, and of nobody. */
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly routers: readonly string[];
}

export interface RandomSwitch {
  readonly name: string;
  /** Fills `10.0.N.0/24` and `fd00:N::/64`; also the last digits of its MACs. */
  readonly number: number;
  readonly ports: string[];
  /** Router port that serves it; null for a switch of its own. */
  readonly routerPort: { readonly name: string; readonly mac: string; readonly router: string } | null;
}

/** Collects the commands and what they make, while one part of the network after the other is drawn. */
export class NetworkBuilder {
  readonly commands: string[][] = [];
  readonly southbound: string[][] = [];
  readonly ends: RandomEnd[] = [];
  readonly services: RandomService[] = [];
  readonly addresses: string[] = [];
  readonly macs: string[] = [];
  readonly switches: RandomSwitch[] = [];
  readonly routers: string[] = [];
  /** Router ports with a gateway chassis. */
  readonly gatewayPorts: { readonly port: string; readonly router: string }[] = [];
  /** Routers bound to one chassis. */
  readonly gatewayRouters: string[] = [];
  readonly portGroups: string[] = [];
  readonly meters: string[] = [];
  readonly chassis = ['hv1', 'hv2'];
  /** Disabled routers: they have no datapath in the southbound database. */
  readonly disabledRouters = new Set<string>();
  private rows = 0;

  constructor(
    readonly random: Random,
    readonly schema: NorthboundSchema,
  ) {}

  /** A command of `ovn-nbctl`. */
  nb(...words: readonly string[]): void {
    this.commands.push([...words]);
  }

  /** A command of `ovn-sbctl`. */
  sb(...words: readonly string[]): void {
    this.southbound.push([...words]);
  }

  /** Creates a row and returns how other commands of the transaction name it. */
  row(table: string, columns: Readonly<Record<string, string | number | boolean>>): string {
    const name = `@row${++this.rows}`;
    const values = Object.entries(columns).map(([column, value]) => `${column}=${value}`);
    this.nb(`--id=${name}`, 'create', table, ...values);
    return name;
  }

  /** Sets a column, or one key of it, by a chance. */
  maybeSet(percent: number, table: string, record: string, setting: string): void {
    if (this.random.chance(percent)) this.nb('set', table, record, setting);
  }

  get tenantSwitches(): readonly RandomSwitch[] {
    return this.switches.filter(({ number }) => number < 10);
  }

  get hosts(): readonly RandomEnd[] {
    return this.ends.filter(({ isHost }) => isHost);
  }

  build(): RandomNetwork {
    const { southbound, services, addresses, macs, routers } = this;
    const ends = this.ends.filter(({ datapath }) => !this.disabledRouters.has(datapath));
    const northbound = this.commands.flatMap((command, at) => (at === 0 ? command : ['--', ...command]));
    return { northbound, southbound, ends, services, addresses, macs, routers };
  }
}

/** A string as OVSDB's command line tools read it, whatever it holds. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

export function isIp6(address: string): boolean {
  return address.includes(':');
}
