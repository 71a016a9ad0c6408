import * as vscode from 'vscode';
import { targetSchema } from '../../core/session/target';
import type { PrivateOvn } from '../../target/privateOvn';
import { setContext } from '../register';
import type { Targets } from '../targets/targets';
import { requireTrust } from '../targets/trust';

export const demoTargetName = 'Demo Network';

/** The demo network of this window: a private OVN that ends with it. */
export class DemoNetwork implements vscode.Disposable {
  private running: Promise<PrivateOvn> | null = null;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly targets: Targets,
  ) {}

  /** Starts the network and makes it the selected target. One that runs already is selected. */
  async start(): Promise<void> {
    requireTrust();
    this.running ??= this.launch();
    try {
      const ovn = await this.running;
      await this.targets.addForWindow(
        targetSchema.parse({
          name: demoTargetName,
          type: 'local',
          northbound: ovn.northbound,
          southbound: ovn.southbound,
        }),
      );
      setContext('ovnTrace.demoRunning', true);
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
    if (running !== null) await (await running).stop();
  }

  /** The folder with the scripts that made the network, to look at the rules. */
  get folder(): vscode.Uri {
    return vscode.Uri.joinPath(this.extensionUri, 'fixtures', 'demo');
  }

  dispose(): void {
    void this.running?.then(
      (ovn) => ovn.stop(),
      () => undefined,
    );
  }

  private async launch(): Promise<PrivateOvn> {
    const { startDemoNetwork } = await import('../../target/demoNetwork');
    return startDemoNetwork(this.folder.fsPath);
  }
}
