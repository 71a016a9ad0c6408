import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Log } from '../target/session';
import type { Prompts } from '../target/prompts';

/** Asks at the terminal; where there is none, an unknown host is refused and no secret is given. */
export function terminalPrompts(): Prompts {
  const interactive = process.stdin.isTTY && process.stderr.isTTY;
  return {
    async confirmHostKey({ host, port, keyType, fingerprint, isRecordedByAsker }) {
      if (!interactive) return 'no';
      const question =
        isRecordedByAsker === true
          ? 'Trust it, and let ssh write it into known_hosts?'
          : 'Trust it this time?';
      const answer = await ask(
        `The key of ${host} port ${port} is not known: ${keyType} ${fingerprint}\n${question} (yes/no) `,
        false,
      );
      if (!/^y(?:es)?$/i.test(answer.trim())) return 'no';
      return isRecordedByAsker === true ? 'always' : 'once';
    },
    async askSecret({ prompt }) {
      return interactive ? await ask(`${prompt.trimEnd()} `, true) : null;
    },
  };
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
