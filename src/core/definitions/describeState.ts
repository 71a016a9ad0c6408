import type { Acl } from '../ovn/northbound';
import type { Definition, DefinitionPlace } from './definition';
import type { DefinitionState, NetworkComparison } from './compareNetwork';

/** What a definition and the network do not agree on. */
export interface DriftProblem extends DefinitionPlace {
  readonly kind: 'missing' | 'differs';
  /** A whole sentence. */
  readonly message: string;
}

/** The definitions that are not in the network as the files have them. */
export function listDrift({ states }: NetworkComparison): readonly DriftProblem[] {
  return [...states].flatMap(([definition, state]): readonly DriftProblem[] => {
    if (state.kind !== 'missing' && state.kind !== 'differs') return [];
    const { format, file, range, matchRange } = definition;
    return [{ kind: state.kind, format, file, range, matchRange, message: describeDrift(definition, state) }];
  });
}

function describeDrift(definition: Definition, { kind, differs, acls }: DefinitionState): string {
  const what = nameDefinition(definition);
  if (kind === 'missing') return `${what} is not in the network.`;
  const [acl] = acls;
  return `${what} is not as in the network: ${differs.join('; ')}${acl ? ` (ACL ${nameLive(acl)})` : ''}.`;
}

function nameDefinition(definition: Definition): string {
  switch (definition.kind) {
    case 'acl':
      return definition.name === null ? 'This ACL' : `ACL ${definition.name}`;
    case 'rule':
      return `${definition.label} of ${definition.owner.kind} ${definition.owner.name}`.replace(
        /^./,
        (letter) => letter.toUpperCase(),
      );
    case 'owner':
      return `${definition.owner.kind} ${definition.owner.name}`;
  }
}

function nameLive(acl: Acl): string {
  return acl.name ?? acl.uuid.slice(0, 8);
}
