import type { CommandResult } from '../command';
import { TraceFailure } from '../failure';
import type { TargetConfig } from '../session/target';
import type { Database } from './databaseArguments';

/** The three programs this extension runs come in one package everywhere; ovn-central and ovn-host bring it along. */
const packages =
  'ovn-common (Debian, Ubuntu; ovn-central and ovn-host bring it along) or ovn (Fedora, RHEL, SUSE, Alpine)';

/** Where the programs are in the containers people run OVN in. */
const containers =
  'the container of ovn-northd (ovn_northd with Kolla, the ovnkube-node or ovnkube-db pod of OVN-Kubernetes, ovn-central of Kube-OVN)';

/** What a tool that ended badly meant, as a failure with advice. `argv` is the command without the target's prefix. */
export function toolFailure(
  result: CommandResult,
  argv: readonly string[],
  target: TargetConfig,
): TraceFailure {
  const program = argv[0] ?? 'the program';
  const prefix = target.commandPrefix[0];
  const text = `${result.stderr}\n${result.exitCode === 0 ? '' : result.stdout}`;
  const detail = text.trim() === '' ? null : text.trim().slice(0, 4000);
  const fail = (
    reason: ConstructorParameters<typeof TraceFailure>[0],
    message: string,
    advice: string,
  ): TraceFailure => new TraceFailure(reason, message, { advice, detail });

  if (/sudo: (a password is required|a terminal is required|no tty present)/.test(text)) {
    return fail(
      'permission',
      `sudo on target ${target.name} asks for a password.`,
      'Allow this command without a password in sudoers (NOPASSWD), or log in as a user who may read the OVN databases.',
    );
  }
  if (/is not in the sudoers file|is not allowed to (execute|run)/.test(text)) {
    return fail(
      'permission',
      `The user on target ${target.name} may not run ${program} through sudo.`,
      'Add the command to sudoers there, or log in as another user.',
    );
  }
  const database = databaseOf(program);
  if (/not cluster leader/.test(text)) {
    return fail(
      'not-leader',
      `The ${database} database that target ${target.name} reaches is a cluster member that is not the leader.`,
      `List all members of the cluster in the target's ${database} setting, separated by commas, or name the leader${program === 'ovn-trace' ? '; ovn-trace from 22.03.3, 22.09.1 or 22.12 on reads from any member' : ''}.`,
    );
  }
  if (/is disconnected from cluster/.test(text)) {
    return fail(
      'database',
      `The ${database} database that target ${target.name} reaches has lost the other members of its cluster, so what it holds may be old.`,
      `Check the cluster (ovs-appctl cluster/status), or name another member in the target's ${database} setting.`,
    );
  }
  const connection = /(\S+): database connection failed(?: \(([^)\n]*)\))?/.exec(text);
  if (connection !== null) {
    return databaseFailure(connection[1] ?? '', connection[2] ?? '', text, database, target, detail);
  }
  if (result.signal === 'SIGALRM' || result.exitCode === 142 || /Alarm clock/.test(text)) {
    return fail(
      'timeout',
      `${program} on target ${target.name} got no answer from the ${database} database in time.`,
      'Check that the database server runs, or give the target a longer timeoutSeconds.',
    );
  }
  if (isMissing(result, program, text)) {
    return prefix !== undefined && mentions(text, prefix) && !mentions(text, program)
      ? fail(
          'prefix-failed',
          `The command prefix of target ${target.name} begins with ${prefix}, which was not found there.`,
          "Mend commandPrefix in the target's setting.",
        )
      : fail(
          'tool-missing',
          `${program} was not found on target ${target.name}.`,
          target.commandPrefix.includes('exec')
            ? `Let commandPrefix lead to a container that has OVN's programs: ${containers}.`
            : `Install the package ${packages} there, or set commandPrefix to reach a container that has it: ${containers}.`,
        );
  }
  if (/permission denied|operation not permitted/i.test(text) || result.exitCode === 126) {
    return fail(
      'permission',
      `The user on target ${target.name} may not run ${program} or read what it needs.`,
      'Log in as a user who may, or set commandPrefix to ["sudo","-n"].',
    );
  }
  if (/assertion \S+ failed in execute_check_in_port_sec/.test(text)) {
    return fail(
      'unknown-port',
      `ovn-trace on target ${target.name} ended abnormally, as its releases from 22.06 to 23.09 do for a source port that the southbound database does not have on this switch.`,
      'Refresh the inventory; if the port is new, wait until ovn-northd has caught up.',
    );
  }
  if (/assertion .*OVNACT_ND_NA failed/.test(text)) {
    return fail(
      'tool-failed',
      `ovn-trace on target ${target.name} ended abnormally where a router answers a neighbour solicitation, which ovn-trace cannot simulate.`,
      'Trace the packet itself instead of the address resolution before it.',
    );
  }
  if (prefix !== undefined && isPrefixFailure(text)) {
    return fail(
      'prefix-failed',
      `The command prefix of target ${target.name} (${target.commandPrefix.join(' ')}) failed: ${endSentence(firstLine(text) ?? '')}`,
      "Check that the container or pod runs, and mend commandPrefix in the target's setting.",
    );
  }
  const said = firstLine(result.stderr) ?? firstLine(result.stdout);
  const ending = result.signal === null ? `status ${String(result.exitCode)}` : `signal ${result.signal}`;
  return fail(
    'tool-failed',
    `${program} on target ${target.name} failed${said === null ? ` with ${ending} and no message.` : `: ${endSentence(said)}`}`,
    'The log (OVN: Show Log) has the whole output.',
  );
}

/** What container tools say when there is nothing to run the command in. */
function isPrefixFailure(text: string): boolean {
  return /no such container|no container with name|container state improper|is not running|pods? "[^"]*" not found|container \S+ is not valid for pod|Cannot connect to the Docker daemon/i.test(
    text,
  );
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function databaseFailure(
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
  if (/stream_ssl|SSL|TLS|certificate/i.test(text) || /^(ssl|tls):/.test(method)) {
    if (/key values mismatch/.test(text)) {
      return fail(
        'database',
        'the private key and the certificate do not belong together',
        "Set privateKey and certificate in the target's tls setting to the two halves of one pair.",
      );
    }
    if (/must be configured|Protocol not available|SSL_use_|load client certificates/.test(text)) {
      return fail(
        'database',
        'the private key, the certificate or the CA certificate is missing or unreadable',
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
        "the server's certificate is not signed by the CA that the target names",
        "Set caCertificate in the target's tls setting to the CA that signed the certificate of the server.",
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
      `${method.startsWith('unix:') ? 'The socket belongs to root, or to the group openvswitch on Fedora and RHEL: join that group there' : 'Log in as a user who may read it'}, or set commandPrefix to ["sudo","-n"].`,
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
  if (/does not have \S+ database/.test(text) || why === '') {
    return fail(
      'database',
      `the server there has no OVN ${database} database`,
      `Check that northbound and southbound are not mixed up in the target's setting.`,
    );
  }
  return fail(
    'database',
    why,
    `Check the target's ${database} setting and the way from there to the server.`,
  );
}

function databaseOf(program: string): Database {
  return program === 'ovn-nbctl' ? 'northbound' : 'southbound';
}

function isMissing(result: CommandResult, program: string, text: string): boolean {
  if (/(command not found|executable file not found|No such file or directory|not found)/.test(text)) {
    return result.exitCode === 127 || mentions(text, program) || /executable file not found/.test(text);
  }
  return result.exitCode === 127;
}

function mentions(text: string, word: string): boolean {
  return text.includes(word);
}

function firstLine(text: string): string | null {
  // The log lines of the OVS libraries come first; what the program itself says is the last line.
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => !/^\d{4}-\d\d-\d\dT[^|]*\|/.test(line)) ?? lines[0] ?? null;
}
