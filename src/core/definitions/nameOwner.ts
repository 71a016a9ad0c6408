import * as l10n from '@vscode/l10n';
import type { RuleOwner } from './definition';

/** `security group web`, `NetworkPolicy shop/web`. */
export function nameOwner({ kind, name }: Pick<RuleOwner, 'kind' | 'name'>): string {
  switch (kind) {
    case 'security group':
      return l10n.t('security group {0}', name);
    case 'network ACL':
      return l10n.t('network ACL {0}', name);
    default:
      return `${kind} ${name}`;
  }
}
