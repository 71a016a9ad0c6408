import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PrivateOvn } from '../../src/target/privateOvn';

/** A chassis beside a private OVN: Open vSwitch without a kernel datapath, and the ovn-controller that fills its bridge. */
export interface OpenVswitch {
  /** OpenFlow connection of `br-int`, as the programs beside the databases see it. */
  readonly remote: string;
  /** OpenFlow port number of each bound logical port. */
  readonly ofports: ReadonlyMap<string, number>;
  /** Waits until the flows of everything in the northbound database are in the bridge. */
  sync(): Promise<void>;
  /** The flows of the bridge, as `ovs-ofctl` prints them. */
  dumpFlows(): Promise<readonly string[]>;
  /** `ofproto/trace`: what the bridge would do with a packet, `states` being the answers of connection tracking. */
  traceFlow(flow: string, states: readonly string[]): Promise<string>;
  /** Ends the daemons. The folder is the private OVN's, which removes it. */
  stop(): Promise<void>;
}

const startTimeoutMs = 10_000;
const schema = '/usr/share/openvswitch/vswitch.ovsschema';

/**
 * Starts ovsdb-server, ovs-vswitchd and ovn-controller in the folder of a private OVN, and binds those of its ports. The dummy
 * datapath needs no kernel module and no rights, and makes no interface on this machine.
 */
export async function startOpenVswitch(ovn: PrivateOvn, ports: readonly string[]): Promise<OpenVswitch> {
  const inside = ovn.environment['OVS_RUNDIR'] ?? '';
  const database = `unix:${inside}/ovs.sock`;
  const control = `${inside}/vswitchd.ctl`;
  const daemons: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const daemon of daemons.splice(0).reverse()) await end(daemon);
  };
  const start = (argv: readonly [string, ...string[]], appears: (pid: number) => string): Promise<void> =>
    startDaemon(ovn, daemons, argv, appears);
  const vsctl = (...words: readonly string[]): Promise<string> =>
    ovn.check(['ovs-vsctl', `--db=${database}`, '--timeout=20', ...words]);
  try {
    await ovn.check(['ovsdb-tool', 'create', `${inside}/ovs.db`, schema]);
    await start(
      [
        'ovsdb-server',
        `--remote=punix:${inside}/ovs.sock`,
        `--unixctl=${inside}/ovs.ctl`,
        `${inside}/ovs.db`,
      ],
      () => 'ovs.sock',
    );
    await vsctl('--no-wait', 'init');
    await start(
      ['ovs-vswitchd', '--enable-dummy=override', '--disable-system', `--unixctl=${control}`, database],
      () => 'vswitchd.ctl',
    );
    await vsctl(
      ...['set', 'Open_vSwitch', '.', 'external_ids:system-id=chassis', 'external_ids:ovn-encap-type=geneve'],
      ...['external_ids:ovn-encap-ip=127.0.0.1', `external_ids:ovn-remote="${ovn.southbound}"`],
      ...[
        '--',
        'add-br',
        'br-int',
        '--',
        'set',
        'Bridge',
        'br-int',
        'datapath_type=dummy',
        'fail_mode=secure',
      ],
      ...ports.flatMap((port, index) => bindPort(port, `vif${index}`)),
    );
    const ofports = new Map<string, number>();
    for (const [index, port] of ports.entries()) {
      ofports.set(port, Number(await vsctl('get', 'Interface', `vif${index}`, 'ofport')));
    }
    await start(['ovn-controller', database], (pid) => `ovn-controller.${pid}.ctl`);
    const sync = async (): Promise<void> => {
      await ovn.check(['ovn-nbctl', '--timeout=60', '--wait=hv', 'sync']);
    };
    // as long as no chassis is known there is none that `sync` would wait for
    for (const index of ports.keys()) {
      await vsctl('wait-until', 'Interface', `vif${index}`, 'external_ids:ovn-installed=true');
    }
    await sync();
    return {
      remote: `unix:${inside}/br-int.mgmt`,
      ofports,
      sync,
      dumpFlows: async () => {
        const text = await ovn.check(['ovs-ofctl', '-O', 'OpenFlow15', '--no-names', 'dump-flows', 'br-int']);
        return text.split('\n').filter((line) => line.includes('cookie='));
      },
      traceFlow: (flow, states) =>
        ovn.check([
          ...(['ovs-appctl', '-t', control, 'ofproto/trace', 'br-int', flow] as const),
          ...states.flatMap((state) => ['--ct-next', state]),
        ]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function bindPort(port: string, device: string): readonly string[] {
  const bound = ['type=dummy', `external_ids:iface-id="${port}"`];
  return ['--', 'add-port', 'br-int', device, '--', 'set', 'Interface', device, ...bound];
}

async function startDaemon(
  ovn: PrivateOvn,
  daemons: ChildProcess[],
  argv: readonly [string, ...string[]],
  appears: (pid: number) => string,
): Promise<void> {
  const { chroot } = ovn.programs;
  const quiet = ['-vconsole:err', '-vsyslog:off', '-vfile:off', '--no-chdir'];
  const [program, ...rest] = [...(chroot === null ? [] : ['chroot', chroot]), ...argv, ...quiet];
  const daemon = spawn(program ?? '', rest, {
    env: {
      ...process.env,
      ...ovn.environment,
      PATH: `${process.env['PATH'] ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  daemons.push(daemon);
  let said = '';
  daemon.stderr.on('data', (text: Buffer) => (said += text.toString()));
  daemon.on('error', (error) => (said += error.message));
  // a test run that is broken off leaves no daemon behind
  const kill = (): void => void daemon.kill();
  process.once('exit', kill);
  daemon.once('close', () => process.off('exit', kill));
  const giveUpAt = Date.now() + startTimeoutMs;
  while (!existsSync(join(ovn.directory, appears(daemon.pid ?? 0)))) {
    if (daemon.exitCode !== null || daemon.pid === undefined || Date.now() > giveUpAt) {
      throw new Error(`${argv[0]} did not start: ${said.trim() || 'it said nothing.'}`);
    }
    await delay(10);
  }
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.pid === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((settle) => daemon.once('close', settle));
  daemon.kill();
  await ended;
}
