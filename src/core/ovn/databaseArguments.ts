import type { RunOptions } from '../command';
import type { TargetConfig } from '../session/target';

export type Database = 'northbound' | 'southbound';

/** Options that lead an OVN tool to a database; none where the target leaves it to OVN's default. */
export function databaseArguments(target: TargetConfig, database: Database): readonly string[] {
  const method = target[database];
  return [...(method === undefined ? [] : [`--db=${method}`]), ...tlsArguments(target)];
}

function tlsArguments({ tls }: TargetConfig): readonly string[] {
  if (tls === undefined) return [];
  return [
    `--private-key=${tls.privateKey}`,
    `--certificate=${tls.certificate}`,
    `--ca-cert=${tls.caCertificate}`,
  ];
}

/**
 * A command that asks the database server itself, by a transaction that it undoes (`query`). Unlike `ovn-nbctl` and `ovn-sbctl` the
 * client copies no tables first. Where the target leaves the database to OVN's default, this takes OVN's usual socket for it:
 * what is read has to be such that another database's answer does no harm.
 */
export function queryCommand(
  target: TargetConfig,
  database: Database,
  operations: readonly object[],
  options: RunOptions = {},
): readonly [string, ...string[]] {
  const north = database === 'northbound';
  const { OVN_NB_DB, OVN_SB_DB, OVN_RUNDIR = '/var/run/ovn' } = target.environment;
  const usual = `unix:${OVN_RUNDIR}/${north ? 'ovnnb_db.sock' : 'ovnsb_db.sock'}`;
  return [
    'ovsdb-client',
    ...tlsArguments(target),
    '--no-leader-only',
    `--timeout=${secondsOf(target, options)}`,
    'query',
    target[database] ?? (north ? OVN_NB_DB : OVN_SB_DB) ?? usual,
    JSON.stringify([north ? 'OVN_Northbound' : 'OVN_Southbound', ...operations]),
  ];
}

function secondsOf(target: TargetConfig, { timeoutMs }: RunOptions): number {
  return Math.max(Math.ceil((timeoutMs ?? target.timeoutSeconds * 1000) / 1000), 1);
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
  return [
    database === 'northbound' ? 'ovn-nbctl' : 'ovn-sbctl',
    ...databaseArguments(target, database),
    '--no-leader-only',
    '--dry-run',
    `--timeout=${secondsOf(target, options)}`,
    '--format=json',
    '--data=json',
  ];
}
