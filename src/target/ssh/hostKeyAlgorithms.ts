import { matchesGlob } from './matchesGlob';

/** What ssh2 can check, in OpenSSH's order of preference; those after the sixth only when the user names them. */
const supported = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
  'ssh-dss',
] as const;
export type HostKeyAlgorithm = (typeof supported)[number];
const usual: readonly HostKeyAlgorithm[] = supported.slice(0, 6);

/** Whether ssh2 can check a host key of this type. */
export function isCheckable(keyType: string): boolean {
  return (supported as readonly string[]).includes(keyType);
}

/**
 * The algorithms that `HostKeyAlgorithms` of the ssh configuration leaves: a list, or a change to the usual one (`+`
 * appends, `-` removes, `^` puts first). What ssh2 does not know, host certificates and FIDO keys, is left out.
 */
export function configuredAlgorithms(setting: string | null): readonly HostKeyAlgorithm[] {
  if (setting === null) return usual;
  const change = /^[+\-^]/.exec(setting)?.[0];
  const patterns = setting.slice(change === undefined ? 0 : 1).split(',');
  const named = [
    ...new Set(
      patterns.flatMap((pattern) => supported.filter((algorithm) => matchesGlob(pattern, algorithm))),
    ),
  ];
  switch (change) {
    case '+':
      return [...new Set([...usual, ...named])];
    case '-':
      return usual.filter((algorithm) => !named.includes(algorithm));
    case '^':
      return [...new Set([...named, ...usual])];
    default:
      return named;
  }
}

/**
 * The algorithms to offer a host: those of its recorded keys first, so that a host with several keys shows the recorded
 * one. An order of the user's own stays, as in OpenSSH.
 */
export function offeredAlgorithms(
  configured: readonly HostKeyAlgorithm[],
  recordedTypes: readonly string[],
): HostKeyAlgorithm[] {
  const inUsualOrder = supported.filter((algorithm) => configured.includes(algorithm));
  if (inUsualOrder.some((algorithm, index) => algorithm !== configured[index])) return [...configured];
  const isRecorded = (algorithm: HostKeyAlgorithm): boolean =>
    recordedTypes.includes(algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm);
  return [...inUsualOrder.filter(isRecorded), ...inUsualOrder.filter((algorithm) => !isRecorded(algorithm))];
}
