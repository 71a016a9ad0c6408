import type { RunOptions } from '../command';
import type { TargetConfig } from '../session/target';

export type Database = 'northbound' | 'southbound';

/** Options that lead an OVN tool to a database; none where the target leaves it to OVN's default. */
export function databaseArguments(target: TargetConfig, database: Database): readonly string[] {
  const method = target[database];
  return [
    ...(method === undefined ? [] : [`--db=${method}`]),
    ...(target.tls === undefined
      ? []
      : [
          `--private-key=${target.tls.privateKey}`,
          `--certificate=${target.tls.certificate}`,
          `--ca-cert=${target.tls.caCertificate}`,
        ]),
  ];
}

/**
 * The beginning of a command that reads tables as JSON. Any member of a cluster will do for reading (`--no-leader-only`): with
 * the default, `ovn-nbctl` on a follower's socket waits for leadership until its timeout ends it. `--dry-run` makes sure that it only
 * reads: without it even `list` gives an empty database its first row.
 */
export function listCommand(
  target: TargetConfig,
  database: Database,
  options: RunOptions = {},
): readonly [string, ...string[]] {
  const seconds = Math.ceil((options.timeoutMs ?? target.timeoutSeconds * 1000) / 1000);
  return [
    database === 'northbound' ? 'ovn-nbctl' : 'ovn-sbctl',
    ...databaseArguments(target, database),
    '--no-leader-only',
    '--dry-run',
    `--timeout=${Math.max(seconds, 1)}`,
    '--format=json',
    '--data=json',
  ];
}
