import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { LogicalSwitch } from '../ovn/northbound';
import type { TraceHop } from '../trace/hop';

/**
 * The switch of a hop; several where the printed name means several and its ports do not tell them apart. ovn-trace prints names,
 * friendly names or UUIDs, and two switches may have the same name.
 */
export function switchOfHop(
  { datapath, inport, outport }: Pick<TraceHop, 'datapath' | 'inport' | 'outport'>,
  index: InventoryIndex,
): readonly LogicalSwitch[] {
  const switches = index.datapaths(datapath).flatMap((found) => (found.kind === 'switch' ? [found.row] : []));
  if (switches.length <= 1) return switches;
  const ports = [inport, outport].filter((port): port is string => port !== null && port !== '');
  const having = switches.filter(({ uuid }) =>
    ports.some((text) => index.portsCalled(text).some((port) => index.switchOf(port.name)?.uuid === uuid)),
  );
  return having.length > 0 ? having : switches;
}
