import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { DefinitionState, NetworkComparison } from './compareNetwork';
import type { Definition, DefinitionLink, OwnerDefinition } from './definition';
import { describeAcl, describeStates, notInNetwork } from './describeLive';
import { describeOwner, isElsewhere, summarizeOwner } from './describeOwner';
import { nameDefinition, nextStep } from './describeState';
import { nameOwner } from './nameOwner';

/** More is a look into the live ACLs. */
const mostAcls = 3;

/** What there is to say of a definition; all of it plain text. */
export interface HoverWords {
  readonly title: string;
  /** Whole sentences. */
  readonly lines: readonly string[];
}

/** A rule or ACL, or what one line makes of several. */
export function describeRule(
  definition: Definition,
  states: readonly DefinitionState[],
  live: InventoryIndex,
  target: string,
): HoverWords {
  const name = nameDefinition(definition);
  const title = describeStates(states, live);
  const telling = states.find(({ link }) => link !== null);
  const kind = states.some((state) => state.kind === 'live') ? 'live' : (telling?.kind ?? states[0]?.kind);
  return {
    title: `${name}. ${title ?? (kind === 'elsewhere' ? notInNetwork() : l10n.t('Not to be told from the file alone'))}`,
    lines: [
      ...describeAcls(states, live),
      ...(telling === undefined || telling.link === null ? [] : [wordLink(telling.link)]),
      ...adviceOf(definition, kind, target),
    ],
  };
}

/** A security group, policy or network ACL. */
export function describeWhole(
  definition: OwnerDefinition,
  comparison: NetworkComparison,
  live: InventoryIndex,
  target: string,
): HoverWords {
  const summary = summarizeOwner(definition, comparison);
  const title = describeOwner(summary);
  const { defaults, rules, live: alive } = summary;
  return {
    title: [nameDefinition(definition), ...(title === null ? [] : [title])].join('. '),
    lines: [
      ...defaults
        .slice(0, mostAcls)
        .map((acl) =>
          l10n.t(
            'Because of it, what no rule allows is denied: {0}, {1}.',
            acl.action,
            describeAcl(acl, live),
          ),
        ),
      ...(isElsewhere(summary) ? adviceOf(definition, 'elsewhere', target) : []),
      ...(alive < rules && !isElsewhere(summary) ? [nextStep(definition, 'differs')] : []),
    ],
  };
}

function wordLink({ confidence, because }: Pick<DefinitionLink, 'confidence' | 'because'>): string {
  switch (confidence) {
    case 'exact':
      return l10n.t('Exact: {0}.', because);
    case 'derived':
      return l10n.t('Derived: {0}.', because);
    case 'candidate':
      return l10n.t('A candidate only: {0}.', because);
  }
}

function describeAcls(states: readonly DefinitionState[], live: InventoryIndex): readonly string[] {
  const acls = [...new Map(states.flatMap((state) => state.acls).map((acl) => [acl.uuid, acl])).values()];
  const more = acls.length - mostAcls;
  return [
    ...acls
      .slice(0, mostAcls)
      .map(
        (acl) =>
          `ACL ${acl.name ?? acl.uuid.slice(0, 8)}: ${acl.action}, ${acl.direction}, ${describeAcl(acl, live)}.`,
      ),
    ...(more > 0 ? [l10n.t('And {0} more.', more)] : []),
  ];
}

function adviceOf(
  definition: Definition,
  kind: DefinitionState['kind'] | undefined,
  target: string,
): readonly string[] {
  switch (kind) {
    case 'missing':
    case 'differs':
      return [nextStep(definition, kind)];
    case 'elsewhere':
      return [
        definition.kind === 'acl'
          ? l10n.t(
              'Nothing of its port group or switch is in the network of {0}. Apply the file, or choose the target that it is for.',
              target,
            )
          : l10n.t(
              'Nothing of {0} is in the network of {1}. Apply the file, or choose the target that it is for.',
              nameOwner(definition.owner),
              target,
            ),
      ];
    case 'unknown':
      return [l10n.t('The file does not tell enough to be certain, or the platform makes no ACL of it.')];
    default:
      return [];
  }
}
