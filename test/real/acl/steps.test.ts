import assert from 'node:assert/strict';
import { listScopes } from '../../../src/core/acl/aclScope';
import { resolveAclSteps } from '../../../src/core/acl/resolveSteps';
import type { Connection } from '../../../src/core/flow/request';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';
import { ovnVersions } from '../../support/ovn';
import { addSwitch, AclLab, tellSteps } from './aclLab';

for (const version of ovnVersions()) {
  describe(`ACL steps on OVN ${version.name}`, function () {
    this.timeout(60_000);
    let lab: AclLab;
    const hasTiers = version.name !== '23.03';

    before(async () => {
      lab = await AclLab.start(version);
      await lab.nbctl(...network, ...(hasTiers ? tiers : []));
    });
    after(() => lab.stop());

    type Question = readonly [
      name: string,
      protocol: 'tcp' | 'udp',
      dstPort: number,
      connection?: Connection,
    ];
    const trace = ([name, protocol, dstPort, connection = { kind: 'new' }]: Question) =>
      lab.trace(`${name}-a`, `${name}-b`, { protocol, dstPort, connection });

    const cases: readonly [string, Question, readonly string[]][] = [
      ['a drop', ['plain', 'tcp', 22], ['drop drop-verdict']],
      [
        'a drop on an established connection',
        ['plain', 'tcp', 22, { kind: 'established' }],
        ['drop drop-verdict'],
      ],
      ['an allow', ['plain', 'tcp', 443], ['allow allow-web']],
      [
        'an allow of an established connection',
        ['plain', 'tcp', 443, { kind: 'established' }],
        ['allow allow-web'],
      ],
      ['a reject', ['plain', 'tcp', 81], ['reject refuse']],
      ['a reject of UDP', ['plain', 'udp', 81], ['reject refuse']],
      ['a labelled and logged allow', ['plain', 'udp', 6], ['allow labelled']],
      ['a drop at the sender', ['plain', 'udp', 5], ['drop out']],
      ['equal ACLs of two switches, each its own', ['plain', 'udp', 99], ['drop equal-plain']],
      ['the other of them', ['twin', 'udp', 99], ['drop equal-twin']],
      ['equal matches that say different things, by what was done', ['twin', 'udp', 77], ['reject says-no']],
      ['a port group', ['group', 'udp', 8], ['allow in-one', 'drop deny-one']],
      ['the lower of two equal matches', ['twin', 'udp', 7], ['drop same-1']],
      ['a reply', ['plain', 'tcp', 22, { kind: 'reply' }], ['allow established', 'allow established']],
      [
        'an invalid state',
        ['plain', 'tcp', 22, { kind: 'states', states: ['inv', 'inv'] }],
        ['drop invalid'],
      ],
      ['an ACL after load balancing', ['lb', 'tcp', 22], ['drop late']],
      ['an ACL before it', ['lb', 'tcp', 23], ['drop early']],
      [
        'stateless ACLs',
        ['free', 'udp', 1],
        ['allow stateless-in', 'allow stateless-in', 'allow stateless-out', 'allow stateless-out'],
      ],
      ['an ACL with port names', ['named', 'tcp', 1], ['drop named']],
    ];
    for (const [what, question, expected] of cases) {
      it(what, async () => {
        const { steps, stepsOfText } = await trace(question);
        // The second ACL stage of the sender repeats what the first decided; it is printed from 23.03 on.
        const once = (line: string, at: number, all: readonly string[]): boolean =>
          line !== 'allow established' || all[at - 1] !== line;
        assert.deepEqual(tellSteps(steps).filter(once), expected.filter(once));
        assert.deepEqual(tellSteps(stepsOfText), tellSteps(steps), 'from the text alone');
      });
    }

    it('points at the hop that the judge says decided', async () => {
      const { outcome, steps } = await trace(['plain', 'tcp', 22]);
      const [loss] = outcome.losses;
      assert.deepEqual(
        steps.filter(({ verdict }) => verdict === 'drop').map(({ hop }) => hop),
        [loss?.decidedBy ?? loss?.hop],
      );
    });

    it('shows every one of several ACLs that made the same flow', async () => {
      const { steps } = await trace(['group', 'udp', 7]);
      const drop = steps.find(({ verdict }) => verdict === 'drop');
      assert.deepEqual(drop?.acls.map(({ acl }) => acl.name).sort(), ['same-2', 'same-3']);
    });

    it('finds the ACLs of a switch behind a router, and those of the switch before it', async () => {
      const { steps, stepsOfText } = await lab.trace('near-a', 'far-b', { protocol: 'tcp', dstPort: 22 });
      assert.deepEqual(tellSteps(steps), ['allow leave-near', 'drop enter-far']);
      assert.deepEqual(tellSteps(stepsOfText), tellSteps(steps));
      assert.deepEqual(steps.at(-1)?.acls[0]?.entities, [{ type: 'switch', name: 'far' }]);
    });

    it('lists the ACLs in the order OVN asks them, as they are for this packet', async () => {
      const { outcome, steps, asked } = await trace(['group', 'tcp', 8]);
      const step = steps.find(({ acls }) => acls.some(({ acl }) => acl.direction === 'to-lport'));
      assert.ok(step);
      const list = asked(step).map(({ acl, asked: how, failing }) => [acl.name, how, failing] as const);
      assert.deepEqual(
        [...list.slice(0, 2)].sort(),
        ['same-2', 'same-3'].map((name) => [name, 'no', 'udp.dst == 7']),
      );
      assert.deepEqual(list.slice(2), [
        ['peer', 'no', 'ip4.src == $pg.two_ip4'],
        ['deny-one', 'decides', null],
      ]);
      const hop = outcome.hops[step.hop];
      assert.ok(hop);
      const scopes = listScopes(hop, await lab.index());
      assert.deepEqual(scopes.map(({ entity }) => entity.name).sort(), ['pg.one', 'pg.two']);
    });

    if (hasTiers) {
      it('tells tiers, and lists what every tier asks', async () => {
        const { steps } = await trace(['tiers', 'tcp', 22]);
        assert.deepEqual(tellSteps(steps), ['pass tier-0', 'allow tier-1']);
        const refused = await trace(['tiers', 'tcp', 23]);
        assert.deepEqual(tellSteps(refused.steps), ['pass tier-0', 'reject tier-2']);
        assert.deepEqual(
          refused.steps.filter(({ verdict }) => verdict !== 'allow').map(({ tier }) => tier),
          [0, 2],
        );
        const last = refused.steps.at(-1);
        assert.ok(last);
        assert.deepEqual(
          refused.asked(last).map(({ acl, asked: how, fits, failing }) => [acl.name, how, fits, failing]),
          [
            ['tier-0', 'passed', true, null],
            ['behind-pass', 'later', true, null],
            ['tier-1', 'no', false, 'tcp.dst == 22'],
            ['tier-2', 'decides', true, null],
          ],
        );
      });
    }

    it('finds its way where names mean several things', async () => {
      await lab.nbctl(
        ['set', 'Logical_Switch', 'named', 'external_ids:"neutron:network_name"=twin'],
        ['set', 'Logical_Switch_Port', 'named-b', 'external_ids:"neutron:port_name"=same'],
        ['set', 'Logical_Switch_Port', 'twin-b', 'external_ids:"neutron:port_name"=same'],
      );
      const { steps, stepsOfText, outcome } = await trace(['named', 'tcp', 1]);
      const index = await lab.index();
      assert.deepEqual(outcome.hops[0]?.datapath, index.switchOf('named-a')?.uuid);
      assert.deepEqual([tellSteps(steps), tellSteps(stepsOfText)], [['drop named'], ['drop named']]);
      const text = await lab.ovn.check([
        'ovn-trace',
        '--ct=new',
        'named',
        'inport == "named-a" && eth.src == 0a:00:00:00:00:01 && eth.dst == 0a:00:00:00:00:02 && ip4 && ip.ttl == 64',
      ]);
      const friendly = judgeTrace(parseTrace(text), { complete: true });
      assert.match(text, /outport="same"/);
      assert.deepEqual(tellSteps(resolveAclSteps(friendly, new Map(), index)), ['drop named']);
    });

    it('calls what no ACL decided the default', async () => {
      await lab.nbctl(['set', 'NB_Global', '.', 'options:default_acl_drop=true']);
      const { outcome, steps } = await trace(['twin', 'tcp', 1]);
      assert.equal(outcome.verdict, 'drop');
      assert.deepEqual(
        steps.filter(({ verdict }) => verdict === 'drop').map(({ acls, builtIn }) => [acls.length, builtIn]),
        [[0, 'default']],
      );
    });
  });
}

function acl(name: string, options: readonly string[], ...words: readonly string[]): readonly string[] {
  return [...options, `--name=${name}`, 'acl-add', ...words];
}

const network: readonly (readonly string[])[] = [
  ...['plain', 'twin', 'group', 'lb', 'free', 'tiers', 'named'].flatMap((name) => addSwitch(name)),
  ...['near', 'far'].flatMap((name, at) => [
    ['ls-add', name],
    ['lsp-add', name, `${name}-${at === 0 ? 'a' : 'b'}`],
    ['lsp-set-addresses', `${name}-${at === 0 ? 'a' : 'b'}`, `0a:00:00:00:01:0${at} 10.1.${at}.2`],
    ['lsp-add', name, `${name}-r`],
    ['lsp-set-type', `${name}-r`, 'router'],
    ['lsp-set-addresses', `${name}-r`, 'router'],
    ['lsp-set-options', `${name}-r`, `router-port=r-${name}`],
  ]),
  ['lr-add', 'r'],
  ['lrp-add', 'r', 'r-near', '0a:00:00:00:02:00', '10.1.0.1/24'],
  ['lrp-add', 'r', 'r-far', '0a:00:00:00:02:01', '10.1.1.1/24'],
  acl('leave-near', [], 'near', 'from-lport', '900', 'inport == "near-a" && ip4', 'allow-related'),
  acl('enter-far', [], 'far', 'to-lport', '900', 'outport == "far-b" && tcp.dst == 22', 'drop'),
  acl('drop-verdict', ['--log'], 'plain', 'to-lport', '1000', 'tcp.dst == 22', 'drop'),
  acl('allow-web', [], 'plain', 'to-lport', '900', 'tcp.dst == {80, 443}', 'allow-related'),
  acl('refuse', [], 'plain', 'to-lport', '800', '(tcp.dst == 81 || udp.dst == 81)', 'reject'),
  acl('labelled', ['--log', '--label=7'], 'plain', 'to-lport', '750', 'udp.dst == 6', 'allow-related'),
  acl('out', [], 'plain', 'from-lport', '700', 'udp.dst == 5', 'drop'),
  acl('equal-plain', [], 'plain', 'to-lport', '600', 'ip4 && udp.dst == 99', 'drop'),
  acl('equal-twin', [], 'twin', 'to-lport', '600', 'ip4 && udp.dst == 99', 'drop'),
  acl('same-1', [], 'twin', 'to-lport', '500', 'udp.dst == 7', 'drop'),
  acl('says-no', [], 'twin', 'to-lport', '400', 'udp.dst == 77', 'reject'),
  acl('says-nothing', [], 'twin', 'to-lport', '390', 'udp.dst == 77', 'drop'),
  ['pg-add', 'pg.one', 'group-a', 'group-b'],
  ['pg-add', 'pg.two', 'group-b'],
  acl('in-one', [], 'pg.one', 'from-lport', '1001', 'inport == @pg.one && ip4', 'allow-related'),
  acl('same-2', [], 'pg.two', 'to-lport', '1002', 'udp.dst == 7', 'drop'),
  acl('same-3', [], 'pg.one', 'to-lport', '1002', 'udp.dst == 7', 'drop'),
  acl('deny-one', [], 'pg.one', 'to-lport', '1000', 'outport == @pg.one && ip4', 'drop'),
  acl(
    'peer',
    [],
    'pg.one',
    'to-lport',
    '1001',
    'outport == @pg.one && ip4.src == $pg.two_ip4 && tcp',
    'allow-related',
  ),
  acl('late', ['--apply-after-lb'], 'lb', 'from-lport', '1000', 'tcp.dst == 22', 'drop'),
  acl('early', [], 'lb', 'from-lport', '1000', 'tcp.dst == 23', 'drop'),
  acl('stateless-in', [], 'free', 'from-lport', '300', 'udp', 'allow-stateless'),
  acl('stateless-out', [], 'free', 'to-lport', '300', 'udp', 'allow-stateless'),
  acl('stateful', [], 'free', 'to-lport', '400', 'tcp', 'allow-related'),
  acl('named', [], 'named', 'to-lport', '500', 'inport == "named-a" && outport == "named-b"', 'drop'),
];

const tiers: readonly (readonly string[])[] = [
  acl('tier-0', ['--tier=0'], 'tiers', 'to-lport', '500', 'ip4', 'pass'),
  acl('behind-pass', ['--tier=0'], 'tiers', 'to-lport', '400', 'tcp', 'drop'),
  acl('tier-1', ['--tier=1'], 'tiers', 'to-lport', '500', 'tcp.dst == 22', 'allow-related'),
  acl('tier-2', ['--tier=2'], 'tiers', 'to-lport', '500', 'tcp', 'reject'),
];
