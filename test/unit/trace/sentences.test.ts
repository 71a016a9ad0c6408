import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainOutcome } from '../../../src/core/trace/explain';
import type { Explanation } from '../../../src/core/trace/explanation';
import { judgeTrace } from '../../../src/core/trace/judge';
import type { TraceOutcome } from '../../../src/core/trace/outcome';
import { parseTrace } from '../../../src/core/trace/parse';
import {
  capitalize,
  listNames,
  listSome,
  readableMatch,
  withoutParentheses,
} from '../../../src/core/trace/phrases';
import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { indexNetwork } from '../inventory/network';
import { noDefinitions } from '../../../src/core/definitions/definition';

const folder = join('fixtures', 'traces');
const files = readdirSync(folder).filter((file) => file.endsWith('.txt'));

/** A network with the switches, routers and ports that a trace names, each port with a name for people. */
function networkOf({ hops }: TraceOutcome): InventoryIndex {
  const named = (kind: 'switch' | 'router'): ReadonlyMap<string, ReadonlySet<string>> => {
    const ports = new Map<string, Set<string>>();
    for (const { datapath, datapathKind, inport, outport } of hops) {
      if (datapathKind !== kind) continue;
      const here = ports.get(datapath) ?? new Set<string>();
      ports.set(datapath, here);
      for (const port of [inport, outport])
        if (port !== null && port !== '' && !/^(?:_MC|cr-)/.test(port)) here.add(port);
    }
    return ports;
  };
  return indexNetwork({
    switches: [...named('switch')].map(([name, ports]) => ({
      name,
      ports: [...ports].map((port) => ({
        name: port,
        friendlyName: `friendly ${port}`,
        enabled: false,
        up: false,
      })),
    })),
    routers: [...named('router')].map(([name, ports]) => ({
      name,
      ports: [...ports].map((port) => `${port} 0a:00:00:00:00:01 10.0.0.1/24`),
    })),
  });
}

function explain(file: string, withNetwork: boolean): Explanation {
  const parsed = parseTrace(readFileSync(join(folder, file), 'utf8'));
  const outcome = judgeTrace(parsed);
  const index = withNetwork ? networkOf(outcome) : null;
  return explainOutcome(parsed, outcome, {
    request: null,
    lbDst: null,
    index,
    flows: new Map(),
    join: noDefinitions,
    stderr: '',
  });
}

function textsOf({ sentence, losses, assumptions, warnings }: Explanation): readonly string[] {
  return [
    sentence,
    ...losses.flatMap(({ cause }) => [cause.sentence, ...cause.advice]),
    ...[...assumptions, ...warnings].map(({ message }) => message),
  ];
}

describe('every sentence about every fixture', () => {
  for (const withNetwork of [false, true]) {
    it(`is whole, plain and without an empty name, ${withNetwork ? 'with' : 'without'} a network`, () => {
      for (const file of files) {
        for (const text of textsOf(explain(file, withNetwork))) {
          const where = `${file}: ${text}`;
          assert.match(text, /^(?:[\p{Lu}\d"]|[\da-f]*:|ovn-trace ).*[.!?]$/su, where);
          assert.doesNotMatch(text, /undefined|null\b|\[object|NaN/, where);
          assert.doesNotMatch(text, /\bx*reg\d/, where);
          assert.doesNotMatch(text, / {2}| [.,;]|""|\(\)|“”/, where);
          assert.doesNotMatch(
            text,
            /(?<!the |that |a |its )\b(?:switch|router|port) (?:,|\.|is\b|has\b|does\b)/i,
            where,
          );
        }
      }
    });
  }

  it('calls ports what people call them', () => {
    const { sentence } = explain('188-run23-portsec-mac.txt', true);
    assert.match(sentence, /friendly vm1/);
  });
});

describe('the pieces of sentences', () => {
  it('list names', () => {
    assert.equal(listNames(['a']), 'a');
    assert.equal(listNames(['a', 'b', 'c']), 'a, b and c');
    assert.equal(listNames(['a', 'b'], 'or'), 'a or b');
    assert.equal(listSome(['a', 'b', 'c', 'd', 'e', 'f']), 'a, b, c, d and 2 more');
    assert.equal(listSome(['a', 'b', 'c', 'd', 'e']), 'a, b, c, d and e');
  });

  it('begin in upper case, unless with an address or a name', () => {
    assert.equal(capitalize('router r drops'), 'Router r drops');
    assert.equal(capitalize('fd00:1::1 is'), 'fd00:1::1 is');
    assert.equal(capitalize('10.0.0.1 is'), '10.0.0.1 is');
  });

  it('show a match without what only OVN understands', () => {
    assert.equal(readableMatch('reg7 == 0 && ip4.dst == 9.9.0.0/16'), 'ip4.dst == 9.9.0.0/16');
    assert.equal(readableMatch('(reg0[1] == 1 && ip4) && tcp'), 'tcp');
    assert.equal(readableMatch('inport == "a && reg1" && (tcp || udp)'), '(tcp || udp)');
    assert.equal(readableMatch('1'), '');
    assert.equal(withoutParentheses('(a) && (b)'), '(a) && (b)');
    assert.equal(withoutParentheses('(a && (b))'), 'a && (b)');
    assert.equal(withoutParentheses('(name == ")")'), 'name == ")"');
  });
});
