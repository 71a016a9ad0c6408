/** What a target has to ask a person, without knowing how it is asked. */
export interface Prompts {
  /** Asked before anything secret is sent to a host whose key nobody has recorded. */
  confirmHostKey(question: HostKeyQuestion): Promise<'once' | 'always' | 'no'>;
  /** Null when the person gave none. The answer is used and forgotten. */
  askSecret(question: SecretQuestion): Promise<string | null>;
}

export interface HostKeyQuestion {
  readonly host: string;
  readonly port: number;
  /** `ssh-ed25519`, `ssh-rsa`, … */
  readonly keyType: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** The file that was searched first for the key. */
  readonly knownHostsFile: string;
  /** Who asks writes a trusted key into its known_hosts: `once` cannot be had, and is taken as `no`. */
  readonly isRecordedByAsker?: boolean;
}

export interface SecretQuestion {
  readonly kind: 'passphrase' | 'password' | 'answer';
  readonly prompt: string;
  /** Name of the target. */
  readonly target: string;
  /** Who is logged in with it: `USER@HOST:PORT` as it is connected to. An answer that is kept is given for no other. */
  readonly recipient: string;
  /** With `passphrase`: the file it opens. */
  readonly keyFile?: string;
}

/** Host keys that a person said to trust always. The user's known_hosts is read, never written. */
export interface HostKeyStore {
  /** Every key kept for `host` or `[host]:port`, each as `TYPE BASE64`. */
  keys(hostport: string): readonly string[];
  add(hostport: string, key: string): void | Promise<void>;
}
