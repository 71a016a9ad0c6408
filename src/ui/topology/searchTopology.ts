import type { Inventory } from '../../core/ovn/northbound';
import { searchable, searchTexts } from '../searchTexts';
import type { Searchable } from '../searchTexts';
import { searchablePort, shownPorts } from '../wizard/searchPorts';
import type { TopologyRow } from './topologyElements';

const entriesOf = new WeakMap<Inventory, readonly Searchable<TopologyRow>[]>();

/**
 * Switches, routers, their ports and port groups that fit every word of the query, by name, friendly name, address or owner.
 * Ports come first: they are what people look for.
 */
export function searchTopology(
  inventory: Inventory,
  query: string,
  limit = shownPorts,
): { readonly found: readonly TopologyRow[]; readonly more: number } {
  return searchTexts(entries(inventory), query, limit);
}

function entries(inventory: Inventory): readonly Searchable<TopologyRow>[] {
  const known = entriesOf.get(inventory);
  if (known !== undefined) return known;
  const { switches, switchPorts, routers, routerPorts, portGroups } = inventory;
  const friendlySwitches = new Map(switches.map((row) => [row.name, row.friendlyName]));
  const made: readonly Searchable<TopologyRow>[] = [
    ...switchPorts.map((row) =>
      searchablePort<TopologyRow>({ kind: 'port', row }, row, friendlySwitches.get(row.switchName)),
    ),
    ...routerPorts.map((row) =>
      searchable<TopologyRow>({ kind: 'routerPort', row }, row.name, [
        row.routerName,
        row.mac,
        ...row.networks,
      ]),
    ),
    ...switches.map((row) => searchable<TopologyRow>({ kind: 'switch', row }, row.name, [row.friendlyName])),
    ...routers.map((row) => searchable<TopologyRow>({ kind: 'router', row }, row.name, [row.friendlyName])),
    ...portGroups.map((row) => searchable<TopologyRow>({ kind: 'portGroup', row }, row.name, [])),
  ];
  entriesOf.set(inventory, made);
  return made;
}
