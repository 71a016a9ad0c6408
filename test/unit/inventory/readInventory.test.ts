import assert from 'node:assert/strict';
import type { CommandResult, RunCommand } from '../../../src/core/command';
import { TraceFailure } from '../../../src/core/failure';
import { inventoryTables } from '../../../src/core/ovn/decodeInventory';
import { readInventory } from '../../../src/core/ovn/readInventory';
import { targetSchema } from '../../../src/core/session/target';

const target = targetSchema.parse({ type: 'local', name: 'lab', northbound: 'unix:/nb.sock' });
const clock = { now: (): number => 7 };

type Cells = Readonly<Record<string, unknown>>;

/** What ovn-nbctl prints for the tables asked for, with the rows given here. */
function printTables(tables: readonly string[], rows: Readonly<Record<string, readonly Cells[]>>): string {
  return tables
    .map((table) => {
      const headings = [...new Set((rows[table] ?? []).flatMap((row) => Object.keys(row)))];
      const data = (rows[table] ?? []).map((row) => headings.map((heading) => row[heading]));
      return `${JSON.stringify({ headings, data })}\n`;
    })
    .join('');
}

const ok = (stdout: string): CommandResult => ({ stdout, stderr: '', exitCode: 0, signal: null });
const failed = (stderr: string): CommandResult => ({ stdout: '', stderr, exitCode: 1, signal: null });
const uuid = (name: string): readonly [string, string] => ['uuid', name];
const set = (...elements: readonly unknown[]): unknown => ['set', elements];
const map = (pairs: Readonly<Record<string, string>>): unknown => ['map', Object.entries(pairs)];

const rows = {
  Logical_Switch: [
    {
      _uuid: uuid('ls'),
      name: 'neutron-net',
      ports: set(uuid('p1'), uuid('p2'), uuid('gone')),
      acls: uuid('acl1'),
      load_balancer: set(),
      load_balancer_group: uuid('lbg'),
      external_ids: map({ 'neutron:network_name': 'shop' }),
      other_config: map({}),
    },
  ],
  Logical_Switch_Port: [
    {
      _uuid: uuid('p1'),
      name: 'port1',
      type: '',
      addresses: set('dynamic', 'unknown', '0a:0:0:0:0:1 10.0.0.1/24 FD00:0::1'),
      dynamic_addresses: '0a:00:00:00:00:09 10.0.0.9',
      port_security: set(),
      up: true,
      enabled: set(),
      options: map({ __proto__x: 'y' }),
      external_ids: map({ 'neutron:port_name': 'web' }),
    },
    {
      _uuid: uuid('p2'),
      name: 'port2',
      type: 'router',
      addresses: 'router',
      dynamic_addresses: set(),
      port_security: set(),
      up: set(),
      enabled: false,
      options: map({ 'router-port': 'lrp' }),
      external_ids: map({}),
    },
  ],
  Logical_Router: [
    { _uuid: uuid('lr'), name: 'r', ports: uuid('lrp'), nat: uuid('nat'), load_balancer: uuid('lb') },
  ],
  Logical_Router_Port: [
    {
      _uuid: uuid('lrp'),
      name: 'lrp',
      mac: '0a:00:00:00:ff:01',
      networks: set('10.0.0.254/24', 'fe80::1/64'),
      peer: set(),
      enabled: set(),
      external_ids: map({}),
    },
  ],
  NAT: [{ _uuid: uuid('nat'), type: 'snat', external_ip: '192.0.2.1', logical_ip: '10.0.0.0/24' }],
  Port_Group: [
    {
      _uuid: uuid('pg'),
      name: 'pg',
      ports: set(uuid('p1'), uuid('gone')),
      acls: set(),
      external_ids: map({}),
    },
  ],
  ACL: [
    {
      _uuid: uuid('acl1'),
      name: set(),
      direction: 'from-lport',
      priority: 900,
      match: 'ip',
      action: 'drop',
      log: false,
      severity: set(),
      label: 0,
      external_ids: map({}),
    },
  ],
  Load_Balancer: [
    {
      _uuid: uuid('lb'),
      name: 'lb',
      vips: map({ '10.9.9.9:80': '10.0.0.1:80' }),
      protocol: 'tcp',
      external_ids: map({}),
    },
  ],
  Load_Balancer_Group: [{ _uuid: uuid('lbg'), load_balancer: uuid('lb'), name: 'g' }],
  NB_Global: [{ _uuid: uuid('g'), options: map({ default_acl_drop: 'true' }) }],
};

describe('readInventory', () => {
  it('joins the rows of one command', async () => {
    const calls: (readonly string[])[] = [];
    const inventory = await readInventory(
      (argv) => {
        calls.push(argv);
        return Promise.resolve(ok(`Welcome to lab!\n${printTables(inventoryTables, rows)}`));
      },
      target,
      clock,
    );
    assert.equal(calls.length, 1);
    assert.deepEqual(calls[0]?.slice(0, 7), [
      'ovn-nbctl',
      '--db=unix:/nb.sock',
      '--no-leader-only',
      '--dry-run',
      '--timeout=30',
      '--format=json',
      '--data=json',
    ]);
    const [port1, port2] = inventory.switchPorts;
    assert.deepEqual(port1?.addresses, [
      { mac: '0a:00:00:00:00:09', ips: ['10.0.0.9'] },
      { mac: '0a:00:00:00:00:01', ips: ['10.0.0.1', 'fd00::1'] },
    ]);
    assert.deepEqual(
      [port1.friendlyName, port1.unknownAddresses, port1.up, port1.enabled, port1.switchName],
      ['web', true, true, true, 'neutron-net'],
    );
    assert.deepEqual(port2?.addresses, [{ mac: '0a:00:00:00:ff:01', ips: ['10.0.0.254', 'fe80::1'] }]);
    assert.deepEqual([port2.up, port2.enabled], [null, false]);
    assert.deepEqual(inventory.switches[0]?.ports, ['port1', 'port2']);
    assert.deepEqual(
      [inventory.switches[0].friendlyName, inventory.switches[0].loadBalancers],
      ['shop', ['lb']],
    );
    assert.deepEqual([inventory.acls[0]?.tier, inventory.acls[0]?.name], [0, null]);
    assert.deepEqual(inventory.portGroups[0]?.ports, ['port1']);
    assert.deepEqual(
      inventory.routers[0]?.nats.map(({ externalIp }) => externalIp),
      ['192.0.2.1'],
    );
    assert.equal(inventory.globalOptions['default_acl_drop'], 'true');
    assert.equal(inventory.readAt, 7);
  });

  it('asks again without the tables that an old tool does not know', async () => {
    const asked: number[] = [];
    const run: RunCommand = (argv) => {
      const tables = argv.filter((_, at) => argv[at - 1] === 'list');
      asked.push(tables.length);
      return Promise.resolve(
        tables.includes('Load_Balancer_Group')
          ? failed('ovn-nbctl: unknown table "Load_Balancer_Group"\n')
          : ok(printTables(tables, rows)),
      );
    };
    const inventory = await readInventory(run, target, clock);
    assert.deepEqual(asked, [11, 10]);
    assert.equal(inventory.switchPorts.length, 2);
  });

  const broken: readonly [string, string][] = [
    ['nothing', ''],
    ['another format', '_uuid : 1234\nname : s\n'],
    ['a table too few', printTables(inventoryTables.slice(1), rows)],
    ['output cut in the middle', printTables(inventoryTables, rows).slice(0, -40)],
    [
      'a column of another type',
      printTables(inventoryTables, { Logical_Switch: [{ _uuid: uuid('ls'), name: 5 }] }),
    ],
    ['a map that is none', printTables(inventoryTables, { NB_Global: [{ _uuid: uuid('g'), options: 'x' }] })],
    ['a row without UUID', printTables(inventoryTables, { ACL: [{ name: 'x' }] })],
  ];
  for (const [what, stdout] of broken) {
    it(`refuses ${what} with a sentence`, async () => {
      await assert.rejects(
        readInventory(() => Promise.resolve(ok(stdout)), target, clock),
        (error) =>
          error instanceof TraceFailure &&
          error.reason === 'unexpected-output' &&
          error.message.endsWith('.'),
      );
    });
  }

  it('passes the failure of the tool on', async () => {
    const run: RunCommand = () =>
      Promise.resolve(
        failed('ovn-nbctl: unix:/nb.sock: database connection failed (No such file or directory)\n'),
      );
    await assert.rejects(readInventory(run, target, clock), { reason: 'database' });
  });
});
