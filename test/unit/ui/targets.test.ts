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

const rows = (headings: readonly string[], ...data: readonly unknown[][]) =>
  JSON.stringify({ headings, data }) + '\n';
const uuid = '3b5b5a0c-0000-0000-0000-000000000000';
const readable = printed(rows(['_uuid'], [['uuid', uuid]]));
const northbound = (asked: number, done: number) =>
  printed(
    rows(['nb_cfg', 'sb_cfg'], [asked, done]) +
      rows(['_uuid', 'name'], [['uuid', uuid], 'sw']) +
      rows(['name'], ['a']) +
      rows(['_uuid', 'match']) +
      rows(['_uuid', 'ports', 'acls']),
  );
const datapath = ['map', [['logical-switch', uuid]]];
const southbound = (done: number) =>
  printed(rows(['nb_cfg'], [done]) + rows(['external_ids'], [datapath]) + rows(['logical_port'], ['a']));

type Asked =
  | 'version'
  | 'northbound'
  | 'southbound'
  | 'northbound content'
  | 'southbound content'
  | 'flows'
  | 'northd'
  | 'trace';

function whatIsAsked(argv: readonly string[]): Asked {
  if (argv.includes('--version')) return 'version';
  if (argv[0] === 'ovn-trace') return 'trace';
  if (argv[0] === 'ovn-appctl') return 'northd';
  if (argv.includes('find')) return 'flows';
  const place = argv[0] === 'ovn-nbctl' ? 'northbound' : 'southbound';
  return argv.includes('--') ? `${place} content` : place;
}

/** A network that works, but for what a test says otherwise. */
function check(otherwise: Partial<Record<Asked, CommandResult>> = {}) {
  return checkTarget(
    target,
    (argv) => {
      const answers: Record<Asked, CommandResult> = {
        version: printed(`${argv[0]} 25.03.0\nmore`),
        northbound: readable,
        southbound: readable,
        'northbound content': northbound(3, 3),
        'southbound content': southbound(3),
        flows: printed(rows(['priority', 'match', 'external_ids']).repeat(6)),
        northd: printed('', 1, 'ovn-appctl: cannot read pidfile\n'),
        trace: printed('unknown datapath "ovn-packet-trace-check"\n'),
        ...otherwise,
      };
      return Promise.resolve(answers[whatIsAsked(argv)]);
    },
    quiet,
  );
}

describe('Check Target', function () {
  this.timeout(10_000);

  it('reports each program, both databases, ovn-northd and a trace', async () => {
    assert.deepEqual(
      (await check()).map(({ what, state, text }) => `${what}: ${state}: ${text}`),
      [
        'Connection: good: commands run on this machine',
        'ovn-trace: good: ovn-trace 25.03.0',
        'ovn-nbctl: good: ovn-nbctl 25.03.0',
        'ovn-sbctl: good: ovn-sbctl 25.03.0',
        'Northbound database: good: readable',
        'Southbound database: good: readable',
        'ovn-northd: good: every switch, port and ACL has reached the southbound database',
        'Trace: good: ovn-trace reads the southbound database',
      ],
    );
  });

  it('says when northd is behind, by its counter and by what is missing', async () => {
    const counted = await check({ 'northbound content': northbound(7, 5) });
    assert.match(counted[6]!.text, /not running or behind: it has done 3 of 7/);
    const missing = printed(rows(['nb_cfg'], [3]) + rows(['external_ids']) + rows(['logical_port']));
    assert.match(
      (await check({ 'southbound content': missing }))[6]!.text,
      /the switch sw of the northbound/,
    );
  });

  it('does not take another way to name a switch for a dead northd', async () => {
    const named = printed(
      rows(['nb_cfg'], [3]) + rows(['external_ids'], [['map', []]]) + rows(['logical_port'], ['a']),
    );
    assert.equal((await check({ 'southbound content': named }))[6]!.state, 'good');
  });

  it('says what an OVN from before 20.03 cannot', async () => {
    const steps = await check({ version: printed('ovn-trace (Open vSwitch) 2.12.0\n') });
    assert.deepEqual([steps[1]!.state, /older than OVN 20\.03/.test(steps[1]!.text)], ['warning', true]);
  });

  it('ends at a connection that cannot be made, with its sentence', async () => {
    const refused = new TraceFailure('connection-refused', 'lab refused the connection.', {
      advice: 'Is sshd up?',
    });
    const steps = await checkTarget(target, () => Promise.reject(refused), quiet);
    assert.deepEqual(steps, [
      {
        what: 'Connection',
        state: 'bad',
        text: 'lab refused the connection. Is sshd up?',
        failure: refused,
      },
    ]);
  });

  it('goes on to the southbound database when the northbound one does not answer', async () => {
    const down = printed(
      '',
      1,
      'ovn-nbctl: unix:/x: database connection failed (No such file or directory)\n',
    );
    const steps = await check({ northbound: down });
    assert.deepEqual(steps.map(({ what, state }) => `${what}: ${state}`).slice(4), [
      'Northbound database: bad',
      'Southbound database: good',
      'Trace: good',
    ]);
    assert.ok(!/undefined|Error:/.test(steps[4]!.text));
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
