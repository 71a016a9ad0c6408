import { setImmediate } from 'node:timers/promises';
import { indexInventory } from '../src/core/ovn/inventoryIndex';
import type { Inventory } from '../src/core/ovn/northbound';
import { searchTopology } from '../src/ui/topology/searchTopology';
import { childrenOf, elementOf, targetElement } from '../src/ui/topology/topologyElements';
import type { TargetElement, TopologyElement } from '../src/ui/topology/topologyElements';
import { lineOf } from '../src/ui/topology/topologyLine';
import { inventoryOf, makeNetwork } from './network';
import { rounds, summarize, writeRows } from './measure';

/** Ten thousand ports on one switch, or a hundred on each of a hundred; each in four of the port groups. */
function network(switches: number): Inventory {
  return inventoryOf(makeNetwork({ switches, ports: 10_000, groups: 400, aclsOfGroup: 25, groupsOfPort: 4 }));
}

/** What the editor does when a line is opened: it takes the lines below it with their words. */
function open(element: TopologyElement | undefined): readonly TopologyElement[] {
  if (element === undefined) throw new Error('There is no such line.');
  const children = childrenOf(element);
  for (const child of children) lineOf(child);
  return children;
}

async function main(): Promise<void> {
  const times = new Map<string, number[]>();
  const measure = <Result>(what: string, work: () => Result): Result => {
    const begin = performance.now();
    const result = work();
    times.set(what, [...(times.get(what) ?? []), performance.now() - begin]);
    return result;
  };
  for (let round = 0; round < rounds; round++) {
    for (const [words, switches] of [
      ['one switch', 1],
      ['100 switches', 100],
    ] as const) {
      const index = indexInventory(network(switches));
      const rooted = (): TargetElement =>
        targetElement({ target: 'lab', where: 'local', inUse: false, state: { kind: 'idle' }, index });
      const root = rooted();
      const what = (text: string) => `${words}: ${text}`;
      const sections = measure(what('open the target'), () => open(root));
      const rows = measure(what('open Switches'), () => open(sections[0]));
      const below = measure(what('open a switch'), () => open(rows[0]));
      if (below[0]?.kind === 'range') measure(what('open a range of 500'), () => open(below[0]));
      measure(what('open the same after a refresh'), () => {
        const again = open(open(open(rooted())[0])[0]);
        if (again[0]?.kind === 'range') open(again[0]);
      });
      measure(what('first letter of a search'), () => searchTopology(index.inventory, 's'));
      const found = measure(what('next letters of a search'), () =>
        searchTopology(index.inventory, '10.0.39.15'),
      );
      const [row] = found.found;
      if (row === undefined) throw new Error('The search finds nothing.');
      measure(what('the line that was found'), () => elementOf(root, row));
      await setImmediate();
    }
  }
  writeRows([...times].map(([what, values]) => summarize(what, 'ms', values)));
}

void main();
