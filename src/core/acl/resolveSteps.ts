import type { InventoryIndex, ScopedAcl } from '../ovn/inventoryIndex';
import type { LogicalFlowRow, PrintedFlow } from '../ovn/logicalFlows';
import type { TraceHop } from '../trace/hop';
import type { TraceOutcome } from '../trace/outcome';
import { aclsOfStage } from './aclScope';
import { type AclStage, readAclStage } from './aclStages';
import { hasPriority, isBuiltIn, isForService, isMadeOf, readTier } from './flowMatch';
import { ownerOf } from './ownerOf';
import { type AclStep, type AclVerdict, type AppliedAcl, verdictOf } from './step';

/** Rows of Logical_Flow by the first eight digits of their UUID; may be empty, as for opened text. */
export type FlowRows = ReadonlyMap<string, readonly LogicalFlowRow[]>;

/** What to ask `readPrintedFlows` for: the flows of the ACL stages that the packet went through, each once. */
export function listAclFlows(outcome: TraceOutcome): readonly PrintedFlow[] {
  const flows = new Map<string, PrintedFlow>();
  for (const { stage, priority, uuid, pipeline, table, match } of outcome.hops) {
    if (uuid === null || priority === null || readAclStage(stage) === null || isBuiltIn(priority)) continue;
    flows.set(uuid, { uuid, pipeline, table, priority, match });
  }
  return [...flows.values()];
}

/**
 * The ACL decisions of a trace: for each, the ACLs of the traced switch that the flow can have been made of. The flow's hint is only
 * trusted to choose among those, since northd may store equal flows of several switches once, with the hint of one of them.
 */
export function resolveAclSteps(
  outcome: TraceOutcome,
  flows: FlowRows,
  index: InventoryIndex,
): readonly AclStep[] {
  const steps: AclStep[] = [];
  for (const hop of outcome.hops) {
    const stage = readAclStage(hop.stage);
    const verdict = stage === null ? null : readVerdict(hop, stage);
    if (stage === null || verdict === null) continue;
    const row = findRow(hop, flows);
    const match = row?.match ?? hop.match;
    const builtIn = isBuiltIn(hop.priority ?? 0);
    steps.push({
      hop: hop.index,
      verdict,
      acls: builtIn ? [] : findAcls({ hop, stage, verdict, match, hint: row?.stageHint ?? null }, index),
      builtIn: builtIn ? nameBuiltIn(hop, match, verdict) : null,
      tier: stage.part === 'action' ? lastTier(hop, outcome.hops) : readTier(match),
    });
  }
  return steps;
}

/** Null for a hop of an ACL stage that decides nothing: hints, defaults that leave it to the next stage, acting on a verdict. */
function readVerdict(hop: TraceHop, stage: AclStage): AclVerdict | null {
  // ovn-trace prints `drop;` for an empty list of actions: no action at all means that the text is cut.
  if (hop.implicitDrop || hop.actions.length === 0 || isForService(hop.priority ?? 0)) return null;
  const has = (pattern: RegExp): boolean => hop.actions.some((action) => pattern.test(action));
  const goesOn = has(/^(?:next|ct_next|ct_commit_nat|output)\b/);
  switch (stage.part) {
    case 'pre':
      return isBuiltIn(hop.priority ?? 0) ? null : 'allow';
    case 'eval':
      if (has(/^reg8\[16\] = 1;/)) return 'allow';
      if (has(/^reg8\[17\] = 1;/)) return 'drop';
      if (has(/^reg8\[18\] = 1;/)) return 'reject';
      return isBuiltIn(hop.priority ?? 0) ? null : 'pass';
    case 'action':
      return hop.priority === 0 ? (goesOn ? 'allow' : 'drop') : null;
    case 'whole':
      if (has(/^(?:reject|tcp_reset|sctp_abort|icmp4|icmp6)\b/)) return 'reject';
      return goesOn ? 'allow' : 'drop';
  }
}

function nameBuiltIn(hop: TraceHop, match: string, verdict: AclVerdict): AclStep['builtIn'] {
  const priority = hop.priority ?? 0;
  if (priority < 1000) return 'default';
  // With `use_ct_inv_match=false` the flow does not ask for `ct.inv`.
  if (verdict === 'drop') return hop.ctState?.includes('inv') === true ? 'invalid' : 'blocked';
  if (/^nd\b/.test(match)) return 'nd';
  // reg0[17] and reg0[21] carry the decision of the first ACL stage to the one after load balancing.
  if (/\bct\.(?:est|rel|rpl)\b|^reg0\[(?:17|21)\] == 1/.test(match)) return 'established';
  return 'default';
}

/** A flow of an ACL stage that some ACL made, and what is known of it. */
interface AclFlow {
  readonly hop: TraceHop;
  readonly stage: AclStage;
  readonly verdict: AclVerdict;
  readonly match: string;
  /** First eight hex digits of the ACL it was made of, of one of them if there were several; null when nothing says. */
  readonly hint: string | null;
}

function findAcls(flow: AclFlow, index: InventoryIndex): readonly AppliedAcl[] {
  const { hop, stage, match, hint } = flow;
  const asked = aclsAsked(flow, index).filter(({ acl }) => hasPriority(acl, hop.priority ?? 0, match));
  const isHinted = ({ acl }: ScopedAcl): boolean => hint !== null && acl.uuid.startsWith(hint);
  const made = asked.filter(
    ({ acl }) => (stage.part === 'pre' || verdictOf(acl) === flow.verdict) && isMadeOf(match, acl, index),
  );
  // The hinted ACL may have been changed since.
  const fitting = made.length > 0 ? made : asked.filter(isHinted);
  return [...fitting.filter(isHinted), ...fitting.filter((scoped) => !isHinted(scoped))].map((scoped) => ({
    ...scoped,
    owner: ownerOf(scoped.acl, scoped.entities, index),
  }));
}

function aclsAsked({ hop, stage, match }: AclFlow, index: InventoryIndex): readonly ScopedAcl[] {
  if (stage.part !== 'pre') {
    const tier = readTier(match);
    return aclsOfStage(hop, stage, index).filter(({ acl }) => acl.tier === tier);
  }
  return [false, true]
    .flatMap((afterLb) => aclsOfStage(hop, { ...stage, afterLb }, index))
    .filter(({ acl }) => acl.action === 'allow-stateless');
}

/** Of the rows that share the prefix, the one that ovn-trace printed. */
function findRow(hop: TraceHop, flows: FlowRows): LogicalFlowRow | undefined {
  return flows
    .get(hop.uuid ?? '')
    ?.find((row) => row.priority === hop.priority && (row.stage === null || row.stage === hop.stage));
}

/** Tier in which the default verdict fell: the last that this packet was asked in, in the same pass through the pipeline. */
function lastTier(hop: TraceHop, hops: readonly TraceHop[]): number {
  for (let at = hop.index - 1; at >= 0; at--) {
    const earlier = hops[at];
    if (earlier === undefined) break;
    if (earlier.branch !== hop.branch) continue;
    if (earlier.pipeline !== hop.pipeline || earlier.datapath !== hop.datapath) break;
    const next = earlier.actions
      .map((action) => /^reg8\[30\.\.31\] = (\d);/.exec(action)?.[1])
      .find((tier) => tier !== undefined);
    if (next !== undefined) return Number(next);
  }
  return 0;
}
