import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import type { FailureReason } from '../../core/failure';
import type { SshHost } from './hostConfig';

/** `host`, `host:port`, and the alias where the user knows it by one: how sentences name it. */
export function nameOfHost({ alias, hostName, port }: SshHost): string {
  const address = port === 22 ? hostName : `${hostName.includes(':') ? `[${hostName}]` : hostName}:${port}`;
  return alias === hostName ? address : `${alias} (${address})`;
}

/** How far a connection had come when it failed. */
export type ConnectPhase = 'connecting' | 'key-exchange' | 'authentication';

const openSshSetting = '"client": "openssh"';

/** What to do about what ssh2 lacks and the user's own ssh has. */
export function useOpenSshClient(): string {
  return l10n.t('Set {0} on the target: it then connects through your own ssh program.', openSshSetting);
}

/** A failure whose advice is to use the other client, with the means to do so; any other as it is. */
export function withOpenSshRemedy(error: unknown, target: string): unknown {
  if (!(error instanceof TraceFailure) || !error.advice.includes(openSshSetting)) return error;
  const { reason, message, advice, detail, cause } = error;
  return new TraceFailure(reason, message, {
    advice,
    detail,
    cause,
    remedy: { kind: 'use-openssh', target },
  });
}

const errorCodes = (): Readonly<Record<string, string>> => ({
  ECONNRESET: l10n.t('the other side reset the connection'),
  ECONNABORTED: l10n.t('the connection was aborted'),
  EPIPE: l10n.t('the other side closed the connection'),
  EACCES: l10n.t('this machine does not let programs connect there'),
  EPERM: l10n.t('this machine does not let programs connect there'),
  EADDRNOTAVAIL: l10n.t('this machine has no address to connect from'),
  EMFILE: l10n.t('this machine has too many files and connections open'),
  ENFILE: l10n.t('this machine has too many files and connections open'),
  ETIMEDOUT: l10n.t('the other side does not answer any more'),
  EHOSTUNREACH: l10n.t('the network does not lead there any more'),
  ENETUNREACH: l10n.t('the network does not lead there any more'),
  ENETDOWN: l10n.t('the network is down'),
});

/** What ended a connection, in words without codes of the system or of ssh2. */
export function inPlainWords(error: unknown): string {
  const words = errorCodes()[codeOf(error) ?? ''];
  if (words !== undefined) return words;
  const text = error instanceof Error ? error.message : String(error);
  if (/^keepalive timeout/i.test(text)) return l10n.t('the other side does not answer any more');
  return text;
}

/** What an error of a socket or of ssh2 means for a person. */
export function connectFailure(host: SshHost, phase: ConnectPhase, error: unknown): TraceFailure {
  if (error instanceof TraceFailure) return error;
  const text = inPlainWords(error);
  const more = { detail: error instanceof Error ? error.message : String(error), cause: error };
  const name = nameOfHost(host);
  const fail = (reason: FailureReason, message: string, advice: string): TraceFailure =>
    new TraceFailure(reason, message, { ...more, advice });

  switch (codeOf(error)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
      return fail(
        'host-not-found',
        l10n.t('The host {0} is not known to the name service.', host.hostName),
        l10n.t(
          'Check the host of the target and HostName in your ssh configuration, and that the network or VPN is up.',
        ),
      );
    case 'ECONNREFUSED':
      return fail(
        'connection-refused',
        l10n.t('{0} refused the connection.', name),
        l10n.t('Check the port of the target and that an SSH server runs there.'),
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return fail(
        'connection-timeout',
        l10n.t('{0} cannot be reached.', name),
        l10n.t('Check that the host is up, and that the network, VPN or firewall lets you through.'),
      );
    default:
      break;
  }
  if (/no matching host key/i.test(text)) {
    return fail(
      'key-exchange',
      l10n.t('{0} has no host key of a kind that can be checked here: {1}.', name, text),
      l10n.t(
        '{0} If that fails too, check HostKeyAlgorithms in your ssh configuration and the keys of the host.',
        useOpenSshClient(),
      ),
    );
  }
  if (/no matching|handshake failed/i.test(text)) {
    return fail(
      'key-exchange',
      l10n.t('{0} and this client found no common way to encrypt: {1}.', name, text),
      l10n.t('Update the SSH server, or enable one of the usual algorithms there. {0}', useOpenSshClient()),
    );
  }
  if (/identification string|greeting lines|header line too long|expected newline/i.test(text)) {
    return fail(
      'key-exchange',
      l10n.t('What answers at {0} does not speak SSH.', name),
      l10n.t('Check the port of the target, or Port in your ssh configuration.'),
    );
  }
  const saysNothing = /^$|^connection (?:lost before handshake|closed by)/i.test(text);
  switch (phase) {
    case 'connecting':
      return fail(
        'connection-lost',
        saysNothing
          ? l10n.t('The connection to {0} could not be made.', name)
          : l10n.t('The connection to {0} could not be made: {1}.', name, text),
        l10n.t('Check that an SSH server answers there.'),
      );
    case 'key-exchange':
      return fail(
        'key-exchange',
        saysNothing
          ? l10n.t('{0} closed the connection before it could be secured.', name)
          : l10n.t('{0} closed the connection before it could be secured: {1}.', name, text),
        l10n.t(
          'Check that it is an SSH server that answers on that port, and look into its log: it may turn this machine away.',
        ),
      );
    case 'authentication':
      if (/too many authentication failures/i.test(text)) return tooManyKeys(host, text);
      return fail(
        'authentication',
        saysNothing
          ? l10n.t('{0} closed the connection while {1} logged in.', name, host.user)
          : l10n.t('{0} closed the connection while {1} logged in: {2}.', name, host.user, text),
        l10n.t(
          'Check the log of the SSH server; too many keys offered at once is one cause (IdentitiesOnly helps).',
        ),
      );
  }
}

export function tooManyKeys(host: SshHost, detail: string): TraceFailure {
  return new TraceFailure(
    'authentication',
    l10n.t(
      '{0} let {1} try no more keys: too many that it does not know were offered.',
      nameOfHost(host),
      host.user,
    ),
    {
      advice: l10n.t(
        'Set identityFile of the target to the right key, and IdentitiesOnly yes for this host in your ssh configuration.',
      ),
      detail,
    },
  );
}

/** `said` is what the command wrote to standard error. */
export function proxyCommandFailed(host: SshHost, said: string): TraceFailure {
  const line = said.trim().split(/\r?\n/).at(-1) ?? '';
  return new TraceFailure(
    'jump-host',
    line === ''
      ? l10n.t(
          'The ProxyCommand that your ssh configuration has for {0} ended without a connection.',
          nameOfHost(host),
        )
      : l10n.t(
          'The ProxyCommand that your ssh configuration has for {0} ended without a connection: {1}.',
          nameOfHost(host),
          printable(line),
        ),
    {
      advice: l10n.t(
        'Run "ssh {0}" in a terminal, and mend ProxyCommand or what it connects through.',
        host.alias,
      ),
      detail: said.trim() === '' ? null : said.trim().slice(0, 4000),
    },
  );
}

export function connectTimedOut(host: SshHost): TraceFailure {
  const name = nameOfHost(host);
  return new TraceFailure(
    'connection-timeout',
    l10n.t('{0} did not answer within {1} s.', name, host.connectTimeoutMs / 1000),
    { advice: l10n.t('Check that the host is up, and that the network, VPN or firewall lets you through.') },
  );
}

/** What the server said of a channel that it did not open, without ssh2's words around it. */
export function channelRefusal(error: Error): string {
  const said = error.message.replace(/^\(SSH\) Channel open failure: /, '');
  // The first of the reasons of RFC 4254; what sshd itself adds is only "open failed".
  return 'reason' in error && error.reason === 1 ? `administratively prohibited: ${said}` : said;
}

/** `jump` is null where it is not known which of several it was; `why` is what it said. */
export function jumpHostFailed(jump: SshHost | null, host: SshHost, why: string): TraceFailure {
  const said = printable(why.replace(/^connect failed: /, '')).replace(/[.\s]+$/, '');
  const fail = (message: string, advice: string): TraceFailure =>
    new TraceFailure('jump-host', message, { advice, detail: why });
  if (/prohibited/i.test(why)) {
    return fail(
      jump === null
        ? l10n.t(
            'A jump host before {0} does not allow connections to the next host through it.',
            nameOfHost(host),
          )
        : l10n.t(
            'The jump host {0} does not allow connections to {1} through it.',
            nameOfHost(jump),
            nameOfHost(host),
          ),
      l10n.t(
        'Ask whoever runs it to allow them (AllowTcpForwarding and PermitOpen of its sshd_config, no-port-forwarding of its authorized_keys), or name another jump host with ProxyJump in your ssh configuration.',
      ),
    );
  }
  const advice = /refused/i.test(why)
    ? l10n.t('Check the port as the jump host knows it, and that an SSH server runs there.')
    : /not known|resolve|no address|nodename/i.test(why)
      ? l10n.t('Check HostName in your ssh configuration: the jump host looks the name up, not this machine.')
      : l10n.t('Check the name and port as the jump host knows them, and that its network lets it through.');
  return fail(
    jump === null
      ? l10n.t('A jump host before {0} cannot reach the next host: {1}.', nameOfHost(host), said)
      : l10n.t('The jump host {0} cannot reach {1}: {2}.', nameOfHost(jump), nameOfHost(host), said),
    advice,
  );
}

function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

export function authenticationFailed(host: SshHost, tried: readonly string[]): TraceFailure {
  const message =
    tried.length === 0
      ? l10n.t('{0} did not let {1} in. There was no key to try.', nameOfHost(host), host.user)
      : l10n.t('{0} did not let {1} in. Tried: {2}.', nameOfHost(host), host.user, tried.join(', '));
  return new TraceFailure('authentication', message, {
    advice: l10n.t(
      'Check username and identityFile of the target, or add the right key to your ssh-agent (ssh-add). For a FIDO key, a certificate or Kerberos: set {0} on the target: it then connects through your own ssh program.',
      openSshSetting,
    ),
  });
}

export function connectionLost(host: SshHost, program: string, error: Error | null): TraceFailure {
  if (error instanceof TraceFailure) return error;
  return new TraceFailure(
    'connection-lost',
    l10n.t('The connection to {0} was lost while {1} ran.', nameOfHost(host), program),
    {
      advice: l10n.t('Try again; the connection is made anew.'),
      detail: error?.message ?? null,
    },
  );
}

/** The account has no shell; `said` is what came in place of a shell's output. */
export function runsNoCommands(host: SshHost, said: string): TraceFailure {
  const line = printable(said.trim().split('\n').at(-1) ?? '').replace(/[.\s]+$/, '');
  return new TraceFailure(
    'tool-failed',
    line === ''
      ? l10n.t('The account {0} on {1} does not run commands.', host.user, nameOfHost(host))
      : l10n.t(
          'The account {0} on {1} does not run commands: it says "{2}".',
          host.user,
          nameOfHost(host),
          line,
        ),
    {
      advice: l10n.t('Check its login shell and any forced command of its key; a POSIX sh has to be there.'),
      detail: said.trim().slice(0, 2000),
    },
  );
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
