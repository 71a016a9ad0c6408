import { createHash, createHmac } from 'node:crypto';
import { matchesPatterns } from './matchesGlob';

/** One line of a known_hosts file. */
export interface KnownHost {
  readonly marker: 'revoked' | 'cert-authority' | null;
  readonly hosts: string;
  readonly keyType: string;
  /** The key in base64. */
  readonly key: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

export interface HostKey {
  readonly type: string;
  readonly base64: string;
}

export type HostKeyJudgement =
  | { readonly kind: 'known' }
  /** With the line of a certificate authority that vouches for the host, if there is one. */
  | { readonly kind: 'unknown'; readonly authority: KnownHost | null }
  | { readonly kind: 'changed'; readonly recorded: KnownHost }
  | { readonly kind: 'revoked'; readonly recorded: KnownHost }
  /** Only authorities vouch for the host whose own keys are revoked. */
  | { readonly kind: 'authority-revoked'; readonly authority: KnownHost; readonly revoked: KnownHost };

/** The lines of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT); what is none is left out. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split(/\r?\n/).flatMap((content, index): KnownHost[] => {
    const words = content.trim().split(/[ \t]+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift()?.slice(1) : null;
    const [hosts, keyType, key] = words;
    if (marker !== null && marker !== 'revoked' && marker !== 'cert-authority') return [];
    if (hosts === undefined || hosts.startsWith('#') || keyType === undefined || key === undefined) return [];
    return [{ marker, hosts, keyType, key, file, line: index + 1 }];
  });
}

/** The name a host has in known_hosts: `host`, or `[host]:port` for another port than 22. */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** The lines about a host, which is named as `knownHostsName` names it. */
export function linesAbout(lines: readonly KnownHost[], name: string): KnownHost[] {
  return lines.filter((line) => isAbout(line.hosts, name));
}

function isAbout(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return isHashOf(hosts, name);
  return matchesPatterns(hosts.toLowerCase().split(','), name);
}

function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/**
 * What is to be thought of a host's key, given the lines about it. A key of another type than the recorded ones counts
 * as changed: else whoever answers in the host's place would only have to offer a type that nobody recorded.
 */
export function judgeHostKey(
  key: HostKey,
  about: readonly KnownHost[],
  /** Lines about the bare host name, which OpenSSH lets vouch for a host on another port. */
  aboutBareName: readonly KnownHost[] = [],
): HostKeyJudgement {
  const same = (line: KnownHost): boolean => line.key === key.base64;
  const everything = [...about, ...aboutBareName];
  const revocationOf = (base64: string): KnownHost | undefined =>
    everything.find((line) => line.marker === 'revoked' && line.key === base64);
  const revoked = revocationOf(key.base64);
  if (revoked !== undefined) return { kind: 'revoked', recorded: revoked };
  const recorded = about.filter((line) => line.marker === null);
  if (recorded.some(same)) return { kind: 'known' };
  const changed = recorded.find((line) => line.keyType === key.type) ?? recorded[0];
  if (changed !== undefined) return { kind: 'changed', recorded: changed };
  if (aboutBareName.some((line) => line.marker === null && same(line))) return { kind: 'known' };
  const authorities = everything.filter((line) => line.marker === 'cert-authority');
  const authority = authorities.find((line) => revocationOf(line.key) === undefined);
  const [fallen] = authorities;
  const revocation = fallen === undefined ? undefined : revocationOf(fallen.key);
  return authority === undefined && fallen !== undefined && revocation !== undefined
    ? { kind: 'authority-revoked', authority: fallen, revoked: revocation }
    : { kind: 'unknown', authority: authority ?? null };
}

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export function fingerprintOf(base64: string): string {
  const digest = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** The key in an SSH public key blob, which begins with its type. */
export function hostKeyOf(blob: Buffer): HostKey {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return { type: blob.toString('latin1', 4, 4 + length), base64: blob.toString('base64') };
}
