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

/** One server of a database, with the method that leads to it. */
export interface Server {
  readonly method: string;
  readonly remote: Remote;
}

/** The servers of a list of connection methods, but for those that cannot be reached so. */
export function readServers(methods: string, tls: TlsFiles | undefined): readonly Server[] {
  return methods
    .split(',')
    .map((method) => method.trim())
    .flatMap((method) => {
      const remote = readRemote(method, tls);
      return remote === null ? [] : [{ method, remote }];
    });
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
