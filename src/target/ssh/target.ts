import * as l10n from '@vscode/l10n';
import type { CommandResult, RunCommand } from '../../core/command';
import { TraceFailure } from '../../core/failure';
import type { SshTargetConfig } from '../../core/session/target';
import { killPrefix } from '../commandLine';
import { createStarter, lifeSeconds } from '../containerStart';
import { startTalking } from '../conversation';
import { defaultMaxOutputBytes } from '../output';
import type { Prompts } from '../prompts';
import type { ConnectionStatus, Log, TargetOptions, TargetSession } from '../session';
import { ChannelNotOpened, converseOnChannel, runOnChannel } from './channel';
import type { ChannelRun } from './channel';
import { connectRoute } from './connect';
import type { SshLink } from './connect';
import { channelRefusal, nameOfHost, withOpenSshRemedy } from './failures';
import { createMemoryHostKeyStore } from './hostKey';
import { connectOpenSsh } from './openSsh';
import { resolveRoute } from './route';
import { Slots } from './slots';
import { WarmConnection } from './warmConnection';

/** sshd's MaxSessions is 10 unless set; the rest is left for whoever shares the connection's limits. */
const channelsAtOnce = 8;

/** Runs commands on a host over one SSH connection, made at the first command and again after it was lost. */
export function openSshTarget(
  config: SshTargetConfig,
  prompts: Prompts,
  log: Log,
  options: TargetOptions,
): TargetSession {
  const disposed = new AbortController();
  const starter = createStarter(config);
  const slots = new Slots(channelsAtOnce);
  const sessionKeys = createMemoryHostKeyStore();
  const connection = new WarmConnection(
    async (signal, attended) => {
      const route = await resolveRoute(config, options.sshConfigFile);
      if (config.client === 'openssh') {
        const context = { prompts: attended ? prompts : null, log };
        return connectOpenSsh(config, route, options.sshConfigFile, context, signal);
      }
      const hostKeys = { always: options.hostKeys ?? sessionKeys, session: sessionKeys };
      const context = { targetName: config.name, prompts: attended ? prompts : nobody, hostKeys, log };
      return connectRoute(route, context, signal).catch((error: unknown) => {
        throw withOpenSshRemedy(error, config.name);
      });
    },
    (status) => {
      logStatus(config.name, status, log);
      options.onConnection?.(status);
    },
    options.times,
  );

  const run: RunCommand = async (argv, runOptions = {}) => {
    const timeoutMs = runOptions.timeoutMs ?? config.timeoutSeconds * 1000;
    const common = {
      targetName: config.name,
      privilegedKill: killPrefix(config),
      program: argv[0],
      timeoutMs,
      lifeSeconds: lifeSeconds(timeoutMs),
      maxBytes: options.maxOutputBytes ?? defaultMaxOutputBytes,
      signal: AbortSignal.any([
        disposed.signal,
        ...(runOptions.signal === undefined ? [] : [runOptions.signal]),
      ]),
    };
    log.debug(`${config.name}: ${argv[0]} (${argv.length - 1} arguments)`);
    const release = await slots.take(common.signal);
    try {
      return await starter.run(argv, common.lifeSeconds, (start) => runOnce({ ...common, ...start }));
    } finally {
      release();
    }
  };

  const runOnce = (channelRun: ChannelRun): Promise<CommandResult> =>
    onLink(channelRun.signal, (link) => runOnChannel(link, channelRun));

  /** On a connection that starts commands: one that does not any more is made anew, once. */
  async function onLink<T>(signal: AbortSignal, start: (link: SshLink) => Promise<T>): Promise<T> {
    for (let mayReconnect = true; ; mayReconnect = false) {
      const started = await connection.use(signal, async (link) => {
        try {
          return { value: await start(link) };
        } catch (error) {
          if (!(error instanceof ChannelNotOpened)) throw error;
          connection.drop(link);
          if (!mayReconnect) throw startsNoCommands(link, error);
          log.info(`${config.name}: connecting anew, ${error.message}`);
          return null;
        }
      });
      if (started !== null) return started.value;
    }
  }

  return {
    name: config.name,
    run,
    // The connection is in use for as long as the conversation goes on.
    converse: (argv, signal) =>
      new Promise((resolve, reject) => {
        onLink(AbortSignal.any([disposed.signal, signal]), async (link) => {
          const conversation = await converseOnChannel(link, startTalking(config, argv), signal);
          resolve(conversation);
          await conversation.ended;
        }).catch(reject);
      }),
    dispose() {
      disposed.abort();
      connection.dispose();
    },
  };
}

/** In place of a person when a connection comes back by itself: at most it does not. */
const nobody: Prompts = {
  confirmHostKey: () => Promise.resolve('no'),
  askSecret: () => Promise.resolve(null),
};

function startsNoCommands(link: SshLink, cause: ChannelNotOpened): TraceFailure {
  return new TraceFailure(
    'connection-lost',
    l10n.t('{0} does not start commands: {1}.', nameOfHost(link.host), channelRefusal(cause)),
    {
      advice: l10n.t(
        'Check that the account may run commands (MaxSessions and ForceCommand of sshd_config), and the log of the SSH server.',
      ),
      cause,
    },
  );
}

function logStatus(name: string, status: ConnectionStatus, log: Log): void {
  switch (status.state) {
    case 'lost':
      return log.info(
        `${name}: not connected (${status.reason ?? 'the connection was closed'}); ` +
          `try ${status.attempt} in ${(status.retryInMs / 1000).toFixed(1)} s`,
      );
    case 'idle':
      return status.failure === undefined
        ? log.debug(`${name}: the connection is not held any longer`)
        : log.info(`${name}: not connected (${status.failure.message})`);
    case 'connecting':
      return log.debug(`${name}: connecting, try ${status.attempt}`);
    case 'connected':
      return;
  }
}
