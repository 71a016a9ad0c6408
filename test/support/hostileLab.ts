import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noDefinitions } from '../../src/core/definitions/definition';
import type { RunCommand } from '../../src/core/command';
import { TraceFailure } from '../../src/core/failure';
import { indexInventory, type InventoryIndex } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import type { Tracing } from '../../src/core/session/tracePacket';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { openTarget, type TargetSession } from '../../src/target/session';
import { Canary } from './canary';
import { programPath } from './processes';
import { RecordedTools } from './recordedTools';
import { LogLines, nobody, sshTarget, writeSshConfig } from './session';
import { startSshd, type Sshd, type SshdOptions } from './sshd';

/** A port of the network with a hostile name: it sends, `receiver` receives. */
export interface HostileEnds {
  readonly name: string;
  readonly receiver: string;
  /** Address of the receiver. */
  readonly ip: string;
}

export interface OpenTarget {
  readonly target: TargetConfig;
  readonly run: RunCommand;
  readonly session: TargetSession;
  readonly close: () => void;
}

/**
 * A private OVN, a private sshd, and a canary: what is done to the databases, in the private folder or with a program of OVN
 * shows.
 */
export class HostileLab {
  private readonly sessions: TargetSession[] = [];
  /** Written once: it is read while others connect. */
  private readonly configFile: string;
  private readonly servers: Sshd[] = [];
  private before = '';

  private constructor(
    readonly canary: Canary,
    readonly ovn: PrivateOvn,
    readonly sshd: Sshd,
    readonly tools: RecordedTools,
  ) {
    this.configFile = writeSshConfig(sshd);
  }

  static async start(): Promise<HostileLab> {
    const canary = new Canary();
    const [ovn, sshd] = await Promise.all([startPrivateOvn(), startSshd()]);
    return new HostileLab(canary, ovn, sshd, new RecordedTools(sshd.folder));
  }

  async stop(): Promise<void> {
    this.closeSessions();
    await Promise.all([this.ovn.stop(), ...[this.sshd, ...this.servers].map((server) => server.stop())]);
    this.canary.remove();
  }

  closeSessions(): void {
    for (const session of this.sessions.splice(0)) session.dispose();
  }

  /** A switch for each text, whose name and ports are called by it; `acl` drops between the second port and the first. */
  async buildNetwork(texts: readonly string[]): Promise<readonly HostileEnds[]> {
    const ends = texts.map((text, number) => ({ name: text, receiver: `${text}2`, ip: `10.0.${number}.2` }));
    const commands = ends.flatMap(({ name, receiver }, number) => {
      const address = (host: number): string =>
        `0a:00:00:00:${number.toString(16).padStart(2, '0')}:0${host} 10.0.${number}.${host}`;
      return [
        ['ls-add', `${name}s`],
        ...[name, receiver].map((port) => ['lsp-add', `${name}s`, port]),
        ['lsp-set-addresses', name, address(1)],
        ['lsp-set-addresses', receiver, address(2)],
        ['--name=' + name.slice(0, 60), 'acl-add', `${name}s`, 'from-lport', '5', 'tcp.dst == 81', 'drop'],
        ['acl-add', `${name}s`, 'from-lport', '4', 'ip', 'allow-related'],
      ];
    });
    await this.ovn.check(['ovn-nbctl', ...commands.flatMap((words) => ['--', ...words]).slice(1)]);
    await this.ovn.sync();
    return ends;
  }

  settings(where: 'local' | 'ssh', more: object = {}): object {
    const { northbound, southbound } = this.ovn;
    const place = where === 'local' ? { type: 'local', name: 'here' } : sshTarget(this.sshd);
    return { ...place, northbound, southbound, environment: this.tools.environment, ...more };
  }

  open(settings: object, configFile = this.configFile): OpenTarget {
    const target = targetSchema.parse(settings);
    const session = openTarget(target, nobody, new LogLines(), {
      sshConfigFile: configFile,
      times: { idleMs: 60_000, firstDelayMs: 60_000, maxDelayMs: 60_000 },
    });
    this.sessions.push(session);
    return { target, run: session.run, session, close: () => session.dispose() };
  }

  /** One more server, which ends with the lab. */
  async another(options: SshdOptions): Promise<Sshd> {
    const server = await startSshd(options);
    this.servers.push(server);
    return server;
  }

  writeJson(value: unknown): string {
    const file = join(this.sshd.folder, 'file.json');
    writeFileSync(file, JSON.stringify(value));
    return file;
  }

  async tracing(settings: object): Promise<{ tracing: Tracing; index: InventoryIndex }> {
    const { target, run } = this.open(settings);
    const index = indexInventory(await readInventory(run, target, Date));
    const tracing = {
      target,
      run,
      clock: Date,
      currentInventory: () => Promise.resolve(index),
      join: noDefinitions,
      ovnVersion: null,
    };
    return { tracing, index };
  }

  /** Writes a program and returns its path. */
  program(name: string, script: string): string {
    const file = join(this.sshd.folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** A PATH of these programs and no other. */
  pathOf(...programs: readonly string[]): string {
    const folder = mkdtempSync(join(this.sshd.folder, 'path-'));
    for (const program of programs) symlinkSync(programPath(program), join(folder, program));
    return folder;
  }

  /** From here on nothing may change. */
  begin(): void {
    this.canary.takeTraces();
    this.tools.take();
    this.before = this.databases();
  }

  /** Fails when a file was made or removed, a database was written, or a program was called in a way that could write. */
  assertNothingDone(what: string): void {
    this.canary.assertUntouched(what);
    this.tools.assertOnlyRead();
    assert.ok(this.databases() === this.before, `${what}: a database was written`);
  }

  /** The files themselves: an OVSDB server appends every transaction that changes something. */
  private databases(): string {
    return ['nb.db', 'sb.db']
      .map((name) => readFileSync(join(this.ovn.directory, name), 'utf8'))
      .join('\u0000');
  }
}

/** The result, or the failure where it is one that a user is told in a sentence. */
export async function settled<T>(work: Promise<T>): Promise<T | TraceFailure> {
  try {
    return await work;
  } catch (error) {
    assert.ok(error instanceof TraceFailure, String(error));
    assert.notEqual(error.reason, 'internal', error.message);
    assert.match(error.message, /\.$/s);
    return error;
  }
}

/** Some at a time; a session runs eight commands side by side. */
export async function sideBySide<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  atOnce = 8,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
