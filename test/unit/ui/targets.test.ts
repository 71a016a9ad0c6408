import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResult } from '../../../src/core/command';
import { TraceFailure } from '../../../src/core/failure';
import { targetSchema } from '../../../src/core/session/target';
import { checkTarget } from '../../../src/ui/targets/checkTarget';
import { describeTarget } from '../../../src/ui/targets/describeTarget';
import { parseHosts, readSshHosts } from '../../../src/ui/targets/sshHosts';

const target = targetSchema.parse({ name: 'lab', type: 'local', timeoutSeconds: 5 });
const quiet = new AbortController().signal;

function printed(stdout: string, exitCode = 0, stderr = ''): CommandResult {
  return { stdout, stderr, exitCode, signal: null };
}

const nbGlobal = (asked: number, done: number) =>
  printed(JSON.stringify({ headings: ['nb_cfg', 'sb_cfg'], data: [[asked, done]] }));
const sbGlobal = printed('{"headings":["_uuid"],"data":[[["uuid","3b5b5a0c-0000-0000-0000-000000000000"]]]}');

function answer(argv: readonly string[], northbound: CommandResult): CommandResult {
  if (argv.includes('--version')) return printed(`${argv[0]!} 25.03.0\nmore`);
  return argv.includes('NB_Global') ? northbound : sbGlobal;
}

describe('Check Target', () => {
  it('reports each program and both databases', async () => {
    const steps = await checkTarget(target, (argv) => Promise.resolve(answer(argv, nbGlobal(3, 3))), quiet);
    assert.deepEqual(
      steps.map(({ what, state, text }) => `${what}: ${state}: ${text}`),
      [
        'ovn-trace: good: ovn-trace 25.03.0',
        'ovn-nbctl: good: ovn-nbctl 25.03.0',
        'ovn-sbctl: good: ovn-sbctl 25.03.0',
        'Northbound database: good: readable',
        'Southbound database: good: readable',
      ],
    );
  });

  it('says when northd is behind', async () => {
    const steps = await checkTarget(target, (argv) => Promise.resolve(answer(argv, nbGlobal(7, 5))), quiet);
    assert.match(steps[3]!.text, /ovn-northd is behind \(5 of 7\)/);
  });

  it('ends at a connection that cannot be made, with its sentence', async () => {
    const refused = new TraceFailure('connection-refused', 'lab refused the connection.', {
      advice: 'Is sshd up?',
    });
    const steps = await checkTarget(target, () => Promise.reject(refused), quiet);
    assert.deepEqual(steps, [
      { what: 'ovn-trace', state: 'bad', text: 'lab refused the connection. Is sshd up?' },
    ]);
  });

  it('goes on to the southbound database when the northbound one does not answer', async () => {
    const down = printed(
      '',
      1,
      'ovn-nbctl: unix:/x: database connection failed (No such file or directory)\n',
    );
    const steps = await checkTarget(target, (argv) => Promise.resolve(answer(argv, down)), quiet);
    assert.deepEqual(
      steps.map(({ state }) => state),
      ['good', 'good', 'good', 'bad', 'good'],
    );
    assert.ok(!/undefined|Error:/.test(steps[3]!.text));
  });

  it('fails when it is cancelled', async () => {
    const controller = new AbortController();
    const run = () => {
      controller.abort();
      return Promise.reject(new TraceFailure('cancelled', 'Cancelled.'));
    };
    await assert.rejects(checkTarget(target, run, controller.signal), { reason: 'cancelled' });
  });
});

describe('The hosts of the ssh configuration', () => {
  it('are those without wildcards', () => {
    const { hosts, includes } = parseHosts(
      'Host a b *.example !c\n  User x\nInclude more/*\nMatch all\n  Port 1\n',
    );
    assert.deepEqual(hosts, ['a', 'b']);
    assert.deepEqual(includes, ['more/*']);
  });

  it('are read from included files too, and a circle ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
    try {
      mkdirSync(join(folder, 'more'));
      writeFileSync(join(folder, 'config'), `Include ${folder}/more/*.conf ${folder}/config\nHost one\n`);
      writeFileSync(join(folder, 'more', 'a.conf'), 'Host two\n');
      writeFileSync(join(folder, 'more', 'a.txt'), 'Host never\n');
      assert.deepEqual([...(await readSshHosts(join(folder, 'config')))].sort(), ['one', 'two']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are none where there is no configuration', async () => {
    assert.deepEqual(await readSshHosts('/nonexistent/config'), []);
  });
});

describe('A target in words', () => {
  it('says place, user and prefix', () => {
    const ssh = targetSchema.parse({
      name: 'a',
      type: 'ssh',
      host: 'h',
      username: 'u',
      commandPrefix: ['sudo', '-n'],
    });
    assert.equal(describeTarget(ssh), 'ssh u@h, through sudo -n');
    assert.equal(describeTarget(target), 'local');
  });
});
