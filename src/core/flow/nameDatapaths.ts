import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { TraceOutcome } from '../trace/outcome';

/** The outcome with datapaths by name again: a trace run with `--no-friendly-names` has them by northbound UUID. */
export function nameDatapaths(outcome: TraceOutcome, index: InventoryIndex): TraceOutcome {
  const nameOf = (text: string): string => {
    const row = index.datapaths(text).find((datapath) => datapath.row.uuid === text)?.row;
    return row === undefined || row.name === '' ? text : row.name;
  };
  return {
    ...outcome,
    hops: outcome.hops.map((hop) => ({ ...hop, datapath: nameOf(hop.datapath) })),
    arrivals: outcome.arrivals.map((arrival) => ({
      ...arrival,
      datapath: arrival.datapath === null ? null : nameOf(arrival.datapath),
    })),
  };
}
