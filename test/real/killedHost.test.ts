import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { targetSchema } from '../../src/core/session/target';
import { startContainerEngine } from '../support/containerEngine';
import type { ContainerEngine } from '../support/containerEngine';
import { eventually, isSleeping, processesWith, uniqueSeconds } from '../support/processes';
import { sshTarget, writeSshConfig } from '../support/session';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

const script = join(__dirname, '../support/runAndHold.ts');

describe('A killed extension host', function () {
  this.timeout(60_000);
  let sshd: Sshd;
  let engine: ContainerEngine;
  before(async () => {
    sshd = await startSshd();
    engine = await startContainerEngine({ box: ['sh', 'sleep', 'true', 'echo', 'timeout', 'setsid'] });
  });
  after(async () => {
    engine.stop();
    await sshd.stop();
  });

  const local = { type: 'local', name: 'here' };
  const cases: readonly [string, () => object][] = [
    ['an SSH target', () => sshTarget(sshd)],
    ['this machine', () => local],
    ['a container of an SSH target', () => ({ ...sshTarget(sshd), commandPrefix: engine.prefix('box') })],
    ['a container here', () => ({ ...local, commandPrefix: engine.prefix('box') })],
  ];
  for (const [place, target] of cases) {
    it(`leaves no process on ${place}`, async () => {
      const seconds = uniqueSeconds();
      // The number is put together over there, so that only the program on the target has it in its arguments.
      const [whole, part] = seconds.split('.') as [string, string];
      const command = ['sh', '-c', 'trap "" HUP; sleep "$1.$2"; sleep "$1.$2"', 'sh', whole, part];
      const options = { sshConfigFile: writeSshConfig(sshd) };
      const host = spawn(
        process.execPath,
        [
          '--require',
          'tsx/cjs',
          script,
          ...[targetSchema.parse(target()), options, command].map((each) => JSON.stringify(each)),
        ],
        { stdio: 'ignore' },
      );
      const ended = new Promise((resolve) => host.once('exit', (_code, signal) => resolve(signal)));
      const remains = (): string[] => [
        ...processesWith(`sleep ${seconds}`),
        ...processesWith(`sh ${whole} ${part}`),
      ];
      await eventually('it runs', () => isSleeping(seconds), 20_000);
      host.kill('SIGKILL');
      assert.equal(await ended, 'SIGKILL');
      await eventually('it is gone', () => remains().length === 0, 10_000);
    });
  }
});
