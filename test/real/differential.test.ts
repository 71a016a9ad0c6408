import assert from 'node:assert/strict';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { Tally } from '../support/differential/finding';
import { runNetwork } from '../support/differential/runNetwork';
import { ovnVersions } from '../support/ovn';
import { readNorthboundSchema } from '../support/randomNetwork/schema';

/** Changed for more, or for another part of the infinite rest: `OVN_TRACE_SEED=7 npm test -- --only real`. */
const networks = Number(process.env.OVN_TRACE_NETWORKS ?? 16);
const packets = Number(process.env.OVN_TRACE_PACKETS ?? 150);
const seed = Number(process.env.OVN_TRACE_SEED ?? 20261122);

/** Traces that end at a gateway router's un-SNAT or in ovn-controller do not decide; there are few of them. */
const mostUndecided = 0.05;

for (const { name, programs } of ovnVersions()) {
  describe(`random packets in random networks on OVN ${name}`, function () {
    this.timeout(120_000);
    let ovn: PrivateOvn;
    const tally = new Tally();
    beforeEach(async () => {
      ovn = await startPrivateOvn({ programs });
    });
    afterEach(() => ovn.stop());

    for (let number = 0; number < networks; number++) {
      it(`network ${number}: verdicts, ports and ACLs are as OVN has them`, async () => {
        const schema = await readNorthboundSchema(ovn);
        const { findings } = await runNetwork({
          ovn,
          schema,
          seed: seed + number,
          packets,
          proofs: 2,
          tally,
        });
        const again = `npm run soak -- --version ${name} --seed ${seed} --network ${number} --packets ${packets}`;
        const [first] = findings;
        assert.ok(
          first === undefined,
          `${findings.length} findings on OVN ${name}, seed ${seed}, network ${number}; all of them: ${again}\n` +
            `${first?.sentence ?? ''}\n${first?.evidence ?? ''}`,
        );
      });
    }

    it('met with every verdict there is, proved ACLs, and could tell nearly always', () => {
      console.log(tally.describe().replace(/^/gm, '      '));
      for (const verdict of ['allow', 'drop', 'reject', 'answer', 'mixed'])
        assert.ok(tally.verdicts.has(verdict), `none was ${verdict}`);
      assert.ok(tally.provenAcls >= networks / 2, `only ${tally.provenAcls} ACLs were proven`);
      assert.ok(tally.untraced <= tally.packets / 20, `${tally.untraced} packets were not traced`);
      assert.ok(tally.undecidedShare() <= mostUndecided, tally.describe());
      const causes = [...tally.causes.keys()];
      assert.deepEqual(
        causes.filter((code) => code.startsWith('UNKNOWN (')),
        [],
      );
    });
  });
}
