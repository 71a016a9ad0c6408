import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { quoteForShell } from '../quote';

/** What ssh asks, in its own words. */
const questionSchema = z.object({
  prompt: z.string(),
  /** `confirm`: yes or no; `none`: something to know, which ends when ssh ends it; else a text is wanted. */
  hint: z.string(),
});
export type AskpassQuestion = z.infer<typeof questionSchema>;

export interface Askpass {
  /** For the ssh that may ask, and for those of its jump hosts. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

const maxQuestion = 64 * 1024;

/**
 * Lets an ssh without a terminal ask this process. ssh runs a program for each question and reads the answer from its
 * output; that program asks over a socket. Both lie in `folder`, which has to be of mode 0700: who reaches the socket is
 * shown a question, and never an answer that was given before. No secret is in a file, an argument or the environment.
 */
export async function startAskpass(
  folder: string,
  answer: (question: AskpassQuestion) => Promise<string | null>,
): Promise<Askpass> {
  const socketPath = join(folder, 'a');
  const script = join(folder, 'askpass.js');
  const program = join(folder, 'askpass');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    void takeQuestion(socket)
      .then((question) => (question === null ? null : answer(question)))
      .then(
        // A line break would end the answer early.
        (given) => socket.end(given === null || /[\r\n]/.test(given) ? '' : `=${given}`),
        () => socket.end(),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(socketPath, resolve);
  });
  await writeFile(script, scriptText(socketPath), { mode: 0o600 });
  // ssh starts one program without arguments of ours. An editor's own Node wants to be told to be one.
  const line = `ELECTRON_RUN_AS_NODE=1 NODE_OPTIONS= exec ${quoteForShell([process.execPath, script])} "$1"`;
  await writeFile(program, `#!/bin/sh\n${line}\n`, { mode: 0o700 });
  return {
    environment: {
      SSH_ASKPASS: program,
      SSH_ASKPASS_REQUIRE: 'force',
      // Before OpenSSH 8.4 nothing forces it; without a terminal but with a display it is asked, too.
      DISPLAY: process.env['DISPLAY'] ?? 'none',
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The question of one connection; null when it is none. */
function takeQuestion(socket: Socket): Promise<AskpassQuestion | null> {
  return new Promise((resolve) => {
    let said = '';
    socket.setEncoding('utf8');
    socket.once('close', () => resolve(null));
    socket.on('data', (text: string) => {
      said += text;
      if (said.length > maxQuestion) resolve(null);
      const end = said.indexOf('\n');
      if (end >= 0) resolve(parseQuestion(said.slice(0, end)));
    });
  });
}

function parseQuestion(text: string): AskpassQuestion | null {
  try {
    return questionSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** The other side: asks, and prints what it gets. */
function scriptText(socketPath: string): string {
  return `'use strict';
const socket = require('net').connect(${JSON.stringify(socketPath)});
let said = '';
socket.setEncoding('utf8');
socket.on('error', () => process.exit(1));
socket.on('data', (text) => { said += text; });
socket.on('end', () => {
  if (!said.startsWith('=')) process.exit(1);
  process.stdout.write(said.slice(1) + '\\n', () => process.exit(0));
});
socket.write(JSON.stringify({ prompt: process.argv[2] || '', hint: process.env.SSH_ASKPASS_PROMPT || '' }) + '\\n');
`;
}
