import type { RunCommand } from '../../../src/core/command';
import type { TracePlan, TraceRequest } from '../../../src/core/flow/request';
import { indexInventory, type InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../../src/core/ovn/readInventory';
import type { TraceReport } from '../../../src/core/session/report';
import { targetSchema, type TargetConfig } from '../../../src/core/session/target';
import { runPlan, tracePacket, type Tracing } from '../../../src/core/session/tracePacket';
import { startPrivateOvn, type OvnPrograms, type PrivateOvn } from '../../../src/target/privateOvn';
import { noDefinitions } from '../../../src/core/definitions/definition';

/** A packet: a request as the wizard makes it, or a microflow by hand. */
export type Packet = TraceRequest | ByHand;

export interface ByHand {
  readonly datapath: string;
  readonly microflow: string;
  readonly ct?: readonly string[];
}

const clock = { now: () => 0 };

/** One private OVN that holds one small network at a time. */
export class CauseLab {
  private constructor(
    private readonly ovn: PrivateOvn,
    private readonly target: TargetConfig,
  ) {}

  static async start(programs: OvnPrograms): Promise<CauseLab> {
    const ovn = await startPrivateOvn({ programs });
    const { northbound, southbound } = ovn;
    return new CauseLab(ovn, targetSchema.parse({ type: 'local', name: 'lab', northbound, southbound }));
  }

  async stop(): Promise<void> {
    await this.ovn.stop();
  }

  /** Takes the network before it away and makes another, by lines of ovn-nbctl commands. */
  async build(script: string): Promise<void> {
    await this.wakeNorthd();
    for (const tables of roots) {
      await this.ovn.check(['ovn-nbctl', ...tables.flatMap((table) => ['--', '--all', 'destroy', table])]);
    }
    await this.change(`clear NB_Global . options\n${script}`);
  }

  /** Runs lines of ovn-nbctl commands in one transaction, and waits until northd has followed. */
  async change(script: string): Promise<void> {
    await this.ovn.check(['ovn-nbctl', '--timeout=30', '--wait=sb', ...commandsOf(script)]);
  }

  /** Runs lines of ovn-sbctl commands: what ovn-controller would write. */
  async changeSouthbound(script: string): Promise<void> {
    await this.ovn.check(['ovn-sbctl', ...commandsOf(script)]);
    await this.ovn.sync();
  }

  /** Runs lines of ovn-sbctl commands while ovn-northd sleeps, so that it cannot put right what they break. */
  async changeWithoutNorthd(script: string): Promise<void> {
    await this.northd('pause');
    await this.ovn.check(['ovn-sbctl', ...commandsOf(script)]);
  }

  async wakeNorthd(): Promise<void> {
    await this.northd('resume');
    await this.ovn.sync();
  }

  private async northd(command: 'pause' | 'resume'): Promise<void> {
    const control = `${this.ovn.environment['OVN_RUNDIR'] ?? ''}/northd.ctl`;
    await this.ovn.check(['ovn-appctl', '-t', control, command]);
  }

  /** The MAC binding that ovn-controller writes when somebody has answered a router. */
  async learn(routerPort: string, ip: string, mac: string): Promise<void> {
    const find = ['ovn-sbctl', '--bare', '--columns=datapath', 'find', 'Port_Binding'] as const;
    const datapath = (await this.ovn.check([...find, `logical_port=${routerPort}`])).trim();
    await this.changeSouthbound(
      `create MAC_Binding logical_port=${routerPort} 'ip="${ip}"' 'mac="${mac}"' datapath=${datapath}`,
    );
  }

  async trace(packet: Packet): Promise<TraceReport> {
    const index = await this.inventory();
    const tracing: Tracing = {
      target: this.target,
      run: this.run,
      clock,
      currentInventory: () => Promise.resolve(index),
      join: noDefinitions,
      ovnVersion: null,
    };
    return 'microflow' in packet
      ? runPlan(planOf(packet), null, tracing)
      : tracePacket(packet, index, tracing, false);
  }

  /** Runs a line that advice gave, as a person would who copies it into a shell. */
  async follow(command: string): Promise<void> {
    const [program, ...words] = wordsOf(command);
    if (program !== 'ovn-nbctl') throw new Error(`no command for ovn-nbctl: ${command}`);
    await this.ovn.check([program, ...words]);
    await this.ovn.sync();
  }

  private async inventory(): Promise<InventoryIndex> {
    return indexInventory(await readInventory(this.run, this.target, clock));
  }

  private readonly run: RunCommand = (argv) => this.ovn.run(argv);
}

/** Everything else hangs on these and goes with them; the second lot once nothing of the first names it any more. */
const roots = [
  ['Logical_Switch', 'Logical_Router', 'Load_Balancer', 'Load_Balancer_Group', 'Port_Group'],
  ['Address_Set', 'Meter'],
];

function planOf({ datapath, microflow, ct }: ByHand): TracePlan {
  return { datapath, microflow, ct: ct ?? [], lbDst: null, openFlow: false };
}

function commandsOf(script: string): readonly string[] {
  const lines = script.split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line) => ['--', ...wordsOf(line)]);
}

/** Words between blanks; what stands in single quotes is one word or part of one. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
