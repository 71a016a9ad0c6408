import assert from 'node:assert/strict';
import { ovnVersions, withOvn } from '../../support/ovn';
import { ask, aSwitch, build } from '../../support/smallNetwork';

for (const version of ovnVersions()) {
  describe(`the rule that comes closest to allowing a packet on OVN ${version.name}`, function () {
    this.timeout(60_000);

    it('is none for another protocol', async () => {
      await withOvn(version, async (ovn) => {
        await build(
          ovn,
          'lr-add r',
          ...aSwitch('sa', 1, [['a', 1]]),
          ...aSwitch('sb', 2, [['b', 1]]),
          'acl-add sb to-lport 1002 outport=="b"&&tcp.dst==53 allow-related',
          'acl-add sb to-lport 1002 outport=="b"&&ip6 allow-related',
          'acl-add sb to-lport 1002 outport=="b"&&(arp||nd) allow-related',
          'acl-add sb to-lport 1000 outport=="b"&&ip drop',
        );
        const adviceFor = async (): Promise<string> => {
          const { explanation } = await ask(ovn, { service: { protocol: 'udp', dstPort: 53 } });
          assert.deepEqual(
            explanation.losses.map(({ cause }) => cause.code),
            ['ACL_DROP'],
          );
          return explanation.losses.flatMap(({ cause }) => cause.advice).join(' ');
        };
        assert.doesNotMatch(await adviceFor(), /comes closest/);
        await build(ovn, 'acl-add sb to-lport 1001 outport=="b"&&udp.dst==54 allow-related');
        assert.match(await adviceFor(), /comes closest.*needs udp\.dst == 54/);
      });
    });
  });
}
