import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import type { HostKeyQuestion, Prompts } from '../prompts';
import type { Log } from '../session';
import type { AskpassQuestion } from './askpass';
import { nameOfHost } from './failures';
import { knownHostsName } from './knownHosts';
import type { PausableTimer } from './pausableTimer';
import type { Route } from './route';

/** Passes what the user's own ssh asks on to a person. */
export class OpenSshQuestions {
  private refused: TraceFailure | null = null;
  private onRefused: (failure: TraceFailure) => void = () => undefined;
  /** Never fulfilled; rejected as soon as an answer was refused, since ssh would go on without it. */
  readonly declined = new Promise<never>((_resolve, reject) => (this.onRefused = reject));

  constructor(
    private readonly route: Route,
    private readonly targetName: string,
    private readonly prompts: Prompts,
    private readonly timer: PausableTimer,
    private readonly log: Log,
  ) {
    this.declined.catch(() => undefined);
  }

  /** Null when there is no answer. */
  async answer(question: AskpassQuestion): Promise<string | null> {
    if (this.refused !== null) return null;
    if (question.hint === 'none') {
      this.log.info(`${this.targetName}: ssh waits: ${question.prompt.trim()}`);
      return new Promise(() => undefined);
    }
    const hostKey = hostKeyIn(question.prompt, this.route);
    return hostKey === null ? this.askText(question) : this.askHostKey(hostKey);
  }

  private async askHostKey(question: HostKeyQuestion): Promise<string | null> {
    const answer = await this.timer.pauseWhile(this.prompts.confirmHostKey(question));
    // ssh writes down what it is told to trust, so trusting once is not for it.
    if (answer === 'always') return 'yes';
    return this.refuse(
      new TraceFailure(
        'host-key-unknown',
        l10n.t(
          'The key of {0} ({1}) is not trusted.',
          knownHostsName(question.host, question.port),
          question.fingerprint,
        ),
        { advice: l10n.t("Compare the fingerprint with the host's own, then trust it.") },
      ),
    );
  }

  private async askText({ prompt, hint }: AskpassQuestion): Promise<string | null> {
    const { target } = this.route;
    const given =
      hint === 'confirm'
        ? null
        : await this.timer.pauseWhile(
            this.prompts.askSecret({
              // The words may be the server's own: what is kept must not be given because of them.
              kind: 'answer',
              prompt: prompt.trim().slice(0, 500),
              target: this.targetName,
              recipient: `${target.user}@${target.hostName}:${target.port}`,
            }),
          );
    if (given !== null) return given;
    return this.refuse(
      new TraceFailure(
        'authentication',
        l10n.t('{0} asked something that was not answered.', nameOfHost(target)),
        {
          advice: l10n.t('Answer what your ssh asks, or add the key to your ssh-agent (ssh-add).'),
          detail: prompt.trim(),
        },
      ),
    );
  }

  private refuse(failure: TraceFailure): null {
    this.refused ??= failure;
    this.onRefused(this.refused);
    return null;
  }
}

/** What ssh says of a key that it does not know; null when it asks something else. */
export function hostKeyIn(prompt: string, { target }: Route): HostKeyQuestion | null {
  const host = /^The authenticity of host '(?<host>[^']*)' can't be established/.exec(prompt)?.groups?.[
    'host'
  ];
  if (host === undefined || !/\(yes\/no/.test(prompt)) return null;
  const key = /^(?<type>\S+) key fingerprint is (?:\S+ )?(?<fingerprint>SHA256:\S+?)\.?$/m.exec(
    prompt,
  )?.groups;
  // `[host]:port (address)` for a port that is not 22.
  const named = /^(?:\[(?<bracketed>[^\]]+)\]:(?<port>\d+)|(?<plain>\S+))/.exec(host)?.groups;
  return {
    host: named?.['bracketed'] ?? named?.['plain'] ?? host,
    port: Number(named?.['port'] ?? 22),
    keyType: key?.['type'] ?? '',
    fingerprint: key?.['fingerprint'] ?? prompt.trim(),
    knownHostsFile: target.knownHostsFiles[0] ?? '',
    isRecordedByAsker: true,
  };
}
