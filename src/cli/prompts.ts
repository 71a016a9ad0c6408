import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { visibleLine } from '../protocol/visibleText';
import type { Log } from '../target/session';
import type { HostKeyQuestion, Prompts, SecretQuestion } from '../target/prompts';

/**
 * Asks at the terminal; where there is none, an unknown host is refused and no secret is given. The words may be a server's own,
 * so none of them reaches the terminal as an escape.
 */
export function terminalPrompts(): Prompts {
  const interactive = process.stdin.isTTY && process.stderr.isTTY;
  return {
    async confirmHostKey(question) {
      if (!interactive) return 'no';
      const answer = await ask(wordHostKey(question), false);
      if (!/^y(?:es)?$/i.test(answer.trim())) return 'no';
      return question.isRecordedByAsker === true ? 'always' : 'once';
    },
    async askSecret(question) {
      return interactive ? await ask(wordSecret(question), true) : null;
    },
  };
}

export function wordHostKey({
  host,
  port,
  keyType,
  fingerprint,
  isRecordedByAsker,
}: HostKeyQuestion): string {
  const question =
    isRecordedByAsker === true ? 'Trust it, and let ssh write it into known_hosts?' : 'Trust it this time?';
  const key = visibleLine(`The key of ${host} port ${port} is not known: ${keyType} ${fingerprint}`);
  return `${key}\n${question} (yes/no) `;
}

export function wordSecret({ prompt }: SecretQuestion): string {
  return `${visibleLine(prompt.trimEnd())} `;
}

async function ask(question: string, masked: boolean): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: masked ? silent : process.stderr,
    terminal: true,
  });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    if (masked) process.stderr.write('\n');
  }
}

/** Says nothing of what goes well; the result does. */
export const quietLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
};
