import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TraceOutcome, Verdict } from '../../../src/core/trace/outcome';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';
import { traces } from './fixtures';

const judge = (text: string) => judgeTrace(parseTrace(text));
const lines = [...new Set(traces.flatMap(({ text }) => text.split('\n')))];
const fragments = fc.oneof(
  fc.constantFrom(...lines),
  fc.constantFrom(...lines).chain((line) => fc.nat(line.length).map((end) => line.slice(0, end))),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '```',
    '...',
    '> ',
    '{',
    '};',
    '"',
    '\\n',
    '\u001b[0m',
    '&quot;',
    '\t',
    '\r',
    '\ufeff',
    '$ ',
    '---',
  ),
);

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

  it('of one huge line is no verdict', () => {
    for (const piece of [
      'x',
      ' ',
      '"',
      '\\',
      'a b ',
      '> ',
      '0. ',
      '/* ',
      '{ (',
      'ct_next(',
      'a@',
      '1:',
      ', priority 1',
      '-',
    ])
      for (const text of [piece.repeat(200_000), `# ip,reg14=0x1,${piece.repeat(200_000)}`])
        assert.ok(['error', 'unknown'].includes(judge(text).verdict), piece);
  });

  it('of lines that repeat what costs most to recognise is read in linear time', () => {
    // Were any of it quadratic, this would take minutes.
    for (const line of [
      ` 9. ls_in_acl (northd.c:1): ip4 && ${'x'.repeat(40)}`,
      `/* ${'word '.repeat(20)}`,
      `reg0 = ${'('.repeat(50)}`,
      `# ip,reg14=0x1,dl_src=00:00:00:00:00:01,${'x'.repeat(40)}`,
      'ingress(dp="a", inport="b")',
      'egress(dp="a", inport="b", outport="c")',
      'multicast(dp="a", mcgroup="b")',
      'clone {',
      '...',
      '# Detailed trace.',
      '> > > > | 12: # ingress(dp="a", inport="b")',
      'user@host:~$ ovn-trace',
    ])
      judge(`${line}\n`.repeat(60_000));
  });

  it('made of pieces of traces neither throws nor recurses too deep', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 60 }), fc.constantFrom('\n', '\r\n', ''), (some, end) => {
        judge(some.join(end));
      }),
      { numRuns: 1000 },
    );
  });

  it('that is a trace with lines left out, doubled, or in another order does not throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...traces), fc.infiniteStream(fc.nat(9)), ({ text }, dice) => {
        const changed: string[] = [];
        for (const line of text.split('\n')) {
          const chance = dice.next().value as number;
          if (chance === 0) continue;
          if (chance === 1) changed.unshift(line);
          else changed.push(line);
          if (chance === 2) changed.push(line);
        }
        judge(changed.join('\n'));
      }),
      { numRuns: 300 },
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
      const allowed = partsOf(judge(text));
      for (const end of cuts(text)) {
        const part = text.slice(0, end);
        const { verdict } = judge(part);
        assert.ok(
          allowed.has(verdict),
          `${verdict} instead of ${judge(text).verdict} after:\n${part.slice(-300)}`,
        );
      }
    });
  }

  for (const { file, text } of traces) {
    it(`${file} without its beginning never tells another verdict than the whole`, () => {
      const allowed = partsOf(judge(text));
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
        const part = text.slice(end + 1);
        // What begins with such a title is what people quote, and looks like a whole way.
        if (/^\s*(?:ingress|ct_\w+)\b.*\n\s*-+\n/.test(part)) continue;
        const { verdict } = judge(part);
        assert.ok(
          allowed.has(verdict),
          `${verdict} instead of ${judge(text).verdict} in:\n${part.slice(0, 600)}`,
        );
      }
    });
  }

  function partsOf({ verdict, arrivals }: TraceOutcome): ReadonlySet<Verdict> {
    // A question to all is answered by one and heard by the others.
    const heard: readonly Verdict[] = arrivals.length > 0 ? ['allow'] : [];
    return new Set<Verdict>([...mayBe[verdict], ...heard, 'unknown', 'error']);
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
