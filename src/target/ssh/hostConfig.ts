import { homedir, hostname, userInfo } from 'node:os';
import { TraceFailure } from '../../core/failure';
import { loadExeca } from '../loadExeca';
import { readConfigFiles } from './configFiles';
import { collectSettings, expandHome, splitWords, unquote } from './settings';
import type { Settings } from './settings';

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
  readonly hostKeyAlias: string | null;
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
  const settings = (await askOpenSsh(request)) ?? (await readConfigFiles(request.host, request.configFile));
  return hostFromSettings(request, settings);
}

/** The host as these settings describe it, with OpenSSH's defaults for what they leave out. */
export function hostFromSettings(request: HostRequest, settings: Settings): SshHost {
  const first = (keyword: string): string | null => {
    const value = settings.get(keyword)?.[0];
    return value === undefined || value.toLowerCase() === 'none' ? null : value;
  };
  const hostName = (first('hostname') ?? request.host).replaceAll('%h', request.host);
  const port = request.port ?? Number(first('port') ?? 22);
  const user = request.username ?? first('user') ?? userInfo().username;
  const expand = (text: string): string => expandTokens(text, { alias: request.host, hostName, port, user });
  const files = (keyword: string): string[] => (settings.get(keyword) ?? []).flatMap(splitWords).map(expand);
  const strict = (first('stricthostkeychecking') ?? 'ask').toLowerCase();

  return {
    alias: request.host,
    hostName,
    port,
    user,
    identityFiles: identityFiles(request.identityFile, settings.get('identityfile'), expand),
    identitiesOnly: first('identitiesonly') === 'yes',
    agentSocket: agentSocket(settings.get('identityagent')?.[0], expand),
    proxyJump: (first('proxyjump')?.split(',') ?? []).map(parseJumpHost),
    proxyCommand: mapNullable(first('proxycommand'), (command) =>
      expandPercent(command, { alias: request.host, hostName, port, user }),
    ),
    knownHostsFiles: [
      ...(settings.has('userknownhostsfile') ? files('userknownhostsfile') : defaultKnownHosts.map(expand)),
      ...(settings.has('globalknownhostsfile') ? files('globalknownhostsfile') : systemKnownHosts),
    ],
    hostKeyAlias: mapNullable(first('hostkeyalias'), expand),
    unknownHostKey:
      strict === 'yes' || strict === 'true'
        ? 'refuse'
        : ['no', 'off', 'false', 'accept-new'].includes(strict)
          ? 'accept'
          : 'ask',
    connectTimeoutMs: Number(first('connecttimeout') ?? 0) * 1000 || defaultConnectTimeoutMs,
    keepAliveMs: Number(first('serveraliveinterval') ?? 0) * 1000 || defaultKeepAliveMs,
    keepAliveCount: Number(first('serveralivecountmax') ?? 3),
  };
}

const defaultIdentityFiles = ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((name) => `~/.ssh/${name}`);
const defaultKnownHosts = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
const systemKnownHosts = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

/** A host may come from a workspace file: it is an argument of `ssh`, so it must not look like an option. */
function requirePlainHost(host: string): void {
  if (/^-|[\s\p{Cc}'"`$\\;&|<>(){}]/u.test(host)) {
    throw new TraceFailure('config-invalid', `"${host}" is not a host name.`, {
      advice: 'Set the host of the target to a host name, an address, or a host of your ssh configuration.',
    });
  }
}

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
    throw new TraceFailure('config-invalid', `The ssh configuration cannot be read for ${request.host}.`, {
      advice: `Run "ssh -G ${request.host}" in a terminal and mend what it names.`,
      detail: answer.stderr,
    });
  }
  return collectSettings(
    answer.stdout.split('\n').map((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1).trim()];
    }),
  );
}

/** `[user@]host[:port]` or `ssh://[user@]host[:port]`, the host perhaps in brackets. */
export function parseJumpHost(text: string): JumpHost {
  const parts =
    /^(?:ssh:\/\/)?(?:(?<user>.+)@)?(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:[\]]+))(?::(?<port>\d+))?\/?$/.exec(
      text.trim(),
    )?.groups;
  const host = parts?.['bracketed'] ?? parts?.['plain'];
  if (parts === undefined || host === undefined) {
    throw new TraceFailure('config-invalid', `ProxyJump in the ssh configuration names no host: "${text}".`, {
      advice: 'Mend ProxyJump in your ssh configuration.',
    });
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
    .map(unquote)
    .filter((file) => file.toLowerCase() !== 'none' && file !== ownFilePlaceholder)
    .map(expand);
  return [...new Set(own === undefined ? files : [own, ...files])];
}

function agentSocket(setting: string | undefined, expand: (text: string) => string): string | null {
  const fallback =
    process.env['SSH_AUTH_SOCK'] ??
    (process.platform === 'win32' ? String.raw`\\.\pipe\openssh-ssh-agent` : undefined);
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return fallback ?? null;
  if (setting.toLowerCase() === 'none') return null;
  if (/^\$[A-Za-z_]/.test(setting)) return process.env[setting.slice(1)] ?? null;
  return expand(unquote(setting));
}

interface TokenValues {
  readonly alias: string;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
}

function expandTokens(text: string, values: TokenValues): string {
  const withVariables = text.replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '');
  return expandHome(expandPercent(withVariables, values));
}

function expandPercent(text: string, { alias, hostName, port, user }: TokenValues): string {
  const tokens: Record<string, () => string> = {
    '%': () => '%',
    d: homedir,
    h: () => hostName,
    i: () => String(userInfo().uid),
    k: () => alias,
    L: () => hostname().replace(/\..*/, ''),
    l: hostname,
    n: () => alias,
    p: () => String(port),
    r: () => user,
    u: () => userInfo().username,
  };
  return text.replace(/%(.)/g, (whole, token: string) => tokens[token]?.() ?? whole);
}

function mapNullable<T, R>(value: T | null, map: (value: T) => R): R | null {
  return value === null ? null : map(value);
}
