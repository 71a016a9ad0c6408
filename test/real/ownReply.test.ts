import assert from 'node:assert/strict';
import { indexInventory } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import { targetSchema } from '../../src/core/session/target';
import { tracePacket } from '../../src/core/session/tracePacket';
import { ovnVersions, withOvn } from '../support/ovn';
import { noDefinitions } from '../../src/core/definitions/definition';

const clock = { now: () => 0 };

/** A port that may send, with nothing let in but what `egress` of its connections brings back. */
const egressRules = { 'allow-related': 'answer', 'allow-stateless': 'drop' } as const;

for (const version of ovnVersions()) {
  describe(`ping of a router on OVN ${version.name}`, function () {
    this.timeout(60_000);
    for (const [action, verdict] of Object.entries(egressRules)) {
      it(`${verdict} behind ${action}`, async () => {
        await withOvn(version, async (ovn) => {
          const commands = [
            'lr-add r',
            'lrp-add r rp 0a:00:00:00:ff:01 10.0.1.254/24',
            'ls-add s',
            'lsp-add s to-r',
            'lsp-set-type to-r router',
            'lsp-set-addresses to-r router',
            'lsp-set-options to-r router-port=rp',
            'lsp-add s p',
          ];
          for (const command of commands) await ovn.check(['ovn-nbctl', ...command.split(' ')]);
          await ovn.check(['ovn-nbctl', 'lsp-set-addresses', 'p', '0a:00:00:00:01:01 10.0.1.1']);
          await ovn.check(['ovn-nbctl', 'acl-add', 's', 'from-lport', '1001', 'inport == "p" && ip', action]);
          await ovn.check(['ovn-nbctl', 'acl-add', 's', 'to-lport', '1000', 'outport == "p" && ip', 'drop']);
          // Makes the switch a stateful one whatever the rule above is.
          await ovn.check(['ovn-nbctl', 'acl-add', 's', 'to-lport', '1001', 'tcp.dst == 1', 'allow-related']);
          await ovn.sync();
          const target = targetSchema.parse({
            type: 'local',
            name: 'lab',
            northbound: ovn.northbound,
            southbound: ovn.southbound,
          });
          const index = indexInventory(await readInventory((argv) => ovn.run(argv), target, clock));
          const { outcome } = await tracePacket(
            {
              inport: 'p',
              destination: { kind: 'address', ip: '10.0.1.254' },
              service: { protocol: 'icmp' },
              connection: { kind: 'new' },
            },
            index,
            {
              target,
              run: (argv) => ovn.run(argv),
              clock,
              currentInventory: () => Promise.resolve(index),
              join: noDefinitions,
              ovnVersion: null,
            },
            false,
          );
          assert.equal(outcome.verdict, verdict, JSON.stringify(outcome.undecided));
        });
      });
    }
  });
}
