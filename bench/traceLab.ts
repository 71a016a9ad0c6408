import { spawn } from 'node:child_process';
import { noDefinitions } from '../src/core/definitions/definition';
import type { TraceRequest } from '../src/core/flow/request';
import type { TargetConfig } from '../src/core/session/target';
import { targetSchema } from '../src/core/session/target';
import { startPrivateOvn, type PrivateOvn } from '../src/target/privateOvn';
import { quoteForShell } from '../src/target/quote';
import { openTarget, type ConnectionStatus, type TargetSession } from '../src/target/session';
import { nobody, sshTarget, writeSshConfig } from '../test/support/session';
import { startSshd, type Sshd } from '../test/support/sshd';
import { guestName, makeNetwork, switchesOfRouter, writeNetwork, type NetworkSize } from './network';

/** A network of its own behind an SSH server of its own, both on this machine. */
export interface TraceLab {
  readonly size: NetworkSize;
  readonly ovn: PrivateOvn;
  readonly target: TargetConfig;
  /** A session as the extension opens it; not connected yet. */
  open(onConnection?: (status: ConnectionStatus) => void): TargetSession;
  /** Runs a command as a person types it, `ssh HOST COMMAND`, on a connection of its own; gives what it printed. */
  type(argv: readonly string[]): Promise<string>;
  countLogicalFlows(): Promise<number>;
  stop(): Promise<void>;
}

export const quietLog = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Builds the network; all of it is gone after `stop`, and when this process is told to end. */
export async function startTraceLab(size: NetworkSize): Promise<TraceLab> {
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const each of started.splice(0).toReversed()) await each.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  };
  const onSignal = (): void => {
    void stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const ovn = await startPrivateOvn();
    started.push(ovn);
    await writeNetwork(makeNetwork(size), `${ovn.directory}/nb.sock`);
    await ovn.check(['ovn-nbctl', '--timeout=600', '--wait=sb', 'sync']);
    const server = await startSshd();
    started.push(server);
    return describeLab(size, ovn, server, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function describeLab(size: NetworkSize, ovn: PrivateOvn, server: Sshd, stop: () => Promise<void>): TraceLab {
  const sshConfigFile = writeSshConfig(server);
  const target = targetSchema.parse({
    ...sshTarget(server),
    northbound: ovn.northbound,
    southbound: ovn.southbound,
    timeoutSeconds: 120,
  });
  const login = ['-i', server.clientKey, '-p', String(server.port), `${server.username}@${server.host}`];
  return {
    size,
    ovn,
    target,
    open: (onConnection) => openTarget(target, nobody, quietLog, { sshConfigFile, onConnection }),
    type: (argv) =>
      outputOf('ssh', ['-F', sshConfigFile, '-o', 'BatchMode=yes', ...login, quoteForShell(argv)]),
    countLogicalFlows: async () => {
      const listed = await ovn.check(['ovn-sbctl', '--bare', '--columns=_uuid', 'list', 'Logical_Flow']);
      return listed.split('\n').filter((line) => line !== '').length;
    },
    stop,
  };
}

function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const parts: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => parts.push(text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(parts.join(''));
      else reject(new Error(`${program} ended with status ${code}.`));
    });
  });
}

/**
 * The packets that are traced: no two of the first thousands are alike. Each goes from a guest through a router to a guest of
 * another switch; those of even number are let in, and the others dropped.
 */
export function packetOf({ size }: TraceLab, number: number): TraceRequest {
  const { switches, ports } = size;
  const ofSwitch = ports / switches;
  const from = number % switches;
  const router = from - (from % switchesOfRouter);
  const behind = Math.min(switchesOfRouter, switches - router);
  const to = router + ((from - router + 1 + (number % (behind - 1))) % behind);
  return {
    inport: guestName(from, Math.floor(number / switches) % ofSwitch),
    destination: { kind: 'port', port: guestName(to, (number * 7) % ofSwitch) },
    service: { protocol: 'tcp', dstPort: 2000 + (number % 2), srcPort: 40_000 + (number % 20_000) },
    connection: { kind: 'new' },
  };
}

/** What the extension gives a trace beside the packet. */
export const tracingOf = ({ target }: TraceLab, session: TargetSession) => ({
  target,
  run: session.run,
  clock: Date,
  join: noDefinitions,
});
