/**
 * Rows of OVN's northbound database, as far as this program reads them, and the inventory made of them.
 * Columns and their meaning: ovn-nb(5).
 */

export type ExternalIds = Readonly<Record<string, string>>;

/** An Ethernet address with the IP addresses that belong to it, from one string of `addresses`. */
export interface PortAddress {
  readonly mac: string;
  /** IPv4 and IPv6 addresses without prefix length. */
  readonly ips: readonly string[];
}

export interface LogicalSwitchPort {
  readonly uuid: string;
  readonly name: string;
  /** What people call it: Neutron's port name, `namespace/pod`, an instance and its NIC; null when nothing says. */
  readonly friendlyName: string | null;
  /** `''` for a VIF, `router`, `localnet`, `localport`, `l2gateway`, `virtual`, `external`, `remote`, …. */
  readonly type: string;
  /** Resolved: `dynamic` replaced by `dynamic_addresses`, `router` by the peer's MAC and networks. */
  readonly addresses: readonly PortAddress[];
  /** `addresses` has `unknown`. */
  readonly unknownAddresses: boolean;
  readonly portSecurity: readonly string[];
  /** Null when the column is empty. */
  readonly up: boolean | null;
  readonly enabled: boolean;
  readonly options: ExternalIds;
  readonly externalIds: ExternalIds;
  /** Name of the switch it is on. */
  readonly switchName: string;
}

export interface LogicalSwitch {
  readonly uuid: string;
  readonly name: string;
  readonly friendlyName: string | null;
  /** Port names. */
  readonly ports: readonly string[];
  /** ACL row UUIDs set on the switch itself. */
  readonly acls: readonly string[];
  readonly loadBalancers: readonly string[];
  readonly otherConfig: ExternalIds;
  readonly externalIds: ExternalIds;
}

export interface LogicalRouterPort {
  readonly uuid: string;
  readonly name: string;
  readonly mac: string;
  /** CIDRs, such as `10.0.1.1/24`. */
  readonly networks: readonly string[];
  /** Name of the peer router port, when two routers are joined directly. */
  readonly peer: string | null;
  readonly enabled: boolean;
  /**
   * Whether it is the gateway port of a distributed router, and a chassis hosts it: `unknown` where the schema is older than
   * the column `status`.
   */
  readonly gateway: 'none' | 'hosted' | 'unhosted' | 'unknown';
  readonly externalIds: ExternalIds;
  readonly routerName: string;
}

export interface LogicalRouter {
  readonly uuid: string;
  readonly name: string;
  readonly friendlyName: string | null;
  readonly ports: readonly string[];
  readonly enabled: boolean;
  readonly options: ExternalIds;
  readonly externalIds: ExternalIds;
  readonly nats: readonly Nat[];
  readonly loadBalancers: readonly string[];
}

export interface Nat {
  readonly uuid: string;
  readonly type: string;
  readonly externalIp: string;
  readonly logicalIp: string;
  /** Of a distributed NAT: the MAC address that answers for the external address; null or left out for others. */
  readonly externalMac?: string | null;
}

export interface Acl {
  readonly uuid: string;
  /** Null when unnamed. */
  readonly name: string | null;
  readonly direction: 'from-lport' | 'to-lport';
  readonly priority: number;
  readonly match: string;
  /** `allow`, `allow-related`, `allow-stateless`, `drop`, `reject`, `pass`. */
  readonly action: string;
  /** 0 to 3; 0 where the schema has no tiers. */
  readonly tier: number;
  readonly log: boolean;
  readonly severity: string | null;
  readonly label: number;
  readonly options: ExternalIds;
  readonly externalIds: ExternalIds;
}

export interface PortGroup {
  readonly uuid: string;
  readonly name: string;
  /** Port names (UUIDs of ports that are on no switch are left out). */
  readonly ports: readonly string[];
  readonly acls: readonly string[];
  readonly externalIds: ExternalIds;
}

export interface AddressSet {
  readonly uuid: string;
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface LoadBalancer {
  readonly uuid: string;
  readonly name: string;
  /** `tcp`, `udp`, `sctp`, or null. */
  readonly protocol: string | null;
  /** `10.0.2.100:5432` -> `10.0.2.11:5432,10.0.2.12:5432`. */
  readonly vips: Readonly<Record<string, string>>;
  readonly externalIds: ExternalIds;
}

/** Everything that was read in one go; all lists sorted by name. Look-ups: see `inventoryIndex`. */
export interface Inventory {
  readonly switches: readonly LogicalSwitch[];
  readonly switchPorts: readonly LogicalSwitchPort[];
  readonly routers: readonly LogicalRouter[];
  readonly routerPorts: readonly LogicalRouterPort[];
  readonly portGroups: readonly PortGroup[];
  readonly acls: readonly Acl[];
  readonly addressSets: readonly AddressSet[];
  readonly loadBalancers: readonly LoadBalancer[];
  /** `NB_Global.options`, for `default_acl_drop` and the like. */
  readonly globalOptions: ExternalIds;
  /** Milliseconds since the epoch at which it was read. */
  readonly readAt: number;
}
