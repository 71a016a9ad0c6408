import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { hostileWord } from '../../support/hostileStrings';
import type { ReadScript } from './load';
import { loadScriptReader, slice } from './load';

let read: ReadScript;
before(async () => {
  read = await loadScriptReader();
});

/**
 * Words as arguments of ovn-nbctl: `--` would end the command, CR LF is read as LF, and U+E000 means unknown text.
 */
const word = hostileWord.filter(
  (text) => text !== '--' && !text.includes('\r\n') && !text.includes('\uE000'),
);

type Quote = (text: string) => string;

const quotes: readonly Quote[] = [
  (text) => `'${text.replaceAll("'", "'\\''")}'`,
  (text) => `"${text.replace(/["\\$`]/g, '\\$&')}"`,
  (text) =>
    `$'${text.replaceAll('\\', '\\x5c').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\t', '\\x09')}'`,
  (text) =>
    text === ''
      ? "''"
      : text.replace(/[^]/gu, (letter) => (/\s/.test(letter) ? `'${letter}'` : `\\${letter}`)),
];

/** One style for the whole word, or another for each half of it. */
const quoting: fc.Arbitrary<Quote> = fc
  .tuple(fc.constantFrom(...quotes), fc.constantFrom(...quotes), fc.boolean())
  .map(([first, second, isMixed]) => (text) => {
    const letters = Array.from(text);
    const half = letters.length >> 1;
    if (!isMixed || half === 0) return first(text);
    return first(letters.slice(0, half).join('')) + second(letters.slice(half).join(''));
  });

const blank = fc.constantFrom(' ', '  ', '\t', ' \\\n ', '\\\n\t');
const before_ = fc.constantFrom(
  '',
  '# ü 🎉 comment\n',
  "x='🎉'\n",
  'if true; then\n\t',
  'sudo ',
  'echo 中文; ',
);

describe('any words in any quotes', () => {
  const statement = fc.record({
    before: before_,
    entity: word,
    match: word,
    name: word,
    quote: quoting,
    priority: fc.nat(32_767),
    blank,
  });

  it('come back as the definition they are, with its range', () => {
    fc.assert(
      fc.property(statement, ({ before: start, entity, match, name, quote, priority, blank: gap }) => {
        const written = [
          'ovn-nbctl',
          `--name=${quote(name)}`,
          'acl-add',
          quote(entity),
          'to-lport',
          String(priority),
        ];
        const text = [...written, quote(match), 'drop'].join(gap);
        const script = `${start}${text}${start.startsWith('if') ? '\nfi' : ''} # end\n`;
        const [definition, ...more] = read(script);
        assert.ok(definition && more.length === 0, script);
        assert.deepEqual(
          [definition.entity?.name, definition.priority, definition.match, definition.name],
          [entity || undefined, priority, match, name],
        );
        assert.equal(slice(script, definition.range), text);
        const { range, matchRange } = definition;
        assert.ok(range.start.offset < matchRange.start.offset && matchRange.end.offset <= range.end.offset);
        if (quote(match) === `'${match}'` && match !== '') assert.equal(slice(script, matchRange), match);
      }),
      { numRuns: 500 },
    );
  });

  it('come back through a variable, a function and a script in a script', () => {
    const inQuotes = quotes[0]!;
    fc.assert(
      fc.property(word, word, (entity, match) => {
        const add = `ovn-nbctl acl-add ${inQuotes(entity)} to-lport 1 ${inQuotes(match)} drop`;
        for (const script of [
          `E=${inQuotes(entity)} M=${inQuotes(match)}\novn-nbctl acl-add "$E" to-lport 1 "$M" drop`,
          `f() { local m=$2; ovn-nbctl acl-add "$1" to-lport 1 "$m" drop; }\nf ${inQuotes(entity)} ${inQuotes(match)}`,
          `f() { "$@"; }\nf ${add}`,
          `sudo bash -c ${inQuotes(add)}`,
          `for m in ${inQuotes(match)}; do ovn-nbctl acl-add ${inQuotes(entity)} to-lport 1 "$m" drop; done`,
        ]) {
          const found = read(script).map((definition) => [definition.entity?.name, definition.match]);
          assert.deepEqual(found, [[entity || undefined, match]], script);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('are what a real shell makes of them', () => {
    const part = fc.oneof(
      fc.tuple(word, quoting).map(([text, quote]) => quote(text)),
      fc.constantFrom(
        '"$A"',
        '${A}',
        '${B:-x y}',
        '"${B:-x y}"',
        '${C}',
        'a',
        '"${C}b"',
        '$((1 + 2))',
        '\\$A',
      ),
    );
    const words = fc.array(fc.array(part, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(words, (parts) => {
        const list = parts.map((one) => one.join('')).join(' ');
        const setup = `set -f\nA='one two'\nC=three\n`;
        const shell = execFileSync('bash', ['--norc', '-c', `${setup}printf '%s\\0' ${list}`], {
          env: { LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] },
        });
        const expected = shell.toString('utf8').split('\0').slice(0, -1);
        // Each word as the match of a statement of its own: what the words are is told by a loop over them.
        const found = read(`${setup}for m in ${list}; do ovn-nbctl acl-add s to-lport 1 "$m" drop; done`);
        assert.deepEqual(
          found.map(({ match }) => match),
          [...new Set(expected)],
          list,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('any text at all', () => {
  const fragment = fc.constantFrom(
    ...[
      'ovn-nbctl ',
      'acl-add ',
      'acl-add sw0 to-lport 1 ip4 drop',
      ' -- ',
      '\n',
      ' ',
      ';',
      '|',
      '&&',
      '$(',
      ')',
      '`',
      '"',
    ],
    ...[
      "'",
      '{',
      '}',
      '(',
      '${',
      '$X',
      '"$@"',
      '$1',
      '<<EOF\n',
      'EOF\n',
      'for x in ',
      'do ',
      'done',
      'if ',
      'then ',
      'fi',
    ],
    ...[
      'while ',
      'case x in ',
      'esac',
      'f() { ',
      'f ',
      'X=',
      'a',
      '\\',
      '\r\n',
      '#',
      '[[ ',
      ']]',
      '((',
      '))',
      '<(',
      '🎉',
      '\0',
    ],
    ...[
      'ssh h ',
      'bash -c ',
      'eval ',
      'local ',
      'read x',
      'shift',
      'alias f=',
      '$((',
      '{1..3}',
      '"${A[@]}"',
      '=(',
      '*',
    ],
  );
  const script = fc.oneof(
    fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );

  it('is read without a failure, and what is found lies within it', () => {
    fc.assert(
      fc.property(script, (text) => {
        const whole = `${text}\novn-nbctl acl-add sw0 to-lport 1 ip4 drop\n`;
        for (const { range, matchRange } of read(whole)) {
          assert.ok(0 <= range.start.offset && range.start.offset <= matchRange.start.offset);
          assert.ok(matchRange.end.offset <= range.end.offset && range.end.offset <= whole.length);
          assert.ok(matchRange.start.offset <= matchRange.end.offset);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('that repeats without end comes to an end', () => {
    const add = 'ovn-nbctl acl-add sw0 to-lport 1 "$a" drop';
    const texts = [
      'a=x\n' + 'a=$a$a\n'.repeat(200) + add,
      `A=(${'x '.repeat(10_000)})\n` + 'echo "${A[@]}"\n'.repeat(1000) + add,
      'for a in {1..9999}; do\n'.repeat(20) + add + '\ndone'.repeat(20),
      `f() { f; f; ${add}; f; }\nf`,
      'while x; do\n'.repeat(140) + `${add}\n`.repeat(2000) + 'done\n'.repeat(140),
      'f() {\n'.repeat(1000) + add + '\n}'.repeat(1000),
      `eval "$a"\n`.repeat(1000) + add,
      '( '.repeat(5000) + add + ' )'.repeat(5000),
      'if x; then\n'.repeat(5000) + add + '\nfi'.repeat(5000),
      `${'a && '.repeat(20_000)} ${add}`,
      'a'.repeat(500_000) + `\n${add}`,
      `${add}\n${'("'.repeat(10_000)}`,
      Array.from({ length: 3000 }, (_, index) => `f${index}() { f${index + 1}; f${index + 1}; }`).join('\n') +
        `\nf0\n${add}`,
    ];
    for (const text of texts) assert.ok(Array.isArray(read(text)), text.slice(0, 40));
  }).timeout(60_000);

  it('does not disturb the next script', () => {
    read('cat <<A\n'.repeat(3000) + 'acl-add ' + ')'.repeat(12_000));
    assert.equal(read('ovn-nbctl acl-add sw0 to-lport 1 ip4 drop').length, 1);
  }).timeout(30_000);
});
