import assert from 'node:assert/strict';
import type { CommandResult, RunCommand } from '../../../src/core/command';
import { TraceFailure } from '../../../src/core/failure';
import { readPrintedFlows, type PrintedFlow } from '../../../src/core/ovn/logicalFlows';
import { targetSchema } from '../../../src/core/session/target';

const target = targetSchema.parse({ type: 'local', name: 'lab', southbound: 'tcp:10.0.0.1:6642' });

function printed(at: number): PrintedFlow {
  const uuid = at.toString(16).padStart(8, '0');
  return { uuid, pipeline: 'egress', table: 4, priority: 2000, match: `tcp.dst == ${at}` };
}

const uuidOf = ({ uuid }: PrintedFlow): string => `${uuid}-0000-4000-8000-000000000000`;

function rowOf(flow: PrintedFlow): object {
  return {
    _uuid: ['uuid', uuidOf(flow)],
    pipeline: flow.pipeline,
    table_id: flow.table,
    priority: flow.priority,
    match: flow.match,
    actions: 'next;',
    external_ids: ['map', [['stage-hint', 'cafecafe']]],
  };
}

function ended(stdout: string): CommandResult {
  return { stdout, stderr: '', exitCode: 0, signal: null };
}

/** Both tools; the client of the server answers as given. */
function tools(known: readonly PrintedFlow[], client: (transaction: string) => CommandResult) {
  const calls: string[] = [];
  const run: RunCommand = (argv) => {
    calls.push(argv[0]);
    if (argv[0] === 'ovsdb-client') {
      assert.deepEqual(argv.slice(-3, -1), ['query', 'tcp:10.0.0.1:6642']);
      return Promise.resolve().then(() => client(argv.at(-1) ?? ''));
    }
    const rows = known.filter(({ uuid }) => argv.includes(uuid)).map(rowOf) as Record<string, unknown>[];
    const headings = Object.keys(rowOf(printed(0)));
    const data = rows.map((row) => headings.map((heading) => row[heading]));
    return Promise.resolve(ended(JSON.stringify({ headings, data })));
  };
  return { run, calls };
}

/** Answers as the server does: the rows that the conditions of each operation fit. */
function server(known: readonly PrintedFlow[]): (transaction: string) => CommandResult {
  return (transaction) => {
    const [, ...operations] = JSON.parse(transaction) as [string, ...{ where: [string, '==', unknown][] }[]];
    const answers = operations.map(({ where }) => ({
      rows: known
        .map((flow) => rowOf(flow) as Record<string, unknown>)
        .filter((row) => where.every(([column, , value]) => row[column] === value)),
    }));
    return ended(JSON.stringify(answers));
  };
}

describe('readPrintedFlows', () => {
  const some = [printed(1), printed(2)];
  const wanted = [...some, printed(3)];

  it('asks the server, and ovn-sbctl for what is left', async () => {
    const { run, calls } = tools(wanted, server(some));
    const flows = await readPrintedFlows(run, target, wanted);
    assert.deepEqual([...flows.keys()].sort(), wanted.map(({ uuid }) => uuid).sort());
    assert.deepEqual(
      wanted.map(({ uuid }) => flows.get(uuid)?.map((row) => [row.uuid, row.match, row.stageHint])),
      wanted.map((flow) => [[uuidOf(flow), flow.match, 'cafecafe']]),
    );
    assert.deepEqual(calls, ['ovsdb-client', 'ovn-sbctl']);
  });

  it('leaves ovn-sbctl out when the server knows all of them, and both when there are none', async () => {
    const { run, calls } = tools([], server(wanted));
    assert.equal((await readPrintedFlows(run, target, wanted)).size, 3);
    assert.equal((await readPrintedFlows(run, target, [])).size, 0);
    assert.deepEqual(calls, ['ovsdb-client']);
  });

  it('does not have the server go through its table for many', async () => {
    const many = Array.from({ length: 17 }, (_, at) => printed(at));
    const { run, calls } = tools(many, server(many));
    assert.equal((await readPrintedFlows(run, target, many)).size, 17);
    assert.deepEqual(calls, ['ovn-sbctl']);
  });

  for (const [what, client] of [
    ['is missing', () => fail('tool-missing')],
    ['fails', () => ({ stdout: '', stderr: 'no', exitCode: 1, signal: null })],
    ['prints something else', () => ended('[{"error":"no such column"}]')],
    ['prints nothing', () => ended('')],
  ] as const) {
    it(`takes ovn-sbctl where the client ${what}`, async () => {
      const { run, calls } = tools(wanted, client);
      assert.equal((await readPrintedFlows(run, target, wanted)).size, 3);
      assert.deepEqual(calls, ['ovsdb-client', 'ovn-sbctl']);
    });
  }

  it('asks nothing more when it was cancelled', async () => {
    const { run, calls } = tools(wanted, () => fail('cancelled'));
    await assert.rejects(readPrintedFlows(run, target, wanted), { reason: 'cancelled' });
    assert.deepEqual(calls, ['ovsdb-client']);
  });
});

function fail(reason: 'cancelled' | 'tool-missing'): never {
  throw new TraceFailure(reason, 'It did not run.');
}
