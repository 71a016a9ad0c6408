import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import type { SshTargetConfig } from '../../core/session/target';
import { readHostConfig } from './hostConfig';
import type { HostRequest, SshHost } from './hostConfig';
import { expandHome } from './settings';

/** The way to a target: each host is reached through the one before it, the target last. */
export interface Route {
  readonly jumps: readonly SshHost[];
  readonly target: SshHost;
  /** The key file that the target's setting names. */
  readonly ownKeyFile: string | null;
}

const maxDepth = 16;

/** The way to a target: its setting over the ssh configuration, and the jump hosts that lie before it. */
export async function resolveRoute(config: SshTargetConfig, configFile: string | undefined): Promise<Route> {
  const ownKeyFile = config.identityFile === undefined ? null : expandHome(config.identityFile);
  const request = {
    host: config.host,
    port: config.port,
    username: config.username,
    identityFile: ownKeyFile ?? undefined,
    configFile,
  };
  return { ...(await wayTo(request, 0)), ownKeyFile };
}

/** Of several jump hosts the first is reached as its own configuration says, the others each through the one before. */
async function wayTo(request: HostRequest, depth: number): Promise<Omit<Route, 'ownKeyFile'>> {
  const target = await readHostConfig(request);
  const [first, ...others] = target.proxyJump;
  if (first === undefined) return { jumps: [], target };
  if (depth >= maxDepth) {
    throw new TraceFailure(
      'config-invalid',
      l10n.t('The jump hosts before {0} lead in a circle.', target.alias),
      {
        advice: l10n.t('Mend ProxyJump in your ssh configuration.'),
      },
    );
  }
  const { configFile } = request;
  const way = await wayTo({ ...first, configFile }, depth + 1);
  const jumps = [...way.jumps, way.target];
  for (const jump of others) jumps.push(await readHostConfig({ ...jump, configFile }));
  return { jumps, target };
}
