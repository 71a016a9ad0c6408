import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Verdict } from '../../../src/core/trace/outcome';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';

const folder = join('fixtures', 'traces');
const traces = readdirSync(folder)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

const judge = (text: string) => judgeTrace(parseTrace(text));

describe('any text whatever', () => {
  it('is no verdict about a packet', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.lorem({ mode: 'sentences' })),
        (text) => {
          assert.ok(['error', 'unknown'].includes(judge(text).verdict), judge(text).verdict);
        },
      ),
    );
  });

  it('made of pieces of traces neither throws nor recurses too deep', () => {
    const lines = [...new Set(traces.flatMap(({ text }) => text.split('\n')))];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 60 }), (some) => {
        judge(some.join('\n'));
      }),
      { numRuns: 500 },
    );
  });

  it('nested 200,000 blocks deep is read without overflowing the stack', () => {
    const depth = 200_000;
    judge(`# ip,reg14=0x1,dl_src=00:00:00:00:00:01\n${'clone {\n'.repeat(depth)}${'};\n'.repeat(depth)}`);
    const deep = Array.from({ length: 20_000 }, (_, level) => {
      const pad = ' '.repeat((level % 40) * 8);
      return `${pad} 0. ls_in_x (northd.c:1): 1, priority 0, uuid 00000000\n${pad}    next;`;
    });
    judge(`ingress(dp="a", inport="b")\n---------------------------\n${deep.join('\n')}`);
  });
});

describe('a text that is cut off', () => {
  /** What may be said of a part, beside that it does not decide. */
  const mayBe: Readonly<Record<Verdict, readonly Verdict[]>> = {
    allow: ['allow'],
    drop: ['drop'],
    reject: ['reject'],
    answer: ['answer'],
    // The branches that came through may be the ones that are left, and the other way round.
    mixed: ['mixed', 'allow', 'drop', 'answer'],
    unknown: [],
    error: [],
  };

  for (const { file, text } of traces) {
    it(`${file} never tells another verdict than the whole`, () => {
      const whole = judge(text).verdict;
      const allowed = new Set<Verdict>([...mayBe[whole], 'unknown', 'error']);
      for (const end of cuts(text)) {
        const part = text.slice(0, end);
        const { verdict } = judge(part);
        assert.ok(allowed.has(verdict), `${verdict} instead of ${whole} after:\n${part.slice(-300)}`);
      }
    });
  }

  /** Behind each line, and in the middle of every seventh. */
  function* cuts(text: string): Generator<number> {
    let line = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      yield at;
      yield at + 1;
      if (++line % 7 === 0) yield at + 12;
    }
  }
});

describe('a text that was pasted', () => {
  const pasted: Readonly<Record<string, (text: string) => string>> = {
    'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
    'quoted in a mail': (text) => text.replace(/^/gm, '> '),
    'indented by seven blanks': (text) => text.replace(/^(?=.)/gm, '       '),
    'with trailing blanks': (text) => text.replace(/$/gm, '  '),
    'without blank lines': (text) => text.replace(/\n{2,}/g, '\n'),
    'without the header': (text) =>
      text.replace(/^# .*\n/gm, (line) => (/ trace\.$/m.test(line) ? line : '')),
    'after log lines and a prompt': (text) =>
      `$ ovn-trace sw0 'inport == "vm1"'\n2026-01-01T00:00:00Z|00001|ovntrace|WARN|x: parsing expression failed (y)\n${text}`,
    'in colours': (text) => text.replace(/^(.+)$/gm, '\u001b[32m$1\u001b[0m'),
  };
  for (const [how, change] of Object.entries(pasted)) {
    it(`${how} tells the same`, () => {
      for (const { file, text } of traces) {
        const plain = judge(text);
        const changed = judge(change(text));
        // Without its header the minimal format of a lost packet is an empty text.
        if (changed.verdict === 'error' && plain.verdict !== 'error' && how === 'without the header')
          continue;
        assert.equal(changed.verdict, plain.verdict, file);
        assert.deepEqual(
          changed.arrivals.map(({ port }) => port),
          plain.arrivals.map(({ port }) => port),
          file,
        );
        assert.equal(changed.hops.length, plain.hops.length, file);
      }
    });
  }
});
