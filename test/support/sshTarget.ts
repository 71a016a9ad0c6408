import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceFailure } from '../../src/core/failure';
import type { FailureReason } from '../../src/core/failure';
import { targetSchema } from '../../src/core/session/target';
import type { HostKeyQuestion, Prompts, SecretQuestion } from '../../src/target/prompts';
import { openTarget } from '../../src/target/session';
import type { TargetOptions, TargetSession } from '../../src/target/session';
import type { Sshd } from './sshd';

/** A person who answers each question about a host key the same, secrets in turn, and remembers what was asked. */
export class Person implements Prompts {
  readonly keys: HostKeyQuestion[] = [];
  readonly secrets: SecretQuestion[] = [];

  constructor(
    private readonly trusts: 'once' | 'always' | 'no' = 'no',
    private readonly answers: string[] = [],
  ) {}

  confirmHostKey(question: HostKeyQuestion): Promise<'once' | 'always' | 'no'> {
    this.keys.push(question);
    return Promise.resolve(this.trusts);
  }

  askSecret(question: SecretQuestion): Promise<string | null> {
    this.secrets.push(question);
    return Promise.resolve(this.answers.shift() ?? null);
  }
}

export interface Opening {
  readonly server: Sshd;
  /** Text of the known_hosts file; the server's own keys when left out. */
  readonly knownHosts?: string;
  /** Lines of the ssh configuration, before those that name the known_hosts file. */
  readonly config?: readonly string[];
  readonly person?: Person;
  /** More of the target's setting, or other values of it; `undefined` leaves one out. */
  readonly target?: object;
  readonly options?: TargetOptions;
}

/** Opens targets whose ssh configuration is private, and closes them together. */
export class SshTargets {
  readonly folder = mkdtempSync(join(tmpdir(), 'ssh-'));
  private readonly sessions: TargetSession[] = [];
  private files = 0;

  open({
    server,
    knownHosts = server.knownHosts,
    config = [],
    person,
    target,
    options,
  }: Opening): TargetSession {
    const lines = [
      ...config,
      'Host *',
      `UserKnownHostsFile ${this.write(knownHosts)}`,
      'GlobalKnownHostsFile /dev/null',
      'IdentityAgent none',
      `IdentityFile ${join(this.folder, 'none')}`,
      '',
    ];
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
    const session = openTarget(
      targetSchema.parse({
        type: 'ssh',
        name: 'lab',
        host: server.host,
        port: server.port,
        username: server.username,
        identityFile: server.clientKey,
        ...target,
      }),
      person ?? new Person(),
      log,
      { sshConfigFile: this.write(lines.join('\n')), ...options },
    );
    this.sessions.push(session);
    return session;
  }

  /** Writes a file of its own and returns its path. */
  write(text: string): string {
    const path = join(this.folder, `file${++this.files}`);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  close(): void {
    for (const session of this.sessions.splice(0)) session.dispose();
  }

  remove(): void {
    this.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** Checks the reason, that every part stands in the sentence, and that there is a next step. */
export function failsWith(reason: FailureReason, ...parts: (string | RegExp)[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TraceFailure, String(error));
    assert.equal(error.reason, reason, error.message);
    for (const part of parts) {
      const stands = typeof part === 'string' ? error.message.includes(part) : part.test(error.message);
      assert.ok(stands, `${String(part)} in: ${error.message}`);
    }
    assert.match(error.message, /\.$/);
    if (reason !== 'cancelled') assert.notEqual(error.advice, '');
    return true;
  };
}
