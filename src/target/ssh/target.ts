import type { CommandResult, RunCommand } from '../../core/command';
import { TraceFailure } from '../../core/failure';
import type { SshTargetConfig } from '../../core/session/target';
import { killPrefix, targetArgv } from '../commandLine';
import { commandCancelled, defaultMaxOutputBytes } from '../output';
import type { Prompts } from '../prompts';
import type { Log, TargetOptions, TargetSession } from '../session';
import { ChannelNotOpened, runOnChannel } from './channel';
import type { ChannelRun } from './channel';
import { connectRoute } from './connect';
import { nameOfHost } from './failures';
import { createMemoryHostKeyStore } from './hostKey';
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
  const slots = new Slots(channelsAtOnce);
  const sessionKeys = createMemoryHostKeyStore();
  const connection = new WarmConnection(async (signal) => {
    const route = await resolveRoute(config, options.sshConfigFile);
    const hostKeys = { always: options.hostKeys ?? sessionKeys, session: sessionKeys };
    return connectRoute(route, { targetName: config.name, prompts, hostKeys, log }, signal);
  });

  const run: RunCommand = async (argv, runOptions = {}) => {
    const channelRun: ChannelRun = {
      targetName: config.name,
      argv: targetArgv(config, argv),
      privilegedKill: killPrefix(config),
      program: argv[0],
      timeoutMs: runOptions.timeoutMs ?? config.timeoutSeconds * 1000,
      maxBytes: options.maxOutputBytes ?? defaultMaxOutputBytes,
      signal: AbortSignal.any([
        disposed.signal,
        ...(runOptions.signal === undefined ? [] : [runOptions.signal]),
      ]),
    };
    log.debug(`${config.name}: ${argv[0]} (${argv.length - 1} arguments)`);
    const release = await slots.take(channelRun.signal);
    try {
      return await runOnce(channelRun, true);
    } finally {
      release();
    }
  };

  async function runOnce(channelRun: ChannelRun, mayReconnect: boolean): Promise<CommandResult> {
    if (channelRun.signal.aborted) throw commandCancelled();
    const link = await connection.get(channelRun.signal);
    try {
      return await runOnChannel(link, channelRun);
    } catch (error) {
      if (!(error instanceof ChannelNotOpened)) throw error;
      connection.drop(link);
      if (mayReconnect) {
        log.info(`${config.name}: connecting anew, ${error.message}`);
        return runOnce(channelRun, false);
      }
      throw new TraceFailure(
        'connection-lost',
        `${nameOfHost(link.host)} does not start commands: ${error.message}.`,
        {
          advice: 'Check that the account may run commands, and the log of the SSH server.',
          cause: error,
        },
      );
    }
  }

  return {
    name: config.name,
    run,
    dispose() {
      disposed.abort();
      connection.dispose();
    },
  };
}
