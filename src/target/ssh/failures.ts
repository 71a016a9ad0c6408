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

/** What an error of a socket or of ssh2 means for a person. */
export function connectFailure(host: SshHost, phase: ConnectPhase, error: unknown): TraceFailure {
  if (error instanceof TraceFailure) return error;
  const text = error instanceof Error ? error.message : String(error);
  const more = { detail: text, cause: error };
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
  switch (phase) {
    case 'connecting':
      return fail(
        'connection-lost',
        `The connection to ${name} could not be made: ${text}.`,
        'Check that an SSH server answers there.',
      );
    case 'key-exchange':
      return fail(
        'key-exchange',
        `${name} closed the connection before it could be secured: ${text}.`,
        'Check that an SSH server answers on that port, and its log.',
      );
    case 'authentication':
      return fail(
        'authentication',
        `${name} closed the connection while ${host.user} logged in: ${text}.`,
        'Check the log of the SSH server; too many keys offered at once is one cause (IdentitiesOnly helps).',
      );
  }
}

export function connectTimedOut(host: SshHost): TraceFailure {
  const name = nameOfHost(host);
  return new TraceFailure(
    'connection-timeout',
    `${name} did not answer within ${host.connectTimeoutMs / 1000} s.`,
    { advice: 'Check that the host is up, and that the network, VPN or firewall lets you through.' },
  );
}

export function jumpHostFailed(jump: SshHost, host: SshHost, error: Error): TraceFailure {
  return new TraceFailure(
    'jump-host',
    `The jump host ${nameOfHost(jump)} cannot reach ${nameOfHost(host)}: ${error.message}.`,
    {
      advice: 'Check the name and port as the jump host knows them, and that it allows forwarding.',
      cause: error,
    },
  );
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
  return new TraceFailure(
    'connection-lost',
    `The connection to ${nameOfHost(host)} was lost while ${program} ran.`,
    {
      advice: 'Try again; the connection is made anew.',
      detail: error?.message ?? null,
    },
  );
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
