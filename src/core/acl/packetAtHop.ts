import type { InventoryIndex } from '../ovn/inventoryIndex';
import { conntrackFlags } from '../ovn/match/fields';
import type { PacketFields } from '../ovn/match/evaluate';
import type { TraceHop } from '../trace/hop';
import { portsAt } from './packetPorts';

/**
 * The packet as the ACLs of a hop see it: its fields there, its ports under their real names, and what conntrack knows of it.
 * No `from-lport` stage knows the output port yet, the one after load balancing neither.
 */
export function packetAtHop(hop: TraceHop, fields: PacketFields, index: InventoryIndex): PacketFields {
  const { inport, outport } = portsAt(hop, index);
  return {
    ...(Object.keys(fields).length === 0 ? {} : untracked),
    ...fields,
    ...(inport === undefined ? {} : { inport }),
    ...(hop.pipeline === 'ingress' ? { outport: '' } : outport === undefined ? {} : { outport }),
    ...(hop.ctState === null ? {} : { ct_state: stateOf(hop.ctState) }),
  };
}

/** What the flow in the first line of a trace leaves out because it is zero. */
const untracked: PacketFields = { ct_state: 0n, ct_mark: 0n, ct_label: 0n };

function stateOf(flags: readonly string[]): bigint {
  return conntrackFlags.reduce(
    (state, flag, bit) => (flags.includes(flag) ? state | (1n << BigInt(bit)) : state),
    0n,
  );
}
