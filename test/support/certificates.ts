import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Pair {
  readonly key: string;
  readonly certificate: string;
}

/** A certificate authority in a folder, made by openssl. */
export function makeAuthority(folder: string, name: string): Pair {
  const pair = pairIn(folder, name);
  openssl('req', '-x509', ...request(pair, name), '-out', pair.certificate, '-days', '2');
  return pair;
}

/** A key with a certificate that the authority signed; with -1 days one that has expired. */
export function makePair(folder: string, name: string, authority: Pair, days = 2): Pair {
  const pair = pairIn(folder, name);
  const asked = join(folder, `${name}.csr`);
  openssl('req', ...request(pair, name), '-out', asked);
  openssl(
    'x509',
    '-req',
    ...['-in', asked, '-out', pair.certificate, '-days', String(days)],
    ...['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial'],
  );
  return pair;
}

function pairIn(folder: string, name: string): Pair {
  return { key: join(folder, `${name}.key`), certificate: join(folder, `${name}.pem`) };
}

function request({ key }: Pair, name: string): string[] {
  return ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-subj', `/CN=${name}`];
}

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
