import { decodeInventorySteps, inventoryTables } from '../src/core/ovn/decodeInventory';
import { indexInventory, type InventoryIndex } from '../src/core/ovn/inventoryIndex';
import { openTables } from '../src/core/ovn/ovsdbJson';
import { readInventory } from '../src/core/ovn/readInventory';
import { isSameInventory } from '../src/core/ovn/sameInventory';
import { sourceStep } from '../src/ui/wizard/endSteps';
import { collectGarbage, rounds, summarize, timeSlices, writeRows, type BenchRow } from './measure';
import { inventoryOf, listNetwork, makeNetwork } from './network';
import { startTraceLab } from './traceLab';

const size = { switches: 250, ports: 10_000, groups: 250, aclsOfGroup: 200 };
const words = ['vm-17', '10.0.39.15', 'network 99 web', 'nothing fits'];

const planNothing = () => ({ kind: 'refused', message: '' }) as const;

/** What the wizard shows for a query: each call is what a key stroke costs, but for the editor's own part. */
function listPorts(index: InventoryIndex, query: string): number {
  const context = { index, last: {}, targets: [], plan: planNothing };
  return JSON.stringify(sourceStep.choices({}, context, query)).length;
}

/** From an open connection, and from none, to the list of ports. */
async function readOverSsh(): Promise<readonly BenchRow[]> {
  const lab = await startTraceLab(size);
  try {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const session = lab.open();
      try {
        for (const times of [cold, warm]) {
          collectGarbage();
          const begin = performance.now();
          listPorts(indexInventory(await readInventory(session.run, lab.target, Date)), '');
          // The first round also loads code.
          if (round > 0) times.push(performance.now() - begin);
        }
      } finally {
        session.dispose();
      }
    }
    return [
      summarize('connect, read the inventory, list ports', 'ms', cold),
      summarize('connected: read the inventory, list ports', 'ms', warm),
    ];
  } finally {
    await lab.stop();
  }
}

async function main(): Promise<void> {
  const output = listNetwork(makeNetwork(size));
  const known = inventoryOf(makeNetwork(size));
  const times = new Map<string, number[]>();
  const note = (what: string, took: number): void => {
    times.set(what, [...(times.get(what) ?? []), took]);
  };
  const measure = <Result>(what: string, work: () => Result): Result => {
    const begin = performance.now();
    const result = work();
    note(what, performance.now() - begin);
    return result;
  };
  for (let round = 0; round < rounds; round++) {
    collectGarbage();
    const decoded = await timeSlices(decodeInventorySteps(openTables(output, inventoryTables), 0));
    note(`decode ${(output.length / 1e6).toFixed(0)} MB`, decoded.took);
    note('longest slice: decode', decoded.longest);
    const index = indexInventory(decoded.result);
    measure('first list of ports', () => listPorts(index, ''));
    for (const word of words) {
      for (let end = 1; end <= word.length; end++)
        measure('a key stroke', () => listPorts(index, word.slice(0, end)));
    }
    measure('compare with the reading before', () => {
      if (!isSameInventory(decoded.result, known)) throw new Error('The same is told apart.');
    });
  }
  const label = `${size.ports} ports, ${size.groups * size.aclsOfGroup} ACLs`;
  const rows = [...times].map(([what, values]) => summarize(what, 'ms', values));
  writeRows([...rows, ...(await readOverSsh())].map((row) => ({ ...row, what: `${label}: ${row.what}` })));
}

void main();
