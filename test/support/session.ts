import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { targetSchema } from '../../src/core/session/target';
import type { Prompts } from '../../src/target/prompts';
import { openTarget } from '../../src/target/session';
import type { Log, TargetOptions, TargetSession } from '../../src/target/session';
import type { Sshd } from './sshd';

/** Nobody is there to be asked: a test that asks fails. */
export const nobody: Prompts = {
  confirmHostKey: () => Promise.reject(new Error('asked for a host key')),
  askSecret: () => Promise.reject(new Error('asked for a secret')),
};

export class LogLines implements Log {
  readonly lines: string[] = [];
  debug(line: string): void {
    this.lines.push(line);
  }
  info(line: string): void {
    this.lines.push(line);
  }
  warn(line: string): void {
    this.lines.push(line);
  }
}

/** A target named `lab` over a private sshd, whose host key is known and whose key is let in. */
export function openSession(
  server: Sshd,
  target: object = {},
  options: TargetOptions = {},
  log: Log = new LogLines(),
): TargetSession {
  return openTarget(targetSchema.parse({ ...sshTarget(server), ...target }), nobody, log, {
    sshConfigFile: writeSshConfig(server),
    ...options,
  });
}

export function sshTarget({ host, port, username, clientKey }: Sshd): object {
  return { type: 'ssh', name: 'lab', host, port, username, identityFile: clientKey };
}

/** An ssh configuration that knows the server and nothing of this machine's user. */
export function writeSshConfig(server: Sshd): string {
  const knownHosts = join(server.folder, 'known_hosts');
  writeFileSync(knownHosts, server.knownHosts);
  const config = join(server.folder, 'ssh_config');
  writeFileSync(
    config,
    [
      'Host *',
      `UserKnownHostsFile ${knownHosts}`,
      'GlobalKnownHostsFile /dev/null',
      'IdentityAgent none',
      '',
    ].join('\n'),
  );
  return config;
}
