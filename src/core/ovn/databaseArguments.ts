import type { RunOptions } from '../command';
import type { TargetConfig } from '../session/target';

export type Database = 'northbound' | 'southbound';

/** As the servers call them. */
export const databaseNames = { northbound: 'OVN_Northbound', southbound: 'OVN_Southbound' } as const;

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
  return [
    'ovsdb-client',
    ...tlsArguments(target),
    '--no-leader-only',
    `--timeout=${secondsOf(target, options)}`,
    'query',
    connectionMethods(target, database, target.environment),
    JSON.stringify([databaseNames[database], ...operations]),
  ];
}

/**
 * The connection methods of a database, a list for a cluster: the target's own, else those of the environment, else OVN's usual
 * socket (ovn-nbctl(8), ovn-sbctl(8)).
 */
export function connectionMethods(
  target: TargetConfig,
  database: Database,
  environment: Readonly<Record<string, string>>,
): string {
  const [variable, socket] =
    database === 'northbound' ? ['OVN_NB_DB', 'ovnnb_db.sock'] : ['OVN_SB_DB', 'ovnsb_db.sock'];
  const folder = environment['OVN_RUNDIR'] ?? '/var/run/ovn';
  return target[database] ?? environment[variable] ?? `unix:${folder}/${socket}`;
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
