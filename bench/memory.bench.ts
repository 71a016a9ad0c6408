import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { indexDefinitions } from '../src/core/definitions/join';
import type { Definition } from '../src/core/definitions/definition';
import { findDefinitions } from '../src/core/definitions/format';
import { inventoryTables } from '../src/core/ovn/decodeInventory';
import { FollowedInventory, type RowChanges } from '../src/core/ovn/followedInventory';
import type { InventoryIndex } from '../src/core/ovn/inventoryIndex';
import { interpretText } from '../src/core/session/interpretText';
import { createDefinitionFormats } from '../src/definitionsLoader';
import { History } from '../src/ui/trace/history';
import { searchPorts } from '../src/ui/wizard/searchPorts';
import { files, grammars, writeSource } from './definitionFiles';
import { collectGarbage, rounds, summarize, writeRows, type BenchRow } from './measure';
import { listNetwork, makeNetwork } from './network';

const size = { switches: 250, ports: 10_000, groups: 250, aclsOfGroup: 200 };
const traces = 100;

/** Megabytes of what is held, and of the whole process. */
function held(): { readonly heap: number; readonly whole: number } {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / 1e6, whole: rss / 1e6 };
}

/** The tables as the first answer of a monitor has them. */
function monitorNetwork(): { readonly schema: Map<string, readonly string[]>; readonly rows: RowChanges } {
  const schema = new Map<string, readonly string[]>();
  const rows: Record<string, Record<string, { new: Record<string, unknown> }>> = {};
  const lines = listNetwork(makeNetwork(size)).split('\n');
  inventoryTables.forEach((table, at) => {
    const { headings, data } = JSON.parse(lines[at] ?? '') as {
      readonly headings: readonly string[];
      readonly data: readonly (readonly unknown[])[];
    };
    schema.set(table, headings);
    rows[table] = Object.fromEntries(
      data.map((cells) => {
        const row = Object.fromEntries(headings.map((heading, column) => [heading, cells[column]]));
        return [(row['_uuid'] as readonly [string, string])[1], { new: row }];
      }),
    );
  });
  return { schema, rows };
}

async function readInventory(): Promise<{
  readonly followed: FollowedInventory;
  readonly index: InventoryIndex;
}> {
  const { schema, rows } = monitorNetwork();
  const followed = new FollowedInventory(schema);
  followed.apply(rows);
  const index = await followed.index(0, () => setImmediate());
  // Each look-up is made when it is first wanted: all of them here.
  const { switches, switchPorts, acls } = index.inventory;
  for (const row of switches) index.aclsOn(row);
  for (const { name } of switchPorts.slice(0, 1)) {
    index.port(name);
    index.portsCalled(name);
    index.portGroupsOf(name);
    index.routerOf(name);
    index.routerPort(name);
    index.switchPortBefore(name);
  }
  for (const acl of acls.slice(0, 1)) {
    index.acls(acl.uuid.slice(0, 8));
    index.entitiesOf(acl);
  }
  index.portsWithIp('10.0.0.10');
  index.vips('192.168.0.0');
  index.datapaths('net-0');
  index.addressSet('pg_0_ip4');
  searchPorts(index.inventory, 'vm');
  return { followed, index };
}

async function readDefinitions() {
  const formats = createDefinitionFormats(grammars);
  const found: Definition[] = [];
  for (let number = 0; number < files; number++) {
    found.push(...(await findDefinitions(formats, writeSource(number), () => Promise.resolve([]))));
  }
  return indexDefinitions(found);
}

/** Reports of a captured trace, each with a text of its own, as they come from a target. */
async function fillHistory(): Promise<History> {
  const kept = new Map<string, unknown>();
  const history = new History({
    keys: () => [...kept.keys()],
    get: (key: string, fallback?: unknown) => kept.get(key) ?? fallback,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  });
  const bytes = readFileSync('fixtures/traces/lab-allowed-snat.txt');
  for (let number = 0; number < traces; number++) {
    const report = interpretText(bytes.toString('utf8'), { now: () => number });
    await history.add({ ...report, target: 'lab' });
  }
  return history;
}

type Part = 'inventory' | 'definitions' | 'history' | 'all' | 'rss';

async function measure(atStart: number): Promise<Record<Part, number>> {
  const empty = held();
  const { followed, index } = await readInventory();
  const withInventory = held();
  const join = await readDefinitions();
  const withDefinitions = held();
  const history = await fillHistory();
  const withHistory = held();
  // Used here once more, so that they are held until then.
  const isKnown = (await followed.index(1, () => setImmediate())) === index;
  const isThere = isKnown && history.list().length === traces && join.ownerLinks('pg_0', index).length > 0;
  if (!isThere) throw new Error('Something was not read.');
  return {
    inventory: withInventory.heap - empty.heap,
    definitions: withDefinitions.heap - withInventory.heap,
    history: withHistory.heap - withDefinitions.heap,
    all: withHistory.heap - atStart,
    rss: withHistory.whole,
  };
}

async function main(): Promise<void> {
  const { heap: atStart } = held();
  const measured: Record<Part, number>[] = [];
  for (let round = 0; round < rounds; round++) {
    measured.push(await measure(atStart));
    // What the round held can be collected from here on.
    await setImmediate();
  }
  const row = (what: string, part: Part): BenchRow =>
    summarize(
      what,
      'MB',
      measured.map((each) => each[part]),
    );
  writeRows([
    row('10,000 ports and 50,000 ACLs, followed, all look-ups made', 'inventory'),
    row(`${files} files with 10,000 definitions, indexed`, 'definitions'),
    row(`history of ${traces} traces`, 'history'),
    row('all of it', 'all'),
    row('the process, with what is not collected yet', 'rss'),
  ]);
}

void main();
