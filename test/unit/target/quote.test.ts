import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { TraceFailure } from '../../../src/core/failure';
import { quoteForShell } from '../../../src/target/quote';
import { hostileStrings, hostileWord } from '../../support/hostileStrings';

/** Prints its arguments as hexadecimal lines, so that nothing a shell does to bytes goes unseen. */
const printArguments = [
  process.execPath,
  '-e',
  'for (const word of process.argv.slice(1)) console.log("=" + Buffer.from(word).toString("hex"))',
  '--',
];

function argumentsSeenBy(shell: string, words: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(shell, ['-s'], {
    input: `${quoteForShell([...printArguments, ...words])}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.equal(stderr, '');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line.slice(1), 'hex').toString('utf8'));
}

describe('quoteForShell', () => {
  it('leaves plain words and options readable', () => {
    assert.equal(quoteForShell(['ovn-trace', '--ct=new', 'sw0']), 'ovn-trace --ct=new sw0');
    assert.equal(quoteForShell(['a b', '', "it's"]), "'a b' '' 'it'\\''s'");
  });

  it('keeps quotes and backslashes out of quoted parts, where fish and POSIX differ', () => {
    assert.equal(quoteForShell(['x', "\\'"]), "x \\\\\\'");
    assert.equal(quoteForShell(['x', 'a\\nb']), "x 'a'\\\\'nb'");
  });

  it('does not let the first word become syntax', () => {
    assert.equal(quoteForShell(['if', 'if']), "'if' if");
    assert.equal(quoteForShell(['A=B', 'x']), "'A=B' x");
    assert.equal(quoteForShell(['~root', '~']), "'~root' '~'");
  });

  it('refuses what no command line can carry', () => {
    for (const word of ['a\0b', '\0', 'a\ud800', '\udc00']) {
      assert.throws(
        () => quoteForShell(['x', word]),
        (error) => error instanceof TraceFailure && error.reason === 'bad-request',
      );
    }
  });

  for (const shell of ['sh', 'bash', 'dash']) {
    it(`hands every word through ${shell} byte for byte`, () => {
      assert.deepEqual(argumentsSeenBy(shell, hostileStrings), hostileStrings);
      fc.assert(
        fc.property(fc.array(hostileWord, { minLength: 200, maxLength: 200 }), (words) => {
          assert.deepEqual(argumentsSeenBy(shell, words), words);
        }),
        { numRuns: 12 },
      );
    });
  }
});
