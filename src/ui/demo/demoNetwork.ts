import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { targetSchema } from '../../core/session/target';
import type { PrivateOvn } from '../../target/privateOvn';
import type { SourceFiles } from '../definitions/sourceFiles';
import { setContext } from '../register';
import type { Targets } from '../targets/targets';
import { requireTrust } from '../targets/trust';

export const demoTargetName = 'Demo Network';

interface Running {
  readonly ovn: PrivateOvn;
  /** The scripts that made the network: the workspace's when it has the demo's folder open, else a copy to change at will. */
  readonly folder: vscode.Uri;
}

/** The demo network of this window: a private OVN that ends with it. */
export class DemoNetwork implements vscode.Disposable {
  private running: Promise<Running> | null = null;
  private terminal: vscode.Terminal | null = null;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly targets: Targets,
    private readonly sources: SourceFiles,
  ) {}

  /** Starts the network and makes it the selected target; gives the file of its rules. One that runs already is selected. */
  async start(): Promise<vscode.Uri> {
    requireTrust();
    this.running ??= this.launch();
    try {
      const { ovn, folder } = await this.running;
      await this.targets.addForWindow(
        targetSchema.parse({
          name: demoTargetName,
          type: 'local',
          northbound: ovn.northbound,
          southbound: ovn.southbound,
        }),
      );
      setContext('ovnTrace.demoRunning', true);
      return vscode.Uri.joinPath(folder, 'security', 'acls.sh');
    } catch (error) {
      this.running = null;
      throw error;
    }
  }

  async stop(): Promise<void> {
    const running = this.running;
    this.running = null;
    setContext('ovnTrace.demoRunning', false);
    this.targets.removeFromWindow(demoTargetName);
    this.sources.setExtraFolder(null);
    this.terminal?.dispose();
    this.terminal = null;
    if (running !== null) await (await running).ovn.stop();
  }

  /** A terminal in which `bash security/acls.sh` changes the demo's databases and no others. */
  async openTerminal(): Promise<void> {
    const running = await this.running;
    if (running === null) return;
    if (this.terminal?.exitStatus !== undefined) this.terminal = null;
    this.terminal ??= vscode.window.createTerminal({
      name: demoTargetName,
      cwd: running.folder,
      env: { OVN_NB_DB: running.ovn.northbound, OVN_SB_DB: running.ovn.southbound },
    });
    this.terminal.show();
  }

  dispose(): void {
    this.terminal?.dispose();
    void this.running?.then(
      ({ ovn }) => ovn.stop(),
      () => undefined,
    );
  }

  private async launch(): Promise<Running> {
    const { startDemoNetwork } = await import('../../target/demoNetwork');
    const shipped = vscode.Uri.joinPath(this.extensionUri, 'fixtures', 'demo');
    const ovn = await startDemoNetwork(shipped.fsPath);
    const open = await folderWithDemo();
    if (open !== null) return { ovn, folder: open };
    const copy = join(ovn.directory, 'demo');
    await cp(shipped.fsPath, copy, { recursive: true });
    const folder = vscode.Uri.file(copy);
    this.sources.setExtraFolder(folder);
    return { ovn, folder };
  }
}

/** The workspace folder with the demo's scripts in it, which are then the rules to look at. */
async function folderWithDemo(): Promise<vscode.Uri | null> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const scripts = ['network.sh', 'security/acls.sh', 'hypervisors.sh'];
    const found = scripts.map((script) => vscode.workspace.fs.stat(vscode.Uri.joinPath(uri, script)));
    if ((await Promise.allSettled(found)).every(({ status }) => status === 'fulfilled')) return uri;
  }
  return null;
}
