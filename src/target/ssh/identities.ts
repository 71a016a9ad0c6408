import * as l10n from '@vscode/l10n';
import { BaseAgent, createAgent, utils } from 'ssh2';
import type { IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import type { KeyFile } from './keyFile';

interface Identity {
  readonly key: ParsedKey;
  /** For the sentence that says what was tried. */
  readonly label: string;
  sign(data: Buffer, options: SigningRequestOptions, done: SignCallback): void;
}

/**
 * Keys of an agent and of files as one agent for ssh2, which then asks the server about each before it signs. So a
 * passphrase is asked for lazily, and agent and files keep the order they have in OpenSSH.
 */
export class Identities extends BaseAgent<ParsedKey> {
  /** What stopped a signature: a passphrase not given, an agent that refused. */
  failure: Error | null = null;

  constructor(private readonly identities: readonly Identity[]) {
    super();
  }

  get labels(): string[] {
    return this.identities.map((identity) => identity.label);
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(
      undefined,
      this.identities.map((identity) => identity.key),
    );
  }

  override sign(
    publicKey: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    const callback: SignCallback = (error, signature) => {
      if (error) this.failure ??= error;
      if (typeof options === 'function') options(error, signature);
      else done?.(error, signature);
    };
    const blob = publicKey.getPublicSSH();
    const identity = this.identities.find(({ key }) => key.getPublicSSH().equals(blob));
    if (identity === undefined) callback(new Error('No such key'));
    else identity.sign(data, typeof options === 'function' ? {} : options, callback);
  }
}

export interface IdentitySources {
  readonly agentSocket: string | null;
  /** Only agent keys that a file names, too. */
  readonly identitiesOnly: boolean;
  readonly files: readonly KeyFile[];
  /** Tried before everything else: the key that the target itself names. */
  readonly preferred: KeyFile | null;
  /** Public keys without a private key beside them: they pick a key of the agent. */
  readonly publicKeys: readonly ParsedKey[];
}

/** OpenSSH's order: keys of the agent that a file names, the agent's others, keys from files only. */
export async function gatherIdentities(
  sources: IdentitySources,
  onAgentError: (error: Error) => void,
): Promise<Identities> {
  const { files, preferred } = sources;
  const agentKeys =
    sources.agentSocket === null
      ? []
      : await agentIdentities(sources.agentSocket).catch((error: unknown) => {
          onAgentError(error instanceof Error ? error : new Error(String(error)));
          return [];
        });
  const named = new Set([...files.map((file) => file.publicKey), ...sources.publicKeys].map(blobOf));
  const ordered = [
    ...(preferred === null
      ? []
      : [
          ...agentKeys.filter((identity) => blobOf(identity.key) === blobOf(preferred.publicKey)),
          fileIdentity(preferred),
        ]),
    ...agentKeys.filter((identity) => named.has(blobOf(identity.key))),
    ...(sources.identitiesOnly ? [] : agentKeys),
    ...files.map(fileIdentity),
  ];
  const seen = new Set<string>();
  return new Identities(
    ordered.filter((identity) => {
      const blob = blobOf(identity.key);
      return !seen.has(blob) && seen.add(blob);
    }),
  );
}

function blobOf(key: ParsedKey): string {
  return key.getPublicSSH().toString('base64');
}

function fileIdentity(file: KeyFile): Identity {
  return {
    key: file.publicKey,
    label: l10n.t('the key file {0}', file.path),
    sign(data, options, done) {
      void file.privateKey().then(
        (key) => {
          const signature: Buffer | Error = key.sign(data, options.hash);
          if (signature instanceof Error) done(signature);
          else done(null, signature);
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  };
}

async function agentIdentities(socket: string): Promise<Identity[]> {
  const agent = createAgent(socket);
  const keys = await new Promise<readonly unknown[]>((resolve, reject) => {
    agent.getIdentities((error, found) => {
      if (error) reject(error);
      else resolve(found ?? []);
    });
  });
  return keys.flatMap((found): Identity[] => {
    const key = utils.parseKey(found as ParsedKey);
    if (key instanceof Error) return [];
    return [
      {
        key,
        label: l10n.t("the agent's key {0}", key.comment || key.type),
        sign: (data, options, done) => agent.sign(key, data, options, done),
      },
    ];
  });
}
