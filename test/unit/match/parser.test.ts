import fc from 'fast-check';
import assert from 'node:assert/strict';
import { symbolNamed, symbolNames } from '../../../src/core/ovn/match/fields';
import { matchErrorOf, parseMatch } from '../../../src/core/ovn/match/parser';
import { printMatch } from '../../../src/core/ovn/match/print';
import { expansionOf, prerequisiteOf } from '../../../src/core/ovn/match/symbols';
import { matchText, slightlyBroken } from './generate';
import { oddities } from './oddities';

describe('parseMatch', () => {
  /** Written again as OVN would want it. */
  const accepted: readonly (readonly [text: string, printed: string])[] = [
    ['1', '1'],
    ['ip4&&tcp.dst=={80,443}', 'ip4 && tcp.dst == {80, 443}'],
    ['outport == @pg.a && (ip4 || ip6)', 'outport == @pg.a && (ip4 || ip6)'],
    ['((tcp))', 'tcp'],
    ['1.2.3.4 == ip4.src', 'ip4.src == 1.2.3.4'],
    ['10 > tcp.dst', 'tcp.dst < 10'],
    ['90 >= tcp.dst > 80', '80 < tcp.dst <= 90'],
    ['ip4.src == 10.1.2.3/8', 'ip4.src == 10.0.0.0/8'],
    ['ip4.src == 10.1.2.3/255.0.0.255', 'ip4.src == 10.0.0.3/255.0.0.255'],
    ['ip6.src == FE80:0::1/64', 'ip6.src == fe80::/64'],
    ['eth.dst == AA:bb:cc:dd:ee:ff/ff:ff:00:00:00:00', 'eth.dst == aa:bb:00:00:00:00/ff:ff:00:00:00:00'],
    ['tcp.flags == 0/0x12', 'tcp.flags == 0x0/0x12'],
    ['reg0[0..31]==0', 'reg0 == 0'],
    ['reg8[ 30 .. 31 ] == 0', 'reg8[30..31] == 0'],
    ['ct.new && !ct.est && !(ip.first_frag)', 'ct.new && !ct.est && !ip.first_frag'],
    ['ip4.src == {$as.with.dots 10.0.0.1,}', 'ip4.src == {$as.with.dots, 10.0.0.1}'],
    ['ip4.dst == ^VIP && ^REST', 'ip4.dst == ^VIP && ^REST'],
    ['inport == "a\\"b\\u00e9\\n"', 'inport == "a\\"bé\\n"'],
    ['is_chassis_resident( "x" )', 'is_chassis_resident("x")'],
    ['tcp /* one */ && // two\n tcp.dst == 80', 'tcp && tcp.dst == 80'],
    ['!(eth.type != 0x800)', '!(eth.type != 0x800)'],
    ['!tcp.dst', '!tcp.dst'],
  ];
  for (const [text, printed] of accepted) {
    it(`accepts ${text}`, () => {
      const parsed = parseMatch(text);
      assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message);
      assert.equal(printMatch(parsed.expr), printed);
    });
  }

  const refused: readonly (readonly [text: string, piece: string, sentence: RegExp])[] = [
    ['', '', /^The match is empty/],
    ['ip4 && !icmp6', 'icmp6', /"icmp6" may only be tested positively/],
    ['ip && ip.proto != 6', 'ip.proto', /"ip\.proto" may only be tested for equality/],
    ['ip4 && tcp || udp', '||', /parentheses/],
    ['ip4 && !tcp.dst == 80', '!tcp.dst == 80', /needs parentheses around .* "tcp\.dst == 80"/],
    ['!!ct.new', '!', /second "!"/],
    ['tcp.dst = 80', '=', /write "=="/],
    ['tcp.dst', 'tcp.dst', /has 16 bits/],
    ['tpc.dst == 80', 'tpc.dst', /"tpc\.dst" is no field/],
    ['tcp.dst == 65536', '65536', /needs 17 bits, but "tcp\.dst" has only 16/],
    ['ip4.src == ::1', '::1', /needs 128 bits/],
    ['ip4.src == 10.0.0.256', '10.0.0.256', /"10\.0\.0\.256" is neither/],
    ['ip4.src == 10.0.0.0 /8', '/', /without a blank/],
    ['ip4.src == 10.0.0.0/33', '10.0.0.0/33', /"33" does not fit/],
    ['tcp.dst == 080', '080', /leading zero/],
    ['tcp.dst < {80}', '{80}', /set can only be compared/],
    ['80 < tcp.dst > 90', '80 < tcp.dst > 90', /range/],
    ['inport == vm1', 'vm1', /double quotes/],
    ['inport == 5', '5', /is a number or an address/],
    ['inport == {"a", 5}', '5', /set began with a name/],
    ['ip4.src == {}', '}', /at least one value/],
    ['ip4.src == {10.0.0.1', '{', /never closed/],
    ['(tcp && ip4', '(', /never closed/],
    ['tcp) || (udp', ')', /closes nothing/],
    ['tcp.dst[16]', '[16]', /no bit 16/],
    ['ip.proto[0]', '[0]', /as a whole/],
    ['inport == "a', '"a', /no closing quote/],
    ['inport == "\\x"', '\\x', /no escape/],
    ['tcp & udp', '&', /write "&&"/],
    ['tcp && "é', '"é', /no closing quote/],
    ['tcp && €', '€', /"€" cannot stand/],
    ['tcp\u00a0', '\u00a0', /U\+00A0/],
    ['tcp /* x', '/*', /does not end on the same line/],
    ['nat("x")', 'nat', /is no function/],
    ['tcp udp', 'udp', /"udp" stands where/],
    ['ip4.src == $', '$', /A name must follow "\$"/],
  ];
  for (const [text, piece, sentence] of refused) {
    it(`refuses ${text === '' ? 'nothing at all' : text}`, () => {
      const error = matchErrorOf(text) ?? assert.fail('accepted');
      assert.match(error.message, sentence);
      assert.match(error.message, /\.$/);
      assert.equal(text.slice(error.start, error.end), piece);
    });
  }

  it('prints what parses to the same expression again', () => {
    fc.assert(
      fc.property(matchText(), (text) => {
        const parsed = parseMatch(text);
        assert.ok(parsed.ok, text);
        assert.deepEqual(parseMatch(printMatch(parsed.expr)), parsed);
      }),
    );
  });

  it('answers any text whatever, with a place inside it', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '!',
      '&&',
      '||',
      'tcp',
      '==',
      '{',
      '}',
      '"',
      '\\',
      '[',
      '0x',
      '::',
      '/',
      '^a',
    );
    const jumble = fc.array(pieces, { maxLength: 60 }).map((words) => words.join(''));
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      jumble,
      slightlyBroken(matchText()),
      fc.constantFrom(...oddities),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const error = matchErrorOf(text);
        if (error === null) return;
        assert.ok(0 <= error.start && error.start <= error.end && error.end <= text.length);
        assert.ok(error.message.length < 400);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes 100 nested parentheses and refuses more, however many', () => {
    const nested = (depth: number) => '('.repeat(depth) + '1' + ')'.repeat(depth);
    assert.equal(matchErrorOf(nested(100)), null);
    assert.match(matchErrorOf(nested(101))?.message ?? '', /nested more than 100 deep/);
    assert.match(matchErrorOf(nested(100_000))?.message ?? '', /nested more than 100 deep/);
    assert.match(matchErrorOf('!'.repeat(100_000))?.message ?? '', /second "!"/);
    assert.match(matchErrorOf('{'.repeat(100_000))?.message ?? '', /value/);
    assert.match(matchErrorOf(`tcp.dst == ${'9'.repeat(1_000_000)}`)?.message ?? '', /not less than/);
    assert.match(matchErrorOf(`${'a'.repeat(1_000_000)} == 1`)?.message ?? '', /is no field/);
  });

  it('takes a set of 20,000 addresses', () => {
    const addresses = Array.from({ length: 20_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    assert.equal(matchErrorOf(`ip4.src == {${addresses.join(', ')}}`), null);
  });
});

describe('the symbol table', () => {
  it('has expansions that parse, and prerequisites and parents that exist', () => {
    for (const name of symbolNames()) {
      const symbol = symbolNamed(name) ?? assert.fail(name);
      const expansion = expansionOf(symbol);
      assert.equal(expansion === null, symbol.expansion === null);
      const prerequisite = prerequisiteOf(symbol);
      if (prerequisite !== null)
        assert.deepEqual(parseMatch(printMatch(prerequisite)), { ok: true, expr: prerequisite });
      if (symbol.parent !== null) {
        const parent = symbolNamed(symbol.parent.name) ?? assert.fail(symbol.parent.name);
        assert.ok(symbol.parent.low + symbol.width <= parent.width, name);
      }
    }
  });

  it('knows no name of Object', () => {
    for (const name of ['constructor', '__proto__', 'toString']) assert.equal(symbolNamed(name), null);
  });
});
