import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { RunCommand } from '../../src/core/command';
import { compareTraces } from '../../src/core/compare/compareTraces';
import { noDefinitions } from '../../src/core/definitions/definition';
import type { TraceRequest } from '../../src/core/flow/request';
import { indexInventory } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import type { TraceReport } from '../../src/core/session/report';
import { targetSchema } from '../../src/core/session/target';
import { tracePacket } from '../../src/core/session/tracePacket';
import { loadDemoNetwork } from '../../src/target/demoNetwork';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions } from '../support/ovn';

const request: TraceRequest = {
  inport: 'web1',
  destination: { kind: 'port', port: 'db1' },
  service: { protocol: 'tcp', dstPort: 5432 },
  connection: { kind: 'new' },
};

/** The ports of the rule are the bug of the demo network: 5423 for 5432. */
const wrong = 'outport == @db_tier && ip4.src == $web_tier_ip4 && tcp.dst == 5423';
const right = wrong.replace('5423', '5432');

for (const { name, programs } of ovnVersions()) {
  describe(`traces of OVN ${name} before and after a change`, () => {
    let ovn: PrivateOvn;

    before(async () => {
      ovn = await startPrivateOvn({ programs });
      await loadDemoNetwork(ovn, join(__dirname, '../../fixtures/demo'));
    });
    after(() => ovn.stop());

    async function trace(): Promise<TraceReport> {
      const { northbound, southbound } = ovn;
      const target = targetSchema.parse({ type: 'local', name: 'lab', northbound, southbound });
      const run: RunCommand = (argv) => ovn.run(argv);
      const index = indexInventory(await readInventory(run, target, Date));
      const tracing = {
        target,
        run,
        clock: Date,
        currentInventory: () => Promise.resolve(index),
        join: noDefinitions,
        ovnVersion: null,
      };
      return tracePacket(request, index, tracing, true);
    }

    async function change(...command: readonly string[]): Promise<void> {
      await ovn.check(['ovn-nbctl', ...command]);
      await ovn.sync();
    }

    it('are the same where nothing was changed, and where the rules were made anew as they were', async () => {
      const before = await trace();
      assert.equal(compareTraces(before, await trace()).same, true);
      await change('acl-del', 'db_tier', 'to-lport', '900', 'outport == @db_tier && ip');
      await change(
        ...['--log', '--severity=info', '--name=db-default-deny', 'acl-add', 'db_tier'],
        ...['to-lport', '900', 'outport == @db_tier && ip', 'drop'],
      );
      const after = await trace();
      const rows = [before, after].map(
        ({ explanation }) => explanation.losses[0]?.aclStep?.acls[0]?.acl.uuid,
      );
      assert.notEqual(rows[0], rows[1]);
      const comparison = compareTraces(before, after);
      assert.equal(comparison.same, true, comparison.sentence);
    });

    it('tell of a rule that was corrected in its row: what it was, what it is, and the step', async () => {
      const before = await trace();
      const uuid = (
        await ovn.check([
          'ovn-nbctl',
          '--bare',
          '--columns=_uuid',
          'find',
          'ACL',
          'name=db-postgres-from-web',
        ])
      ).trim();
      await change('set', 'ACL', uuid, `match="${right}"`);
      const after = await trace();
      const comparison = compareTraces(before, after);
      assert.equal(
        comparison.sentence,
        'Before: dropped by ACL db-default-deny (priority 900). After: allowed by ACL db-postgres-from-web (priority 1040).',
      );
      const { firstDifference: first } = comparison;
      assert.match(before.outcome.hops[first?.before ?? -1]?.stage ?? '', /^ls_out_acl/);
      assert.match(after.outcome.hops[first?.after ?? -1]?.stage ?? '', /^ls_out_acl/);
      const corrected = comparison.acls.find(({ state }) => state === 'after');
      assert.match(corrected?.elsewhere ?? '', /^Before: does not match, it needs tcp\.dst == 5423\.$/);
      assert.deepEqual(corrected?.fields, [{ name: 'Match', before: wrong, after: right }]);
      assert.deepEqual(comparison.results[0], { name: 'Ports reached', before: [], after: ['db1'] });
      assert.equal(comparison.reply.kind, 'changed');
    });

    it('tell of a rule that was taken away', async () => {
      const before = await trace();
      await change('acl-del', 'db_tier', 'to-lport', '1040', right);
      const comparison = compareTraces(before, await trace());
      assert.match(
        comparison.sentence,
        /^Before: allowed by ACL db-postgres-from-web .* After: dropped by ACL db-default-deny/,
      );
      const gone = comparison.acls.find(({ state }) => state === 'before');
      assert.equal(gone?.elsewhere, 'After: no such ACL applies to this port any more.');
    });
  });
}
