import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import { loadExeca } from '../loadExeca';
import { readConfigFiles } from './configFiles';
import { configuredAlgorithms } from './hostKeyAlgorithms';
import type { HostKeyAlgorithm } from './hostKeyAlgorithms';
import { requirePlainHost, requirePlainUser } from './plainNames';
import { parseSeconds, parseSshG } from './settings';
import type { Settings } from './settings';
import { expandPath, expandTokens } from './tokens';
import type { TokenValues } from './tokens';

/** What the user's ssh configuration says about one host, tokens and `~` expanded. */
export interface SshHost {
  /** As the user named it. */
  readonly alias: string;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** In the order they are tried; some may not exist. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** Socket of the agent, null for none. */
  readonly agentSocket: string | null;
  readonly proxyJump: readonly JumpHost[];
  readonly proxyCommand: string | null;
  readonly knownHostsFiles: readonly string[];
  readonly revokedHostKeysFiles: readonly string[];
  readonly hostKeyAlias: string | null;
  /** Those that ssh2 knows of what the configuration allows, the preferred first. */
  readonly hostKeyAlgorithms: readonly HostKeyAlgorithm[];
  readonly unknownHostKey: 'ask' | 'refuse' | 'accept';
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly keepAliveCount: number;
}

export interface JumpHost {
  readonly host: string;
  readonly port?: number | undefined;
  readonly username?: string | undefined;
}

export interface HostRequest extends JumpHost {
  /** Tried before those of the configuration, and instead of OpenSSH's defaults. */
  readonly identityFile?: string | undefined;
  /** Read instead of the user's and the system's configuration. */
  readonly configFile?: string | undefined;
}

const defaultConnectTimeoutMs = 20_000;
const defaultKeepAliveMs = 15_000;

/** Asks `ssh -G` what holds for a host; where there is no ssh program, reads the configuration files. */
export async function readHostConfig(request: HostRequest): Promise<SshHost> {
  requirePlainHost(request.host);
  requirePlainUser(request.username);
  return hostFromSettings(request, (await askOpenSsh(request)) ?? (await readConfigFiles(request)));
}

/** The host as these settings describe it, with OpenSSH's defaults for what they leave out. */
export function hostFromSettings(request: HostRequest, settings: Settings): SshHost {
  const first = (keyword: string): string | null => settings.get(keyword)?.[0] ?? null;
  const firstUnlessNone = (keyword: string): string | null => {
    const value = first(keyword);
    return value?.toLowerCase() === 'none' ? null : value;
  };
  const hostName = (first('hostname') ?? request.host)
    .replace(/%([h%])/g, (_, token: string) => (token === 'h' ? request.host : '%'))
    .toLowerCase();
  const port = request.port ?? Number(first('port') ?? 22);
  const user = request.username ?? first('user') ?? userInfo().username;
  const hostKeyAlias = first('hostkeyalias')?.toLowerCase() ?? null;
  const tokens: TokenValues = { alias: request.host, hostName, port, user, hostKeyAlias };
  const expand = (text: string): string => expandPath(text, tokens);
  const files = (keyword: string, otherwise: readonly string[]): string[] =>
    (settings.get(keyword) ?? otherwise).filter((file) => file.toLowerCase() !== 'none').map(expand);
  const seconds = (keyword: string): number => parseSeconds(first(keyword) ?? '') ?? 0;
  const strict = (first('stricthostkeychecking') ?? 'ask').toLowerCase();
  const proxyJump = firstUnlessNone('proxyjump');
  const proxyCommand = firstUnlessNone('proxycommand');

  return {
    alias: request.host,
    hostName,
    port,
    user,
    identityFiles: identityFiles(request.identityFile, settings.get('identityfile'), expand),
    identitiesOnly: /^(?:yes|true)$/i.test(first('identitiesonly') ?? ''),
    agentSocket: agentSocket(first('identityagent'), expand),
    proxyJump: proxyJump === null ? [] : expandTokens(proxyJump, tokens).split(',').map(parseJumpHost),
    proxyCommand: proxyCommand === null ? null : expandTokens(proxyCommand, tokens),
    knownHostsFiles: [
      ...files('userknownhostsfile', defaultKnownHosts),
      ...files('globalknownhostsfile', systemKnownHosts),
    ],
    revokedHostKeysFiles: files('revokedhostkeys', []),
    hostKeyAlias,
    hostKeyAlgorithms: configuredAlgorithms(first('hostkeyalgorithms')),
    unknownHostKey:
      strict === 'yes' || strict === 'true'
        ? 'refuse'
        : ['no', 'off', 'false', 'accept-new'].includes(strict)
          ? 'accept'
          : 'ask',
    connectTimeoutMs: seconds('connecttimeout') * 1000 || defaultConnectTimeoutMs,
    keepAliveMs: seconds('serveraliveinterval') * 1000 || defaultKeepAliveMs,
    keepAliveCount: Number(first('serveralivecountmax') ?? 3),
  };
}

const defaultIdentityFiles = ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((name) => `~/.ssh/${name}`);
const defaultKnownHosts = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
const systemKnownHosts =
  process.platform === 'win32'
    ? ['ssh_known_hosts', 'ssh_known_hosts2'].map((name) =>
        join(process.env['ProgramData'] ?? 'C:\\ProgramData', 'ssh', name),
      )
    : ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

/** Stands for the target's own key file, whose path may hold what ssh reads as a token or a quote. */
const ownFilePlaceholder = '/ovn-packet-trace-identity-file';

/** Null where there is no `ssh` program. */
async function askOpenSsh(request: HostRequest): Promise<Settings | null> {
  const execa = await loadExeca();
  const answer = await execa(
    'ssh',
    [
      '-G',
      ...(request.configFile === undefined ? [] : ['-F', request.configFile]),
      ...(request.port === undefined ? [] : ['-p', String(request.port)]),
      ...(request.username === undefined ? [] : ['-l', request.username]),
      ...(request.identityFile === undefined ? [] : ['-o', `IdentityFile=${ownFilePlaceholder}`]),
      '--',
      request.host,
    ],
    { reject: false, stdin: 'ignore', timeout: 10_000, windowsHide: true },
  );
  if (answer.code === 'ENOENT') return null;
  if (answer.exitCode !== 0) {
    throw new TraceFailure(
      'config-invalid',
      l10n.t('The ssh configuration cannot be read for {0}.', request.host),
      {
        advice: l10n.t('Run "ssh -G {0}" in a terminal and mend what it names.', request.host),
        detail: answer.stderr,
      },
    );
  }
  return parseSshG(answer.stdout);
}

/** `[user@]host[:port]` or `ssh://[user@]host[:port]`, the host perhaps in brackets. */
export function parseJumpHost(text: string): JumpHost {
  const parts =
    /^(?:ssh:\/\/)?(?:(?<user>.+)@)?(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:[\]]+))(?::(?<port>\d+))?\/?$/.exec(
      text.trim(),
    )?.groups;
  const host = parts?.['bracketed'] ?? parts?.['plain'];
  if (parts === undefined || host === undefined) {
    throw new TraceFailure(
      'config-invalid',
      l10n.t('ProxyJump in the ssh configuration names no host: "{0}".', text),
      {
        advice: l10n.t('Mend ProxyJump in your ssh configuration.'),
      },
    );
  }
  return {
    host,
    port: parts['port'] === undefined ? undefined : Number(parts['port']),
    username: parts['user'],
  };
}

function identityFiles(
  own: string | undefined,
  configured: readonly string[] | undefined,
  expand: (text: string) => string,
): string[] {
  const files = (configured ?? (own === undefined ? defaultIdentityFiles : []))
    .filter((file) => file.toLowerCase() !== 'none' && file !== ownFilePlaceholder)
    .map(expand);
  return [...new Set(own === undefined ? files : [own, ...files])];
}

function agentSocket(setting: string | null, expand: (text: string) => string): string | null {
  const fallback =
    process.env['SSH_AUTH_SOCK'] ??
    (process.platform === 'win32' ? String.raw`\\.\pipe\openssh-ssh-agent` : undefined);
  if (setting === null || setting === 'SSH_AUTH_SOCK') return fallback ?? null;
  if (setting.toLowerCase() === 'none') return null;
  if (/^\$[A-Za-z_]/.test(setting)) return process.env[setting.slice(1)] ?? null;
  return expand(setting);
}
