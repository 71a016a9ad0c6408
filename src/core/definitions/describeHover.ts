import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { DefinitionState, NetworkComparison } from './compareNetwork';
import type { Definition, OwnerDefinition } from './definition';
import { describeAcl, describeStates } from './describeLive';
import { describeOwner, summarizeOwner } from './describeOwner';
import { nameDefinition, nextStep } from './describeState';

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
    title: `${name}. ${title ?? (kind === 'elsewhere' ? 'Not in the network' : 'Not to be told from the file alone')}`,
    lines: [
      ...describeAcls(states, live),
      ...(telling === undefined || telling.link === null
        ? []
        : [`${confidenceWords[telling.link.confidence]}: ${telling.link.because}.`]),
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
        .map(
          (acl) => `Because of it, what no rule allows is denied: ${acl.action}, ${describeAcl(acl, live)}.`,
        ),
      ...(title === 'Not in the network' ? adviceOf(definition, 'elsewhere', target) : []),
      ...(alive < rules && title !== 'Not in the network' ? [nextStep(definition, 'differs')] : []),
    ],
  };
}

const confidenceWords = { exact: 'Exact', derived: 'Derived', candidate: 'A candidate only' } as const;

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
    ...(more > 0 ? [`And ${more} more.`] : []),
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
        `Nothing of ${definition.kind === 'acl' ? 'its port group or switch' : `${definition.owner.kind} ${definition.owner.name}`} is in the network of ${target}. Apply the file, or choose the target that it is for.`,
      ];
    case 'unknown':
      return ['The file does not tell enough to be certain, or the platform makes no ACL of it.'];
    default:
      return [];
  }
}
