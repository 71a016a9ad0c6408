import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';

/**
 * A host may come from a workspace file: it is an argument of `ssh`, so it must not look like an option; nor must what ssh
 * makes of `user@host` and `ssh://host`, which a ProxyCommand may give to another program.
 */
export function requirePlainHost(host: string): void {
  if (/(?:^|[@/])-|[\s\p{Cc}'"`$\\;&|<>(){}]/u.test(host)) {
    throw new TraceFailure('config-invalid', l10n.t('"{0}" is not a host name.', host), {
      advice: l10n.t(
        'Set the host of the target to a host name, an address, or a host of your ssh configuration.',
      ),
    });
  }
}

/** So may a user, whose name a ProxyCommand or a `Match exec` of the ssh configuration may give to a shell. */
export function requirePlainUser(user: string | undefined): void {
  if (user !== undefined && /^-|\s-|[\p{Cc}'"`$;&|<>(){}]|\\$/u.test(user)) {
    throw new TraceFailure('config-invalid', l10n.t('"{0}" is not a user name.', user), {
      advice: l10n.t('Set the username of the target to the name of the account on the host.'),
    });
  }
}
