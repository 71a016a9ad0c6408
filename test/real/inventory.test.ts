import assert from 'node:assert/strict';
import type { RunCommand } from '../../src/core/command';
import { indexInventory } from '../../src/core/ovn/inventoryIndex';
import {
  readLogicalFlows,
  readPrintedFlows,
  type LogicalFlowRow,
  type PrintedFlow,
} from '../../src/core/ovn/logicalFlows';
import { readInventory } from '../../src/core/ovn/readInventory';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { hostileStrings } from '../support/hostileStrings';
import { ovnVersions } from '../support/ovn';

const clock = { now: (): number => 0 };

for (const version of ovnVersions()) {
  describe(`inventory on OVN ${version.name}`, function () {
    this.timeout(60_000);
    let ovn: PrivateOvn;
    let target: TargetConfig;
    let calls: number;
    const run: RunCommand = (argv) => {
      calls++;
      return ovn.run(argv);
    };

    before(async () => {
      ovn = await startPrivateOvn({ programs: version.programs });
      target = targetSchema.parse({
        type: 'local',
        name: 'lab',
        northbound: ovn.northbound,
        southbound: ovn.southbound,
      });
    });
    beforeEach(() => {
      calls = 0;
    });
    after(() => ovn.stop());

    const nbctl = (...words: readonly string[]): Promise<string> => ovn.check(['ovn-nbctl', ...words]);

    it('reads an empty database', async () => {
      const inventory = await readInventory(run, target, clock);
      assert.deepEqual(
        [inventory.switches, inventory.switchPorts, inventory.acls, inventory.loadBalancers],
        [[], [], [], []],
      );
    });

    it('reads a network in one round trip, whatever its names are', async () => {
      const names = [...new Set(hostileStrings)].filter((name) => name !== '').map((name) => `n${name}`);
      await nbctl('ls-add', 's "$;` é\n');
      const logicalSwitch = (await nbctl('--bare', '--columns=_uuid', 'list', 'Logical_Switch')).trim();
      for (const name of names) await nbctl('--', 'lsp-add', logicalSwitch, name);
      await nbctl(
        'lr-add',
        'r',
        '--',
        'lrp-add',
        'r',
        'lrp',
        '0a:00:00:00:ff:01',
        '10.0.0.254/24',
        'fd00::1/64',
      );
      await nbctl('lsp-add', logicalSwitch, 'to-r', '--', 'lsp-set-type', 'to-r', 'router');
      await nbctl('lsp-set-addresses', 'to-r', 'router', '--', 'lsp-set-options', 'to-r', 'router-port=lrp');
      await nbctl('set', 'Logical_Switch', logicalSwitch, 'other_config:subnet=10.0.0.0/24');
      await nbctl('lsp-add', logicalSwitch, 'vm', '--', 'lsp-set-addresses', 'vm', 'dynamic', 'unknown');
      await nbctl(
        'lsp-set-port-security',
        'vm',
        '0a:00:00:00:00:01 10.0.0.1',
        '--',
        'lsp-set-enabled',
        'vm',
        'disabled',
      );
      await nbctl(
        'pg-add',
        'pg',
        'vm',
        '--',
        'create',
        'Address_Set',
        'name=as',
        'addresses="10.0.0.1","10.0.0.2"',
      );
      await nbctl(
        '--log',
        '--severity=alert',
        '--name=x',
        'acl-add',
        'pg',
        'to-lport',
        '7',
        'outport == @pg && ip4.src == $as',
        'reject',
      );
      await nbctl(
        'lb-add',
        'lb',
        '10.9.9.9:80',
        '10.0.0.1:8080,10.0.0.2:8080',
        'tcp',
        '--',
        'ls-lb-add',
        logicalSwitch,
        'lb',
      );
      await nbctl('--', 'lb-add', 'lb6', '[fd99::1]:80', '[fd00::5]:8080', 'tcp');
      const balancer = (await nbctl('--bare', '--columns=_uuid', 'find', 'Load_Balancer', 'name=lb6')).trim();
      const group = (
        await nbctl('create', 'Load_Balancer_Group', 'name=g', `load_balancer=${balancer}`)
      ).trim();
      await nbctl('set', 'Logical_Router', 'r', `load_balancer_group=${group}`);
      await nbctl('lr-nat-add', 'r', 'dnat_and_snat', '192.0.2.1', '10.0.0.1');
      await ovn.sync();

      const inventory = await readInventory(run, target, clock);
      assert.equal(calls, 1);
      const index = indexInventory(inventory);
      assert.equal(inventory.switches[0]?.name, 's "$;` é\n');
      for (const name of names) assert.equal(index.switchOf(name)?.uuid, logicalSwitch, JSON.stringify(name));

      const vm = index.port('vm');
      assert.match(vm?.addresses[0]?.mac ?? '', /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
      assert.match(vm?.addresses[0]?.ips[0] ?? '', /^10\.0\.0\.\d+$/);
      assert.deepEqual([vm?.unknownAddresses, vm?.enabled], [true, false]);
      assert.deepEqual(vm?.portSecurity, ['0a:00:00:00:00:01 10.0.0.1']);
      assert.deepEqual(index.port('to-r')?.addresses, [
        { mac: '0a:00:00:00:ff:01', ips: ['10.0.0.254', 'fd00::1'] },
      ]);
      const [acl] = index.aclsOn(inventory.switches[0]);
      assert.deepEqual(
        [acl?.acl.name, acl?.acl.log, acl?.acl.severity, acl?.acl.action, acl?.acl.tier, acl?.entities],
        ['x', true, 'alert', 'reject', 0, [{ type: 'port-group', name: 'pg' }]],
      );
      assert.deepEqual(index.addressSet('as'), ['10.0.0.1', '10.0.0.2']);
      assert.deepEqual(index.addressSet('pg_ip4'), vm.addresses[0]?.ips);
      assert.deepEqual(
        index.vips('10.9.9.9').map(({ port, backends }) => [port, backends]),
        [[80, ['10.0.0.1:8080', '10.0.0.2:8080']]],
      );
      assert.deepEqual(inventory.routers[0]?.loadBalancers, [balancer]);
      assert.deepEqual(index.vips('fd99::1').length, 1);
      assert.deepEqual(
        inventory.routers[0].nats.map(({ externalIp, logicalIp }) => [externalIp, logicalIp]),
        [['192.0.2.1', '10.0.0.1']],
      );
    });

    it('reads logical flows by prefix, those that are gone left out', async () => {
      const uuids = (await ovn.check(['ovn-sbctl', '--bare', '--columns=_uuid', 'list', 'Logical_Flow']))
        .split('\n')
        .filter((line) => line !== '')
        .slice(0, 3);
      const prefixes = uuids.map((uuid) => uuid.slice(0, 8));
      const flows = await readLogicalFlows(run, target, ['00000000', ...prefixes, ...prefixes, 'nonsense']);
      assert.equal(calls, 1);
      assert.deepEqual([...flows.keys()].sort(), [...prefixes].sort());
      assert.match(flows.get(prefixes[0] ?? '')?.[0]?.stage ?? '', /^l[sr]_(in|out)_/);
      assert.equal((await readLogicalFlows(run, target, [])).size, 0);
    });

    it('reads the flows that ovn-trace printed from the server itself, and those it printed otherwise by their UUID', async () => {
      const [row] = await anyFlow();
      const printed: PrintedFlow = { ...row, uuid: row.uuid.slice(0, 8) };
      const programs: string[] = [];
      const noting: RunCommand = (argv) => {
        programs.push(argv[0]);
        return run(argv);
      };
      const flows = await readPrintedFlows(noting, target, [printed]);
      assert.deepEqual(flows.get(printed.uuid), [row]);
      assert.deepEqual(programs, ['ovsdb-client']);
      for (const other of [
        { ...printed, match: `${printed.match} && outport == "friendly"` },
        { ...printed, priority: printed.priority + 1 },
      ]) {
        programs.length = 0;
        assert.deepEqual([...(await readPrintedFlows(noting, target, [other])).values()], [[row]]);
        assert.deepEqual(programs, ['ovsdb-client', 'ovn-sbctl']);
      }
      const gone = await readPrintedFlows(run, target, [{ ...printed, uuid: '00000000' }]);
      assert.equal(gone.size, 0, 'a flow of the same text is not the one that was printed');
      const elsewhere = { ...target, environment: { OVN_SB_DB: 'unix:/nonexistent/sb.sock' } };
      const usual = await readPrintedFlows(run, { ...elsewhere, southbound: undefined }, [printed]);
      assert.deepEqual([...usual.values()], [[row]], 'ovn-sbctl finds the default database');
    });

    /** A flow as `ovn-sbctl` reads it. */
    async function anyFlow(): Promise<[LogicalFlowRow]> {
      const uuids = await ovn.check(['ovn-sbctl', '--bare', '--columns=_uuid', 'list', 'Logical_Flow']);
      const uuid = uuids.slice(0, 8);
      const flows = await readLogicalFlows(run, target, [uuid]);
      return [flows.get(uuid)![0]!];
    }

    it('gives both flows of a prefix that they share, and the others', async () => {
      const control = `${ovn.environment['OVN_RUNDIR'] ?? ''}/northd.ctl`;
      await ovn.check(['ovn-appctl', '-t', control, 'pause']);
      try {
        const row = { pipeline: 'ingress', table_id: 0, priority: 1, match: '0', actions: 'drop;' };
        const inserts = ['aaaaaaaa-1111', 'aaaaaaaa-2222', 'bbbbbbbb-1111'].map((start, at) => ({
          op: 'insert',
          table: 'Logical_Flow',
          uuid: `${start}-4000-8000-000000000000`,
          row: { ...row, priority: at },
        }));
        const transaction = JSON.stringify(['OVN_Southbound', ...inserts]);
        await ovn.check(['ovsdb-client', 'transact', ovn.southbound, transaction]);
        const flows = await readLogicalFlows(run, target, ['aaaaaaaa', 'bbbbbbbb']);
        assert.deepEqual(
          [...flows].map(([prefix, rows]) => [prefix, rows.map(({ priority }) => priority).sort()]).sort(),
          [
            ['aaaaaaaa', [0, 1]],
            ['bbbbbbbb', [2]],
          ],
        );
      } finally {
        await ovn.check(['ovn-appctl', '-t', control, 'resume']);
      }
    });

    const elsewhere: readonly [
      string,
      Partial<Record<'northbound' | 'southbound', string>>,
      string,
      RegExp,
    ][] = [
      ['no socket', { northbound: 'unix:/nonexistent/nb.sock' }, 'database', /no such socket/],
      [
        'nobody listening',
        { northbound: 'tcp:127.0.0.1:1' },
        'database',
        /tcp:127\.0\.0\.1:1.*nothing listens/,
      ],
      ['no certificates', { northbound: 'ssl:127.0.0.1:1' }, 'database', /certificate/],
      ['no method', { northbound: 'nowhere' }, 'database', /not a connection method/],
    ];
    for (const [what, methods, reason, message] of elsewhere) {
      it(`says what is wrong: ${what}`, async () => {
        await assert.rejects(readInventory(run, { ...target, ...methods }, clock), { reason, message });
      });
    }

    it('says that the databases are mixed up', async () => {
      await assert.rejects(readInventory(run, { ...target, northbound: ovn.southbound }, clock), {
        reason: 'database',
        message: /has no OVN northbound database/,
      });
    });
  });
}
