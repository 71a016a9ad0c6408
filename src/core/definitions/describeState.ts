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
  if (kind === 'missing') return `${what} is not in the network. ${nextStep(definition, kind)}`;
  const [acl] = acls;
  const differing = `${differs.join('; ')}${acl ? ` (ACL ${nameLive(acl)})` : ''}`;
  return `${what} is not as in the network: ${differing}. ${nextStep(definition, 'differs')}`;
}

/** What to do about it, as a whole sentence. */
export function nextStep({ kind }: Definition, state: DriftProblem['kind']): string {
  return state === 'missing'
    ? `Apply the file, or take the ${kind === 'acl' ? 'ACL' : 'rule'} out of it.`
    : 'Apply the file, or write into it what the network has.';
}

/** `ACL web-http`, `Ingress rule 0 of NetworkPolicy shop/web`. */
export function nameDefinition(definition: Definition): string {
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
