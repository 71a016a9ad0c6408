import * as l10n from '@vscode/l10n';
import type { Acl } from '../ovn/northbound';

/** An ACL in a sentence: `ACL deny-db (to-lport, priority 1000)`, by the beginning of its UUID where it has no name. */
export function nameAcl({ name, uuid, direction, priority, tier }: Acl): string {
  const shown = name ?? uuid.slice(0, 8);
  return tier === 0
    ? l10n.t('ACL {0} ({1}, priority {2})', shown, direction, priority)
    : l10n.t('ACL {0} ({1}, tier {2}, priority {3})', shown, direction, tier, priority);
}
