import { indexInventory } from '../../../src/core/ovn/inventoryIndex';
import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import type { Inventory, LoadBalancer, LogicalSwitchPort } from '../../../src/core/ovn/northbound';

export function port(name: string, more: Partial<LogicalSwitchPort> = {}): LogicalSwitchPort {
  return {
    uuid: `uuid-${name}`,
    name,
    friendlyName: null,
    type: '',
    addresses: [],
    unknownAddresses: false,
    portSecurity: [],
    up: true,
    enabled: true,
    options: {},
    externalIds: {},
    switchName: 'web',
    ...more,
  };
}

export function loadBalancer(name: string, vips: Readonly<Record<string, string>>): LoadBalancer {
  return { uuid: `uuid-${name}`, name, protocol: 'tcp', vips, externalIds: {} };
}

/** An inventory of switches with these ports; switches are made of the ports' switch names. */
export function inventoryOf(
  ports: readonly LogicalSwitchPort[],
  more: Partial<Inventory> = {},
): InventoryIndex {
  const names = [...new Set(ports.map(({ switchName }) => switchName))];
  return indexInventory({
    switches: names.map((name) => ({
      uuid: `uuid-${name}`,
      name,
      friendlyName: null,
      ports: ports.filter(({ switchName }) => switchName === name).map((row) => row.name),
      acls: [],
      loadBalancers: [],
      otherConfig: {},
      externalIds: {},
    })),
    switchPorts: ports,
    routers: [],
    routerPorts: [],
    portGroups: [],
    acls: [],
    addressSets: [],
    loadBalancers: [],
    globalOptions: {},
    readAt: 0,
    ...more,
  });
}

export const twoTiers = inventoryOf(
  [
    port('web1', { addresses: [{ mac: '0a:00:00:00:00:11', ips: ['10.0.1.11'] }] }),
    port('web2', {
      friendlyName: 'shop front',
      addresses: [{ mac: '0a:00:00:00:00:12', ips: ['10.0.1.12', 'fd00::12'] }],
    }),
    port('bare', { unknownAddresses: true }),
    port('wire', { type: 'localnet', unknownAddresses: true }),
    port('to-router', { type: 'router' }),
  ],
  { loadBalancers: [loadBalancer('shop', { '198.51.100.80:443': '10.0.1.11:443', '[fd00::80]:80': '' })] },
);
