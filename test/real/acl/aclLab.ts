import assert from 'node:assert/strict';
import { findAclFindings, type AclFindings } from '../../../src/core/acl/aclFindings';
import { listAskedAcls, type OrderedAcl } from '../../../src/core/acl/askedAcls';
import { findIneffectiveAcls, type IneffectiveAcl } from '../../../src/core/acl/ineffectiveAcls';
import { listAclFlows, resolveAclSteps } from '../../../src/core/acl/resolveSteps';
import type { AclStep } from '../../../src/core/acl/step';
import type { RunCommand } from '../../../src/core/command';
import { buildTraceArgv } from '../../../src/core/flow/buildTraceArgv';
import { planTrace } from '../../../src/core/flow/planTrace';
import type { Connection } from '../../../src/core/flow/request';
import { indexInventory, type InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import type { PacketFields } from '../../../src/core/ovn/match/evaluate';
import { readPrintedFlows } from '../../../src/core/ovn/logicalFlows';
import { readInventory } from '../../../src/core/ovn/readInventory';
import { targetSchema, type TargetConfig } from '../../../src/core/session/target';
import type { TraceHop } from '../../../src/core/trace/hop';
import { judgeTrace } from '../../../src/core/trace/judge';
import type { TraceOutcome } from '../../../src/core/trace/outcome';
import { packetAt } from '../../../src/core/trace/packetAt';
import { parseTrace } from '../../../src/core/trace/parse';
import { startPrivateOvn, type PrivateOvn } from '../../../src/target/privateOvn';
import type { OvnVersion } from '../../support/ovn';

/** A trace, and all that is said of its ACLs. */
export interface Traced {
  readonly text: string;
  readonly outcome: TraceOutcome;
  /** Of the packet itself, without those of the answer to a refused one. */
  readonly steps: readonly AclStep[];
  /** The same without rows of the southbound database, as for opened text. */
  readonly stepsOfText: readonly AclStep[];
  readonly ineffective: readonly IneffectiveAcl[];
  /** The same without what ovn-trace wrote to standard error. */
  readonly ineffectiveOfText: readonly IneffectiveAcl[];
  readonly findings: AclFindings;
  readonly packetAt: (hop: TraceHop) => PacketFields;
  /** The ACLs asked at a step. */
  readonly asked: (step: AclStep) => readonly OrderedAcl[];
}

export interface Asking {
  readonly protocol: 'tcp' | 'udp';
  readonly dstPort: number;
  readonly connection?: Connection;
}

/** A private OVN, its inventory, and traces through it. */
export class AclLab {
  private readonly runInOvn: RunCommand = (argv) => this.ovn.run(argv);

  private constructor(
    readonly ovn: PrivateOvn,
    private readonly target: TargetConfig,
    private inventory: InventoryIndex | null = null,
  ) {}

  static async start({ programs }: OvnVersion): Promise<AclLab> {
    const ovn = await startPrivateOvn({ programs });
    const { northbound, southbound } = ovn;
    return new AclLab(ovn, targetSchema.parse({ type: 'local', name: 'lab', northbound, southbound }));
  }

  stop(): Promise<void> {
    return this.ovn.stop();
  }

  /** Runs commands of ovn-nbctl in one transaction and waits until the flows are there. */
  async nbctl(...commands: readonly (readonly string[])[]): Promise<void> {
    const chained = commands.flatMap((words, at) => (at === 0 ? words : ['--', ...words]));
    await this.ovn.check(['ovn-nbctl', '--wait=sb', ...chained]);
    this.inventory = null;
  }

  async index(): Promise<InventoryIndex> {
    this.inventory ??= indexInventory(await readInventory(this.runInOvn, this.target, { now: () => 0 }));
    return this.inventory;
  }

  /** Traces from one port to another as the wizard would. */
  async trace(
    from: string,
    to: string,
    { connection = { kind: 'new' }, ...service }: Asking,
  ): Promise<Traced> {
    const index = await this.index();
    const request = { inport: from, destination: { kind: 'port', port: to }, service, connection } as const;
    return this.run(buildTraceArgv(planTrace(request, index), this.target), index);
  }

  async run(argv: readonly [string, ...string[]], index: InventoryIndex): Promise<Traced> {
    const { stdout: text, stderr, exitCode } = await this.ovn.run(argv);
    assert.equal(exitCode, 0, stderr);
    const parsed = parseTrace(text);
    const outcome = judgeTrace(parsed, { complete: true });
    assert.equal(outcome.refusal, null);
    const flows = await readPrintedFlows(this.runInOvn, this.target, listAclFlows(outcome));
    const isOwn = (branch: number | undefined): boolean =>
      outcome.branches[branch ?? -1]?.origin !== 'generated';
    const own = (steps: readonly AclStep[]): readonly AclStep[] =>
      steps.filter(({ hop }) => isOwn(outcome.hops[hop]?.branch));
    const steps = own(resolveAclSteps(outcome, flows, index));
    const hops = outcome.hops.filter(({ branch }) => isOwn(branch));
    const at = (hop: TraceHop): PacketFields => packetAt(hop, outcome, parsed.flow, null);
    const traced = { hops, steps, packetAt: at };
    const { logLines } = parseTrace(stderr);
    const findings = findAclFindings(traced, logLines, index);
    return {
      text,
      outcome,
      steps,
      stepsOfText: own(resolveAclSteps(outcome, new Map(), index)),
      ineffective: findIneffectiveAcls(traced, logLines, index),
      ineffectiveOfText: findIneffectiveAcls(traced, [], index),
      findings,
      packetAt: at,
      asked: (step) => {
        const hop = outcome.hops[step.hop] ?? assert.fail('a step without a hop');
        return listAskedAcls(step, hop, index, at(hop), findings.ineffective);
      },
    };
  }
}

/** A switch of that name with ports NAME-a and NAME-b. */
export function addSwitch(name: string, ...ends: readonly string[]): readonly (readonly string[])[] {
  const ports = ends.length === 0 ? ['a', 'b'] : ends;
  return [
    ['ls-add', name],
    ...ports.flatMap((end, at) => [
      ['lsp-add', name, `${name}-${end}`],
      ['lsp-set-addresses', `${name}-${end}`, `0a:00:00:00:00:0${at + 1} 10.0.0.${at + 1}`],
    ]),
  ];
}

/** Steps but the default ones, such as `drop drop-verdict`. */
export function tellSteps(steps: readonly AclStep[]): readonly string[] {
  return steps
    .filter(({ builtIn }) => builtIn !== 'default')
    .map(({ verdict, acls, builtIn }) =>
      [verdict, ...acls.map(({ acl }) => acl.name ?? 'unnamed'), builtIn ?? []].flat().join(' '),
    );
}
