import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import {
  connectFailure,
  connectTimedOut,
  jumpHostFailed,
  nameOfHost,
  proxyCommandFailed,
  tooManyKeys,
} from './failures';
import type { SshHost } from './hostConfig';
import { knownHostsName } from './knownHosts';
import type { Route } from './route';

/** What the user's own ssh said when it ended, in the sentences of the connections that are made here. */
export function openSshFailure(route: Route, said: string, exitCode: number | null): TraceFailure {
  const host = hostNamedIn(said, route);
  const name = nameOfHost(host);
  const detail = said.trim().slice(0, 4000);
  const fail = (...[reason, message, advice]: [TraceFailure['reason'], string, string]): TraceFailure =>
    new TraceFailure(reason, message, { advice, detail });
  const likeErrno = (code: string): TraceFailure =>
    connectFailure(host, 'connecting', Object.assign(new Error(detail), { code }));

  const mention = /Offending (?:\S+ )?key in (?<file>.+):(?<line>\d+)/.exec(said)?.groups;
  const place = mention === undefined ? 'known_hosts' : `${mention['file']}:${mention['line']}`;
  const fingerprint = /SHA256:[A-Za-z0-9+/]+/.exec(said)?.[0] ?? l10n.t('another key');
  // A jump host's own ssh says no name; the outer one then says that its connection was closed.
  const unnamedJump =
    host === route.target && /kex_exchange_identification/.test(said) && route.jumps.length > 1;
  const hostKeyName = host.hostKeyAlias ?? knownHostsName(host.hostName, host.port);
  const unreadable = /Error checking host key .* in revoked keys file (?<file>.+): .+/.exec(said)?.groups;
  if (unreadable !== undefined) {
    return fail(
      'config-invalid',
      l10n.t(
        'The file of revoked host keys {0} cannot be read, so your ssh trusts no key of {1}.',
        unreadable['file'] ?? '',
        hostKeyName,
      ),
      l10n.t('Mend RevokedHostKeys in your ssh configuration, or that file and its permissions.'),
    );
  }
  if (/REVOKED HOST KEY|is marked as revoked|host key .* revoked/i.test(said)) {
    const file = /host key .* revoked by file (.+)/i.exec(said)?.[1]?.trim() ?? 'known_hosts';
    return fail(
      'host-key-revoked',
      l10n.t('The key of {0} is marked as revoked in {1}.', hostKeyName, file),
      l10n.t('Do not connect. Ask whoever runs the host why it still shows this key.'),
    );
  }
  if (/HOST IDENTIFICATION HAS CHANGED/i.test(said)) {
    return fail(
      'host-key-changed',
      l10n.t(
        'The key of {0} has changed: it shows {1}, but {2} records another one. Somebody may be answering in its place.',
        hostKeyName,
        fingerprint,
        place,
      ),
      l10n.t('Ask whoever runs the host. If the new key is right, remove the old one from {0}.', place),
    );
  }
  if (/Host key verification failed/i.test(said)) {
    return fail(
      'host-key-unknown',
      unnamedJump
        ? l10n.t('The key of a jump host before {0} is not known to your ssh.', hostKeyName)
        : l10n.t('The key of {0} is not known to your ssh.', hostKeyName),
      l10n.t(
        'Connect once with "ssh {0}" in a terminal, compare the fingerprint and accept the key.',
        host.alias,
      ),
    );
  }
  if (/Could not resolve hostname/i.test(said)) return likeErrno('ENOTFOUND');
  if (/connect to (?:host|address) .*: Connection refused/i.test(said)) return likeErrno('ECONNREFUSED');
  if (
    /connect to (?:host|address) .*(?:timed out|No route|unreachable)|banner exchange.*timed out/i.test(said)
  )
    return likeErrno('ETIMEDOUT');
  if (/^Connection to \S+ port \d+ timed out/im.test(said)) return connectTimedOut(host);
  if (/no matching|unable to negotiate/i.test(said)) {
    return fail(
      'key-exchange',
      l10n.t('{0} and your ssh found no common way to encrypt: {1}.', name, lastLine(detail)),
      l10n.t('Update the SSH server, or enable one of its algorithms in your ssh configuration.'),
    );
  }
  if (/Too many authentication failures/i.test(said)) return tooManyKeys(host, detail);
  if (/Permission denied/i.test(said)) {
    const unusable = host === route.target ? unusableKeyFile(route, said) : null;
    if (unusable !== null) return fail('key-file', unusable, l10n.t('Check identityFile of the target.'));
    return fail(
      'authentication',
      l10n.t('{0} did not let {1} in: {2}.', name, host.user, lineWith(/Permission denied/i, detail)),
      l10n.t(
        'Check username and identityFile of the target, or add the right key to your ssh-agent (ssh-add).',
      ),
    );
  }
  const notForwarded =
    /open failed: (.+)/i.exec(said)?.[1] ?? (/stdio forwarding failed/i.test(said) ? '' : null);
  if (notForwarded !== null) {
    const [jump = null, ...others] = route.jumps;
    return jumpHostFailed(
      others.length === 0 ? jump : null,
      route.target,
      notForwarded.trim() || lastLine(detail),
    );
  }
  if (/bad configuration option|terminating, \d+ bad/i.test(said)) {
    return fail(
      'config-invalid',
      l10n.t('The ssh configuration cannot be read for {0}.', host.alias),
      l10n.t('Run "ssh -G {0}" in a terminal and mend what it names.', host.alias),
    );
  }
  if (route.jumps.length === 0 && host.proxyCommand !== null && /UNKNOWN port|kex_exchange/.test(said))
    return proxyCommandFailed(
      host,
      detail.replace(
        /^(?:kex_exchange|banner exchange|Connection (?:closed|reset)|no such identity).*$/gm,
        '',
      ),
    );
  if (/kex_exchange_identification|Connection (?:closed|reset)|banner/i.test(said))
    return connectFailure(host, 'key-exchange', new Error(lastLine(detail)));
  const end = lastLine(detail) || l10n.t('ssh ended with status {0}', exitCode ?? l10n.t('unknown'));
  return connectFailure(host, 'connecting', new Error(end));
}

/** Of several hosts on the way the one that ssh speaks about; the target when it names none. */
function hostNamedIn(said: string, { jumps, target }: Route): SshHost {
  const isNamed = ({ hostName, port, user, hostKeyAlias }: SshHost): boolean =>
    [
      `connect to host ${hostName} port ${port}:`,
      `connect to address ${hostName} port ${port}:`,
      `resolve hostname ${hostName}:`,
      `${user}@${hostName}: Permission denied`,
      ` ${hostName} port ${port}`,
      ...(hostKeyAlias === null
        ? []
        : [`host key for ${hostKeyAlias} `, `key is known for ${hostKeyAlias} `]),
      `host key for ${knownHostsName(hostName, port)} `,
      `key is known for ${knownHostsName(hostName, port)} `,
    ].some((words) => said.toLowerCase().includes(words.toLowerCase()));
  const [jump, ...others] = jumps;
  const isOnlyJump =
    others.length === 0 && /Host key verification failed\.\s+kex_exchange_identification/.test(said);
  // Where the way ended before the target, the outer ssh has no name for what was closed.
  const isOnTheWay = /kex_exchange_identification|UNKNOWN port/.test(said);
  const inQuestion = isOnTheWay ? [...jumps, target] : [target, ...jumps];
  return inQuestion.find(isNamed) ?? (isOnlyJump ? jump : undefined) ?? target;
}

/** ssh goes on without a key file that it cannot use; the one that the target names was the point. */
function unusableKeyFile({ ownKeyFile }: Route, said: string): string | null {
  if (ownKeyFile === null) return null;
  const lines = said.split(/\r?\n/);
  if (lines.some((line) => line.startsWith(`no such identity: ${ownKeyFile}:`)))
    return l10n.t('The key file {0} does not exist.', ownKeyFile);
  const load = `Load key "${ownKeyFile}": `;
  const why = lines.find((line) => line.startsWith(load))?.slice(load.length);
  return why === undefined
    ? null
    : l10n.t('The key file {0} cannot be used by your ssh: {1}.', ownKeyFile, lastLine(why));
}

function lineWith(words: RegExp, text: string): string {
  return lastLine(text.split(/\r?\n/).find((line) => words.test(line)) ?? text);
}

function lastLine(text: string): string {
  return (text.split(/\r?\n/).at(-1) ?? '').replace(/[\p{Cc}\p{Cf}]+/gu, ' ').replace(/[.\s]+$/, '');
}
