import { readFile } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import { nameOfHost, useOpenSshClient } from './failures';
import type { SshHost } from './hostConfig';
import { hostKeyOf } from './knownHosts';
import type { KnownHost } from './knownHosts';

/** What a key revocation list begins with (OpenSSH's PROTOCOL.krl). */
const krlMagic = Buffer.from('SSHKRL\n\0', 'latin1');

/**
 * The keys in the files that RevokedHostKeys names, as lines about every host. What cannot be read wholly refuses every key, as
 * ssh_config(5) says: the one that is shown might be in it.
 */
export async function readRevokedKeys(host: SshHost): Promise<readonly KnownHost[]> {
  const files = await Promise.all(host.revokedHostKeysFiles.map((file) => readFileOfKeys(host, file)));
  return files.flat();
}

async function readFileOfKeys(host: SshHost, file: string): Promise<readonly KnownHost[]> {
  const content = await readFile(file).catch((error: unknown) => {
    throw new TraceFailure(
      'config-invalid',
      l10n.t(
        'The file of revoked host keys {0} cannot be read, so no key of {1} is trusted.',
        file,
        nameOfHost(host),
      ),
      {
        advice: l10n.t('Mend RevokedHostKeys in your ssh configuration, or the permissions of that file.'),
        detail: error instanceof Error ? error.message : String(error),
        cause: error,
      },
    );
  });
  if (content.subarray(0, krlMagic.length).equals(krlMagic)) {
    throw new TraceFailure(
      'host-key-unknown',
      l10n.t(
        '{0}, which RevokedHostKeys of the ssh configuration names for {1}, is a key revocation list (KRL), which cannot be read here.',
        file,
        nameOfHost(host),
      ),
      {
        advice: l10n.t(
          '{0} Or name a text file there, with one public key on each line.',
          useOpenSshClient(),
        ),
      },
    );
  }
  return parseRevokedKeys(content.toString('latin1'), file);
}

/** One public key on each line; fails on what is none, as ssh does. */
export function parseRevokedKeys(text: string, file: string): readonly KnownHost[] {
  return text.split('\n').flatMap((content, index): KnownHost[] => {
    const [keyType = '', base64 = ''] = content.trim().split(/[ \t]+/);
    if (keyType === '' || keyType.startsWith('#')) return [];
    const key = hostKeyOf(Buffer.from(base64, 'base64'));
    if (key.type === '' || key.type !== keyType) {
      throw new TraceFailure(
        'config-invalid',
        l10n.t(
          '{0}:{1}, in a file that RevokedHostKeys of the ssh configuration names, is not a public key, so no host key is trusted.',
          file,
          index + 1,
        ),
        {
          advice: l10n.t(
            'Begin that line with the type of a key and the key, as in a .pub file, or take it out.',
          ),
        },
      );
    }
    return [{ marker: 'revoked', hosts: '*', keyType, key: key.base64, file, line: index + 1 }];
  });
}
