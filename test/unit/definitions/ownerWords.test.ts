import assert from 'node:assert/strict';
import { compareNetworkSteps } from '../../../src/core/definitions/compareNetwork';
import type { Definition, RuleDefinition } from '../../../src/core/definitions/definition';
import { describeRule, describeWhole } from '../../../src/core/definitions/describeHover';
import { describeOwner, summarizeOwner } from '../../../src/core/definitions/describeOwner';
import { listDrift } from '../../../src/core/definitions/describeState';
import { indexDefinitions } from '../../../src/core/definitions/join';
import { runThrough } from '../../../src/core/slices';
import { englishIn, speakPseudoLanguage } from '../../support/pseudoLanguage';
import { liveGroups, type LiveAcl } from './liveGroups';

const nowhere = { line: 0, character: 0, offset: 0 };
const place = {
  format: 'kubernetes' as const,
  file: '/w/shop/web.yaml',
  range: { start: nowhere, end: nowhere },
  matchRange: { start: nowhere, end: nowhere },
};
const owner = {
  kind: 'NetworkPolicy',
  name: 'shop/web',
  key: 'shop/web',
  groups: [{ by: 'id' as const, columns: { 'external_ids:policy': 'shop/web' } }],
};
const whole = {
  ...place,
  kind: 'owner' as const,
  owner,
  identities: [{ by: 'id' as const, columns: { 'external_ids:denies': 'shop/web' } }],
};
const rule = (index: number, port: number, changes: Partial<RuleDefinition> = {}): RuleDefinition => ({
  ...place,
  kind: 'rule',
  owner,
  label: `ingress rule ${index}`,
  implicit: false,
  identities: [],
  forms: [
    {
      direction: 'to-lport',
      priorities: [300],
      tier: 0,
      actions: ['allow-related'],
      match: `outport == @owner && tcp.dst == ${port}`,
    },
  ],
  ...changes,
});
const web = (port: number, changes: Partial<LiveAcl> = {}): LiveAcl => ({
  match: `outport == @pg_web && tcp.dst == ${port}`,
  ...changes,
});

function compare(definitions: readonly Definition[], acls: readonly LiveAcl[], group = 'shop/web') {
  const live = liveGroups({ pg_web: acls }, { pg_web: { policy: group } });
  return {
    live,
    comparison: runThrough(compareNetworkSteps(definitions, indexDefinitions(definitions), live)),
  };
}
function lens(definitions: readonly Definition[], acls: readonly LiveAcl[], group?: string): string | null {
  return describeOwner(summarizeOwner(whole, compare(definitions, acls, group).comparison));
}

describe('a policy and its rules in the network', () => {
  const rules = [whole, rule(0, 80), rule(1, 443)];
  it('are counted, with the port group and its ports', () => {
    assert.equal(lens(rules, [web(80)]), '1 of 2 rules in the network · port group pg_web · 0 ports');
    assert.equal(
      lens(rules, [web(80), web(443, { priority: 7 })]),
      '1 of 2 rules in the network, 1 otherwise · port group pg_web · 0 ports',
    );
    assert.equal(lens([whole], [web(80)]), 'No rules · port group pg_web · 0 ports');
  });
  it('are not there when nothing of them is', () => {
    assert.equal(lens(rules, [], 'shop/other'), 'Not in the network');
    assert.equal(lens([whole], [], 'shop/other'), null);
  });
  it('are missing, not elsewhere, when the group is there without any of them', () => {
    const { comparison } = compare(rules, []);
    assert.equal(comparison.states.get(rules[1]!)?.kind, 'missing');
  });
  it('leave out what the platform adds, and copies in other folders', () => {
    const others = [rule(2, 22, { implicit: true }), rule(0, 80, { file: '/w/copy/web.yaml' })];
    assert.match(lens([...rules, ...others], [web(80)]) ?? '', /^1 of 2 rules/);
  });
  it('say what is denied because of the policy', () => {
    const denies = {
      match: 'outport == @pg_web',
      action: 'drop',
      priority: 1,
      externalIds: { denies: 'shop/web' },
    };
    const { live, comparison } = compare(rules, [web(80), denies]);
    const { title, lines } = describeWhole(whole, comparison, live, 'lab');
    assert.match(title, /^NetworkPolicy shop\/web\. 1 of 2 rules in the network/);
    assert.deepEqual(lines, [
      'Because of it, what no rule allows is denied: drop, priority 1, port group pg_web.',
      'Apply the file, or write into it what the network has.',
    ]);
  });
});

describe('the words about a rule', () => {
  const words = (acls: readonly LiveAcl[], group?: string) => {
    const rules = [rule(0, 80), rule(1, 443)];
    const { live, comparison } = compare(rules, acls, group);
    return describeRule(rules[1]!, [comparison.states.get(rules[1]!)!], live, 'lab');
  };
  it('tell the live ACL, and why it is that', () => {
    const { title, lines } = words([web(443, { name: 'https' })]);
    assert.equal(title, 'Ingress rule 1 of NetworkPolicy shop/web. Live: priority 300, port group pg_web');
    assert.deepEqual(lines, [
      'ACL https: allow-related, to-lport, priority 300, port group pg_web.',
      'Derived: port group pg_web is of the same owner, and the match is the one it becomes.',
    ]);
  });
  it('tell what differs, and what to do', () => {
    const { title, lines } = words([web(80), web(443, { priority: 7 })]);
    assert.match(title, /Live, but differs: the file makes it priority 300, the network has 7$/);
    assert.equal(lines.at(-1), 'Apply the file, or write into it what the network has.');
  });
  it('tell what to do about a rule that is not in the network', () => {
    assert.deepEqual(words([web(80)]), {
      title: 'Ingress rule 1 of NetworkPolicy shop/web. Not in the network',
      lines: ['Apply the file, or take the rule out of it.'],
    });
    assert.deepEqual(words([], 'shop/other').lines, [
      'Nothing of NetworkPolicy shop/web is in the network of lab. Apply the file, or choose the target that it is for.',
    ]);
  });
});

describe('The words about definitions in another language', () => {
  speakPseudoLanguage();

  it('have no English but names', () => {
    const rules = [whole, rule(0, 80), rule(1, 443)];
    const denies = {
      match: 'outport == @pg_web',
      action: 'drop',
      priority: 1,
      externalIds: { denies: 'shop/web' },
    };
    const networks: readonly (readonly [acls: readonly LiveAcl[], group: string])[] = [
      [[web(80), web(443, { priority: 7 }), denies], 'shop/web'],
      [[web(80)], 'shop/web'],
      [[], 'shop/other'],
    ];
    for (const [acls, group] of networks) {
      const { live, comparison } = compare(rules, acls, group);
      const { title, lines } = describeWhole(whole, comparison, live, 'lab');
      const each = rules.slice(1).map((one) => describeRule(one, [comparison.states.get(one)!], live, 'lab'));
      const drift = listDrift(comparison).map(({ message }) => message);
      for (const text of [
        title,
        ...lines,
        ...each.flatMap((words) => [words.title, ...words.lines]),
        ...drift,
      ]) {
        // The label of the rule is this test's own.
        assert.deepEqual(englishIn(text.replace(/ingress rule \d/i, '')), [], text);
      }
    }
  });
});
