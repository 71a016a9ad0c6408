import { readFile } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../../core/failure';
import type { HostKeyStore, Prompts } from '../prompts';
import type { Log } from '../session';
import { nameOfHost, useOpenSshClient } from './failures';
import type { SshHost } from './hostConfig';
import {
  fingerprintOf,
  hostKeyOf,
  judgeHostKey,
  knownHostsName,
  linesAbout,
  parseKnownHosts,
} from './knownHosts';
import type { HostKey, KnownHost } from './knownHosts';
import { isCheckable, offeredAlgorithms } from './hostKeyAlgorithms';
import type { HostKeyAlgorithm } from './hostKeyAlgorithms';
import { readRevokedKeys } from './revokedKeys';

export interface HostKeyStores {
  readonly always: HostKeyStore;
  /** Keys trusted once: until the session ends, so a connection that comes back does not ask again. */
  readonly session: HostKeyStore;
}

/** What is recorded about the key of one host, and the decision over the key it shows. */
export class HostKeyCheck {
  private readonly name: string;
  private accepted: string | null = null;

  private constructor(
    private readonly host: SshHost,
    private readonly lines: readonly KnownHost[],
    private readonly stores: HostKeyStores,
  ) {
    this.name = host.hostKeyAlias?.toLowerCase() ?? knownHostsName(host.hostName, host.port);
  }

  /** Reads the files of known and of revoked keys that the ssh configuration names for the host. */
  static async prepare(host: SshHost, stores: HostKeyStores): Promise<HostKeyCheck> {
    if (host.hostKeyAlgorithms.length === 0) {
      throw new TraceFailure(
        'key-exchange',
        l10n.t(
          'HostKeyAlgorithms of the ssh configuration leaves nothing for {0} that can be checked here.',
          nameOfHost(host),
        ),
        { advice: useOpenSshClient() },
      );
    }
    const files = await Promise.all(
      host.knownHostsFiles.map(async (file) =>
        parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file),
      ),
    );
    return new HostKeyCheck(host, [...files.flat(), ...(await readRevokedKeys(host))], stores);
  }

  /** The algorithms to offer the host, the preferred first. */
  algorithms(): HostKeyAlgorithm[] {
    const trusted = this.recorded().filter((line) => line.marker === null);
    return offeredAlgorithms(
      this.host.hostKeyAlgorithms,
      trusted.map((line) => line.keyType),
    );
  }

  /** Resolves when the key may be trusted; fails with a `host-key-…` reason when it may not. */
  async verify(blob: Buffer, prompts: Prompts, log: Log): Promise<void> {
    const key = hostKeyOf(blob);
    if (key.base64 === this.accepted) return;
    await this.judge(key, prompts, log);
    this.accepted = key.base64;
  }

  private async judge(key: HostKey, prompts: Prompts, log: Log): Promise<void> {
    const { host } = this;
    const bareName =
      host.hostKeyAlias === null && host.port !== 22 ? knownHostsName(host.hostName, 22) : null;
    const judgement = judgeHostKey(
      key,
      this.recorded(),
      bareName === null ? [] : linesAbout(this.lines, bareName),
    );
    const fingerprint = fingerprintOf(key.base64);
    switch (judgement.kind) {
      case 'known':
        return;
      case 'revoked': {
        const { file, line } = judgement.recorded;
        throw new TraceFailure(
          'host-key-revoked',
          l10n.t('The key of {0} ({1}) is marked as revoked in {2}:{3}.', this.name, fingerprint, file, line),
          { advice: l10n.t('Do not connect. Ask whoever runs the host why it still shows this key.') },
        );
      }
      case 'changed': {
        const { file, line, key: recorded, keyType } = judgement.recorded;
        const place = line > 0 ? `${file}:${line}` : file;
        if (!isCheckable(keyType)) {
          throw new TraceFailure(
            'host-key-unknown',
            l10n.t(
              '{0} records a key of {1} of the type {2}, which cannot be checked here.',
              place,
              this.name,
              keyType,
            ),
            { advice: useOpenSshClient() },
          );
        }
        throw new TraceFailure(
          'host-key-changed',
          l10n.t(
            'The key of {0} has changed: it shows {1} ({2}), but {3} records {4} ({5}). Somebody may be answering in its place.',
            this.name,
            fingerprint,
            key.type,
            place,
            fingerprintOf(recorded),
            keyType,
          ),
          {
            advice: l10n.t(
              'Ask whoever runs the host. If the new key is right, remove the old one from {0}.',
              place,
            ),
          },
        );
      }
      case 'authority-revoked': {
        const { authority, revoked } = judgement;
        throw new TraceFailure(
          'host-key-revoked',
          l10n.t(
            '{0}:{1} trusts {2} by the certificate of an authority whose key ({3}) is marked as revoked in {4}:{5}.',
            authority.file,
            authority.line,
            this.name,
            fingerprintOf(authority.key),
            revoked.file,
            revoked.line,
          ),
          {
            advice: l10n.t(
              'Ask whoever runs the host for its own key, and record that in known_hosts, or the authority that now signs it.',
            ),
          },
        );
      }
      case 'unknown':
        await this.decideUnknown(key, judgement.authority, prompts, log);
    }
  }

  private async decideUnknown(
    key: HostKey,
    authority: KnownHost | null,
    prompts: Prompts,
    log: Log,
  ): Promise<void> {
    const { host } = this;
    const fingerprint = fingerprintOf(key.base64);
    if (host.unknownHostKey === 'accept') {
      log.warn(
        `${this.name}: unknown key ${fingerprint} accepted, as StrictHostKeyChecking of the ssh configuration says.`,
      );
      return;
    }
    if (authority !== null) {
      throw new TraceFailure(
        'host-key-unknown',
        l10n.t(
          '{0}:{1} trusts {2} by the certificate of an authority, which cannot be checked here, and nothing is recorded of its plain key ({3}).',
          authority.file,
          authority.line,
          this.name,
          fingerprint,
        ),
        { advice: l10n.t("{0} Or record the host's own key in known_hosts.", useOpenSshClient()) },
      );
    }
    const answer =
      host.unknownHostKey === 'refuse'
        ? 'no'
        : await prompts.confirmHostKey({
            host: host.hostName,
            port: host.port,
            keyType: key.type,
            fingerprint,
            knownHostsFile: host.knownHostsFiles[0] ?? '',
          });
    if (answer === 'no') {
      throw new TraceFailure(
        'host-key-unknown',
        l10n.t('The key of {0} ({1}) is not trusted.', this.name, fingerprint),
        {
          advice: l10n.t(
            'Compare the fingerprint with the host\'s own, then trust it, or connect once with "ssh {0}".',
            host.alias,
          ),
        },
      );
    }
    const entry = `${key.type} ${key.base64}`;
    await this.stores.session.add(this.name, entry);
    if (answer === 'always') await this.stores.always.add(this.name, entry);
  }

  private recorded(): KnownHost[] {
    const { always, session } = this.stores;
    const kept = [...always.keys(this.name), ...session.keys(this.name)].map((entry): KnownHost => {
      const [keyType = '', key = ''] = entry.split(' ');
      return {
        marker: null,
        hosts: this.name,
        keyType,
        key,
        file: l10n.t('the keys trusted in OVN Packet Trace'),
        line: 0,
      };
    });
    return [...linesAbout(this.lines, this.name), ...kept];
  }
}

/** Keeps keys until the session ends. */
export function createMemoryHostKeyStore(): HostKeyStore {
  const kept = new Map<string, string[]>();
  return {
    keys: (hostport) => kept.get(hostport) ?? [],
    add: (hostport, key) => void kept.set(hostport, [...(kept.get(hostport) ?? []), key]),
  };
}
