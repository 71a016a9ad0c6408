import { TraceFailure } from '../failure';
import type { TargetConfig } from '../session/target';
import type { Database } from './databaseArguments';

/** Why a tool could not connect to a database: `why` is the reason it gave, `text` all that it said. */
export function databaseFailure(
  method: string,
  why: string,
  text: string,
  database: Database,
  target: TargetConfig,
  detail: string | null,
): TraceFailure {
  const fail = (reason: 'database' | 'permission', because: string, advice: string): TraceFailure =>
    new TraceFailure(
      reason,
      `The ${database} database at ${method}, as seen from target ${target.name}, cannot be read: ${because}.`,
      { advice, detail },
    );
  const unmix = "Check that northbound and southbound are not mixed up in the target's setting.";
  if (/stream_ssl|SSL|TLS|certificate/i.test(text) || /^(ssl|tls):/.test(method)) {
    if (/key values mismatch/.test(text)) {
      return fail(
        'database',
        'the private key and the certificate do not belong together',
        "Set privateKey and certificate in the target's tls setting to the two halves of one pair.",
      );
    }
    if (/must be configured|Protocol not available|SSL_use_|load client certificates/.test(text)) {
      const file = unusableFile(text, target);
      return fail(
        'database',
        file ?? 'the private key, the certificate or the CA certificate is missing or unreadable',
        "Set privateKey, certificate and caCertificate in the target's tls setting; they are paths on the target.",
      );
    }
    if (/unexpected eof|wrong version number/i.test(text)) {
      return fail(
        'database',
        'the server there does not speak TLS on this port',
        `Write tcp: instead of ssl: in the target's ${database} setting, or name the port that speaks TLS.`,
      );
    }
    if (/certificate verify failed/i.test(text)) {
      return fail(
        'database',
        "the server's certificate is not signed by the CA that the target names, or is no longer valid",
        "Set caCertificate in the target's tls setting to the CA that signed the certificate of the server, and let the server have a new one if it has expired (openssl x509 -enddate tells).",
      );
    }
    if (/alert certificate expired/i.test(text)) {
      return fail(
        'database',
        "this side's certificate has expired",
        "Set certificate and privateKey in the target's tls setting to a pair that is still valid (openssl x509 -enddate tells).",
      );
    }
    if (/alert (?:unknown ca|bad certificate|certificate)/i.test(text)) {
      return fail(
        'database',
        "the server does not accept this side's certificate",
        "Set certificate in the target's tls setting to one that is signed by a CA which the server trusts, and has not expired.",
      );
    }
    // In TLS 1.3 our side is done before the server has looked at its certificate, and may learn of it by a closed connection.
    if (/broken pipe|connection reset|end of file/i.test(why)) {
      return fail(
        'database',
        "the server ended the TLS session, as one does that does not accept this side's certificate",
        "Set certificate in the target's tls setting to one that is signed by a CA which the server trusts, and has not expired.",
      );
    }
    if (/handshake|alert/i.test(text)) {
      return fail(
        'database',
        'the two sides do not accept each other’s certificates',
        "Check the certificates in the target's tls setting: both sides have to trust the same CA.",
      );
    }
  }
  if (/permission denied/i.test(why)) {
    return fail(
      'permission',
      'the user there has no permission for it',
      `${method.startsWith('unix:') ? 'The socket belongs to root, or to the group openvswitch on Fedora and RHEL: join that group there' : 'Log in as a user who may read it'}, or ${target.commandPrefix.length === 0 ? 'set commandPrefix to ["sudo","-n"]' : 'let commandPrefix run the programs as root'}.`,
    );
  }
  if (/no such file/i.test(why)) {
    return fail(
      'database',
      'there is no such socket',
      `Check that the database server runs there, and set the target's ${database} connection method (such as tcp:192.0.2.10:664${database === 'northbound' ? '1' : '2'}) if it runs elsewhere.`,
    );
  }
  if (/refused/i.test(why)) {
    return fail(
      'database',
      'nothing listens there',
      `Check that the database server runs and listens there, and that the target's ${database} setting names it rightly.`,
    );
  }
  if (/end of file|connection reset/i.test(why) && method.startsWith('tcp:')) {
    return fail(
      'database',
      'the server there closed the connection, as one does that wants TLS',
      `Write ssl: instead of tcp: in the target's ${database} setting and fill in its tls setting, if the server speaks TLS.`,
    );
  }
  if (/address family not supported/i.test(why) && /^(?:tcp|ssl):/.test(method)) {
    return fail(
      'database',
      'the name of the server is not known there',
      `Write the address of the server in the target's ${database} setting, or let the name service of the target know its name.`,
    );
  }
  if (/address family not supported/i.test(why)) {
    return fail(
      'database',
      'this is not a connection method',
      'A connection method looks like unix:/run/ovn/ovnnb_db.sock, tcp:192.0.2.10:6641 or ssl:192.0.2.10:6641.',
    );
  }
  if (/does not have \S+ database/.test(text)) {
    return fail('database', `the server there has no OVN ${database} database`, unmix);
  }
  // The tools say the same nothing of both.
  if (why === '') {
    return fail(
      'database',
      `the server there has no OVN ${database} database, or is a member of a cluster that has lost the others`,
      `${unmix} Of a cluster, check its state (ovs-appctl cluster/status), or name another member.`,
    );
  }
  return fail(
    'database',
    why,
    `Check the target's ${database} setting and the way from there to the server.`,
  );
}

/** Which of the files of the target's tls setting the OVS library could not use, as a clause; null when it named none. */
function unusableFile(text: string, { tls }: TargetConfig): string | null {
  const [, what = '', why = ''] =
    /(SSL_use_certificate_file|SSL_use_PrivateKey_file|failed to load client certificates)[^\n]*?: error:([^\n]*)/.exec(
      text,
    ) ?? [];
  const [name, path] =
    what === 'SSL_use_certificate_file'
      ? ['certificate', tls?.certificate]
      : what === 'SSL_use_PrivateKey_file'
        ? ['private key', tls?.privateKey]
        : ['CA certificate', tls?.caCertificate];
  if (what === '' || path === undefined) return null;
  const fault = /no such file/i.test(why)
    ? 'is not there'
    : /permission denied/i.test(why)
      ? 'may not be read by the user there'
      : 'is not one in PEM format';
  return `the ${name} ${path} ${fault}`;
}
