import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nameDatapath } from '../../../src/core/flow/nameDatapath';
import { quoteOvnString } from '../../../src/core/flow/quoteOvnString';
import { hostileStrings, hostileWord } from '../../support/hostileStrings';
import { indexNetwork } from '../inventory/network';

describe('A name in a microflow', () => {
  it('stays one string of OVN, and is no key of a terminal', () => {
    const check = (name: string): void => {
      const quoted = quoteOvnString(name);
      assert.equal(JSON.parse(quoted), name);
      assert.match(quoted, /^"(?:[^"\\]|\\.)*"$/u);
      assert.doesNotMatch(quoted, /\p{Cc}/u);
    };
    for (const name of [...hostileStrings, '\u009b31m', '\u007f'.repeat(9), '" && ip4 || "']) check(name);
    fc.assert(fc.property(hostileWord, check));
  });
});

describe('A switch as the datapath of a trace', () => {
  it('is called by its UUID where its name could not be typed', () => {
    const names = ['plain', '-x', '$(id)', 'a\nb', 'a\u001b[2J', 'a\u007f'];
    const index = indexNetwork({ switches: names.map((name) => ({ name })) });
    assert.deepEqual(
      index.inventory.switches.map((row) => nameDatapath(row, index) === row.name),
      [true, true, true, false, false, false],
    );
  });
});
