import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunCommand } from '../../core/command';
import { TraceFailure } from '../../core/failure';
import type { TargetConfig } from '../../core/session/target';
import type { Resident } from '../../core/session/resident';
import { outputBytes } from '../../target/output';
import type { HostKeyStore, Prompts } from '../../target/prompts';
import type { ResidentTracing } from '../../target/resident/resident';
import type { TargetSession } from '../../target/session';
import type { Settings } from '../settings/settings';
import type { ConnectionState } from './connectionText';
import { describeTarget } from './describeTarget';
import { requireTrust } from './trust';
import type { WorkspaceConsent } from './workspaceConsent';
import type { WorkspacePart } from './workspaceQuestion';

interface OpenSession {
  readonly config: TargetConfig;
  readonly session: Promise<TargetSession>;
  readonly resident: Promise<ResidentTracing>;
}

/** A `Resident` behind the same questions as every command of the target. */
export interface ResidentOfTarget extends Resident {
  /** See `ResidentTracing.prepare`. */
  prepare(states: readonly string[], signal: AbortSignal): () => void;
}

const selectedKey = 'ovnTrace.selectedTarget';
const toldKey = 'ovnTrace.toldOfNoResident';

/** The targets of the settings and of this window, and one warm session for each that was used. */
export class Targets implements vscode.Disposable {
  private readonly ofWindow = new Map<string, TargetConfig>();
  private readonly sessions = new Map<string, OpenSession>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** The list of targets, or the selected one, has changed. */
  readonly onDidChange = this.changed.event;
  private readonly connections = new Map<string, ConnectionState>();
  private readonly connectionChanged = new vscode.EventEmitter<void>();
  /** The connection of a target has changed. */
  readonly onDidChangeConnection = this.connectionChanged.event;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly settings: Settings,
    private readonly prompts: Prompts,
    private readonly hostKeys: HostKeyStore,
    private readonly log: vscode.LogOutputChannel,
    private readonly state: vscode.Memento,
    private readonly consent: WorkspaceConsent,
  ) {
    this.listener = settings.onDidChange((key) => {
      if (key === 'targets') this.closeChanged();
      // A session keeps the limit it was opened with, and what stays on the target ends with it.
      if (key === 'maxOutputMegabytes' || key === 'residentTracing') this.closeAll();
      if (key === 'targets' || key === 'defaultTarget') this.changed.fire();
    });
  }

  /** Those of this window (the demo network) last. */
  list(): readonly TargetConfig[] {
    const configured = this.settings.targets().targets.filter((target) => !this.ofWindow.has(target.name));
    return [...configured, ...this.ofWindow.values()];
  }

  /** Entries of the setting that cannot be used, each with its sentence. */
  problems(): readonly TraceFailure[] {
    return this.settings.targets().problems;
  }

  /** The target of that name, or, without a name, the one in use. */
  find(name: string | undefined): TargetConfig | undefined {
    const all = this.list();
    if (name !== undefined) return all.find((target) => target.name === name);
    if (all.length === 1) return all[0];
    const preferred = [this.state.get<string>(selectedKey), this.settings.get('defaultTarget', '')];
    return preferred
      .map((candidate) => all.find((target) => target.name === candidate))
      .find((target) => target !== undefined);
  }

  /** What the workspace has to do with the target; null when it is the user's own choice or of this window. */
  partOfWorkspace(config: TargetConfig): WorkspacePart | null {
    const ofWindow = this.ofWindow.get(config.name);
    if (ofWindow !== undefined && isSame(ofWindow, config)) return null;
    if (this.settings.isOfWorkspace('targets')) return 'defines';
    const isChosen =
      this.settings.isOfWorkspace('defaultTarget') &&
      this.settings.get('defaultTarget', '') === config.name &&
      this.state.get<string>(selectedKey) !== config.name &&
      this.list().length > 1;
    return isChosen ? 'chooses' : null;
  }

  /** Where the target is, and whether it came with the workspace, for a list to choose from. */
  describe(config: TargetConfig): string {
    const where = describeTarget(config);
    return this.partOfWorkspace(config) === 'defines'
      ? l10n.t('{0}, defined by this workspace', where)
      : where;
  }

  /** Nothing more has to be asked about the target before its first command. */
  isAgreed(config: TargetConfig): boolean {
    const part = this.partOfWorkspace(config);
    return part === null || this.consent.has(config, part);
  }

  /** How the connection of the target stands; null when it has not been used as it is defined now. */
  connection(config: TargetConfig): ConnectionState | null {
    const known = this.sessions.get(config.name);
    if (known === undefined || !isSame(known.config, config)) return null;
    return this.connections.get(config.name) ?? null;
  }

  /** Like `find`, but fails with the sentence to show. */
  require(name: string | undefined): TargetConfig {
    const found = this.find(name);
    if (found !== undefined) return found;
    const problem = this.problems()[0];
    if (name === undefined && this.list().length === 0 && problem !== undefined) throw problem;
    throw name === undefined
      ? new TraceFailure('no-target', l10n.t('No target is set: where should ovn-trace run?'), {
          advice: l10n.t('Add a target, or start the demo network.'),
        })
      : new TraceFailure('no-target', l10n.t('There is no target "{0}" in the settings.', name), {
          advice: l10n.t('Add it, or choose another one with OVN: Edit and Trace.'),
        });
  }

  async select(name: string): Promise<void> {
    await this.state.update(selectedKey, name);
    this.changed.fire();
  }

  /** Adds a target that lives as long as this window, and selects it. */
  async addForWindow(config: TargetConfig): Promise<void> {
    this.ofWindow.set(config.name, config);
    await this.select(config.name);
  }

  removeFromWindow(name: string): void {
    if (!this.ofWindow.delete(name)) return;
    this.close(name);
    this.changed.fire();
  }

  /**
   * Runs commands on the target, over its warm session. Every command of this extension goes through here, whoever wants
   * it: it refuses in Restricted Mode, and asks before the first use of a target that came with the workspace.
   */
  runner(config: TargetConfig): RunCommand {
    return async (argv, options) => {
      await this.requireUsable(config);
      return (await this.open(config).session).run(argv, options);
    };
  }

  /** What may stay on the target between two traces; null when the user does not want that. */
  resident(config: TargetConfig): ResidentOfTarget | null {
    if (!this.settings.get('residentTracing', true)) return null;
    const usable = async (): Promise<ResidentTracing> => {
      await this.requireUsable(config);
      return this.open(config).resident;
    };
    return {
      trace: async (...question) => (await usable()).trace(...question),
      inventory: async (signal) => (await usable()).inventory(signal),
      logicalFlows: async (flows, signal) => (await usable()).logicalFlows(flows, signal),
      prepare: (states, signal) => {
        const released = new AbortController();
        usable().then(
          (resident) => {
            if (released.signal.aborted) return;
            const release = resident.prepare(states, signal);
            released.signal.addEventListener('abort', release, { once: true });
          },
          () => undefined,
        );
        return () => released.abort();
      },
    };
  }

  /** Ends every connection, and with them the secrets that were typed and the host keys that were trusted once. */
  closeAll(): void {
    for (const name of [...this.sessions.keys()]) this.close(name);
  }

  dispose(): void {
    this.listener.dispose();
    this.closeAll();
    this.changed.dispose();
    this.connectionChanged.dispose();
  }

  private async requireUsable(config: TargetConfig): Promise<void> {
    requireTrust();
    this.requireCurrent(config);
    const part = this.partOfWorkspace(config);
    if (part === null) return;
    await this.consent.require(config, part);
    // The question may have stood for a while.
    this.requireCurrent(config);
  }

  /** Of a definition that is gone nobody can say any more whether it was the workspace's. */
  private requireCurrent(config: TargetConfig): void {
    if (this.list().some((target) => isSame(target, config))) return;
    throw new TraceFailure(
      'config-invalid',
      l10n.t('The target "{0}" has changed in the settings.', config.name),
      {
        advice: l10n.t('Trace again with the target as it is now.'),
      },
    );
  }

  private open(config: TargetConfig): OpenSession {
    const known = this.sessions.get(config.name);
    if (known !== undefined && isSame(known.config, config)) return known;
    this.close(config.name);
    const maxOutputBytes = outputBytes(this.settings.get('maxOutputMegabytes', 64));
    // Loaded on first use: the SSH library is the largest part of the extension.
    const session = import('../../target/session').then(({ openTarget }) =>
      openTarget(config, this.prompts, this.log, {
        hostKeys: this.hostKeys,
        maxOutputBytes,
        onConnection: (status) => {
          // One that has been closed may have a successor by now.
          if (this.sessions.get(config.name) !== opened) return;
          this.connections.set(config.name, { status, since: Date.now() });
          this.connectionChanged.fire();
        },
      }),
    );
    const resident = Promise.all([session, import('../../target/resident/resident')]).then(
      ([talking, { ResidentTracing: Residents }]) =>
        new Residents(config, talking, this.log, {
          maxOutputBytes,
          onUnavailable: (reason) => this.sayUnavailable(config.name, reason),
        }),
    );
    const opened: OpenSession = { config, session, resident };
    this.sessions.set(config.name, opened);
    return opened;
  }

  /** Once in a workspace: it is no fault, but the answer to why traces take their time. */
  private sayUnavailable(name: string, reason: string): void {
    this.log.info(`${name}: each trace starts an ovn-trace of its own: ${reason}`);
    const told = this.state.get<readonly string[]>(toldKey) ?? [];
    if (told.includes(name)) return;
    void this.state.update(toldKey, [...told, name]);
    void vscode.window.showInformationMessage(
      l10n.t(
        'On {0} each trace starts an ovn-trace of its own and takes longer, since none can stay there: {1}. The setting ovnTrace.residentTracing says what it takes.',
        name,
        reason,
      ),
    );
  }

  private close(name: string): void {
    const known = this.sessions.get(name);
    this.sessions.delete(name);
    if (this.connections.delete(name)) this.connectionChanged.fire();
    Promise.all([known?.session, known?.resident]).then(
      ([session, resident]) => {
        resident?.dispose();
        session?.dispose();
      },
      () => undefined,
    );
  }

  private closeChanged(): void {
    const now = this.list();
    for (const [name, { config }] of this.sessions) {
      if (!now.some((target) => target.name === name && isSame(target, config))) this.close(name);
    }
  }
}

export function isSame(a: TargetConfig, b: TargetConfig): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
