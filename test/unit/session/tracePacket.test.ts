import assert from 'node:assert/strict';
import type { CommandResult, RunCommand } from '../../../src/core/command';
import type { TracePlan } from '../../../src/core/flow/request';
import { targetSchema } from '../../../src/core/session/target';
import { runPlan, type Tracing } from '../../../src/core/session/tracePacket';
import { inventoryOf, port } from '../ui/inventory';
import { noDefinitions } from '../../../src/core/definitions/definition';

const plan: TracePlan = {
  datapath: 's',
  microflow: 'inport == "a"',
  ct: ['new', 'new'],
  repeatsCt: true,
  lbDst: null,
  openFlow: false,
};

function ended(stdout: string, stderr = '', exitCode = 0): CommandResult {
  return { stdout, stderr, exitCode, signal: null };
}

/** A tracing whose `ovn-trace` is played; the commands that were run are kept. */
function played(ovnTrace: (argv: readonly string[]) => CommandResult): {
  readonly tracing: Tracing;
  readonly commands: readonly (readonly string[])[];
} {
  const commands: (readonly string[])[] = [];
  const run: RunCommand = (argv) => {
    commands.push(argv);
    return Promise.resolve(argv[0] === 'ovn-trace' ? ovnTrace(argv) : ended('', 'no', 1));
  };
  const tracing: Tracing = {
    target: targetSchema.parse({ type: 'local', name: 'lab', southbound: 'unix:/sb' }),
    run,
    clock: { now: () => 0 },
    currentInventory: () => Promise.resolve(inventoryOf([port('a')])),
    join: noDefinitions,
    ovnVersion: null,
  };
  return { tracing, commands };
}

/** A trace of as many lookups: ovn-trace says where it was not told the state. */
function lookups(wanted: number, told: number): string {
  const passes = Array.from({ length: wanted }, (_, position) => {
    const title =
      position < told
        ? 'ct_next(ct_state=new|trk)'
        : 'ct_next(ct_state=est|trk /* default (use --ct to customize) */)';
    const next = position + 1 < wanted ? '    ct_next;\n' : '    output;\n    /* output to "b", type "" */\n';
    return `\n${title}\n${'-'.repeat(title.length)}\n 5. ls_out_pre_stateful (northd.c:1): reg0[0] == 1, priority 100, uuid 0000000${position % 10}\n${next}`;
  });
  return `# ip,reg14=0x1\n\negress(dp="s", inport="a", outport="b")\n---------------------------------------\n 4. ls_out_pre_stateful (northd.c:1): reg0[0] == 1, priority 100, uuid 00000010\n    ct_next;\n${passes.join('')}`;
}

const ctOf = (argv: readonly string[]): number => argv.filter((word) => word.startsWith('--ct=')).length;

describe('a run of ovn-trace', () => {
  it('is made again with more states when it ran out of them', async () => {
    const { tracing, commands } = played((argv) => ended(lookups(20, ctOf(argv))));
    const { outcome, plan: ran } = await runPlan(plan, null, tracing);
    assert.deepEqual(commands.filter(([program]) => program === 'ovn-trace').map(ctOf), [2, 8, 32]);
    assert.equal(outcome.verdict, 'allow');
    assert.ok(outcome.hops.every(({ ctAssumed }) => !ctAssumed));
    assert.equal(ran?.ct.length, 32);
  });

  it('is not taken for an answer when no more states can be given', async () => {
    const { tracing } = played((argv) => ended(lookups(10, Math.min(ctOf(argv), 3))));
    const { outcome, explanation } = await runPlan(plan, null, tracing);
    assert.equal(outcome.verdict, 'unknown');
    assert.match(explanation.sentence, /more than 8000 times/);
  });

  it('keeps to lists given by hand, and says that est was assumed behind the last', async () => {
    const { tracing, commands } = played((argv) => ended(lookups(10, ctOf(argv))));
    const { outcome, explanation } = await runPlan({ ...plan, repeatsCt: undefined }, null, tracing);
    assert.equal(commands.length, 1);
    assert.equal(outcome.verdict, 'allow');
    assert.match(explanation.assumptions.map(({ message }) => message).join(' '), /assumed an established/);
  });

  const follower = ended(
    '',
    '2026-01-01T00:00:00Z|1|ovsdb_cs|INFO|unix:/sb: clustered database server is not cluster leader; trying another server\n' +
      'ovn-trace: unix:/sb: database connection failed ()\n',
    1,
  );

  it('reads from a cluster member that is not the leader', async () => {
    const { tracing } = played((argv) =>
      argv.includes('--no-leader-only') ? ended(lookups(1, 1)) : follower,
    );
    const report = await runPlan(plan, null, tracing);
    assert.equal(report.outcome.verdict, 'allow');
    assert.ok(report.argv?.includes('--no-leader-only'));
  });

  it('says that the leader is needed where ovn-trace is too old to do without', async () => {
    const unknown = ended('', "ovn-trace: unrecognized option '--no-leader-only'\n", 1);
    const { tracing } = played((argv) => (argv.includes('--no-leader-only') ? unknown : follower));
    await assert.rejects(runPlan(plan, null, tracing), {
      reason: 'not-leader',
      message: /not the leader/,
      advice: /all members of the cluster/,
    });
  });
});
