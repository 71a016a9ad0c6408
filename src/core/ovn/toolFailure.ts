import * as l10n from '@vscode/l10n';
import type { CommandResult } from '../command';
import { TraceFailure } from '../failure';
import type { TargetConfig } from '../session/target';
import type { Database } from './databaseArguments';
import { databaseFailure } from './databaseFailure';

/** The three programs this extension runs come in one package everywhere; ovn-central and ovn-host bring it along. */
const packages = (): string =>
  l10n.t(
    'ovn-common (Debian, Ubuntu; ovn-central and ovn-host bring it along) or ovn (Fedora, RHEL, SUSE, Alpine)',
  );

/** Where the programs are in the containers people run OVN in. */
const containers = (): string =>
  l10n.t(
    'the container of ovn-northd (ovn_northd with Kolla, the ovnkube-node or ovnkube-db pod of OVN-Kubernetes, ovn-central of Kube-OVN)',
  );

/** What a tool that ended badly meant, as a failure with advice. `argv` is the command without the target's prefix. */
export function toolFailure(
  result: CommandResult,
  argv: readonly string[],
  target: TargetConfig,
): TraceFailure {
  const program = argv[0] ?? l10n.t('the program');
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
      l10n.t('{0} on target {1} asks for a password.', asking, target.name),
      l10n.t(
        'Allow this command without a password in {0}, or log in as a user who may read the OVN databases.',
        whereAllowed(asking),
      ),
    );
  }
  if (/is not in the sudoers file|is not allowed to (execute|run)/.test(text)) {
    return fail(
      'permission',
      l10n.t('The user on target {0} may not run {1} through sudo.', target.name, program),
      l10n.t('Add the command to sudoers there, or log in as another user.'),
    );
  }
  const database = databaseOf(program);
  if (/not cluster leader/.test(text)) {
    return fail(
      'not-leader',
      l10n.t(
        'The {0} database that target {1} reaches is a cluster member that is not the leader.',
        database,
        target.name,
      ),
      program === 'ovn-trace'
        ? l10n.t(
            "List all members of the cluster in the target's {0} setting, separated by commas, or name the leader; ovn-trace from 22.03.3, 22.09.1 or 22.12 on reads from any member.",
            database,
          )
        : l10n.t(
            "List all members of the cluster in the target's {0} setting, separated by commas, or name the leader.",
            database,
          ),
    );
  }
  if (/is disconnected from cluster/.test(text)) {
    return fail(
      'database',
      l10n.t(
        'The {0} database that target {1} reaches has lost the other members of its cluster, so what it holds may be old.',
        database,
        target.name,
      ),
      l10n.t(
        "Check the cluster (ovs-appctl cluster/status), or name another member in the target's {0} setting.",
        database,
      ),
    );
  }
  const connection = /(\S+): database connection failed(?: \(([^)\n]*)\))?/.exec(text);
  if (connection !== null) {
    return databaseFailure(connection[1] ?? '', connection[2] ?? '', text, database, target, detail);
  }
  if (result.signal === 'SIGALRM' || result.exitCode === 142 || /Alarm clock/.test(text)) {
    return fail(
      'timeout',
      l10n.t(
        '{0} on target {1} got no answer from the {2} database in time.',
        program,
        target.name,
        database,
      ),
      l10n.t('Check that the database server runs, or give the target a longer timeoutSeconds.'),
    );
  }
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(text)?.[1];
  if (library !== undefined) {
    return fail(
      'tool-missing',
      l10n.t(
        '{0} on target {1} cannot start: its library {2} was not found there.',
        program,
        target.name,
        library,
      ),
      l10n.t(
        'Install the package {0} there again, or set commandPrefix to reach a container that has it: {1}.',
        packages(),
        containers(),
      ),
    );
  }
  if (isMissing(result, program, text)) {
    return prefix !== undefined && mentions(text, prefix) && !mentions(text, program)
      ? fail(
          'prefix-failed',
          l10n.t(
            'The command prefix of target {0} begins with {1}, which was not found there.',
            target.name,
            prefix,
          ),
          l10n.t("Mend commandPrefix in the target's setting."),
        )
      : fail(
          'tool-missing',
          l10n.t('{0} was not found on target {1}.', program, target.name),
          target.commandPrefix.includes('exec')
            ? l10n.t("Let commandPrefix lead to a container that has OVN's programs: {0}.", containers())
            : /^sudo: \S+: command not found/m.test(text)
              ? l10n.t(
                  'Install the package {0} there, or add its folder to secure_path in sudoers, where alone sudo looks.',
                  packages(),
                )
              : l10n.t(
                  'Install the package {0} there, or set commandPrefix to reach a container that has it: {1}.',
                  packages(),
                  containers(),
                ),
        );
  }
  if (/argument list too long/i.test(text)) {
    return fail(
      'bad-request',
      l10n.t('The command for {0} is too long for target {1}.', program, target.name),
      l10n.t('Ask for less at once.'),
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
        l10n.t(
          'The user on target {0} may not use its command prefix ({1}): {2}',
          target.name,
          target.commandPrefix.join(' '),
          endSentence(firstLine(text) ?? ''),
        ),
        /forbidden/i.test(text)
          ? l10n.t(
              'Ask whoever runs the cluster for the right to run commands in that pod (create on pods/exec).',
            )
          : l10n.t('Log in as a user who may, or let commandPrefix begin with "sudo","-n".'),
      );
    }
    return fail(
      'permission',
      l10n.t('The user on target {0} may not run {1} or read what it needs.', target.name, program),
      l10n.t('Log in as a user who may, or set commandPrefix to ["sudo","-n"].'),
    );
  }
  if (/assertion \S+ failed in execute_check_in_port_sec/.test(text)) {
    return fail(
      'unknown-port',
      l10n.t(
        'ovn-trace on target {0} ended abnormally, as its releases from 22.06 to 23.09 do for a source port that the southbound database does not have on this switch.',
        target.name,
      ),
      l10n.t('Refresh the inventory; if the port is new, wait until ovn-northd has caught up.'),
    );
  }
  if (/assertion .*OVNACT_ND_NA failed/.test(text)) {
    return fail(
      'tool-failed',
      l10n.t(
        'ovn-trace on target {0} ended abnormally where a router answers a neighbour solicitation, which ovn-trace cannot simulate.',
        target.name,
      ),
      l10n.t('Trace the packet itself instead of the address resolution before it.'),
    );
  }
  if (isOfPrefix) {
    return fail(
      'prefix-failed',
      l10n.t(
        'The command prefix of target {0} ({1}) failed: {2}',
        target.name,
        target.commandPrefix.join(' '),
        endSentence(firstLine(text) ?? ''),
      ),
      /^(?:.*\/)?(?:sudo|doas)$/.test(prefix) && target.commandPrefix.every((word) => word !== 'exec')
        ? l10n.t(
            "Run it by hand there, and mend commandPrefix in the target's setting or what {0} allows.",
            prefix,
          )
        : l10n.t(
            "Check that the container or pod runs and can be reached from there, and mend commandPrefix in the target's setting.",
          ),
    );
  }
  const said = firstLine(result.stderr) ?? firstLine(result.stdout);
  return fail(
    'tool-failed',
    said === null
      ? wordSilence(result, program, target)
      : l10n.t('{0} on target {1} failed: {2}', program, target.name, endSentence(said)),
    l10n.t('The log (OVN: Show Log) has the whole output.'),
  );
}

function wordSilence({ exitCode, signal }: CommandResult, program: string, { name }: TargetConfig): string {
  return signal === null
    ? l10n.t('{0} on target {1} failed with status {2} and no message.', program, name, String(exitCode))
    : l10n.t('{0} on target {1} failed with signal {2} and no message.', program, name, signal);
}

/** Where a command without a password is allowed: a name of a file and of an option in it. */
function whereAllowed(asking: string): string {
  return asking === 'sudo' ? 'sudoers (NOPASSWD)' : 'doas.conf (nopass)';
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
