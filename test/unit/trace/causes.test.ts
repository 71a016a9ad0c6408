import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { interpretText } from '../../../src/core/session/interpretText';
import { causeCodes, findingCodes, type CauseCode } from '../../../src/core/trace/explanation';

const clock = { now: () => 0 };

/** The first cause of each lost packet among the fixtures, as an engineer reads it in the trace. */
const expected: Readonly<Record<string, CauseCode>> = {
  '103-run23-acl-drop-log-est': 'ACL_DROP',
  '117-run23-acl-reject-tcp-log': 'ACL_REJECT',
  '124-run23-arp-unknown': 'ROUTER_FILTER',
  '131-run23-dbgdrop-noroute': 'NO_ROUTE',
  '148-run23-ext-snat-nomac': 'ARP_UNRESOLVED',
  '151-run23-ext-unsnat-est': 'NAT_UNSIMULATED',
  '163-run23-lb-default': 'NO_ROUTE',
  '164-run23-lb-empty-reject': 'LB_NO_BACKEND',
  '188-run23-portsec-mac': 'PORT_SECURITY_IN',
  '197-run23-router-tcp-rst': 'ROUTER_ADDRESS',
  '202-run23-ttl1': 'TTL_EXCEEDED',
  '203-run23-unknown-dst': 'UNKNOWN_MAC',
  '207-run23-unresolved-nd': 'ARP_UNRESOLVED',
  '216-run25-acl-drop-nolog-new': 'ACL_DROP',
  '223-run25-acl-reject-tcp-samels': 'ACL_REJECT',
  '247-run25-ext-snat-nomac': 'ARP_UNRESOLVED',
  '250-run25-ext-unsnat-est': 'NAT_UNSIMULATED',
  '284-run25-tier-drop': 'ACL_DROP',
  '290-run25-unresolved-nd': 'ARP_UNRESOLVED',
  '489-run25-impl-egress': 'NO_MATCH',
};

describe('the cause of a loss', () => {
  for (const [name, code] of Object.entries(expected)) {
    it(`${name}: ${code}`, () => {
      const text = readFileSync(join('fixtures', 'traces', `${name}.txt`), 'utf8');
      const { explanation } = interpretText(text, clock);
      const cause = explanation.losses[0]?.cause;
      assert.equal(cause?.code, code);
      for (const sentence of [explanation.sentence, cause.sentence, ...cause.advice]) {
        assert.match(sentence, /^[\p{Lu}\d"].*[.!?]$/su, 'a whole sentence');
        assert.doesNotMatch(sentence, /undefined|null\b|\[object/);
      }
    });
  }

  it('names the gateway whose MAC is not known', () => {
    const text = readFileSync(join('fixtures', 'traces', '148-run23-ext-snat-nomac.txt'), 'utf8');
    const { explanation } = interpretText(text, clock);
    assert.match(explanation.sentence, /the next hop 172\.16\.0\.1 towards 8\.8\.8\.8/);
    assert.match(explanation.losses[0]?.cause.advice[0] ?? '', /gateway 172\.16\.0\.1/);
  });

  it('says which ACL by its own match, without what northd puts before it', () => {
    const text = readFileSync(join('fixtures', 'traces', '284-run25-tier-drop.txt'), 'utf8');
    assert.match(
      interpretText(text, clock).explanation.sentence,
      /^The ACL with the match inport == "web2" && tcp\.dst == 1234 drops TCP port 1234 from web2 to 10\.0\.1\.11/,
    );
  });

  it('is described in docs/causes.md, each code in a section of its own', () => {
    const sections = readFileSync(join('docs', 'causes.md'), 'utf8').match(/^## .*$/gm) ?? [];
    assert.deepEqual(
      sections.map((heading) => heading.slice(3)),
      [...causeCodes, ...findingCodes],
    );
  });
});
