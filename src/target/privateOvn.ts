import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import type { execa as execaFunction } from 'execa';
import type { CommandResult } from '../core/command';
import { TraceFailure } from '../core/failure';
import { listNames } from '../core/trace/phrases';
import { loadExeca } from './loadExeca';

/** Which OVN to run: the programs of PATH, or those of another system's tree, entered through `chroot` (needs root). */
export interface OvnPrograms {
  /** Absolute path of that tree; null for the programs of PATH. */
  readonly chroot: string | null;
}

export interface PrivateOvnOptions {
  readonly programs?: OvnPrograms;
  /** Parent of the private folder, as seen from outside; with a chroot it must lie in that tree. */
  readonly directory?: string;
}

export interface PrivateOvn {
  readonly programs: OvnPrograms;
  /** OVSDB connection methods as the OVN programs themselves see them. */
  readonly northbound: string;
  readonly southbound: string;
  /** The same for programs that are not in the chroot; equal to the above without one. */
  readonly outside: { readonly northbound: string; readonly southbound: string };
  /** The private folder, as seen from outside. */
  readonly directory: string;
  /** What a program needs in its environment to talk to these databases and to no others. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a program beside the databases, `environment` set; another exit status than 0 is a result, not an error. */
  run(argv: readonly [string, ...string[]], input?: string): Promise<CommandResult>;
  /** Like `run`, but a failed program is a `TraceFailure`; returns what it printed. */
  check(argv: readonly [string, ...string[]], input?: string): Promise<string>;
  /** Waits until northd has brought the southbound database up to date. */
  sync(): Promise<void>;
  /** Ends the three daemons and removes the folder. May be called more than once. */
  stop(): Promise<void>;
}

const schemaFolders = ['/usr/share/ovn', '/usr/local/share/ovn'];
/** `sun_path` holds 108 bytes, the closing zero included. */
const longestSocketPath = 107;
const startTimeoutMs = 10_000;

/**
 * Starts the two OVSDB servers and ovn-northd over unix sockets in a new private folder: no port is opened, nothing of
 * the system's own OVN is read or touched, no special rights are needed (but for a chroot).
 * Fails with `tool-missing` when OVN is not installed; then, as with any failure, nothing is left behind.
 */
export async function startPrivateOvn(options: PrivateOvnOptions = {}): Promise<PrivateOvn> {
  const programs = options.programs ?? { chroot: null };
  const schemas = await findSchemas(programs);
  const place = await makePrivateFolder(programs, options.directory);
  const daemons: Running[] = [];
  const ovn = describeInstance(programs, place, daemons);
  try {
    for (const database of ['nb', 'sb']) {
      await ovn.check([
        'ovsdb-tool',
        'create',
        `${place.inside}/${database}.db`,
        `${schemas}/ovn-${database}.ovsschema`,
      ]);
      await startDaemon(ovn, daemons, `${database}.sock`, [
        'ovsdb-server',
        `--remote=punix:${place.inside}/${database}.sock`,
        `--unixctl=${place.inside}/${database}.ctl`,
        `${place.inside}/${database}.db`,
      ]);
    }
    await ovn.check(['ovn-nbctl', '--timeout=10', 'init']);
    await ovn.check(['ovn-sbctl', '--timeout=10', 'init']);
    await startDaemon(ovn, daemons, 'northd.ctl', [
      'ovn-northd',
      `--ovnnb-db=${ovn.northbound}`,
      `--ovnsb-db=${ovn.southbound}`,
      `--unixctl=${place.inside}/northd.ctl`,
    ]);
    await ovn.sync();
    return ovn;
  } catch (error) {
    await ovn.stop();
    throw error;
  }
}

/** A folder under its two names: a path inside a chroot means another one outside. */
interface Place {
  readonly outside: string;
  readonly inside: string;
}

type Running = ReturnType<typeof spawn>;

function describeInstance(programs: OvnPrograms, place: Place, daemons: Running[]): PrivateOvn {
  const northbound = `unix:${place.inside}/nb.sock`;
  const southbound = `unix:${place.inside}/sb.sock`;
  const environment = {
    OVN_NB_DB: northbound,
    OVN_SB_DB: southbound,
    OVN_RUNDIR: place.inside,
    OVS_RUNDIR: place.inside,
  };
  const run = async (argv: readonly [string, ...string[]], input?: string): Promise<CommandResult> => {
    const { running } = await launch(programs, argv, environment, input);
    const result = await running;
    if (result.exitCode === undefined && result.signal === undefined)
      throw missing(argv[0], result.shortMessage ?? null);
    return {
      stdout: result.stdout,
      stderr: result.stderr,
      exitCode: result.exitCode ?? null,
      signal: result.signal ?? null,
    };
  };
  const check = async (argv: readonly [string, ...string[]], input?: string): Promise<string> => {
    const result = await run(argv, input);
    if (result.exitCode === 0) return result.stdout;
    const command = argv.slice(0, 3).join(' ');
    throw new TraceFailure(
      'tool-failed',
      result.signal === null
        ? l10n.t('{0} ended with status {1} on the private OVN.', command, result.exitCode ?? '?')
        : l10n.t('{0} ended with signal {1} on the private OVN.', command, result.signal),
      {
        advice: l10n.t('See what the program said.'),
        detail: result.stderr,
      },
    );
  };
  // for an end of this process that leaves no time for stop(); the daemons are ended by execa then
  const remove = (): void => rmSync(place.outside, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    programs,
    northbound,
    southbound,
    outside: { northbound: `unix:${place.outside}/nb.sock`, southbound: `unix:${place.outside}/sb.sock` },
    directory: place.outside,
    environment,
    run,
    check,
    sync: async () => {
      await check(['ovn-nbctl', '--timeout=60', '--wait=sb', 'sync']);
    },
    stop: async () => {
      // northd first, so that it does not complain about databases that go away
      for (const daemon of daemons.splice(0).reverse()) {
        daemon.kill();
        await daemon;
      }
      process.off('exit', remove);
      remove();
    },
  };
}

/** A daemon stays a child of this process: should this process end first, execa ends the child too. */
async function startDaemon(
  ovn: PrivateOvn,
  daemons: Running[],
  socket: string,
  argv: readonly [string, ...string[]],
): Promise<void> {
  const quiet = ['-vconsole:warn', '-vsyslog:off', '-vfile:off', '--no-chdir'];
  const { running } = await launch(ovn.programs, [argv[0], ...quiet, ...argv.slice(1)], ovn.environment);
  daemons.push(running);
  const ended: Awaited<Running>[] = [];
  void running.then((result) => ended.push(result));
  const giveUpAt = Date.now() + startTimeoutMs;
  while (!(await exists(join(ovn.directory, socket)))) {
    if (ended.length > 0 || Date.now() > giveUpAt) {
      throw new TraceFailure('tool-failed', l10n.t('{0} did not start for the private OVN.', argv[0]), {
        advice: l10n.t('See what the program said.'),
        detail: ended[0]?.stderr ?? null,
      });
    }
    await delay(10);
  }
}

/** The child is wrapped: as a promise's own value it would be waited for. */
async function launch(
  programs: OvnPrograms,
  argv: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>>,
  input = '',
): Promise<{ readonly running: Running }> {
  const execa = await loadExeca();
  const [program, ...args] = argv;
  return {
    running:
      programs.chroot === null
        ? spawn(execa, program, args, environment, input)
        : spawn(execa, 'chroot', [programs.chroot, ...argv], environment, input),
  };
}

function spawn(
  execa: typeof execaFunction,
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string,
) {
  return execa(program, args, {
    reject: false,
    stripFinalNewline: false,
    input,
    // ovsdb-server lies in /usr/sbin, which is not in an ordinary user's PATH
    env: { ...environment, PATH: `${process.env['PATH'] ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin` },
  });
}

async function findSchemas(programs: OvnPrograms): Promise<string> {
  for (const folder of schemaFolders) {
    if (await exists(`${programs.chroot ?? ''}${folder}/ovn-nb.ovsschema`)) return folder;
  }
  throw missing('ovn-northd', l10n.t('There is no ovn-nb.ovsschema in {0}.', listNames(schemaFolders, 'or')));
}

async function makePrivateFolder(programs: OvnPrograms, parent: string | undefined): Promise<Place> {
  const root = programs.chroot ?? '';
  const candidates =
    parent !== undefined ? [parent] : programs.chroot !== null ? [`${root}/tmp`] : [tmpdir(), '/tmp'];
  for (const candidate of candidates) {
    if (!candidate.startsWith(root === '' ? '/' : `${root}/`)) continue;
    const longest = `${candidate.slice(root.length)}/ovn-${randomBytes(3).toString('hex')}/northd.ctl`;
    if (Buffer.byteLength(longest) > longestSocketPath) continue;
    await mkdir(candidate, { recursive: true });
    const outside = await mkdtemp(join(candidate, 'ovn-'));
    return { outside, inside: outside.slice(root.length) };
  }
  throw new TraceFailure(
    'config-invalid',
    l10n.t('A private OVN cannot have its sockets in {0}.', listNames(candidates, 'or')),
    {
      advice: l10n.t('Choose a folder with a shorter path, in the tree of the chroot if there is one.'),
    },
  );
}

function missing(program: string, detail: string | null): TraceFailure {
  return new TraceFailure(
    'tool-missing',
    l10n.t('The OVN programs are not installed here: {0} was not found.', program),
    {
      advice: l10n.t(
        'Install the package ovn-central (Debian, Ubuntu: apt-get install ovn-central openvswitch-switch; Fedora: dnf install ovn-central openvswitch).',
      ),
      detail,
    },
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
