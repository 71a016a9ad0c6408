import fc from 'fast-check';
import assert from 'node:assert/strict';
import { canonicalMatch, isContradiction } from '../../../src/core/ovn/match/canonical';
import { evaluateMatch, type PacketFields } from '../../../src/core/ovn/match/evaluate';
import { formulaOf, type Formula } from '../../../src/core/ovn/match/formula';
import { parseMatch } from '../../../src/core/ovn/match/parser';
import type { MatchSets } from '../../../src/core/ovn/match/sets';
import { simplify } from '../../../src/core/ovn/match/simplify';
import {
  complement,
  intersect,
  isEmpty,
  isEverything,
  numberSet,
  sameSet,
  unite,
} from '../../../src/core/ovn/match/valueSet';
import { knownSets, matchText, samplePacket } from './generate';

describe('canonicalMatch', () => {
  const same: readonly (readonly [string, string])[] = [
    ['tcp && tcp.dst == 80', 'tcp.dst == 80'],
    ['ip4 && ip && tcp && ip.proto == 6', 'tcp && ip4'],
    ['ip4.src == 10.1.2.3/8', 'ip4 && ip4.src == 10.0.0.0/255.0.0.0'],
    ['tcp.dst == {80, 443}', 'tcp.dst == 443 || tcp.dst == 0x50'],
    ['(tcp.dst == 80 && ip4) || 0', 'ip4 && (tcp && tcp.dst == 80 && tcp.dst == 80)'],
    ['80 <= tcp.dst <= 90', 'tcp.dst >= 80 && 91 > tcp.dst'],
    ['90 >= tcp.dst > 79', '80 <= tcp.dst <= 90'],
    ['tcp.dst >= 80 && tcp.dst <= 80', 'tcp.dst == 80'],
    ['!(!(udp))', 'udp'],
    ['!(tcp.dst == {80, 443})', 'tcp.dst != 80 && tcp.dst != 443'],
    ['tcp.dst >= 0', 'tcp'],
    ['ip4.src == 0.0.0.0/0 && udp', 'ip4 && udp'],
    ['ip4 && (tcp.dst == 80 || udp.dst == 53)', '(udp.dst == 53 && ip4) || (ip4 && tcp.dst == 80)'],
    ['ip4 && (tcp || icmp4)', '(ip4 && tcp) || icmp4'],
    ['ip && (tcp || icmp4)', 'tcp || icmp4'],
    ['ip4.src == 10.0.0.0/9 || ip4.src == 10.128.0.0/9', 'ip4.src == 10.0.0.0/8'],
    ['ip4.src == {$a, 10.0.0.1} && tcp', '(tcp && ip4.src == 10.0.0.1) || (tcp && ip4.src == $a)'],
    ['inport == {"a", "b"} && ip4', '(ip4 && inport == "b") || (inport == "\\u0061" && ip4)'],
    ['ct.new', 'ct.trk && ct.new == 1'],
    ['eth.mcast', 'eth.dst == 01:00:00:00:00:00/01:00:00:00:00:00'],
    ['eth.bcast', 'eth.dst == 0xffffffffffff'],
    ['tcp.flags[1] && tcp.flags[4]', 'tcp.flags == 0x12/0x12'],
    ['reg8[30..31] == 0', 'reg8 < 0x40000000'],
    [
      'outport == @pg && ip4 && tcp && tcp.dst >= 1 && tcp.dst <= 5',
      'ip4 && 1 <= tcp.dst <= 5 && outport == @pg',
    ],
    ['(tcp && udp) || ip4', 'ip4'],
    ['tcp.dst == 80 && tcp.dst == 81', '0'],
  ];
  for (const [one, other] of same) {
    it(`finds "${one}" the same as "${other}"`, () => assert.equal(canonical(one), canonical(other)));
  }

  const different: readonly (readonly [string, string])[] = [
    ['tcp.dst == 80', 'tcp.src == 80'],
    ['tcp.dst == 80', 'ip4 && tcp.dst == 80'],
    ['ip4.src == 10.0.0.0/8', 'ip4.src == 10.0.0.0/9'],
    ['inport == "a"', 'outport == "a"'],
    ['inport == "@a"', 'inport == @a'],
    ['ip4.src == $a', 'ip4.src == $b'],
    ['ip4.src == $a', 'ip4.src != $a'],
    ['ip4.src == $a', 'ip4.dst == $a'],
    ['ip4.dst == ^a', 'ip4.dst == $a'],
    ['is_chassis_resident("a")', '!is_chassis_resident("a")'],
    ['tcp', '1'],
    ['!(tcp.dst == 80)', '!tcp.dst'],
    ['!ip.is_frag', 'ip.frag[0] == 0'],
    ['ct.new', '!ct.est'],
  ];
  for (const [one, other] of different) {
    it(`keeps "${one}" apart from "${other}"`, () => assert.notEqual(canonical(one), canonical(other)));
  }

  it('puts the members in the place of sets that it is given', () => {
    const sets: MatchSets = {
      addressSet: (name) => (name === 'a' ? ['10.0.0.1', '10.0.1.0/24'] : null),
      portGroup: (name) => (name === 'p' ? ['x', 'y'] : name === 'none' ? [] : null),
    };
    assert.equal(canonical('ip4.src == $a', sets), canonical('ip4.src == {10.0.1.0/24, 10.0.0.1}'));
    assert.equal(canonical('inport == @p', sets), canonical('inport == {"y", "x"}'));
    assert.equal(canonical('inport == @none', sets), canonical('0'));
    assert.equal(canonical('ip4.src == $other', sets), canonical('ip4.src == $other'));
    // OVN refuses an address in a field too small for it, so the set stays a set.
    assert.equal(canonical('tcp.dst == $a', sets), canonical('tcp.dst == $a'));
  });

  it('depends on neither order nor repetition', () => {
    const orders = fc.array(matchText(1), { minLength: 2, maxLength: 5 }).chain((texts) => {
      const repeated = [...texts, ...texts.slice(0, 1)];
      return fc.tuple(fc.constant(texts), fc.shuffledSubarray(repeated, { minLength: repeated.length }));
    });
    fc.assert(
      fc.property(orders, fc.constantFrom('&&', '||'), ([texts, shuffled], sign) => {
        const join = (parts: readonly string[]) => parts.map((part) => `(${part})`).join(` ${sign} `);
        assert.equal(canonical(join(texts)), canonical(join(shuffled)));
      }),
    );
  });

  it('keeps the meaning at every step', () => {
    const packets = fc.array(samplePacket, { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(matchText(), packets, (text, samples) => {
        const expr = parse(text.replaceAll('igmp', 'nd'));
        const formula = formulaOf(expr, knownSets);
        const simple = simplify(formula) ?? formula;
        for (const { fields } of samples) {
          const expected = evaluateMatch(expr, fields, knownSets).result;
          assert.equal(String(holds(formula, fields)), expected);
          assert.equal(String(holds(simple, fields)), expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('ends on deep and wide tangles too', () => {
    let nested = 'ct.new';
    for (let i = 2; i < 45; i++) nested = `reg0[${i % 32}] || (reg1[${(i * 7) % 32}] && (${nested}))`;
    assert.notEqual(canonical(nested), canonical('ct.new'));
    const wide = Array.from(
      { length: 300 },
      (_, i) => `(tcp.dst == ${i} || udp.dst == ${i + 1} || reg0[${i % 32}])`,
    );
    assert.equal(canonical(wide.join(' && ')), canonical([...wide].reverse().join(' && ')));
  });

  it('sees 2,000 single addresses as the set of them', () => {
    const addresses = Array.from({ length: 2000 }, (_, i) => `10.0.${i >> 7}.${(i & 127) * 2}`);
    const spelled = addresses.map((address) => `ip4.src == ${address}`).join(' || ');
    assert.equal(canonical(`ip4 && (${spelled})`), canonical(`ip4.src == {${addresses.reverse().join()}}`));
  });
});

describe('isContradiction', () => {
  const cases: readonly (readonly [text: string, expected: boolean])[] = [
    ['ip4 && ip6', true],
    ['tcp && udp.dst == 53', true],
    ['icmp4.type == 8 && ip6.src == fe80::1', true],
    ['tcp.dst == 80 && tcp.dst == 443', true],
    ['tcp.dst >= 80 && tcp.dst < 80', true],
    ['inport == "a" && inport == "b"', true],
    ['ip4.src == 10.0.0.0/24 && ip4.src == 10.1.0.0/16', true],
    ['ct.new && !ct.trk', true],
    ['ip4.src == $one && ip4.src == $other', false],
    ['tcp.dst >= 80 && tcp.dst <= 80', false],
    ['(ip4 && tcp) || (ip6 && udp)', false],
    ['inport == "a" && outport == "b"', false],
    ['^ANYTHING && ip4', false],
  ];
  for (const [text, expected] of cases) {
    it(`${expected ? 'nothing can fit' : 'something can fit'} ${text}`, () =>
      assert.equal(isContradiction(parse(text)), expected));
  }

  it('is not found of what some packet fits', () => {
    fc.assert(
      fc.property(matchText(2), fc.array(samplePacket, { minLength: 20 }), (text, packets) => {
        if (!isContradiction(parse(text), knownSets)) return;
        for (const { fields } of packets)
          assert.notEqual(evaluateMatch(parse(text), fields, knownSets).result, 'true', text);
      }),
      { numRuns: 400 },
    );
  });
});

describe('ValueSet', () => {
  const ranges = fc.array(fc.tuple(fc.bigInt(0n, 31n), fc.bigInt(0n, 31n)), { maxLength: 6 });
  const sets = ranges.map((pairs) => numberSet(32n, pairs));
  const values = Array.from({ length: 32 }, (_, i) => BigInt(i));
  const has = (set: ReturnType<typeof numberSet>, value: bigint) =>
    set.kind === 'numbers' && set.ranges.some(([low, high]) => low <= value && value <= high);

  it('unites, intersects and complements as sets do', () => {
    fc.assert(
      fc.property(sets, sets, sets, (a, b, c) => {
        for (const value of values) {
          const [inA, inB, inC] = [has(a, value), has(b, value), has(c, value)];
          assert.equal(has(unite([a, b, c]), value), inA || inB || inC);
          assert.equal(has(intersect([a, b]), value), inA && inB);
          assert.equal(has(intersect([a, b, c]), value), inA && inB && inC);
          assert.equal(has(complement(a), value), !inA);
        }
        assert.equal(isEmpty(a), !values.some((value) => has(a, value)));
        assert.equal(
          isEverything(a),
          values.every((value) => has(a, value)),
        );
        assert.equal(
          sameSet(a, b),
          values.every((value) => has(a, value) === has(b, value)),
        );
      }),
    );
  });
});

function parse(text: string) {
  const parsed = parseMatch(text);
  assert.ok(parsed.ok, text);
  return parsed.expr;
}

function canonical(text: string, sets?: MatchSets): string {
  return canonicalMatch(parse(text), sets);
}

/** The formula by its definition: a field the packet does not have may be anything, for its prerequisites do not hold. */
function holds(formula: Formula, packet: PacketFields): boolean {
  switch (formula.kind) {
    case 'boolean':
      return formula.value;
    case 'and':
      return formula.operands.every((operand) => holds(operand, packet));
    case 'or':
      return formula.operands.some((operand) => holds(operand, packet));
    case 'leaf': {
      const [, name = '', top] =
        /^([\w.]+)(?:\[0\.\.(\d+)\])?$/.exec(formula.variable) ?? assert.fail(formula.variable);
      const value = packet[name] ?? 0n;
      if (formula.set.kind === 'names') return formula.set.names.has(String(value)) !== formula.set.excluded;
      const number = typeof value === 'bigint' ? value : assert.fail(name);
      const bits = top === undefined ? number : number & ((2n << BigInt(top)) - 1n);
      return formula.set.ranges.some(([low, high]) => low <= bits && bits <= high);
    }
  }
}
