import { listAclFlows, type FlowRows } from '../../../src/core/acl/resolveSteps';
import { readAclStage } from '../../../src/core/acl/aclStages';
import type { RunCommand } from '../../../src/core/command';
import { indexInventory, type InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { readLogicalFlows } from '../../../src/core/ovn/logicalFlows';
import { readInventory } from '../../../src/core/ovn/readInventory';
import { targetSchema, type TargetConfig } from '../../../src/core/session/target';
import { explainOutcome } from '../../../src/core/trace/explain';
import type { Explanation } from '../../../src/core/trace/explanation';
import type { TraceOutcome } from '../../../src/core/trace/outcome';
import type { ParsedTrace } from '../../../src/core/trace/tree';
import type { PrivateOvn } from '../../../src/target/privateOvn';
import type { Finding, Tally } from './finding';
import { noDefinitions } from '../../../src/core/definitions/definition';

export interface Traced {
  readonly parsed: ParsedTrace;
  readonly outcome: TraceOutcome;
}

/** Reads the databases as the program does, for as many traces as are to be explained. */
export class Explainer {
  private constructor(
    private readonly index: InventoryIndex,
    private readonly flows: FlowRows,
  ) {}

  static async read(ovn: PrivateOvn, outcomes: readonly TraceOutcome[]): Promise<Explainer> {
    const run: RunCommand = (argv) => ovn.run(argv);
    const target = targetOf(ovn);
    const inventory = await readInventory(run, target, { now: () => Date.now() });
    const uuids = new Set(outcomes.flatMap((outcome) => listAclFlows(outcome)).map(({ uuid }) => uuid));
    return new Explainer(indexInventory(inventory), await readLogicalFlows(run, target, [...uuids]));
  }

  explain({ parsed, outcome }: Traced): Explanation {
    return explainOutcome(parsed, outcome, {
      request: null,
      lbDst: null,
      index: this.index,
      flows: this.flows,
      join: noDefinitions,
      stderr: '',
    });
  }

  /** First digits of the UUID of the ACL that northd itself names for a flow, when that ACL is on the hop's switch. */
  hintOf(uuid: string | null, datapath: string): string | null {
    const hint = this.flows.get(uuid ?? '')?.[0]?.stageHint ?? null;
    const found = this.index.datapaths(datapath)[0];
    if (hint === null || found?.kind !== 'switch') return null;
    return this.index.aclsOn(found.row).some(({ acl }) => acl.uuid.startsWith(hint)) ? hint : null;
  }
}

export function targetOf(ovn: PrivateOvn): TargetConfig {
  const { northbound, southbound } = ovn;
  return targetSchema.parse({ type: 'local', name: 'lab', northbound, southbound });
}

/** Every loss has a cause with a name, and every decision of an ACL stage the ACLs it can stand for. */
export function checkExplanation(
  traced: Traced,
  explainer: Explainer,
  tally: Tally,
  evidence: string,
): Finding[] {
  const findings: Finding[] = [];
  const { outcome } = traced;
  const explanation = explainer.explain(traced);
  for (const [number, { cause }] of explanation.losses.entries()) {
    const loss = outcome.losses[number];
    const hop = outcome.hops[loss?.decidedBy ?? loss?.hop ?? -1];
    const isNamed = cause.code !== 'UNKNOWN' && cause.code !== 'NO_MATCH';
    const place = `${loss?.kind ?? '?'} in ${hop?.stage ?? '?'}, ${hop?.match ?? ''}`;
    tally.count(tally.causes, isNamed ? cause.code : `${cause.code} (${place})`);
    if (cause.sentence.trim() === '' || /\bundefined\b|\[object/.test(cause.sentence))
      findings.push({ part: 'cause', sentence: `${cause.code} says: ${cause.sentence}`, evidence });
  }
  for (const step of explanation.aclSteps) {
    const hop = outcome.hops[step.hop];
    if (hop === undefined || readAclStage(hop.stage)?.part === 'pre') continue;
    if (step.builtIn === null && step.acls.length === 0)
      findings.push({
        part: 'acl',
        sentence: `No ACL is found for hop ${step.hop}, ${hop.stage} ${hop.match}.`,
        evidence,
      });
    const hint = explainer.hintOf(hop.uuid, hop.datapath);
    if (step.builtIn === null && hint !== null && step.acls[0]?.acl.uuid.startsWith(hint) !== true) {
      const named = step.acls.map(({ acl }) => acl.uuid).join(', ');
      findings.push({
        part: 'acl',
        sentence: `northd names ${hint} for hop ${step.hop}, the program ${named}.`,
        evidence,
      });
    }
  }
  return findings;
}
