import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TracePlan } from '../../src/core/flow/request';
import { runTrace } from '../../src/core/session/runTrace';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { ResidentTracing, type ResidentOptions } from '../../src/target/resident/resident';
import { openTarget, type TargetSession } from '../../src/target/session';
import { eventually, processesWith } from './processes';
import { LogLines, nobody, writeSshConfig } from './session';
import { type Sshd } from './sshd';

/** Refused in the demo network. */
export const web1ToDb1: TracePlan = {
  datapath: 'web',
  microflow:
    'inport == "web1" && eth.src == 02:00:00:00:01:11 && eth.dst == 02:00:00:00:01:01 && ' +
    'ip4 && ip4.src == 10.0.1.11 && ip4.dst == 10.0.2.21 && ip.ttl == 64 && ' +
    'tcp && tcp.src == 40000 && tcp.dst == 5432 && tcp.flags == 2',
  ct: ['new', 'new', 'new', 'new', 'new', 'new', 'new', 'new'],
  repeatsCt: true,
  lbDst: null,
  openFlow: false,
};

/** A resident on a target whose temporary folder is private, so that what it leaves there shows. */
export class ResidentLab {
  readonly folder: string;
  readonly target: TargetConfig;
  readonly session: TargetSession;
  readonly resident: ResidentTracing;
  readonly log = new LogLines();
  readonly unavailable: string[] = [];

  /** @param root of the file system that the target sees */
  constructor(target: object, sshd: Sshd | null, options: ResidentOptions = {}, root = '') {
    this.folder = mkdtempSync(join(root, tmpdir(), 'resident-'));
    const { environment, ...others } = target as { environment?: object };
    const inside = this.folder.slice(root.length);
    this.target = targetSchema.parse({ ...others, environment: { TMPDIR: inside, ...environment } });
    const sshConfigFile = sshd === null ? undefined : writeSshConfig(sshd);
    this.session = openTarget(this.target, nobody, this.log, { sshConfigFile });
    this.resident = new ResidentTracing(this.target, this.session, this.log, {
      onUnavailable: (reason) => this.unavailable.push(reason),
      ...options,
    });
  }

  /** What a process that is started for it prints. */
  async fresh(plan: TracePlan): Promise<string> {
    const { result } = await runTrace(plan, { target: this.target, run: this.session.run });
    assert.equal(result.exitCode, 0, result.stderr);
    return result.stdout;
  }

  async trace(plan: TracePlan, signal?: AbortSignal): Promise<string | null> {
    return (await this.resident.trace(plan, performance.now(), signal))?.stdout ?? null;
  }

  /** The private folders of relays, with the pids of their daemons. */
  daemons(): readonly number[] {
    return this.left().flatMap((name) =>
      readdirSync(join(this.folder, name))
        .filter((file) => file.endsWith('.pid'))
        .map((file) => Number(readFileSync(join(this.folder, name, file), 'utf8'))),
    );
  }

  left(): readonly string[] {
    return readdirSync(this.folder);
  }

  async isClean(): Promise<void> {
    await eventually(
      'nothing is left on the target',
      () => this.left().length === 0 && processesWith(this.folder).length === 0,
    );
  }

  async end(): Promise<void> {
    this.resident.dispose();
    this.session.dispose();
    await this.isClean();
    rmSync(this.folder, { recursive: true });
  }
}
