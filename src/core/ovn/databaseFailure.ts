import * as l10n from '@vscode/l10n';
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
      l10n.t(
        'The {0} database at {1}, as seen from target {2}, cannot be read: {3}.',
        database,
        method,
        target.name,
        because,
      ),
      { advice, detail },
    );
  const unmix = l10n.t("Check that northbound and southbound are not mixed up in the target's setting.");
  if (/stream_ssl|SSL|TLS|certificate/i.test(text) || /^(ssl|tls):/.test(method)) {
    if (/key values mismatch/.test(text)) {
      return fail(
        'database',
        l10n.t('the private key and the certificate do not belong together'),
        l10n.t("Set privateKey and certificate in the target's tls setting to the two halves of one pair."),
      );
    }
    if (/must be configured|Protocol not available|SSL_use_|load client certificates/.test(text)) {
      const file = unusableFile(text, target);
      return fail(
        'database',
        file ?? l10n.t('the private key, the certificate or the CA certificate is missing or unreadable'),
        l10n.t(
          "Set privateKey, certificate and caCertificate in the target's tls setting; they are paths on the target.",
        ),
      );
    }
    if (/unexpected eof|wrong version number/i.test(text)) {
      return fail(
        'database',
        l10n.t('the server there does not speak TLS on this port'),
        l10n.t(
          "Write tcp: instead of ssl: in the target's {0} setting, or name the port that speaks TLS.",
          database,
        ),
      );
    }
    if (/certificate verify failed/i.test(text)) {
      return fail(
        'database',
        l10n.t(
          "the server's certificate is not signed by the CA that the target names, or is no longer valid",
        ),
        l10n.t(
          "Set caCertificate in the target's tls setting to the CA that signed the certificate of the server, and let the server have a new one if it has expired (openssl x509 -enddate tells).",
        ),
      );
    }
    if (/alert certificate expired/i.test(text)) {
      return fail(
        'database',
        l10n.t("this side's certificate has expired"),
        l10n.t(
          "Set certificate and privateKey in the target's tls setting to a pair that is still valid (openssl x509 -enddate tells).",
        ),
      );
    }
    if (/alert (?:unknown ca|bad certificate|certificate)/i.test(text)) {
      return fail(
        'database',
        l10n.t("the server does not accept this side's certificate"),
        l10n.t(
          "Set certificate in the target's tls setting to one that is signed by a CA which the server trusts, and has not expired.",
        ),
      );
    }
    // In TLS 1.3 our side is done before the server has looked at its certificate, and may learn of it by a closed connection.
    if (/broken pipe|connection reset|end of file/i.test(why)) {
      return fail(
        'database',
        l10n.t("the server ended the TLS session, as one does that does not accept this side's certificate"),
        l10n.t(
          "Set certificate in the target's tls setting to one that is signed by a CA which the server trusts, and has not expired.",
        ),
      );
    }
    if (/handshake|alert/i.test(text)) {
      return fail(
        'database',
        l10n.t('the two sides do not accept each other’s certificates'),
        l10n.t("Check the certificates in the target's tls setting: both sides have to trust the same CA."),
      );
    }
  }
  if (/permission denied/i.test(why)) {
    return fail(
      'permission',
      l10n.t('the user there has no permission for it'),
      wordPermission(method.startsWith('unix:'), target.commandPrefix.length > 0),
    );
  }
  if (/no such file/i.test(why)) {
    return fail(
      'database',
      l10n.t('there is no such socket'),
      l10n.t(
        "Check that the database server runs there, and set the target's {0} connection method (such as {1}) if it runs elsewhere.",
        database,
        exampleOf(database),
      ),
    );
  }
  if (/refused/i.test(why)) {
    return fail(
      'database',
      l10n.t('nothing listens there'),
      l10n.t(
        "Check that the database server runs and listens there, and that the target's {0} setting names it rightly.",
        database,
      ),
    );
  }
  if (/end of file|connection reset/i.test(why) && method.startsWith('tcp:')) {
    return fail(
      'database',
      l10n.t('the server there closed the connection, as one does that wants TLS'),
      l10n.t(
        "Write ssl: instead of tcp: in the target's {0} setting and fill in its tls setting, if the server speaks TLS.",
        database,
      ),
    );
  }
  if (/address family not supported/i.test(why) && /^(?:tcp|ssl):/.test(method)) {
    return fail(
      'database',
      l10n.t('the name of the server is not known there'),
      l10n.t(
        "Write the address of the server in the target's {0} setting, or let the name service of the target know its name.",
        database,
      ),
    );
  }
  if (/address family not supported/i.test(why)) {
    return fail(
      'database',
      l10n.t('this is not a connection method'),
      l10n.t(
        'A connection method looks like unix:/run/ovn/ovnnb_db.sock, tcp:192.0.2.10:6641 or ssl:192.0.2.10:6641.',
      ),
    );
  }
  if (/does not have \S+ database/.test(text)) {
    return fail('database', l10n.t('the server there has no OVN {0} database', database), unmix);
  }
  // The tools say the same nothing of both.
  if (why === '') {
    return fail(
      'database',
      l10n.t(
        'the server there has no OVN {0} database, or is a member of a cluster that has lost the others',
        database,
      ),
      l10n.t('{0} Of a cluster, check its state (ovs-appctl cluster/status), or name another member.', unmix),
    );
  }
  return fail(
    'database',
    why,
    l10n.t("Check the target's {0} setting and the way from there to the server.", database),
  );
}

function exampleOf(database: Database): string {
  return `tcp:192.0.2.10:664${database === 'northbound' ? '1' : '2'}`;
}

function wordPermission(isSocket: boolean, hasPrefix: boolean): string {
  if (isSocket) {
    return hasPrefix
      ? l10n.t(
          'The socket belongs to root, or to the group openvswitch on Fedora and RHEL: join that group there, or let commandPrefix run the programs as root.',
        )
      : l10n.t(
          'The socket belongs to root, or to the group openvswitch on Fedora and RHEL: join that group there, or set commandPrefix to ["sudo","-n"].',
        );
  }
  return hasPrefix
    ? l10n.t('Log in as a user who may read it, or let commandPrefix run the programs as root.')
    : l10n.t('Log in as a user who may read it, or set commandPrefix to ["sudo","-n"].');
}

/** Which of the files of the target's tls setting the OVS library could not use, as a clause; null when it named none. */
function unusableFile(text: string, { tls }: TargetConfig): string | null {
  const [, what = '', why = ''] =
    /(SSL_use_certificate_file|SSL_use_PrivateKey_file|failed to load client certificates)[^\n]*?: error:([^\n]*)/.exec(
      text,
    ) ?? [];
  const [name, path] =
    what === 'SSL_use_certificate_file'
      ? [l10n.t('certificate'), tls?.certificate]
      : what === 'SSL_use_PrivateKey_file'
        ? [l10n.t('private key'), tls?.privateKey]
        : [l10n.t('CA certificate'), tls?.caCertificate];
  if (what === '' || path === undefined) return null;
  if (/no such file/i.test(why)) return l10n.t('the {0} {1} is not there', name, path);
  return /permission denied/i.test(why)
    ? l10n.t('the {0} {1} may not be read by the user there', name, path)
    : l10n.t('the {0} {1} is not one in PEM format', name, path);
}
