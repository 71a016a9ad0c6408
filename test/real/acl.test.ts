import assert from 'node:assert/strict';
import { listScopes } from '../../src/core/acl/aclScope';
import { listAskedAcls } from '../../src/core/acl/askedAcls';
import { findIneffectiveAcls } from '../../src/core/acl/ineffectiveAcls';
import { listAclFlows, resolveAclSteps } from '../../src/core/acl/resolveSteps';
import type { AclStep } from '../../src/core/acl/step';
import type { RunCommand } from '../../src/core/command';
import { buildTraceArgv } from '../../src/core/flow/buildTraceArgv';
import { planTrace } from '../../src/core/flow/planTrace';
import type { Connection, TraceRequest } from '../../src/core/flow/request';
import { indexInventory, type InventoryIndex } from '../../src/core/ovn/inventoryIndex';
import { readLogicalFlows } from '../../src/core/ovn/logicalFlows';
import { readInventory } from '../../src/core/ovn/readInventory';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { judgeTrace } from '../../src/core/trace/judge';
import type { TraceOutcome } from '../../src/core/trace/outcome';
import { parseTrace } from '../../src/core/trace/parse';
import type { LogLine } from '../../src/core/trace/tree';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions } from '../support/ovn';

interface Traced {
  readonly outcome: TraceOutcome;
  readonly steps: readonly AclStep[];
  /** The same without rows of the southbound database, as for opened text. */
  readonly stepsOfText: readonly AclStep[];
  readonly logLines: readonly LogLine[];
}

for (const version of ovnVersions()) {
  describe(`ACL steps on OVN ${version.name}`, function () {
    this.timeout(60_000);
    let ovn: PrivateOvn;
    let target: TargetConfig;
    const run: RunCommand = (argv) => ovn.run(argv);
    let index: InventoryIndex;
    const hasTiers = version.name !== '23.03';

    before(async () => {
      ovn = await startPrivateOvn({ programs: version.programs });
      target = targetSchema.parse({
        type: 'local',
        name: 'lab',
        northbound: ovn.northbound,
        southbound: ovn.southbound,
      });
      for (const name of ['plain', 'twin', 'group', 'lb', 'free', 'tiers', 'broken', 'quiet', 'named']) {
        await ovn.check(['ovn-nbctl', ...addSwitch(name)]);
      }
      const nbctl = async (...words: readonly string[]): Promise<void> => {
        await ovn.check(['ovn-nbctl', ...words]);
      };
      await nbctl(
        '--log',
        '--name=drop-verdict',
        'acl-add',
        'plain',
        'to-lport',
        '1000',
        'tcp.dst == 22',
        'drop',
      );
      await nbctl(
        '--name=allow-web',
        'acl-add',
        'plain',
        'to-lport',
        '900',
        'tcp.dst == {80, 443}',
        'allow-related',
      );
      await nbctl(
        '--name=refuse',
        'acl-add',
        'plain',
        'to-lport',
        '800',
        '(tcp.dst == 81 || udp.dst == 81)',
        'reject',
      );
      await nbctl('--name=out', 'acl-add', 'plain', 'from-lport', '700', 'udp.dst == 5', 'drop');
      for (const name of ['plain', 'twin']) {
        await nbctl(
          `--name=equal-${name}`,
          'acl-add',
          name,
          'to-lport',
          '600',
          'ip4 && udp.dst == 99',
          'drop',
        );
      }
      await nbctl('--name=same-1', 'acl-add', 'twin', 'to-lport', '500', 'udp.dst == 7', 'drop');
      await nbctl('pg-add', 'pg.one', 'group-a', 'group-b', '--', 'pg-add', 'pg.two', 'group-b');
      await nbctl(
        '--name=in-one',
        'acl-add',
        'pg.one',
        'from-lport',
        '1001',
        'inport == @pg.one && ip4',
        'allow-related',
      );
      await nbctl('--name=same-2', 'acl-add', 'pg.two', 'to-lport', '1002', 'udp.dst == 7', 'drop');
      await nbctl('--name=same-3', 'acl-add', 'pg.one', 'to-lport', '1002', 'udp.dst == 7', 'drop');
      await nbctl(
        '--name=deny-one',
        'acl-add',
        'pg.one',
        'to-lport',
        '1000',
        'outport == @pg.one && ip4',
        'drop',
      );
      await nbctl(
        '--name=peer',
        'acl-add',
        'pg.one',
        'to-lport',
        '1001',
        'outport == @pg.one && ip4.src == $pg.two_ip4 && tcp',
        'allow-related',
      );
      await nbctl(
        '--apply-after-lb',
        '--name=late',
        'acl-add',
        'lb',
        'from-lport',
        '1000',
        'tcp.dst == 22',
        'drop',
      );
      await nbctl('--name=early', 'acl-add', 'lb', 'from-lport', '1000', 'tcp.dst == 23', 'drop');
      await nbctl('--name=stateless-in', 'acl-add', 'free', 'from-lport', '300', 'udp', 'allow-stateless');
      await nbctl('--name=stateless-out', 'acl-add', 'free', 'to-lport', '300', 'udp', 'allow-stateless');
      await nbctl('--name=stateful', 'acl-add', 'free', 'to-lport', '400', 'tcp', 'allow-related');
      await nbctl(
        '--name=unreadable',
        'acl-add',
        'broken',
        'to-lport',
        '900',
        'ip4 && !icmp6 && tcp',
        'drop',
      );
      await nbctl('--name=no-set', 'acl-add', 'broken', 'to-lport', '800', 'ip4.src == $nobody', 'drop');
      await nbctl(
        '--name=bare-or',
        'acl-add',
        'broken',
        'to-lport',
        '700',
        'tcp.dst == 1 || tcp.dst == 2',
        'reject',
      );
      await nbctl(
        '--log',
        '--name=a "quote"',
        'acl-add',
        'broken',
        'to-lport',
        '600',
        'tcp.dst == 3',
        'drop',
      );
      await nbctl('--name=stateful', 'acl-add', 'broken', 'to-lport', '10', 'sctp', 'allow-related');
      await nbctl(
        'pg-add',
        'empty',
        '--',
        '--name=nobody',
        'acl-add',
        'broken',
        'to-lport',
        '500',
        'outport == @empty',
        'drop',
      );
      await nbctl(
        '--name=named',
        'acl-add',
        'named',
        'to-lport',
        '500',
        'inport == "named-a" && outport == "named-b"',
        'drop',
      );
      if (hasTiers) {
        await nbctl('--tier=0', '--name=tier-0', 'acl-add', 'tiers', 'to-lport', '500', 'ip4', 'pass');
        await nbctl(
          '--tier=1',
          '--name=tier-1',
          'acl-add',
          'tiers',
          'to-lport',
          '500',
          'tcp.dst == 22',
          'allow-related',
        );
        await nbctl('--tier=2', '--name=tier-2', 'acl-add', 'tiers', 'to-lport', '500', 'tcp', 'reject');
      }
      await ovn.sync();
      index = indexInventory(await readInventory(run, target, { now: () => 0 }));
    });
    after(() => ovn.stop());

    async function trace(
      name: string,
      protocol: 'tcp' | 'udp',
      dstPort: number,
      connection: Connection = { kind: 'new' },
    ): Promise<Traced> {
      const request: TraceRequest = {
        inport: `${name}-a`,
        destination: { kind: 'port', port: `${name}-b` },
        service: { protocol, dstPort },
        connection,
      };
      const result = await ovn.run(buildTraceArgv(planTrace(request, index), target));
      assert.equal(result.exitCode, 0, result.stderr);
      const outcome = judgeTrace(parseTrace(result.stdout), { complete: true });
      assert.equal(outcome.refusal, null);
      const flows = await readLogicalFlows(run, target, listAclFlows(outcome));
      return {
        outcome,
        steps: withoutAnswers(outcome, resolveAclSteps(outcome, flows, index)),
        stepsOfText: withoutAnswers(outcome, resolveAclSteps(outcome, new Map(), index)),
        logLines: parseTrace(result.stderr).logLines,
      };
    }

    /** Steps but the default ones, such as `drop drop-verdict`. */
    function tell(steps: readonly AclStep[]): readonly string[] {
      return steps
        .filter(({ builtIn }) => builtIn !== 'default')
        .map(({ verdict, acls, builtIn }) =>
          [verdict, ...acls.map(({ acl }) => acl.name ?? 'unnamed'), builtIn ?? []].flat().join(' '),
        );
    }

    const cases: readonly [string, Parameters<typeof trace>, readonly string[]][] = [
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
      ['a drop at the sender', ['plain', 'udp', 5], ['drop out']],
      ['equal ACLs of two switches, each its own', ['plain', 'udp', 99], ['drop equal-plain']],
      ['the other of them', ['twin', 'udp', 99], ['drop equal-twin']],
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
    for (const [what, request, expected] of cases) {
      it(what, async () => {
        const { steps, stepsOfText } = await trace(...request);
        // The second ACL stage of the sender repeats what the first decided; it is printed from 23.03 on.
        const told = tell(steps).filter(
          (line, at, all) => line !== 'allow established' || all[at - 1] !== line,
        );
        const wanted = expected.filter(
          (line, at, all) => line !== 'allow established' || all[at - 1] !== line,
        );
        assert.deepEqual(told, wanted);
        assert.deepEqual(tell(stepsOfText), tell(steps), 'from the text alone');
      });
    }

    it('points at the hop that the judge says decided', async () => {
      const { outcome, steps } = await trace('plain', 'tcp', 22);
      const [loss] = outcome.losses;
      assert.deepEqual(
        steps.filter(({ verdict }) => verdict === 'drop').map(({ hop }) => hop),
        [loss?.decidedBy ?? loss?.hop],
      );
    });

    it('shows every one of several ACLs that made the same flow', async () => {
      const { steps } = await trace('group', 'udp', 7);
      const drop = steps.find(({ verdict }) => verdict === 'drop');
      assert.deepEqual(drop?.acls.map(({ acl }) => acl.name).sort(), ['same-2', 'same-3']);
    });

    it('lists the ACLs in the order OVN asks them', async () => {
      const { outcome, steps } = await trace('group', 'tcp', 8);
      const step = steps.find(({ acls }) => acls.some(({ acl }) => acl.direction === 'to-lport'));
      assert.ok(step);
      const hop = outcome.hops[step.hop];
      assert.ok(hop);
      const packet = { 'eth.type': 0x800n, 'ip.proto': 6n, 'ip4.src': 0x0a000001n, 'tcp.dst': 8n };
      const asked = listAskedAcls(step, hop, index, packet);
      assert.deepEqual(asked.map(({ acl }) => acl.name).sort(), ['deny-one', 'peer', 'same-2', 'same-3']);
      assert.deepEqual(
        asked.slice(2).map(({ acl, asked: how, failing, owner }) => [acl.name, how, failing, owner]),
        [
          ['peer', 'no', 'ip4.src == $pg.two_ip4', null],
          ['deny-one', 'decides', null, null],
        ],
      );
      assert.deepEqual(
        asked.slice(0, 2).map((acl) => acl.asked),
        ['no', 'no'],
      );
      assert.deepEqual(
        listScopes(hop, index)
          .map(({ entity }) => entity.name)
          .sort(),
        ['pg.one', 'pg.two'],
      );
    });

    it('finds the ACLs that OVN does not enforce', async () => {
      const { outcome, logLines } = await trace('broken', 'tcp', 9);
      const found = findIneffectiveAcls(outcome.hops, logLines, index).map(({ acl }) => acl.name);
      const expected = ['a "quote"', 'no-set', 'unreadable', ...(hasTiers ? [] : ['bare-or'])];
      assert.deepEqual(found.sort(), expected.sort());
    });

    if (hasTiers) {
      it('tells tiers', async () => {
        const { steps } = await trace('tiers', 'tcp', 22);
        assert.deepEqual(tell(steps), ['pass tier-0', 'allow tier-1']);
        const refused = await trace('tiers', 'tcp', 23);
        assert.deepEqual(tell(refused.steps), ['pass tier-0', 'reject tier-2']);
        assert.deepEqual(
          refused.steps.filter(({ verdict }) => verdict !== 'allow').map(({ tier }) => tier),
          [0, 2],
        );
      });
    }

    it('finds its way where names mean several things', async () => {
      await ovn.check([
        'ovn-nbctl',
        'set',
        'Logical_Switch',
        'named',
        'external_ids:"neutron:network_name"=twin',
      ]);
      await ovn.check([
        'ovn-nbctl',
        'set',
        'Logical_Switch_Port',
        'named-b',
        'external_ids:"neutron:port_name"=same',
      ]);
      await ovn.check([
        'ovn-nbctl',
        'set',
        'Logical_Switch_Port',
        'twin-b',
        'external_ids:"neutron:port_name"=same',
      ]);
      await ovn.sync();
      index = indexInventory(await readInventory(run, target, { now: () => 0 }));
      const { steps, stepsOfText, outcome } = await trace('named', 'tcp', 1);
      assert.deepEqual(outcome.hops[0]?.datapath, index.switchOf('named-a')?.uuid);
      assert.deepEqual([tell(steps), tell(stepsOfText)], [['drop named'], ['drop named']]);
      const text = await ovn.check([
        'ovn-trace',
        '--ct=new',
        'named',
        'inport == "named-a" && eth.src == 0a:00:00:00:00:01 && eth.dst == 0a:00:00:00:00:02 && ip4 && ip.ttl == 64',
      ]);
      const friendly = judgeTrace(parseTrace(text), { complete: true });
      assert.match(text, /outport="same"/);
      assert.deepEqual(tell(resolveAclSteps(friendly, new Map(), index)), ['drop named']);
    });

    it('calls what no ACL decided the default', async () => {
      await ovn.check(['ovn-nbctl', 'set', 'NB_Global', '.', 'options:default_acl_drop=true']);
      await ovn.sync();
      const { outcome, steps } = await trace('twin', 'tcp', 1);
      assert.equal(outcome.verdict, 'drop');
      assert.deepEqual(
        steps.filter(({ verdict }) => verdict === 'drop').map(({ acls, builtIn }) => [acls.length, builtIn]),
        [[0, 'default']],
      );
    });
  });
}

/** ovn-trace leaves the ports of the reset that answers a packet unswapped, so that ACLs refuse it once more. */
function withoutAnswers(outcome: TraceOutcome, steps: readonly AclStep[]): readonly AclStep[] {
  return steps.filter(({ hop }) => outcome.branches[outcome.hops[hop]?.branch ?? -1]?.origin !== 'generated');
}

function addSwitch(name: string): readonly string[] {
  const port = (end: 'a' | 'b', number: number): readonly string[] => [
    '--',
    'lsp-add',
    name,
    `${name}-${end}`,
    '--',
    'lsp-set-addresses',
    `${name}-${end}`,
    `0a:00:00:00:00:0${number} 10.0.0.${number}`,
  ];
  return ['ls-add', name, ...port('a', 1), ...port('b', 2)];
}
