import * as l10n from '@vscode/l10n';
import type { AnyAuthMethod, AuthHandlerMiddleware, KeyboardInteractiveCallback, Prompt } from 'ssh2';
import { TraceFailure } from '../../core/failure';
import type { Prompts, SecretQuestion } from '../prompts';
import type { Log } from '../session';
import { authenticationFailed, nameOfHost } from './failures';
import type { SshHost } from './hostConfig';
import { gatherIdentities } from './identities';
import type { Identities } from './identities';
import { KeyFile } from './keyFile';

const passwordAttempts = 3;

type Step = 'none' | 'keys' | 'keyboard-interactive' | 'password';

/** Logs a user in as OpenSSH does: keys, then the server's questions, then the password; says what was tried. */
export class Authentication {
  private readonly tried = new Set<string>();
  private identities: Identities | null = null;
  private step: Step = 'none';
  private attempts = 0;
  private asked = false;
  private declined = false;
  private broken: TraceFailure | null = null;

  constructor(
    private readonly host: SshHost,
    /** Of the identity files, the one the target itself names. */
    private readonly ownKeyFile: string | null,
    private readonly targetName: string,
    private readonly prompts: Prompts,
    private readonly log: Log,
  ) {}

  /** For ssh2, which calls it for the next method each time the server refused one. */
  readonly handler: AuthHandlerMiddleware = (methodsLeft, _partial, next) => {
    // @types/ssh2 does not know that the list is null before the server named any method.
    const offered = methodsLeft as readonly string[] | null;
    void this.next(offered).then(
      (method) => {
        // ssh2 ends with an error on `false`; its types do not know.
        next((method ?? false) as AnyAuthMethod);
      },
      (error: unknown) => {
        this.broken = error instanceof TraceFailure ? error : null;
        this.log.warn(`${nameOfHost(this.host)}: ${error instanceof Error ? error.message : String(error)}`);
        next(false as unknown as AnyAuthMethod);
      },
    );
  };

  /** Why nobody was let in. */
  failure(): TraceFailure {
    const stopped = this.identities?.failure;
    return (
      this.broken ??
      (stopped instanceof TraceFailure ? stopped : authenticationFailed(this.host, [...this.tried]))
    );
  }

  private async next(offered: readonly string[] | null): Promise<AnyAuthMethod | null> {
    const username = this.host.user;
    switch (this.step) {
      case 'none':
        if (offered === null) return { type: 'none', username };
        this.step = 'keys';
        this.identities = await this.gatherKeys();
        for (const label of this.identities.labels) this.tried.add(label);
        if (offered.includes('publickey') && this.identities.labels.length > 0) {
          return { type: 'agent', username, agent: this.identities };
        }
        return this.next(offered);
      case 'keys':
        // Always asked for: ssh2 does not tell when a key was accepted and a second factor is wanted, the answer does.
        this.step = 'keyboard-interactive';
        return this.askServersQuestions();
      case 'keyboard-interactive':
        if (
          this.asked &&
          !this.declined &&
          ++this.attempts < passwordAttempts &&
          offered?.includes('keyboard-interactive') === true
        ) {
          return this.askServersQuestions();
        }
        this.step = 'password';
        this.attempts = 0;
        return this.next(offered);
      case 'password':
        if (this.declined || this.attempts++ >= passwordAttempts || offered?.includes('password') !== true)
          return null;
        return this.askPassword();
    }
  }

  private async gatherKeys(): Promise<Identities> {
    const { host, log } = this;
    const opened = await Promise.all(host.identityFiles.map((path) => this.openKeyFile(path)));
    const found = opened.filter((key) => key !== null);
    const files = found.filter((key) => key instanceof KeyFile);
    return gatherIdentities(
      {
        agentSocket: host.agentSocket,
        identitiesOnly: host.identitiesOnly,
        files,
        preferred: files.find((file) => file.path === this.ownKeyFile) ?? null,
        publicKeys: found.flatMap((key) => (key instanceof KeyFile ? [] : [key])),
      },
      (error) => log.info(`${nameOfHost(host)}: the ssh-agent does not answer: ${error.message}`),
    );
  }

  /** A key that the target names has to be usable; one of the ssh configuration is left out when it is not. */
  private async openKeyFile(path: string): Promise<Awaited<ReturnType<typeof KeyFile.open>>> {
    const isOwn = path === this.ownKeyFile;
    try {
      const key = await KeyFile.open(path, () =>
        this.askSecret({ kind: 'passphrase', prompt: l10n.t('Passphrase of {0}', path), keyFile: path }),
      );
      if (key === null && isOwn) {
        throw new TraceFailure('key-file', l10n.t('The key file {0} does not exist.', path), {
          advice: l10n.t('Check identityFile of the target "{0}".', this.targetName),
        });
      }
      return key;
    } catch (error) {
      if (isOwn) throw error;
      this.log.info(`${path} is left out: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  private askServersQuestions(): AnyAuthMethod {
    const answer = async (questions: readonly Prompt[]): Promise<string[]> => {
      const answers: string[] = [];
      for (const { prompt, echo } of questions) {
        this.asked = true;
        const kind = echo !== true && /password/i.test(prompt) ? 'password' : 'answer';
        const given = await this.askSecret({ kind, prompt: printable(prompt) });
        if (given === null) {
          this.declined = true;
          return [];
        }
        answers.push(given);
      }
      this.tried.add(l10n.t('the server’s questions'));
      return answers;
    };
    return {
      type: 'keyboard-interactive',
      username: this.host.user,
      prompt: (
        _name: string,
        _text: string,
        _language: string,
        questions: Prompt[],
        finish: KeyboardInteractiveCallback,
      ) => {
        void answer(questions).then(finish, () => finish([]));
      },
    };
  }

  private async askPassword(): Promise<AnyAuthMethod | null> {
    const { user } = this.host;
    const password = await this.askSecret({
      kind: 'password',
      prompt: l10n.t('Password of {0} on {1}', user, nameOfHost(this.host)),
    });
    if (password === null) {
      this.declined = true;
      return null;
    }
    this.tried.add(l10n.t('a password'));
    return { type: 'password', username: user, password };
  }

  private askSecret(question: Omit<SecretQuestion, 'target' | 'recipient'>): Promise<string | null> {
    const { user, hostName, port } = this.host;
    return this.prompts.askSecret({
      ...question,
      target: this.targetName,
      recipient: `${user}@${hostName}:${port}`,
    });
  }
}

/** A server's own words, without what could pass for something else. */
function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
