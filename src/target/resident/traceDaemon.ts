import type { TracePlan } from '../../core/flow/request';
import { databaseArguments } from '../../core/ovn/databaseArguments';
import type { TargetConfig } from '../../core/session/target';
import { JsonRpc } from './jsonRpc';
import type { DaemonArgv, Relay, StartedDaemon } from './relay';

/** What daemons are told apart by: all that a trace cannot say in its own words. */
export interface DaemonKind {
  /** What every conntrack lookup finds; empty for what ovn-trace assumes by itself. */
  readonly states: string;
  readonly exactNames: boolean;
}

/**
 * States given on the command line of a daemon are used up over all of its traces, in their order, and never begin again. So many
 * serve tens of thousands of traces; Linux takes about twice as many words.
 */
const givenStates = 60_000;
/** What is left then is more than any trace but a flood needs. */
const usableStates = 50_000;

/** The kind of daemon that can make the trace; null for what only a process of its own can. */
export function daemonKind(plan: TracePlan): DaemonKind | null {
  if (plan.openFlow || plan.lbDst !== null || plan.selectId !== undefined) return null;
  const [states = '', ...others] = plan.ct;
  if (others.some((other) => other !== states)) return null;
  // Lists given by hand have an end.
  if (plan.ct.length > 0 && plan.repeatsCt !== true) return null;
  return { states, exactNames: plan.exactNames === true };
}

/** An `ovn-trace --detach`: it has read the southbound database once and answers from that. */
export class TraceDaemon {
  private used = 0;
  private ranOut = false;
  private readonly rpc: JsonRpc;

  private constructor(
    private readonly kind: DaemonKind,
    private readonly started: StartedDaemon,
    maxBytes: number,
  ) {
    this.rpc = new JsonRpc(started.stream, () => undefined, maxBytes);
  }

  /** @throws RelayFailure when it cannot run there. */
  static async start(
    relay: Relay,
    kind: DaemonKind,
    target: TargetConfig,
    options: { readonly maxBytes: number; readonly anyMember: boolean; readonly signal: AbortSignal },
  ): Promise<TraceDaemon> {
    const argv: DaemonArgv = [
      'ovn-trace',
      ...databaseArguments(target, 'southbound'),
      // Warnings of the rows it skips go to standard error, as those of any ovn-trace; nothing goes to the target's log.
      '-vsyslog:off',
      ...(options.anyMember ? ['--no-leader-only'] : []),
      ...(kind.exactNames ? ['--no-friendly-names'] : []),
      ...(kind.states === '' ? [] : [[`--ct=${kind.states}`, givenStates] as const]),
    ];
    const started = await relay.startDaemon(argv, options.signal);
    return new TraceDaemon(kind, started, options.maxBytes);
  }

  /** What it wrote while it read the database. */
  get said(): string {
    return this.started.said;
  }

  /** It would keep as much memory as the target has left. */
  get isTooLarge(): boolean {
    return this.started.spare < this.started.memory;
  }

  /** Bytes that another one like it would need, and that are there. */
  get room(): { readonly needed: number; readonly spare: number } {
    return { needed: 2 * this.started.memory, spare: this.started.spare };
  }

  /** Too few states are left for a long trace. */
  get isUsedUp(): boolean {
    return this.ranOut || this.used > usableStates;
  }

  /**
   * What ovn-trace prints; null when it ran out of states, so that it assumed others, and for what is no trace: a program of its own
   * says more on standard error.
   * @throws ConnectionGone when it has ended, AnswerTooLong
   */
  async trace(plan: TracePlan): Promise<string | null> {
    const text = await this.rpc.call('trace', [plan.datapath, plan.microflow]);
    if (typeof text !== 'string' || !text.startsWith('# ')) return null;
    if (this.kind.states === '') return text;
    this.used += countLookups(text);
    this.ranOut = text.includes('default (use --ct to customize)');
    return this.ranOut ? null : text;
  }

  end(): void {
    this.started.stream.close();
  }
}

/** At most so many states were used up: `ct_next` and `ct_lb` each stand in a line, and in their action's line before it. */
function countLookups(text: string): number {
  return text.match(/ct_(?:next|lb)/g)?.length ?? 0;
}
