import assert from 'node:assert/strict';
import type { TraceRequest } from '../../src/core/flow/request';
import type { TraceReport } from '../../src/core/session/report';
import { ovnVersions, withOvn } from '../support/ovn';
import { ask, aSwitch, build } from '../support/smallNetwork';

function findings({ explanation }: TraceReport): readonly (string | undefined)[] {
  return explanation.warnings.map(({ code }) => code);
}

const twoNetworks = [
  'lr-add r',
  ...aSwitch('sa', 1, [['a', 1]]),
  ...aSwitch('sb', 2, [
    ['b', 1],
    ['b2', 2],
    ['b3', 3],
  ]),
];
/** Makes the switch a stateful one without deciding anything about these packets. */
const stateful = (name: string): string => `acl-add ${name} to-lport 1 tcp.dst==9 allow-related`;
const udp = { protocol: 'udp', dstPort: 53 } as const;

for (const version of ovnVersions()) {
  describe(`connections on OVN ${version.name}`, function () {
    this.timeout(120_000);

    it('asks about new, established, related, invalid packets and replies', async () => {
      await withOvn(version, async (ovn) => {
        await build(ovn, ...twoNetworks, stateful('sb'), 'acl-add sb to-lport 1000 ip drop');
        const verdictOf = async (
          connection: TraceRequest['connection'],
          protocol: 'icmp' | 'tcp' = 'tcp',
        ) => {
          const service = protocol === 'icmp' ? { protocol } : { protocol, dstPort: 80 };
          const { outcome, stderr } = await ask(ovn, { connection, service });
          assert.doesNotMatch(stderr, /invalid connection state/);
          return outcome.verdict;
        };
        assert.equal(await verdictOf({ kind: 'new' }), 'drop');
        assert.equal(await verdictOf({ kind: 'established' }), 'drop');
        assert.equal(await verdictOf({ kind: 'reply' }), 'allow');
        assert.equal(await verdictOf({ kind: 'related' }, 'icmp'), 'allow');
        assert.equal(await verdictOf({ kind: 'invalid' }), 'drop');
        assert.equal(await verdictOf({ kind: 'states', states: ['est,rpl', 'est,rpl'] }), 'allow');
        const { plan } = await ask(ovn, { connection: { kind: 'related' }, service: { protocol: 'icmp' } });
        assert.match(plan?.microflow ?? '', /icmp4\.type == 3 && icmp4\.code == 1/);
      });
    });

    it('gives more states when a flood takes them all', async () => {
      await withOvn(version, async (ovn) => {
        const hosts = Array.from({ length: 60 }, (_, number) => [`h${number}`, number + 10] as const);
        await build(ovn, 'lr-add r', ...aSwitch('sa', 1, [['a', 1], ...hosts]), stateful('sa'));
        await build(ovn, ...hosts.map(([host]) => `lsp-set-addresses ${host} unknown`));
        await build(ovn, 'acl-add sa to-lport 1000 udp&&!ct.new drop');
        const { outcome, plan } = await ask(ovn, {
          destination: { kind: 'address', ip: '10.0.1.200' },
          ethDst: '0a:00:00:00:01:c8',
          service: udp,
        });
        assert.ok((plan?.ct.length ?? 0) > 32);
        assert.equal(outcome.arrivals.length, 60);
        assert.ok(outcome.hops.every(({ ctAssumed }) => !ctAssumed));
      });
    });
  });

  describe(`the reply on OVN ${version.name}`, function () {
    this.timeout(120_000);

    it('comes back where the rules are stateful', async () => {
      await withOvn(version, async (ovn) => {
        await build(
          ovn,
          ...twoNetworks,
          'acl-add sa to-lport 1000 outport=="a"&&ip drop',
          'acl-add sa from-lport 1001 inport=="a"&&tcp allow-related',
          'acl-add sb to-lport 1001 outport=="b"&&tcp.dst==80 allow-related',
          'acl-add sb to-lport 1000 outport=="b"&&ip drop',
        );
        const report = await ask(ovn, {});
        assert.equal(report.outcome.verdict, 'allow');
        assert.equal(report.reply?.outcome.verdict, 'allow');
        assert.equal(report.replyNote, undefined);
        assert.deepEqual(findings(report), []);
      });
    });

    it('is known by the sender’s own name, whatever the user calls it, and comes from a localport too', async () => {
      await withOvn(version, async (ovn) => {
        await build(
          ovn,
          ...twoNetworks,
          'lsp-set-type b localport',
          'set logical_switch_port a external_ids:neutron\\:port_name=web',
          stateful('sa'),
        );
        const report = await ask(ovn, { inport: 'web' });
        assert.equal(report.outcome.verdict, 'allow');
        assert.equal(report.reply?.outcome.verdict, 'allow');
        assert.equal(report.replyNote, undefined);
        const broadcast = await ask(ovn, {
          destination: { kind: 'address', ip: '10.0.1.255' },
          service: udp,
        });
        assert.deepEqual([broadcast.reply, broadcast.replyNote], [null, undefined]);
      });
    });

    const oneWays: Readonly<Record<string, readonly string[]>> = {
      'a stateless rule drops it at the sender': [
        'acl-add sa from-lport 1001 inport=="a"&&tcp allow-stateless',
        'acl-add sa to-lport 1000 outport=="a"&&tcp&&tcp.src==80 drop',
        stateful('sa'),
      ],
      'the way out was not tracked by the receiver': [
        'acl-add sb to-lport 1001 outport=="b"&&tcp.dst==80 allow-stateless',
        'acl-add sb from-lport 1000 inport=="b"&&ip drop',
        stateful('sb'),
      ],
      'a router policy stops it': ['lr-policy-add r 100 ip4.src==10.0.2.1 drop'],
    };
    for (const [what, rules] of Object.entries(oneWays)) {
      it(`is one-way permission when ${what}`, async () => {
        await withOvn(version, async (ovn) => {
          await build(ovn, ...twoNetworks, ...rules);
          const report = await ask(ovn, {});
          assert.equal(report.outcome.verdict, 'allow');
          assert.deepEqual(findings(report), ['ONE_WAY']);
          assert.match(report.explanation.sentence, /arrives at b, but its reply does not come back\. \S/);
          assert.notEqual(report.reply?.outcome.verdict, 'allow');
        });
      });
    }

    it('of TCP names the stateless rule that kept its connection from being known', async () => {
      await withOvn(version, async (ovn) => {
        await build(
          ovn,
          ...twoNetworks,
          'acl-add sb to-lport 1001 outport=="b"&&tcp allow-stateless',
          'acl-add sb from-lport 1001 inport=="b"&&ip allow-related',
        );
        const report = await ask(ovn, {});
        assert.deepEqual(findings(report), ['ONE_WAY']);
        assert.match(
          report.explanation.sentence,
          /without connection tracking.*allow-stateless rule of its own/,
        );
      });
    });

    it('of UDP begins a connection of its own where the way out was stateless', async () => {
      await withOvn(version, async (ovn) => {
        await build(
          ovn,
          ...twoNetworks,
          'acl-add sb to-lport 1001 outport=="b"&&udp.dst==53 allow-stateless',
          'acl-add sb from-lport 1001 inport=="b"&&udp allow-related',
          'acl-add sb from-lport 1000 inport=="b"&&ip drop',
        );
        const report = await ask(ovn, { service: udp });
        assert.equal(report.reply?.outcome.verdict, 'allow');
        assert.deepEqual(findings(report), []);
        assert.deepEqual([...new Set(report.reply.plan?.ct)], ['new', 'est,rpl']);
      });
    });

    const balanced = (attach: string): readonly string[] => [
      ...twoNetworks,
      'set Logical_Router r options:chassis=nowhere',
      'lb-add lb 10.0.9.9:80 10.0.2.1:8080,10.0.2.2:8080 tcp',
      attach,
    ];
    const vip = { destination: { kind: 'address', ip: '10.0.9.9' } } as const;

    it('is not told behind a load balancer on a router when a rule asks for its address', async () => {
      await withOvn(version, async (ovn) => {
        await build(
          ovn,
          ...balanced('lr-lb-add r lb'),
          'acl-add sa to-lport 1001 ip4.src==10.0.9.9 allow-stateless',
          'acl-add sa to-lport 1000 outport=="a"&&ip drop',
        );
        const report = await ask(ovn, vip);
        assert.equal(report.outcome.verdict, 'allow', report.output);
        assert.deepEqual(findings(report), []);
        assert.match(report.replyNote ?? '', /cannot be told/);
      });
    });

    const balancers: Readonly<Record<string, string>> = {
      'a switch': 'ls-lb-add sa lb',
      'a router': 'lr-lb-add r lb',
    };
    for (const [where, attach] of Object.entries(balancers)) {
      it(`is no finding behind a load balancer on ${where}`, async () => {
        await withOvn(version, async (ovn) => {
          await build(ovn, ...balanced(attach), stateful('sa'), stateful('sb'));
          const report = await ask(ovn, vip);
          assert.equal(report.outcome.verdict, 'allow', report.output);
          assert.match(report.outcome.arrivals[0]?.port ?? '', /^b2?$/);
          assert.equal(report.reply?.outcome.verdict, 'allow', report.replyNote);
          assert.match(report.replyNote ?? '', /does not change them back/);
          assert.match(report.reply.plan?.microflow ?? '', /tcp\.src == 8080/);
        });
      });

      it(`is one-way permission behind a load balancer on ${where} when the backend may not answer`, async () => {
        await withOvn(version, async (ovn) => {
          await build(ovn, ...balanced(attach), 'acl-add sb from-lport 1000 tcp.src==8080 drop');
          const report = await ask(ovn, vip);
          assert.equal(report.outcome.verdict, 'allow', report.output);
          assert.deepEqual(findings(report), ['ONE_WAY']);
        });
      });

      it(`traces every backend of a load balancer on ${where}`, async () => {
        await withOvn(version, async (ovn) => {
          await build(
            ovn,
            ...balanced(attach),
            'lb-add lb 10.0.9.9:80 10.0.2.1:8080,10.0.2.2:8080,10.0.2.3:8080 tcp'.replace(
              'lb-add',
              '--may-exist lb-add',
            ),
            'acl-add sb to-lport 1000 outport=="b2" drop',
            // Asked before the load balancer has chosen, so it must not see the backend.
            'acl-add sa from-lport 1001 inport=="a"&&ip4.dst==10.0.9.9&&tcp.dst==80 allow-related',
            'acl-add sa from-lport 1000 inport=="a"&&ip drop',
          );
          const report = await ask(ovn, { ...vip, everyBackend: true });
          assert.equal(report.outcome.verdict, 'mixed');
          assert.deepEqual(
            report.choices?.traced.map((choice) => [choice.option, choice.report.outcome.verdict]),
            [
              ['10.0.2.1:8080', 'allow'],
              ['10.0.2.2:8080', 'drop'],
              ['10.0.2.3:8080', 'allow'],
            ],
          );
          assert.match(
            report.explanation.sentence,
            /^2 of 3 backends are reached; 10\.0\.2\.2:8080 is not: /,
          );
          const one = await ask(ovn, { ...vip, lbDst: '10.0.2.3:8080' });
          assert.equal(one.outcome.verdict, 'allow');
          assert.equal(one.outcome.arrivals[0]?.port, 'b3');
          const none = await ask(ovn, { ...vip, lbDst: '10.0.2.77:8080' });
          assert.equal(none.outcome.verdict, 'unknown');
          assert.match(none.explanation.sentence, /does not offer 10\.0\.2\.77:8080/);
        });
      });
    }

    it('is no finding where the source was translated', async () => {
      await withOvn(version, async (ovn) => {
        await build(
          ovn,
          ...twoNetworks,
          'lr-nat-add r snat 10.0.2.200 10.0.1.1',
          'set Logical_Router r options:chassis=nowhere',
        );
        const plain = await ask(ovn, {});
        assert.equal(plain.outcome.verdict, 'allow', plain.output);
        assert.equal(plain.reply?.outcome.verdict, 'allow');
        assert.match(plain.replyNote ?? '', /does not change them back/);
        await build(
          ovn,
          'acl-add sb from-lport 1001 ip4.dst==10.0.2.200 allow-stateless',
          'acl-add sb from-lport 1000 inport=="b"&&ip drop',
        );
        const ruled = await ask(ovn, {});
        assert.equal(ruled.reply?.outcome.verdict, 'drop');
        assert.match(ruled.replyNote ?? '', /cannot be told/);
        assert.deepEqual([...findings(plain), ...findings(ruled)], []);
      });
    });

    it('takes each member of a select, and says which one was taken', async () => {
      await withOvn(version, async (ovn) => {
        await build(
          ovn,
          ...twoNetworks,
          '--ecmp lr-route-add r 10.7.0.0/16 10.0.2.1',
          '--ecmp lr-route-add r 10.7.0.0/16 10.0.2.2',
          'acl-add sb to-lport 1000 outport=="b2" drop',
          'lsp-set-addresses b 0a:00:00:00:02:01~10.0.2.1~10.7.1.1',
        );
        const far = { destination: { kind: 'address', ip: '10.7.1.1' } } as const;
        const first = await ask(ovn, { ...far, selectId: 1 });
        const second = await ask(ovn, { ...far, selectId: 2 });
        assert.deepEqual([first, second].map(({ outcome }) => outcome.verdict).sort(), ['allow', 'drop']);
        assert.match(
          first.explanation.assumptions.map(({ message }) => message).join(' '),
          /chooses one of 2 .* member 1 \(there are 1 and 2/,
        );
        const all = await ask(ovn, { ...far, everySelection: true });
        assert.equal(all.outcome.verdict, 'mixed');
        assert.deepEqual(
          all.choices?.traced.map(({ option, report }) => [option, report.outcome.verdict]),
          [
            ['1', first.outcome.verdict],
            ['2', second.outcome.verdict],
          ],
        );
        const none = await ask(ovn, { ...far, selectId: 7 });
        assert.equal(none.outcome.verdict, 'unknown');
        assert.match(none.explanation.sentence, /no member 7/);
      });
    });
  });
}
