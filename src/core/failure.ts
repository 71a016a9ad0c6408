import * as l10n from '@vscode/l10n';
/** Everything that can keep a trace from being made, by a stable reason. */
export type FailureReason =
  // the target
  | 'config-invalid'
  | 'no-target'
  | 'untrusted'
  | 'host-not-found'
  | 'connection-refused'
  | 'connection-timeout'
  | 'connection-lost'
  | 'key-exchange'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'host-key-revoked'
  | 'authentication'
  | 'key-file'
  | 'jump-host'
  // the programs there
  | 'tool-missing'
  | 'permission'
  | 'prefix-failed'
  | 'timeout'
  | 'output-too-large'
  | 'database'
  | 'not-leader'
  | 'tool-failed'
  // what was asked
  | 'unknown-port'
  | 'unknown-datapath'
  | 'ambiguous'
  | 'bad-microflow'
  | 'bad-request'
  | 'undecidable-mac'
  // what came back
  | 'not-a-trace'
  | 'unexpected-output'
  // neither
  | 'cancelled'
  | 'internal';

/** What the program itself can change so that the next try may go well. */
export interface Remedy {
  readonly kind: 'use-openssh';
  /** Name of the target that is to connect through the user's own ssh. */
  readonly target: string;
}

/**
 * A failure a user can meet. `message` is a whole sentence that names the thing; `advice` says what to do next.
 * A cancelled action is a failure too, with reason `cancelled`, and is shown to nobody.
 */
export class TraceFailure extends Error {
  readonly reason: FailureReason;
  readonly advice: string;
  /** What the program or library said, for the log and the raw view; never a stack. */
  readonly detail: string | null;
  readonly remedy: Remedy | null;

  constructor(
    reason: FailureReason,
    message: string,
    more: {
      readonly advice?: string;
      readonly detail?: string | null;
      readonly remedy?: Remedy;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'TraceFailure';
    this.reason = reason;
    this.advice = more.advice ?? '';
    this.detail = more.detail ?? null;
    this.remedy = more.remedy ?? null;
  }
}

/** The failure itself, or anything else that was thrown as an `internal` one. */
export function toFailure(error: unknown): TraceFailure {
  if (error instanceof TraceFailure) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new TraceFailure('internal', l10n.t('Something in OVN Packet Trace itself went wrong: {0}', text), {
    advice: l10n.t('Please report it with the log (OVN: Show Log).'),
    cause: error,
  });
}
