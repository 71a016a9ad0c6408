import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { traceResultSchema, type TraceResult } from '../../src/core/session/result';
import { loadDemoNetwork } from '../../src/target/demoNetwork';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions } from '../support/ovn';

const root = join(__dirname, '..', '..');
const demo = join(root, 'fixtures', 'demo');
const rules = join(demo, 'security', 'acls.sh');

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program, with nothing on its standard input unless `input` is given. */
function runCli(args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'dist', 'cli.js'), ...args],
      { encoding: 'utf8', timeout: 30_000 },
      (error, stdout, stderr) => {
        resolve({
          status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
          stdout,
          stderr,
        });
      },
    );
    child.stdin?.end(input);
  });
}

function readResult(ended: Ended): TraceResult {
  return traceResultSchema.strict().parse(JSON.parse(ended.stdout));
}

for (const { name, programs } of ovnVersions()) {
  describe(`the terminal program on OVN ${name}`, () => {
    let ovn: PrivateOvn;
    let folder: string;
    let config: string;

    before(async () => {
      ovn = await startPrivateOvn({ programs });
      await loadDemoNetwork(ovn, demo);
      folder = mkdtempSync(join(tmpdir(), 'cli-'));
      config = join(folder, 'targets.json');
      const target = {
        name: 'demo',
        type: 'local',
        ...(programs.chroot === null ? {} : { commandPrefix: ['chroot', programs.chroot] }),
        northbound: ovn.northbound,
        southbound: ovn.southbound,
      };
      writeFileSync(
        config,
        JSON.stringify({ targets: [target, { ...target, name: 'down', southbound: 'unix:/nowhere' }] }),
      );
    });
    after(async () => {
      await ovn.stop();
      rmSync(folder, { recursive: true });
    });

    const trace = (...args: string[]) => runCli(['trace', '--config', config, '--target', 'demo', ...args]);

    it('names the ACL that drops, and the line that wrote it', async () => {
      const ended = await trace(
        ...[
          '--from',
          'web1',
          '--to',
          'db1',
          '--proto',
          'tcp',
          '--dport',
          '5432',
          '--definitions',
          demo,
          '--json',
        ],
      );
      assert.equal(ended.status, 0, ended.stderr);
      const result = readResult(ended);
      assert.equal(result.verdict, 'drop');
      assert.equal(result.cause, 'ACL_DROP');
      assert.equal(result.acl?.name, 'db-default-deny');
      assert.equal(result.acl.entity, 'db_tier');
      assert.equal(result.acl.priority, 900);
      assert.deepEqual(result.definition, { file: rules, line: 55, confidence: 'exact' });
      const losing = result.hops.filter((hop) => hop.is_drop);
      assert.equal(losing.length, 1);
      assert.match(losing[0]?.table_name ?? '', /^ls_out_acl/);
      assert.match(result.advice.join(' '), /db-postgres-from-web.*tcp\.dst == 5423/);
    });

    it('follows the reply of what arrives', async () => {
      const result = readResult(await trace('--from', 'web1', '--to', 'db1', '--proto', 'icmp', '--json'));
      assert.equal(result.verdict, 'allow');
      assert.deepEqual(result.outputs, [{ port: 'db1', type: '', datapath: 'db' }]);
      assert.equal(result.acl?.name, 'db-ping');
      assert.equal(result.reply?.verdict, 'allow');
      assert.deepEqual(result.reply.outputs, [{ port: 'web1', type: '', datapath: 'web' }]);
    });

    it('compares a saved result with the trace after a rule was added', async () => {
      const packet = ['--from', 'web1', '--to', 'db1', '--proto', 'tcp', '--dport', '5432', '--json'];
      const [before, text] = [join(folder, 'before.json'), join(folder, 'before.txt')];
      const first = await trace(...packet);
      writeFileSync(before, first.stdout);
      writeFileSync(text, readResult(first).output);
      const rule = ['db_tier', 'to-lport', '1045', 'outport == @db_tier && tcp.dst == 5432'];
      await ovn.check(['ovn-nbctl', '--wait=sb', 'acl-add', ...rule, 'allow-related']);
      const after = (await trace(...packet)).stdout;
      await ovn.check(['ovn-nbctl', '--wait=sb', 'acl-del', ...rule]);

      for (const saved of [before, text]) {
        const told = await runCli(['compare', saved, '-'], after);
        assert.equal(told.status, 0, told.stderr);
        assert.match(told.stdout, /^Before: dropped at db \(ACL_DROP\)\. After: allowed/);
        assert.match(told.stdout, /First step that differs\n {4}- db, ls_out_acl.*\n {4}\+ db, ls_out_acl/);
        assert.match(told.stdout, /tcp\.dst == 5432/);
        assert.match(told.stdout, /Ports reached\n {4}\+ db1\n/);
      }
      const same = await runCli(['compare', before, text, '--json']);
      assert.equal(same.status, 0);
      const { same: isSame } = z.object({ same: z.boolean() }).parse(JSON.parse(same.stdout));
      assert.equal(isSame, true);
      const none = await runCli(['compare', before, join(folder, 'gone.txt')]);
      assert.deepEqual([none.status, none.stdout], [1, '']);
      assert.match(none.stderr, /gone\.txt cannot be read/);
      assert.equal((await runCli(['compare', before])).status, 2);
    });

    it('tells a refusal from a drop', async () => {
      const result = readResult(
        await trace('--from', 'db1', '--to', '203.0.113.80', '--proto', 'tcp', '--dport', '443', '--json'),
      );
      assert.equal(result.verdict, 'reject');
      assert.equal(result.cause, 'ACL_REJECT');
      assert.equal(result.acl?.name, 'db-stays-inside');
    });

    it('tells an answer of the router from a delivery', async () => {
      const result = readResult(
        await trace('--from', 'web1', '--to', '10.0.1.1', '--proto', 'icmp', '--json'),
      );
      assert.equal(result.verdict, 'answer');
      assert.deepEqual(result.outputs, []);
    });

    it('traces each backend of a load balancer', async () => {
      const args = ['--from', 'db1', '--to', '198.51.100.80', '--proto', 'tcp', '--dport', '443'];
      const ended = await trace(...args, '--all-backends', '--json');
      assert.equal(ended.status, 0, ended.stderr);
      const result = readResult(ended);
      assert.deepEqual(
        result.backends?.map(({ backend }) => backend),
        ['10.0.1.11:443', '10.0.1.12:443'],
      );
      assert.equal(result.selections, null);
      assert.match(result.summary, /\d of (?:the )?2 backends|Both backends/);
      const text = await trace(...args, '--all-backends');
      assert.match(text.stdout, /Each backend of the load balancer on gw/);
    });

    it('asks about an error that belongs to a connection', async () => {
      const args = ['--from', 'web1', '--to', 'db1', '--proto', 'icmp', '--json'];
      assert.equal(readResult(await trace(...args, '--ct', 'related')).verdict, 'allow');
      assert.equal(readResult(await trace(...args, '--ct', 'invalid')).cause, 'CONNTRACK_INVALID');
      assert.equal((await trace(...args, '--ct', 'new,inv')).status, 2);
    });

    it('runs a microflow as given', async () => {
      const ended = await trace(
        ...['--datapath', 'web', '--ct', 'new;new', '--expect', 'drop', '--json', '--microflow'],
        'inport == "web1" && eth.src == 02:00:00:00:01:11 && eth.dst == 02:00:00:00:01:12 && ip4.src == 10.0.1.11 && ip4.dst == 10.0.1.12 && ip.ttl == 64 && tcp.dst == 22',
      );
      assert.equal(ended.status, 0, ended.stderr);
      assert.equal(readResult(ended).acl?.name, 'web-default-deny');
    });

    const failures: readonly (readonly [string, readonly string[], string, RegExp])[] = [
      [
        'a port that is not there',
        ['--from', 'web11', '--to', 'db1', '--proto', 'icmp'],
        'unknown-port',
        /web11/,
      ],
      [
        'a microflow that cannot be read',
        ['--datapath', 'web', '--microflow', 'inport = "web1"'],
        'bad-microflow',
        /=/,
      ],
      [
        'a datapath that is not there',
        ['--datapath', 'wep', '--microflow', 'inport == "web1"'],
        'unknown-datapath',
        /wep/,
      ],
      ['a microflow without a port', ['--datapath', 'web', '--microflow', 'ip4'], 'unknown-port', /inport/],
      [
        'two address families',
        ['--from', 'web1', '--to', 'fd00::1', '--proto', 'icmp'],
        'bad-request',
        /IPv4|IPv6|family/,
      ],
    ];
    for (const [what, args, reason, sentence] of failures) {
      it(`says what is wrong with ${what}`, async () => {
        const ended = await trace(...args, '--json');
        assert.equal(ended.status, 1);
        assert.match(ended.stderr, sentence);
        assert.doesNotMatch(ended.stderr, /\n\s+at /, 'a stack trace');
        const result = readResult(ended);
        assert.equal(result.verdict, 'error');
        assert.equal(result.error?.reason, reason);
      });
    }

    it('says which database does not answer', async () => {
      const ended = await runCli([
        'trace',
        '--config',
        config,
        '--target',
        'down',
        '--from',
        'web1',
        '--to',
        'db1',
        '--proto',
        'icmp',
      ]);
      assert.equal(ended.status, 1);
      assert.match(ended.stderr, /southbound.*unix:\/nowhere/s);
    });
  });
}

describe('the terminal program without a target', () => {
  it('reads a trace from standard input', async () => {
    const ended = await runCli(
      ['parse', '-', '--json'],
      'egress(dp="a", outport="c")\n---------------------------\n',
    );
    assert.equal(readResult(ended).verdict, 'unknown');
    assert.equal(ended.status, 0);
  });

  it('reads a trace from a file, and another verdict than expected is status 3', async () => {
    const file = join(root, 'fixtures', 'traces', '216-run25-acl-drop-nolog-new.txt');
    assert.equal((await runCli(['parse', file, '--expect', 'drop'])).status, 0);
    assert.equal((await runCli(['parse', file, '--expect', 'allow'])).status, 3);
  });

  it('says that a text is no trace', async () => {
    const ended = await runCli(['parse', '-', '--json'], 'hello\n');
    assert.equal(ended.status, 1);
    assert.equal(readResult(ended).verdict, 'error');
    assert.match(ended.stderr, /no output of ovn-trace/);
  });

  it('wrong usage is status 2', async () => {
    assert.equal((await runCli([])).status, 2);
    assert.equal((await runCli(['trace', '--from', 'a'])).status, 2);
  });

  it('says what is wrong with a configuration file', async () => {
    const ended = await runCli([
      'trace',
      '--config',
      '/nowhere.json',
      '--from',
      'a',
      '--to',
      'b',
      '--proto',
      'icmp',
    ]);
    assert.equal(ended.status, 1);
    assert.match(ended.stderr, /\/nowhere\.json/);
  });
});
