import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { InventoryIndex } from '../../src/core/ovn/inventoryIndex';
import { readPrintedFlows } from '../../src/core/ovn/logicalFlows';
import { readInventory } from '../../src/core/ovn/readInventory';
import { isSameInventory } from '../../src/core/ovn/sameInventory';
import { listAclFlows } from '../../src/core/acl/resolveSteps';
import { judgeTrace } from '../../src/core/trace/judge';
import { parseTrace } from '../../src/core/trace/parse';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions } from '../support/ovn';
import { eventually } from '../support/processes';
import { sshTarget } from '../support/session';
import { startSshd, type Sshd } from '../support/sshd';
import { projectFolder } from '../support/vscodeServer';

import { ResidentLab, web1ToDb1 } from '../support/residentLab';
const demo = join(projectFolder, 'fixtures', 'demo');
/** More of them for a longer search: `OVN_TRACE_RESIDENT_ROUNDS=5000`. */
const rounds = Number(process.env['OVN_TRACE_RESIDENT_ROUNDS'] ?? 40);

for (const version of ovnVersions()) {
  describe(`an ovn-trace that stays, OVN ${version.name}`, function () {
    this.timeout(Math.max(120_000, rounds * 2000));
    let ovn: PrivateOvn;
    let sshd: Sshd;
    let lab: ResidentLab;
    const { chroot } = version.programs;
    const nbctl = (...words: readonly string[]) => ovn.check(['ovn-nbctl', '--wait=sb', ...words]);

    before(async () => {
      ovn = await startDemoNetwork(demo, { programs: version.programs });
      sshd = await startSshd();
    });
    after(async () => {
      await sshd.stop();
      await ovn.stop();
    });
    const openLab = (): ResidentLab => {
      const { northbound, southbound } = ovn;
      const databases = { northbound, southbound };
      return chroot
        ? new ResidentLab(
            {
              type: 'local',
              name: 'lab',
              commandPrefix: ['chroot', chroot],
              ...databases,
            },
            null,
            {},
            chroot,
          )
        : new ResidentLab({ ...sshTarget(sshd), ...databases }, sshd);
    };
    beforeEach(() => {
      lab = openLab();
    });
    afterEach(() => lab.end());

    it('prints what a fresh one prints, and is started once', async () => {
      for (const states of ['new', 'est', 'est,rpl', 'inv']) {
        const plan = { ...web1ToDb1, ct: web1ToDb1.ct.map(() => states) };
        assert.equal(await lab.trace(plan), await lab.fresh(plan), states);
      }
      const exact = { ...web1ToDb1, exactNames: true };
      assert.equal(await lab.trace(exact), await lab.fresh(exact));
      assert.equal(await lab.trace({ ...web1ToDb1, ct: [] }), await lab.fresh({ ...web1ToDb1, ct: [] }));
    });

    it('has those read the database that traces of the network will ask for', async () => {
      const prepared = async (exactNames: boolean): Promise<void> => {
        const release = lab.resident.prepare(['new', 'est,rpl'], new AbortController().signal);
        await eventually('both have started', () => lab.daemons().length === 2);
        const daemons = lab.daemons();
        for (const states of ['new', 'est,rpl']) {
          const plan = { ...web1ToDb1, exactNames, ct: web1ToDb1.ct.map(() => states) };
          assert.equal(await lab.trace(plan), await lab.fresh(plan));
        }
        assert.deepEqual(lab.daemons(), daemons, 'no other was started');
        release();
      };
      await prepared(false);
      // ovn-nbctl's own syntax: a key with a colon stands in quotes.
      await nbctl('set', 'Logical_Switch', 'web', 'external_ids:"neutron:network_name"=shop');
      try {
        await lab.end();
        lab = openLab();
        await prepared(true);
        assert.equal(
          await lab.trace(web1ToDb1),
          await lab.fresh(web1ToDb1),
          'the other kind is started then',
        );
      } finally {
        await nbctl('remove', 'Logical_Switch', 'web', 'external_ids', '"neutron:network_name"');
      }
    });

    it('leaves to a process of its own what it cannot answer', async () => {
      for (const plan of [
        { ...web1ToDb1, ct: ['new', 'est'] },
        { ...web1ToDb1, ct: ['new'], repeatsCt: false },
        { ...web1ToDb1, lbDst: '10.0.2.21' },
        { ...web1ToDb1, selectId: 1 },
        { ...web1ToDb1, openFlow: true },
        { ...web1ToDb1, microflow: 'no such field' },
        { ...web1ToDb1, datapath: 'no such datapath' },
      ]) {
        assert.equal(await lab.trace(plan), null, JSON.stringify(plan));
      }
      assert.equal(await lab.trace(web1ToDb1), await lab.fresh(web1ToDb1));
    });

    it('follows the inventory', async () => {
      const equals = async (): Promise<InventoryIndex> => {
        const index = await lab.resident.inventory(undefined);
        assert.ok(index);
        const read = await readInventory(lab.session.run, lab.target, Date);
        assert.deepEqual({ ...index.inventory, readAt: 0 }, { ...read, readAt: 0 });
        assert.ok(isSameInventory(index.inventory, read));
        return index;
      };
      const first = await equals();
      assert.equal(await equals(), first, 'nothing has changed');
      for (const change of [
        ['lsp-add', 'web', 'followed'],
        ['lsp-set-addresses', 'followed', '0a:00:00:00:01:99 10.0.1.99'],
        ['pg-add', 'pg_followed', 'followed', 'web1'],
        ['acl-add', 'pg_followed', 'to-lport', '1500', 'ip4', 'drop'],
        ['lsp-del', 'followed'],
        ['pg-del', 'pg_followed'],
      ]) {
        await nbctl(...change);
        await equals();
      }
    });

    it('reads the rows of logical flows, and not those that are gone', async () => {
      const text = await lab.trace(web1ToDb1);
      assert.ok(text);
      const flows = listAclFlows(judgeTrace(parseTrace(text)));
      assert.notEqual(flows.length, 0);
      const read = () => readPrintedFlows(lab.session.run, lab.target, flows);
      const plain = (rows: ReadonlyMap<string, unknown>) => Object.fromEntries([...rows].sort());
      for (let time = 0; time < 2; time++) {
        const rows = await lab.resident.logicalFlows(flows, undefined);
        assert.ok(rows);
        assert.deepEqual(plain(rows), plain(await read()));
      }
      await nbctl('acl-del', 'db_tier');
      // A barrier: the flows of the rules are gone before this is answered.
      await lab.trace(web1ToDb1);
      const after = await lab.resident.logicalFlows(flows, undefined);
      assert.ok(after);
      assert.deepEqual(plain(after), plain(await read()));
    });

    it('knows of every change that was made before it was asked', async () => {
      const verdicts = ['allow-related', 'allow', 'drop', 'reject'];
      const set = (await nbctl('create', 'Address_Set', 'name=stale')).trim();
      const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;
      const changes: readonly (() => Promise<unknown>)[] = [
        () =>
          nbctl(
            '--may-exist',
            'acl-add',
            pick(['web', 'db']),
            pick(['from-lport', 'to-lport']),
            String(2000 + Math.floor(Math.random() * 500)),
            'tcp.dst == 5432',
            pick(verdicts),
          ),
        () => nbctl('acl-del', 'web'),
        () => nbctl('acl-del', 'db'),
        () => nbctl('lsp-set-enabled', pick(['web1', 'db1']), pick(['enabled', 'enabled', 'disabled'])),
        () => nbctl('set', 'Address_Set', set, `addresses="10.0.2.${Math.floor(Math.random() * 200)}"`),
        () => nbctl('lsp-set-addresses', 'db1', `02:00:00:00:02:${pick(['21', '22', '23'])} 10.0.2.21`),
        () =>
          ovn.check([
            'ovn-sbctl',
            'set',
            'Port_Binding',
            'web1',
            `external_ids:name=web-${Math.floor(Math.random() * 9)}`,
          ]),
        // Nothing at all: the next answer is the daemon's again.
        () => Promise.resolve(),
        () => Promise.resolve(),
      ];
      for (let round = 0; round < rounds; round++) {
        // Each at least once.
        await (changes[round] ?? pick(changes))();
        const states = pick(['new', 'est,rpl']);
        const plan = { ...web1ToDb1, ct: web1ToDb1.ct.map(() => states) };
        const answer = await lab.trace(plan);
        assert.equal(answer, await lab.fresh(plan), `round ${round}`);
      }
      // Whatever the random ones led to, this one makes a difference.
      await nbctl('lsp-set-enabled', 'web1', 'enabled');
      const before = await lab.trace(web1ToDb1);
      await nbctl('acl-add', 'web', 'from-lport', '32000', 'ip', 'drop');
      const after = await lab.trace(web1ToDb1);
      assert.notEqual(after, before);
      assert.equal(after, await lab.fresh(web1ToDb1));
      assert.deepEqual(lab.unavailable, []);
    });
  });
}
