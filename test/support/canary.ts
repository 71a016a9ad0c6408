import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostileStrings } from './hostileStrings';

const baitName = 'bait';
const baitText = 'precious\n';

/**
 * A private folder in which everything shows that an injected command or option does: a file it makes there, or the bait it
 * removes. Its path is short, so that it fits into names and sockets.
 */
export class Canary {
  /** In small letters, which a host name keeps. */
  readonly folder = `/tmp/can-${randomBytes(5).toString('hex')}`;
  readonly bait = join(this.folder, baitName);

  constructor() {
    mkdirSync(this.folder, { mode: 0o700 });
    writeFileSync(this.bait, baitText);
  }

  /** Texts that do something in the folder as soon as a POSIX shell reads them, in this or that kind of quotes. */
  get shellTexts(): readonly string[] {
    const touch = `touch ${this.folder}/`;
    return [
      `$(${touch}1)`,
      `\`${touch}2\``,
      `; ${touch}3;`,
      `'; ${touch}4; '`,
      `"; ${touch}5; "`,
      `a\n${touch}6\n`,
      `'\n${touch}7\n'`,
      `\\'; ${touch}8 #`,
      `| ${touch}9`,
      `a && ${touch}10`,
      `>${this.folder}/11`,
      `x"$(${touch}12)"`,
      `x'$(${touch}13)'`,
      `\u00e9\u{1f600}$(${touch}14)`,
    ];
  }

  /** Texts that do something there when a program of OVN or ssh takes them for options, or for a connection method. */
  get optionTexts(): readonly string[] {
    return [
      `--db=punix:${this.bait}`,
      `punix:${this.bait}`,
      `tcp:127.0.0.1:1,punix:${this.bait}`,
      `--log-file=${this.folder}/21`,
      `--unixctl=${this.folder}/22`,
      `--pidfile=${this.folder}/23`,
      '--detach',
      `-vfile:dbg`,
      '--',
      `-oProxyCommand=touch ${this.folder}/24`,
      `-oProxyCommand=touch\t${this.folder}/25`,
      `x@-oProxyCommand=touch\${IFS}${this.folder}/26`,
      `-F${this.folder}/27`,
      `-E${this.folder}/28`,
    ];
  }

  get texts(): readonly string[] {
    return [...this.shellTexts, ...this.optionTexts];
  }

  /** The same with all that a careless command line gets wrong without doing anything. */
  get allTexts(): readonly string[] {
    const long = `${'y'.repeat(3000)}$(touch ${this.folder}/15)`;
    return [...this.texts, long, ...hostileStrings.filter((text) => text !== ''), 'a\0b', 'a\ud800'];
  }

  /** What was made or removed there since the last time, in words. */
  takeTraces(): readonly string[] {
    const found = readdirSync(this.folder);
    const traces = found.filter((name) => name !== baitName).map((name) => `made ${name}`);
    if (!found.includes(baitName)) traces.push('removed the bait');
    else if (readFileSync(this.bait, 'utf8') !== baitText) traces.push('changed the bait');
    rmSync(this.folder, { recursive: true });
    mkdirSync(this.folder, { mode: 0o700 });
    writeFileSync(this.bait, baitText);
    return traces;
  }

  assertUntouched(what: string): void {
    assert.deepEqual(this.takeTraces(), [], what);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
