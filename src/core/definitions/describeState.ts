import * as l10n from '@vscode/l10n';
import type { Acl } from '../ovn/northbound';
import type { Definition, DefinitionPlace } from './definition';
import type { DefinitionState, NetworkComparison } from './compareNetwork';
import { nameOwner } from './nameOwner';

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
  if (kind === 'missing') return l10n.t('{0} is not in the network. {1}', what, nextStep(definition, kind));
  const [acl] = acls;
  const differing = differs.join('; ');
  const next = nextStep(definition, 'differs');
  return acl
    ? l10n.t('{0} is not as in the network: {1} (ACL {2}). {3}', what, differing, nameLive(acl), next)
    : l10n.t('{0} is not as in the network: {1}. {2}', what, differing, next);
}

/** What to do about it, as a whole sentence. */
export function nextStep({ kind }: Definition, state: DriftProblem['kind']): string {
  if (state === 'missing') {
    return kind === 'acl'
      ? l10n.t('Apply the file, or take the ACL out of it.')
      : l10n.t('Apply the file, or take the rule out of it.');
  }
  return l10n.t('Apply the file, or write into it what the network has.');
}

/** `ACL web-http`, `Ingress rule 0 of NetworkPolicy shop/web`. */
export function nameDefinition(definition: Definition): string {
  switch (definition.kind) {
    case 'acl':
      return definition.name === null ? l10n.t('This ACL') : `ACL ${definition.name}`;
    case 'rule':
      return l10n
        .t('{0} of {1}', definition.label, nameOwner(definition.owner))
        .replace(/^./u, (letter) => letter.toUpperCase());
    case 'owner':
      return nameOwner(definition.owner);
  }
}

function nameLive(acl: Acl): string {
  return acl.name ?? acl.uuid.slice(0, 8);
}
