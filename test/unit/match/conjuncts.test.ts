import fc from 'fast-check';
import assert from 'node:assert/strict';
import { conjunctsOf } from '../../../src/core/ovn/match/conjuncts';
import { parseMatch } from '../../../src/core/ovn/match/parser';
import { matchText, slightlyBroken } from './generate';

describe('conjunctsOf', () => {
  const cases: readonly (readonly [text: string, conditions: readonly string[]])[] = [
    ['ip4', ['ip4']],
    ['outport == @pg && ip4 && !icmp6', ['outport == @pg', 'ip4', '?']],
    ['(outport == @pg) && (tcp.dst = 22)', ['(outport == @pg)', '?']],
    ['outport == @pg && tcp || udp', ['outport == @pg', '?']],
    ['ip4 && (tcp && udp || sctp) && ip.ttl == 1', ['ip4', '?', 'ip.ttl == 1']],
    ['ip4 && (tcp', ['ip4', '?']],
    ['ip4 && ', ['ip4', '?']],
    ['ip4 && tcp.dst == 08 && udp', ['ip4', '?']],
    ['inport == "a && b" && foo', ['inport == "a && b"', '?']],
  ];
  for (const [text, conditions] of cases) {
    it(`reads what can be read of ${text}`, () => {
      const found = conjunctsOf(text).map(({ start, end, expr }) =>
        expr === null ? '?' : text.slice(start, end).trim(),
      );
      assert.deepEqual(found, conditions);
    });
  }

  it('reads all of a match that OVN takes, and any text at all', () => {
    const texts = fc.oneof(matchText(2), slightlyBroken(matchText(1)), fc.string());
    fc.assert(
      fc.property(texts, (text) => {
        const found = conjunctsOf(text);
        assert.equal(
          found.every(({ expr }) => expr !== null),
          parseMatch(text).ok,
          text,
        );
        assert.equal(found.at(-1)?.end, text.length);
      }),
    );
  });
});
