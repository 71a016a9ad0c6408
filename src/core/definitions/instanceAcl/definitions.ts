import * as l10n from '@vscode/l10n';
import type {
  AclForm,
  Definition,
  OwnerDefinition,
  RowIdentity,
  RuleDefinition,
  RuleOwner,
} from '../definition';
import type { Span } from '../shell/field';
import type { Places } from '../yaml/places';
import { matchOfRule, type InstanceMatch, type InstanceRule, type RuleList } from './match';

/** A network ACL in whatever language it is written. */
export interface NetworkAcl {
  /** Null when the file leaves it to who makes the ACL, or something computes it. */
  readonly name: string | null;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly lists: readonly {
    readonly list: RuleList;
    /** In their order, null for what is no rule; the index is part of the name of a logged rule. */
    readonly rules: readonly (AclRule | null)[];
    /** Whether the rules have these indexes in the network, too. */
    readonly hasFixedIndexes: boolean;
  }[];
}

export interface AclRule {
  readonly span: Span;
  readonly criteriaSpan: Span;
  /** Null when part of it is computed. */
  readonly rule: InstanceRule | null;
  readonly state: string | null;
}

/** What an ACL becomes. @param owner what it is called, and told apart by, among all files. */
export function definitionsOfAcl(
  acl: NetworkAcl,
  { name, key }: Pick<RuleOwner, 'name' | 'key'>,
  places: Places,
): readonly Definition[] {
  // Its number is in the database of Incus only.
  const owner: RuleOwner = { kind: 'network ACL', name, key, groups: [] };
  const whole: OwnerDefinition = {
    kind: 'owner',
    ...places.of(acl.span, acl.nameSpan),
    owner,
    identities: [],
  };
  const rules = acl.lists.flatMap(({ list, rules: written, hasFixedIndexes }) =>
    written.flatMap((rule, at): readonly RuleDefinition[] =>
      rule === null || rule.state === 'disabled'
        ? []
        : [
            {
              kind: 'rule',
              ...places.of(rule.span, rule.criteriaSpan),
              owner,
              label: l10n.t('{0} rule {1}', list, at),
              implicit: false,
              ...becomes(list, rule, acl.name, hasFixedIndexes ? at : null),
            },
          ],
    ),
  );
  const safeguard: RuleDefinition = {
    kind: 'rule',
    ...places.of(acl.span, acl.nameSpan),
    owner,
    label: l10n.t('default drop'),
    implicit: true,
    identities: [],
    forms: [safeguardForm],
  };
  return [whole, ...rules, safeguard].sort((one, other) => one.range.start.offset - other.range.start.offset);
}

/** Behind the defaults of each NIC, in case those are not there. */
const safeguardForm: AclForm = {
  direction: 'to-lport',
  priorities: [0],
  tier: 0,
  actions: ['drop'],
  match: '(inport == @owner || outport == @owner)',
};

/** Where a NIC lets everything through by default, its rules weigh the other way round: Incus keeps groups of such NICs. */
const priorities: Readonly<Record<string, readonly number[]>> = {
  allow: [300, 500],
  'allow-stateless': [300, 500],
  reject: [400],
  drop: [500, 300],
};

function becomes(
  list: RuleList,
  { rule, state }: AclRule,
  aclName: string | null,
  index: number | null,
): Pick<RuleDefinition, 'identities' | 'forms'> {
  const match = rule === null ? null : matchOfRule(list, rule, aclName);
  if (rule === null || match === null) return { identities: [], forms: [] };
  const forms = [match, ...matchesBySelf(list, rule, aclName)].map(({ text }): AclForm => ({
    direction: 'to-lport',
    priorities: priorities[rule.action] ?? null,
    tier: 0,
    actions: [rule.action === 'allow' ? 'allow-related' : rule.action],
    match: text,
  }));
  // The name alone tells the index, and any ACL has a rule 0: it takes the match to tell them apart.
  const isNamed = state === 'logged' && match.isLiteral && index !== null;
  return {
    forms,
    identities: isNamed
      ? ['incus', 'lxd'].map((platform): RowIdentity => ({
          by: 'place',
          columns: {
            name: `${platform}_acl*-${list}-${index}`,
            match: match.text.replace('@owner', `@${platform}_acl*`),
          },
        }))
      : [],
  };
}

/** Where the command line names the ACL, an ACL that a rule names may be this one. */
function matchesBySelf(list: RuleList, rule: InstanceRule, aclName: string | null): readonly InstanceMatch[] {
  if (aclName !== null) return [];
  const subjects = `${rule.source},${rule.destination}`.split(',').map((subject) => subject.trim());
  return [...new Set(subjects)]
    .filter((subject) => /^[a-z]/i.test(subject))
    .slice(0, mostNames)
    .flatMap((name) => matchOfRule(list, rule, name) ?? []);
}

/** A rule names a few others, or was made to hurt. */
const mostNames = 10;
