import type { Database } from '../../core/ovn/databaseArguments';
import type { TargetConfig } from '../../core/session/target';

/** One server of a database, as the relay reaches it. */
export type Remote =
  | { readonly type: 'unix'; readonly path: string }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  | ({ readonly type: 'ssl'; readonly host: string; readonly port: number } & TlsFiles);

interface TlsFiles {
  readonly privateKey: string;
  readonly certificate: string;
  readonly caCertificate: string;
}

/** The port that the OVS library takes where a method has none (OVSDB's own). */
const defaultPort = 6640;

/** The methods that a target has for a database; OVN's default where it leaves it to that. */
export function connectionMethods(
  target: TargetConfig,
  database: Database,
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  const [variable, socket] =
    database === 'northbound' ? ['OVN_NB_DB', 'ovnnb_db.sock'] : ['OVN_SB_DB', 'ovnsb_db.sock'];
  const folder = environment['OVN_RUNDIR'] ?? '/var/run/ovn';
  const methods = target[database] ?? environment[variable] ?? `unix:${folder}/${socket}`;
  return methods
    .split(',')
    .map((method) => method.trim())
    .filter((method) => method !== '');
}

/** What a connection method means; null for one that is none, or that lacks what it needs. */
export function readRemote(method: string, tls: TlsFiles | undefined): Remote | null {
  const [, type, rest = ''] = /^(unix|tcp|ssl):(.+)$/s.exec(method) ?? [];
  if (type === 'unix') return { type, path: rest };
  if (type === undefined) return null;
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(rest) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port > 65_535) return null;
  if (type === 'tcp') return { type, host, port };
  return tls === undefined ? null : { type: 'ssl', host, port, ...tls };
}
