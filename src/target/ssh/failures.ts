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
export const useOpenSshClient = `Set ${openSshSetting} on the target: it then connects through your own ssh program.`;

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

const errorCodes: Readonly<Record<string, string>> = {
  ECONNRESET: 'the other side reset the connection',
  ECONNABORTED: 'the connection was aborted',
  EPIPE: 'the other side closed the connection',
  EACCES: 'this machine does not let programs connect there',
  EPERM: 'this machine does not let programs connect there',
  EADDRNOTAVAIL: 'this machine has no address to connect from',
  EMFILE: 'this machine has too many files and connections open',
  ENFILE: 'this machine has too many files and connections open',
  ETIMEDOUT: 'the other side does not answer any more',
  EHOSTUNREACH: 'the network does not lead there any more',
  ENETUNREACH: 'the network does not lead there any more',
  ENETDOWN: 'the network is down',
};

/** What ended a connection, in words without codes of the system or of ssh2. */
export function inPlainWords(error: unknown): string {
  const words = errorCodes[codeOf(error) ?? ''];
  if (words !== undefined) return words;
  const text = error instanceof Error ? error.message : String(error);
  if (/^keepalive timeout/i.test(text)) return 'the other side does not answer any more';
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
        `The host ${host.hostName} is not known to the name service.`,
        'Check the host of the target and HostName in your ssh configuration, and that the network or VPN is up.',
      );
    case 'ECONNREFUSED':
      return fail(
        'connection-refused',
        `${name} refused the connection.`,
        'Check the port of the target and that an SSH server runs there.',
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return fail(
        'connection-timeout',
        `${name} cannot be reached.`,
        'Check that the host is up, and that the network, VPN or firewall lets you through.',
      );
    default:
      break;
  }
  if (/no matching host key/i.test(text)) {
    return fail(
      'key-exchange',
      `${name} has no host key of a kind that can be checked here: ${text}.`,
      `${useOpenSshClient} If that fails too, check HostKeyAlgorithms in your ssh configuration and the keys of the host.`,
    );
  }
  if (/no matching|handshake failed/i.test(text)) {
    return fail(
      'key-exchange',
      `${name} and this client found no common way to encrypt: ${text}.`,
      `Update the SSH server, or enable one of the usual algorithms there. ${useOpenSshClient}`,
    );
  }
  if (/identification string|greeting lines|header line too long|expected newline/i.test(text)) {
    return fail(
      'key-exchange',
      `What answers at ${name} does not speak SSH.`,
      'Check the port of the target, or Port in your ssh configuration.',
    );
  }
  const saysNothing = /^$|^connection (?:lost before handshake|closed by)/i.test(text);
  const why = saysNothing ? '' : `: ${text}`;
  switch (phase) {
    case 'connecting':
      return fail(
        'connection-lost',
        `The connection to ${name} could not be made${why}.`,
        'Check that an SSH server answers there.',
      );
    case 'key-exchange':
      return fail(
        'key-exchange',
        `${name} closed the connection before it could be secured${why}.`,
        'Check that it is an SSH server that answers on that port, and look into its log: it may turn this machine away.',
      );
    case 'authentication':
      if (/too many authentication failures/i.test(text)) return tooManyKeys(host, text);
      return fail(
        'authentication',
        `${name} closed the connection while ${host.user} logged in${why}.`,
        'Check the log of the SSH server; too many keys offered at once is one cause (IdentitiesOnly helps).',
      );
  }
}

export function tooManyKeys(host: SshHost, detail: string): TraceFailure {
  return new TraceFailure(
    'authentication',
    `${nameOfHost(host)} let ${host.user} try no more keys: too many that it does not know were offered.`,
    {
      advice:
        'Set identityFile of the target to the right key, and IdentitiesOnly yes for this host in your ssh configuration.',
      detail,
    },
  );
}

/** `said` is what the command wrote to standard error. */
export function proxyCommandFailed(host: SshHost, said: string): TraceFailure {
  const line = said.trim().split(/\r?\n/).at(-1) ?? '';
  return new TraceFailure(
    'jump-host',
    `The ProxyCommand that your ssh configuration has for ${nameOfHost(host)} ended without a connection` +
      `${line === '' ? '' : `: ${printable(line)}`}.`,
    {
      advice: `Run "ssh ${host.alias}" in a terminal, and mend ProxyCommand or what it connects through.`,
      detail: said.trim() === '' ? null : said.trim().slice(0, 4000),
    },
  );
}

export function connectTimedOut(host: SshHost): TraceFailure {
  const name = nameOfHost(host);
  return new TraceFailure(
    'connection-timeout',
    `${name} did not answer within ${host.connectTimeoutMs / 1000} s.`,
    { advice: 'Check that the host is up, and that the network, VPN or firewall lets you through.' },
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
  const who = jump === null ? `A jump host before ${nameOfHost(host)}` : `The jump host ${nameOfHost(jump)}`;
  const where = jump === null ? 'the next host' : nameOfHost(host);
  const said = printable(why.replace(/^connect failed: /, '')).replace(/[.\s]+$/, '');
  const fail = (message: string, advice: string): TraceFailure =>
    new TraceFailure('jump-host', message, { advice, detail: why });
  if (/prohibited/i.test(why)) {
    return fail(
      `${who} does not allow connections to ${where} through it.`,
      'Ask whoever runs it to allow them (AllowTcpForwarding and PermitOpen of its sshd_config, no-port-forwarding of its ' +
        'authorized_keys), or name another jump host with ProxyJump in your ssh configuration.',
    );
  }
  const advice = /refused/i.test(why)
    ? 'Check the port as the jump host knows it, and that an SSH server runs there.'
    : /not known|resolve|no address|nodename/i.test(why)
      ? 'Check HostName in your ssh configuration: the jump host looks the name up, not this machine.'
      : 'Check the name and port as the jump host knows them, and that its network lets it through.';
  return fail(`${who} cannot reach ${where}: ${said}.`, advice);
}

function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

export function authenticationFailed(host: SshHost, tried: readonly string[]): TraceFailure {
  const list = tried.length === 0 ? 'There was no key to try.' : `Tried: ${tried.join(', ')}.`;
  return new TraceFailure('authentication', `${nameOfHost(host)} did not let ${host.user} in. ${list}`, {
    advice:
      'Check username and identityFile of the target, or add the right key to your ssh-agent (ssh-add). ' +
      `For a FIDO key, a certificate or Kerberos: ${useOpenSshClient.replace('Set', 'set')}`,
  });
}

export function connectionLost(host: SshHost, program: string, error: Error | null): TraceFailure {
  if (error instanceof TraceFailure) return error;
  return new TraceFailure(
    'connection-lost',
    `The connection to ${nameOfHost(host)} was lost while ${program} ran.`,
    {
      advice: 'Try again; the connection is made anew.',
      detail: error?.message ?? null,
    },
  );
}

/** The account has no shell; `said` is what came in place of a shell's output. */
export function runsNoCommands(host: SshHost, said: string): TraceFailure {
  const line = printable(said.trim().split('\n').at(-1) ?? '').replace(/[.\s]+$/, '');
  return new TraceFailure(
    'tool-failed',
    `The account ${host.user} on ${nameOfHost(host)} does not run commands${line === '' ? '' : `: it says "${line}"`}.`,
    {
      advice: 'Check its login shell and any forced command of its key; a POSIX sh has to be there.',
      detail: said.trim().slice(0, 2000),
    },
  );
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
