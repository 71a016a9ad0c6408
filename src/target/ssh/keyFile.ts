import { readFile } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { utils } from 'ssh2';
import type { ParsedKey } from 'ssh2';
import { TraceFailure } from '../../core/failure';
import { useOpenSshClient } from './failures';

export type AskPassphrase = () => Promise<string | null>;

const attempts = 3;

/**
 * A private key in a file. The public part is known without the passphrase where the file or its `.pub` shows it, so a
 * passphrase is asked for only once a server wants this key.
 */
export class KeyFile {
  private unlocked: ParsedKey | null = null;

  private constructor(
    readonly path: string,
    readonly publicKey: ParsedKey,
    private readonly text: Buffer,
    private readonly askPassphrase: AskPassphrase,
  ) {}

  /**
   * The private key at a path; the public key when only that is there (it picks a key of the agent); null when there
   * is neither. Fails with `key-file` when the file cannot be read or used.
   */
  static async open(path: string, askPassphrase: AskPassphrase): Promise<KeyFile | ParsedKey | null> {
    const text = await readFile(path).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw unusable(path, l10n.t('The key file {0} cannot be read.', path), error);
    });
    const publicFile = text ?? (await readFile(`${path}.pub`).catch(() => null));
    const lone = publicFile === null ? null : utils.parseKey(publicFile);
    if (lone !== null && !Array.isArray(lone) && !(lone instanceof Error) && !lone.isPrivateKey())
      return lone;
    if (text === null) return null;

    const whole = parsePrivateKey(text);
    if (!(whole instanceof Error)) {
      const file = new KeyFile(path, whole, text, askPassphrase);
      file.unlocked = whole;
      return file;
    }
    if (publicPartOf(text)?.subarray(4, 7).toString('latin1') === 'sk-') {
      throw new TraceFailure(
        'key-file',
        l10n.t('The key in {0} is a FIDO key, which needs your own ssh program.', path),
        {
          advice: useOpenSshClient(),
        },
      );
    }
    if (!isEncrypted(whole)) {
      throw unusable(path, l10n.t('{0} is not a private key that can be used here.', path), whole);
    }
    const shown = publicPartOf(text) ?? (await readFile(`${path}.pub`).catch(() => null));
    const publicKey = shown === null ? null : utils.parseKey(shown);
    if (publicKey !== null && !(publicKey instanceof Error)) {
      return new KeyFile(path, publicKey, text, askPassphrase);
    }
    const unlocked = await unlock(path, text, askPassphrase);
    const file = new KeyFile(path, unlocked, text, askPassphrase);
    file.unlocked = unlocked;
    return file;
  }

  /** The private key, the passphrase asked for when it is needed and not yet known. */
  async privateKey(): Promise<ParsedKey> {
    this.unlocked ??= await unlock(this.path, this.text, this.askPassphrase);
    return this.unlocked;
  }
}

async function unlock(path: string, text: Buffer, askPassphrase: AskPassphrase): Promise<ParsedKey> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const passphrase = await askPassphrase();
    if (passphrase === null) {
      throw new TraceFailure(
        'key-file',
        l10n.t('The key file {0} is encrypted and no passphrase was given.', path),
        {
          advice: l10n.t('Give its passphrase when asked, or add the key to your ssh-agent.'),
        },
      );
    }
    const key = parsePrivateKey(text, passphrase);
    if (!(key instanceof Error)) return key;
  }
  throw new TraceFailure('key-file', l10n.t('None of the passphrases opens the key file {0}.', path), {
    advice: l10n.t('Check the passphrase with "ssh-keygen -y", or add the key to your ssh-agent.'),
  });
}

function parsePrivateKey(text: Buffer, passphrase?: string): ParsedKey | Error {
  const parsed = utils.parseKey(text, passphrase);
  const key = Array.isArray(parsed) ? (parsed[0] as ParsedKey | undefined) : parsed;
  if (key === undefined) return new Error(l10n.t('The file holds no key'));
  if (!(key instanceof Error) && !key.isPrivateKey()) return new Error(l10n.t('The file holds a public key'));
  return key;
}

function isEncrypted(error: Error): boolean {
  return error.message.includes('no passphrase given');
}

/** OpenSSH's own format keeps the public key in the clear: magic, cipher, kdf, its options, count, public key. */
function publicPartOf(text: Buffer): Buffer | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END/.exec(
    text.toString('latin1'),
  )?.[1];
  if (body === undefined) return null;
  const data = Buffer.from(body, 'base64');
  let at = 'openssh-key-v1\0'.length;
  const next = (): Buffer => {
    const length = at + 4 <= data.length ? data.readUInt32BE(at) : 0;
    at += 4 + length;
    return data.subarray(at - length, at);
  };
  next();
  next();
  next();
  at += 4;
  const blob = next();
  return blob.length === 0 ? null : blob;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function unusable(path: string, message: string, cause: unknown): TraceFailure {
  return new TraceFailure('key-file', message, {
    advice: l10n.t('Check identityFile of the target: it has to name a private key ({0}).', path),
    detail: cause instanceof Error ? cause.message : null,
    cause,
  });
}
