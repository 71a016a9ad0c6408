import type {
  AclForm,
  Definition,
  OwnerDefinition,
  RowIdentity,
  RuleDefinition,
  RuleOwner,
} from './definition';
import type { DefinitionFormat, SourceText } from './format';
import { findAclBlocks, type AclBlock, type RuleBlock } from './instanceAcl/aclBlocks';
import { allowInAcl } from './instanceAcl/allow';
import { matchOfRule, type InstanceMatch, type InstanceRule, type RuleList } from './instanceAcl/match';
import { YamlText } from './instanceAcl/yamlText';
import type { Span } from './shell/field';
import { createPositionLookup } from './textPositions';

/** Network ACLs of Incus and LXD, as `incus network acl show` prints them and `create` and `edit` take them. */
export const instanceAclFormat: DefinitionFormat = {
  id: 'instance-acl',
  matches: (file, text) => /\.(?:ya?ml|json|j2|tmpl|tpl)$/i.test(file) && mayHoldAcls(text),
  parse: (source) => readAcls(source),
  allow: (source, beside, packet) => allowInAcl(source, beside, packet, readAcls),
};

/** A list of rules, and rules with one of the four actions or none at all. */
function mayHoldAcls(text: string): boolean {
  return (
    /(?:^|[\s{,"'])(?:in|e)gress["']?[ \t]*:/m.test(text) &&
    (/(?:^|[\s{,"'-])action["']?[ \t]*:[ \t]*(?:["']?(?:allow|drop|reject)|\{\{)/m.test(text) ||
      /(?:^|[\s{,"'])used_by["']?[ \t]*:/m.test(text))
  );
}

function readAcls(source: SourceText): readonly Definition[] {
  if (!mayHoldAcls(source.text)) return [];
  let text: YamlText;
  try {
    text = new YamlText(source.text);
  } catch {
    // The reader of YAML goes as deep into itself as lists are nested, and gives up where that is too deep.
    return [];
  }
  const positionAt = createPositionLookup(source.text);
  const rangeOf = ({ start, end }: Span): Definition['range'] => ({
    start: positionAt(start),
    end: positionAt(end),
  });
  return findAclBlocks(text).flatMap((block, index) =>
    definitionsOf(block, {
      place: (span, matchSpan) => ({
        format: 'instance-acl',
        file: source.file,
        range: rangeOf(span),
        matchRange: rangeOf(matchSpan),
      }),
      file: source.file,
      index,
      hasFixedIndexes: !text.hasControls,
    }),
  );
}

interface Reading {
  readonly place: (
    span: Span,
    matchSpan: Span,
  ) => Pick<Definition, 'format' | 'file' | 'range' | 'matchRange'>;
  readonly file: string;
  /** Which ACL of the file. */
  readonly index: number;
  readonly hasFixedIndexes: boolean;
}

function definitionsOf(block: AclBlock, reading: Reading): readonly Definition[] {
  const { place, file, index } = reading;
  const owner: RuleOwner = {
    kind: 'network ACL',
    // The command line may name it: `incus network acl create web < web.yaml`.
    name: block.name ?? file.replace(/^.*[/\\]/s, ''),
    key: `instance-acl ${file} ${index}`,
    // Its number is in Incus's own database only.
    groups: [],
  };
  const whole: OwnerDefinition = {
    kind: 'owner',
    ...place(block.span, block.nameSpan),
    owner,
    identities: [],
  };
  const rules = block.lists.flatMap(({ list, rules: blocks }) =>
    blocks.flatMap((rule, at): readonly RuleDefinition[] =>
      rule === null || rule.state === 'disabled'
        ? []
        : [
            {
              kind: 'rule',
              ...place(rule.span, rule.criteriaSpan),
              owner,
              label: `${list} rule ${at}`,
              implicit: false,
              ...becomes(list, rule, block.name, reading.hasFixedIndexes ? at : null),
            },
          ],
    ),
  );
  const safeguard: RuleDefinition = {
    kind: 'rule',
    ...place(block.span, block.nameSpan),
    owner,
    label: 'default drop',
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
  { rule, state }: RuleBlock,
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
