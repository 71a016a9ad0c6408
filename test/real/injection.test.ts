import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TraceFailure } from '../../src/core/failure';
import { toTraceRequest } from '../../src/core/session/apiRequest';
import { apiRequestSchema } from '../../src/core/session/result';
import { runPlan, tracePacket } from '../../src/core/session/tracePacket';
import { describeCommand } from '../../src/target/commandLine';
import { checkTarget } from '../../src/ui/targets/checkTarget';
import { parseSaved } from '../../src/ui/trace/savedFile';
import { assertReadOnly } from '../support/recordedTools';
import { sshTarget, writeSshConfig } from '../support/session';
import { sideBySide, HostileLab, settled, type HostileEnds } from '../support/hostileLab';

const places = ['local', 'ssh'] as const;
const service = { protocol: 'tcp', dst_port: 80 } as const;
const signal = new AbortController().signal;

describe('What a network, a file or a person says', function () {
  this.timeout(60_000);
  let lab: HostileLab;
  let ends: readonly HostileEnds[];
  let plain: HostileEnds;

  before(async () => {
    lab = await HostileLab.start();
    // Two dashes are no name: ovn-nbctl itself takes them for the end of a command.
    ends = await lab.buildNetwork([...lab.canary.texts.filter((text) => text !== '--'), 'plain']);
    plain = ends.at(-1)!;
  });
  after(() => lab.stop());
  beforeEach(() => lab.begin());
  afterEach(() => lab.closeSessions());

  it('is noticed by the canary when it does something', () => {
    for (const text of lab.canary.shellTexts) {
      const quotes = ['', '"', "'", '\\'].filter((quote) => {
        spawnSync('sh', ['-c', `echo ${quote}${text}${quote}`]);
        return lab.canary.takeTraces().length > 0;
      });
      assert.notDeepEqual(quotes, [], text);
    }
    for (const option of [`--log-file=${lab.canary.folder}/x`, `--db=punix:${lab.canary.bait}`]) {
      spawnSync('ovn-nbctl', [option, '--timeout=1', '--dry-run', '--', 'list', 'NB_Global']);
      assert.equal(lab.canary.takeTraces().length, 1, option);
    }
  });

  for (const where of places) {
    // Over SSH each command costs several processes: the reply is traced, and every text tried, on this machine only.
    const isHere = where === 'local';

    it(`runs nothing, ${where}, as the name of a switch, a port or an ACL`, async () => {
      const { tracing, index } = await lab.tracing(lab.settings(where));
      const trace = (asked: object, withReply: boolean) =>
        tracePacket(
          toTraceRequest(apiRequestSchema.parse({ ...service, ...asked })),
          index,
          tracing,
          withReply,
        );
      await sideBySide(ends, async ({ name, receiver, ip }) => {
        const report = await trace({ in_port: name, ip_dst: ip }, isHere);
        // A name on two lines is printed on two lines, of which no verdict is made.
        if (/[\r\n]/.test(name)) return;
        assert.equal(report.outcome.verdict, 'allow', `${name}\n${report.output}`);
        assert.deepEqual(
          report.outcome.arrivals.map(({ port }) => port),
          [receiver],
        );
        if (isHere) assert.equal(report.reply?.outcome.verdict, 'allow', name);
      });
      const [first] = ends;
      const { explanation } = await trace({ in_port: first!.name, ip_dst: first!.ip, dst_port: 81 }, false);
      assert.equal(explanation.losses[0]?.aclStep?.acls[0]?.acl.name, first!.name.slice(0, 60));
      lab.assertNothingDone(where);
    });

    it(`runs nothing, ${where}, as part of a request`, async () => {
      const { tracing, index } = await lab.tracing(lab.settings(where));
      const fields = ['in_port', 'to_port', 'ip_src', 'ip_dst', 'eth_src', 'eth_dst', 'lb_dst', 'connection'];
      const requests = (isHere ? lab.canary.allTexts : lab.canary.texts).flatMap((text) =>
        fields.flatMap((field) => {
          const value = field === 'connection' ? [text] : text;
          const asked = { ...service, in_port: plain.name, ip_dst: plain.ip, [field]: value };
          return apiRequestSchema.safeParse(asked).data ?? [];
        }),
      );
      await sideBySide(requests, async (asked) => {
        const end = await settled(tracePacket(toTraceRequest(asked), index, tracing, false));
        assert.ok(end instanceof TraceFailure, JSON.stringify(asked));
      });
      lab.assertNothingDone(where);
    });

    it(`runs nothing, ${where}, as a microflow written by hand or saved in a file`, async () => {
      const { tracing } = await lab.tracing(lab.settings(where));
      const usual = {
        datapath: `${plain.name}s`,
        microflow: `inport == "${plain.name}" && ip4`,
        ct: ['new'],
        lbDst: null,
        openFlow: false,
      };
      const plans = (isHere ? lab.canary.allTexts : lab.canary.texts).flatMap((text) => [
        { ...usual, datapath: text, microflow: text, ct: [text], lbDst: text },
        { ...usual, microflow: `inport == "${text}" && ip4`, openFlow: true },
        ...(isHere && lab.canary.texts.includes(text)
          ? [
              { ...usual, datapath: text },
              { ...usual, ct: [text] },
            ]
          : []),
      ]);
      const traces = plans.map((plan, number) => ({
        name: `${number}`,
        target: plan.datapath,
        microflow: plan,
      }));
      const saved = parseSaved(JSON.stringify({ traces }));
      assert.equal(saved.length, plans.length);
      await sideBySide(saved, ({ plan }) => settled(runPlan(plan!, null, tracing)));
      lab.assertNothingDone(where);
    });

    it(`writes nothing, ${where}, with any call of a program: a trace, its rules, the inventory, a check`, async () => {
      const { tracing, index } = await lab.tracing(lab.settings(where));
      const request = toTraceRequest(
        apiRequestSchema.parse({ ...service, in_port: plain.name, ip_dst: plain.ip, dst_port: 81 }),
      );
      await tracePacket({ ...request, openFlow: true }, index, tracing, true);
      await checkTarget(tracing.target, tracing.run, signal);
      // Without a stand-in that is called these would all go unseen.
      const calls = lab.tools.take();
      const called = new Set(calls.map(([tool]) => tool));
      assert.deepEqual([...called].sort(), [
        'ovn-appctl',
        'ovn-nbctl',
        'ovn-sbctl',
        'ovn-trace',
        'ovsdb-client',
      ]);
      assert.ok(calls.length > 8, String(calls.length));
      for (const call of calls) assertReadOnly(call);
      lab.assertNothingDone(where);
    });
  }

  it('runs nothing as an argument on an account whose shell is csh', async () => {
    const config = ['ForceCommand exec tcsh -fc "$SSH_ORIGINAL_COMMAND"'];
    const server = await lab.another({ config });
    const { run } = lab.open(sshTarget(server), writeSshConfig(server));
    const words = lab.canary.allTexts.filter((text) => !/\0|\ud800/.test(text));
    const { stdout, stderr } = await run(['printf', '%s\\0', ...words]);
    assert.deepEqual(stdout.split('\0').slice(0, -1), words, stderr);
    lab.assertNothingDone('csh');
  });

  it('runs nothing when its command line is copied and pasted', async () => {
    const { tracing, index } = await lab.tracing(lab.settings('local'));
    for (const { name, ip } of ends) {
      const asked = { ...service, in_port: name, ip_dst: ip };
      const request = toTraceRequest(apiRequestSchema.parse(asked));
      const { argv } = await tracePacket(request, index, tracing, false);
      const line = describeCommand(tracing.target, argv as [string, ...string[]]);
      lab.tools.take();
      const pasted = spawnSync('sh', ['-s'], { input: `${line}\n`, encoding: 'utf8' });
      assert.equal(pasted.status, 0, pasted.stderr);
      assert.deepEqual(lab.tools.take(), [argv], line);
    }
    lab.assertNothingDone('pasted');
  });

  it('runs nothing as an argument of the terminal program, whose output holds no escape', () => {
    const cli = join(__dirname, '..', '..', 'dist', 'cli.js');
    assert.ok(existsSync(cli), 'npm run build makes it');
    const config = lab.writeJson({ targets: [lab.settings('local')] });
    const text = lab.canary.shellTexts.join(' ') + '\u001b]0;x\u0007\u009b2J\u202e';
    const flow = ['--datapath', 'plains', '--microflow'];
    const ask = ['--proto', 'tcp', '--dport', '80', '--from', 'plain', '--to'];
    for (const words of [
      [`--config=${config}`, '--from', text, '--to', text, '--proto', 'tcp', '--dport', '80'],
      [`--config=${config}`, `--target=${text}`, ...ask, text],
      [`--config=${text}`, ...ask, text],
      [`--config=${config}`, '--json', '--lb-dst', text, ...flow, `inport == "plain" && ip4 ${text}`],
      [`--config=${config}`, '--json', ...flow, `inport == ${JSON.stringify(text)}`],
      [`--config=${config}`, '--definitions', text, ...ask, '10.0.0.2'],
      [`--config=${config}`, `--ct=${text}`, ...ask, '10.0.0.2'],
    ]) {
      const { stdout, stderr } = spawnSync(process.execPath, [cli, 'trace', ...words], { encoding: 'utf8' });
      assert.notEqual(stdout + stderr, '');
      assert.doesNotMatch(stdout + stderr, /[^\P{Cc}\n\t]|\u202e/u, words.join(' '));
    }
    const name = text.replaceAll('\n', ' ');
    const flow0 = '(northd.c:1): 1, priority 0, uuid 12345678';
    const input = [
      ...[
        'ingress(dp="d", inport="a")',
        '---',
        ` 0. ls_in_x ${flow0}`,
        `    outport = "${name}";`,
        '    output;',
        '',
      ],
      ...[`egress(dp="d", inport="a", outport="${name}")`, '---', ` 0. ls_out_x ${flow0}`, '    output;'],
      `    /* output to "${name}", type "" */\n`,
    ].join('\n');
    for (const words of [[], ['--json']]) {
      const { stdout } = spawnSync(process.execPath, [cli, 'parse', '-', ...words], {
        encoding: 'utf8',
        input,
      });
      assert.match(stdout, /touch/);
      assert.doesNotMatch(stdout, /[^\P{Cc}\n\t]|\u202e/u);
    }
    lab.assertNothingDone('the terminal program');
  });
});
