import type { CommandResult } from '../command';
import { TraceFailure } from '../failure';
import type { TargetConfig } from '../session/target';
import type { Database } from './databaseArguments';
import { databaseFailure } from './databaseFailure';

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

  const asking = asksForPassword.exec(text)?.[1];
  if (asking !== undefined) {
    return fail(
      'permission',
      `${asking} on target ${target.name} asks for a password.`,
      `Allow this command without a password in ${asking === 'sudo' ? 'sudoers (NOPASSWD)' : 'doas.conf (nopass)'}, or log in as a user who may read the OVN databases.`,
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
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(text)?.[1];
  if (library !== undefined) {
    return fail(
      'tool-missing',
      `${program} on target ${target.name} cannot start: its library ${library} was not found there.`,
      `Install the package ${packages} there again, or set commandPrefix to reach a container that has it: ${containers}.`,
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
            : /^sudo: \S+: command not found/m.test(text)
              ? `Install the package ${packages} there, or add its folder to secure_path in sudoers, where alone sudo looks.`
              : `Install the package ${packages} there, or set commandPrefix to reach a container that has it: ${containers}.`,
        );
  }
  if (/argument list too long/i.test(text)) {
    return fail(
      'bad-request',
      `The command for ${program} is too long for target ${target.name}.`,
      'Ask for less at once.',
    );
  }
  const isOfPrefix = prefix !== undefined && isPrefixFailure(text, program);
  if (
    /permission denied|operation not permitted|(?:^|\W)forbidden\b/i.test(text) ||
    result.exitCode === 126
  ) {
    if (isOfPrefix) {
      return fail(
        'permission',
        `The user on target ${target.name} may not use its command prefix (${target.commandPrefix.join(' ')}): ${endSentence(firstLine(text) ?? '')}`,
        /forbidden/i.test(text)
          ? 'Ask whoever runs the cluster for the right to run commands in that pod (create on pods/exec).'
          : 'Log in as a user who may, or let commandPrefix begin with "sudo","-n".',
      );
    }
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
  if (isOfPrefix) {
    return fail(
      'prefix-failed',
      `The command prefix of target ${target.name} (${target.commandPrefix.join(' ')}) failed: ${endSentence(firstLine(text) ?? '')}`,
      /^(?:.*\/)?(?:sudo|doas)$/.test(prefix) && target.commandPrefix.every((word) => word !== 'exec')
        ? `Run it by hand there, and mend commandPrefix in the target's setting or what ${prefix} allows.`
        : "Check that the container or pod runs and can be reached from there, and mend commandPrefix in the target's setting.",
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

/** What sudo and doas say when they may ask nobody. */
const asksForPassword =
  /(sudo|doas): (?:a password is required|a terminal is required|no tty present|sorry, you must have a tty|interactive authentication|a tty is required|authentication (?:required|failed))/i;

/** Whether it was what stands before the program that failed: OVN's programs begin what they say with their name. */
function isPrefixFailure(text: string, program: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !isLogLine(line));
  return lines.length > 0 && !lines.some((line) => line.startsWith(`${program}:`));
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
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
  return lines.find((line) => !isLogLine(line)) ?? lines[0] ?? null;
}

function isLogLine(line: string): boolean {
  return /^\d{4}-\d\d-\d\dT[^|]*\|/.test(line);
}
