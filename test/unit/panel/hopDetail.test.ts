import assert from 'node:assert/strict';
import { explainRegisters } from '../../../src/core/ovn/registers';
import { explainNames, namesInMatches, namesOfNetwork } from '../../../src/ui/panel/matchNames';
import { indexNetwork } from '../inventory/network';

describe('what a match stands for', () => {
  const ports = ['a', 'b', 'c', 'd', 'e'].map((name) => `web-${name}`);
  const index = indexNetwork({
    switches: [
      {
        name: 'web',
        ports: [
          'web-a 00:00:00:00:00:01 10.0.0.1',
          { name: 'web-b', friendlyName: 'front end' },
          'web-c',
          'web-d',
          'web-e',
        ],
      },
    ],
    portGroups: [{ name: 'pg_web', ports }, { name: 'pg_none' }],
  });

  it('is told for groups, sets and ports of the network', () => {
    const match =
      'inport == {"web-a", "web-b", "web-c"} && outport == @pg_web && ip4.src == $pg_web_ip4 && @pg_none && @gone';
    assert.deepEqual(
      explainNames(match, namesOfNetwork(index)).map(({ part, meaning }) => `${part}: ${meaning}`),
      [
        '"web-a": 10.0.0.1',
        '"web-b": front end',
        '@pg_web: front end, web-a, web-c, web-d and 1 more',
        '$pg_web_ip4: 10.0.0.1',
        '@pg_none: no port',
      ],
    );
  });

  it('is kept of the names that the matches have, to be told without the network', () => {
    const matches = ['outport == @pg_none && ip', 'inport == "web-b" && @gone', '1'];
    const kept = namesInMatches(matches, namesOfNetwork(index));
    assert.deepEqual(kept, { '@pg_none': 'no port', '"web-b"': 'front end' });
    assert.deepEqual(namesInMatches(matches, null), {});
  });

  it('is told for registers of the datapath, and not guessed for others', () => {
    const texts = ['reg0[9] == 1 && reg0[29] == 1', 'reg8[17] = 1;', 'reg0[9] = 1;'];
    assert.deepEqual(
      explainRegisters('switch', texts).map(({ register }) => register),
      ['reg0[9]', 'reg8[17]'],
    );
    assert.deepEqual(explainRegisters('router', texts), []);
    assert.equal(explainRegisters('router', ['reg9[2] = lookup_arp(inport);'])[0]?.register, 'reg9[2]');
  });
});
