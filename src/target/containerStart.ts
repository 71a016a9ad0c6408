import type { CommandResult } from '../core/command';
import type { TargetConfig } from '../core/session/target';
import { containerPrefix, targetArgv } from './commandLine';
import type { Argv } from './commandLine';
import { commandNotFound } from './output';
import { superviseArgv } from './ssh/supervise';

/** A program as it is started on the target, with its prefix and environment. */
export interface ProgramStart {
  readonly argv: Argv;
  /** Standard input has to stay open as long as the program may run; its end ends the program. */
  readonly holdsStdin: boolean;
}

/** Beyond the timeout kept here: the end for the case that the network is dead and nobody can tell the program. */
export function lifeSeconds(timeoutMs: number): number {
  return Math.ceil(timeoutMs / 1000) + 15;
}

type Execute = (start: ProgramStart) => Promise<CommandResult>;

/** Has a program run behind the target's prefix so that it does not outlive the command that started it. */
export interface ProgramStarter {
  /** `seconds`: how long the program may live when nobody is left to end it. */
  run(argv: Argv, seconds: number, execute: Execute): Promise<CommandResult>;
}

export function createStarter(config: TargetConfig): ProgramStarter {
  const prefix = containerPrefix(config.commandPrefix);
  if (prefix !== null) return new ContainerStarter(config, prefix);
  return {
    run: (argv, _seconds, execute) => execute({ argv: targetArgv(config, argv), holdsStdin: false }),
  };
}

interface Way {
  start(argv: Argv, seconds: number): ProgramStart;
  /** A harmless command that writes `ready` when this way works in the container; null when it surely does. */
  readonly trial: Argv | null;
}

const ready = 'ready\n';

/**
 * `docker exec` and its like are only clients: the engine runs the program, and runs it on when its client has ended. So
 * the script that serves SSH channels starts it inside the container too, and ends it there with its standard input, which
 * the engine closes when its client goes, however it goes. That needs a `sh` in the container and an engine that connects
 * standard input. Where one is missing, timeout(1) bounds the program's life; without that too, it is started as is.
 * Which of these works is found out by trying, never guessed: a prefix that works does not stop to.
 */
class ContainerStarter implements ProgramStarter {
  private readonly ways: readonly Way[];
  private readonly asItIs: Way;
  private known: Way | null = null;

  constructor(config: TargetConfig, connected: readonly string[]) {
    const behind = (commandPrefix: readonly string[], argv: Argv): Argv =>
      targetArgv({ ...config, commandPrefix: [...commandPrefix] }, argv);
    this.asItIs = { start: (argv) => ({ argv: targetArgv(config, argv), holdsStdin: false }), trial: null };
    this.ways = [
      {
        start: (argv, seconds) => ({
          argv: behind([...connected, ...superviseArgv('', seconds)], argv),
          holdsStdin: true,
        }),
        // Long enough for an end of standard input that comes at once to be noticed.
        trial: ['sh', '-c', 'sleep 0.3 || sleep 1; echo ready'],
      },
      {
        start: (argv, seconds) => ({
          argv: behind([...config.commandPrefix, 'timeout', '-k', '2', String(seconds)], argv),
          holdsStdin: false,
        }),
        trial: ['echo', 'ready'],
      },
      this.asItIs,
    ];
  }

  async run(argv: Argv, seconds: number, execute: Execute): Promise<CommandResult> {
    const way = this.known ?? (await this.find(seconds, execute));
    const result = await execute(way.start(argv, seconds));
    // Without one that works: only a program that ran shows that there was a container to try it in.
    if (way.trial !== null || result.exitCode === 0) this.known = way;
    return commandNotFound(result, argv[0]);
  }

  private async find(seconds: number, execute: Execute): Promise<Way> {
    for (const way of this.ways) {
      if (way.trial === null) return way;
      const { stdout } = await execute(way.start(way.trial, seconds));
      if (stdout === ready) return way;
    }
    return this.asItIs;
  }
}
