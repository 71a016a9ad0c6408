import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programPath } from './processes';

const tools = [
  'ovn-trace',
  'ovn-nbctl',
  'ovn-sbctl',
  'ovn-appctl',
  'ovsdb-client',
  'ovs-vsctl',
  'ovs-appctl',
  'ovs-ofctl',
];

/** Stand-ins for every program of OVN that write down how they were called, and then are the real one. */
export class RecordedTools {
  private readonly programs: string;
  private readonly calls: string;

  constructor(folder: string) {
    this.programs = join(folder, 'bin');
    this.calls = join(folder, 'calls');
    mkdirSync(this.programs, { recursive: true });
    mkdirSync(this.calls);
    for (const tool of tools) {
      const file = join(this.programs, tool);
      const record = `printf '%s\\0' ${tool} "$@" >'${this.calls}/'"$$"`;
      writeFileSync(file, `#!/bin/sh\n${record}\nexec '${programPath(tool)}' "$@"\n`);
      chmodSync(file, 0o755);
    }
  }

  /** Puts them before the real ones on a target. */
  get environment(): Readonly<Record<string, string>> {
    return { PATH: `${this.programs}:/usr/sbin:/usr/bin:/sbin:/bin` };
  }

  /** The calls since the last time, in no order. */
  take(): readonly (readonly string[])[] {
    return readdirSync(this.calls).map((name) => {
      const file = join(this.calls, name);
      const words = readFileSync(file, 'utf8').split('\0').slice(0, -1);
      rmSync(file);
      return words;
    });
  }

  /** Fails when one of the calls since the last time could have written. */
  assertOnlyRead(): void {
    for (const call of this.take()) assertReadOnly(call);
  }
}

const databaseOption = /^--(?:db|private-key|certificate|ca-cert)=/s;
const traceOption =
  /^--(?:no-leader-only|no-friendly-names|ovs|(?:db|private-key|certificate|ca-cert|ct|lb-dst|select-id|ovs)=.*)$/s;
const listing = /^--(?:no-leader-only|dry-run|timeout=\d+|format=json|data=json)$/;

/** Fails unless the call is one of the few that are known to change nothing, word for word. */
export function assertReadOnly([tool, ...words]: readonly string[]): void {
  const call = JSON.stringify([tool, ...words]);
  const isVersion = words.length === 1 && words[0] === '--version';
  switch (tool) {
    case 'ovn-trace': {
      const end = words.indexOf('--');
      const isTrace = end >= 0 && words.length === end + 3;
      assert.ok(isVersion || (isTrace && words.slice(0, end).every((word) => traceOption.test(word))), call);
      return;
    }
    case 'ovn-nbctl':
    case 'ovn-sbctl': {
      if (isVersion) return;
      const first = words.findIndex((word) => !listing.test(word) && !databaseOption.test(word));
      assert.ok(words.slice(0, first).includes('--dry-run'), call);
      for (const command of commandsOf(words.slice(first))) {
        const at = command.findIndex((word) => !/^--(?:columns=[a-z_,]+|if-exists)$/.test(word));
        const [verb = '', table = '', ...which] = command.slice(at);
        const allowed = { list: /^[0-9a-f-]{8,36}$/, find: /^external_ids:stage-name=[a-z_]+$/ }[verb];
        assert.ok(allowed, call);
        assert.match(table, /^[A-Z][A-Za-z_]+$/, call);
        for (const word of which) assert.match(word, allowed, call);
      }
      return;
    }
    case 'ovsdb-client': {
      const [verb, , transaction = '', ...more] = words.slice(words.indexOf('query'));
      assert.deepEqual([verb, more], ['query', []], call);
      const [, ...operations] = JSON.parse(transaction) as readonly [string, ...{ readonly op: string }[]];
      for (const { op } of operations) assert.equal(op, 'select', call);
      return;
    }
    default:
      assert.deepEqual([tool, ...words], ['ovn-appctl', '-t', 'ovn-northd', 'status']);
  }
}

function commandsOf(words: readonly string[]): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word === '--') commands.push([]);
    else commands.at(-1)!.push(word);
  }
  return commands.filter((command) => command.length > 0);
}
