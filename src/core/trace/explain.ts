import type { AclStep } from '../acl/step';
import { listScopes, type AclScope } from '../acl/aclScope';
import { listAskedAcls } from '../acl/askedAcls';
import { findIneffectiveAcls } from '../acl/ineffectiveAcls';
import { resolveAclSteps, type FlowRows } from '../acl/resolveSteps';
import type { AclEntity, DefinitionLink } from '../definitions/definition';
import type { TraceRequest } from '../flow/request';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl } from '../ovn/northbound';
import { listAssumptions } from './assumptions';
import { findCause } from './causes';
import type { AskedAcl, Cause, CauseCode, ExplainedLoss, Explanation, Warning } from './explanation';
import type { TraceHop } from './hop';
import { headingAt, type Heading } from './nextHop';
import { packetAt } from './packetAt';
import { namePacket } from './packetNames';
import type { Loss, TraceOutcome } from './outcome';
import { parseTrace } from './parse';
import { wordCause, type CauseFacts, type PacketNames } from './sentences';
import type { ParsedTrace } from './tree';
import { sentenceOf } from './verdictSentence';

/** What an explanation draws on beside the trace; null or empty where a text was opened without a target. */
export interface ExplainContext {
  readonly request: TraceRequest | null;
  /** `--lb-dst` of the run. */
  readonly lbDst: string | null;
  readonly index: InventoryIndex | null;
  readonly flows: FlowRows;
  /** Where an ACL is written, best first. */
  readonly join: (acl: Acl, entities: readonly AclEntity[]) => readonly DefinitionLink[];
  readonly stderr: string;
}

/** Says why, in words and with this packet's names: the cause of each loss, the ACLs that took part, what was assumed. */
export function explainOutcome(
  parsed: ParsedTrace,
  outcome: TraceOutcome,
  context: ExplainContext,
): Explanation {
  const { index } = context;
  const names = namePacket(parsed, outcome, context.request, index);
  const generated = generatedBranches(outcome);
  const aclSteps = (index ? resolveAclSteps(outcome, context.flows, index) : []).filter(
    (step) => !generated.has(outcome.hops[step.hop]?.branch ?? -1),
  );
  const losses = outcome.losses.map((loss, number) =>
    explainLoss(loss, number, { parsed, outcome, names, aclSteps, context }),
  );
  return {
    sentence: sentenceOf(outcome, losses, names),
    losses,
    aclSteps,
    definitions: Object.fromEntries(
      aclSteps
        .flatMap((step) => step.acls)
        .map(({ acl, entities }) => [acl.uuid, context.join(acl, entities)] as const),
    ),
    assumptions: listAssumptions(outcome, index),
    warnings: index ? warningsOf(parsed, outcome, index, context.stderr) : [],
  };
}

/** Branches of packets that OVN made up, and of their copies: what ACLs do to those is another question. */
function generatedBranches({ branches }: TraceOutcome): ReadonlySet<number> {
  const generated = new Set<number>();
  for (const { index, origin, parent } of branches) {
    if (origin === 'generated' || (parent !== null && generated.has(parent))) generated.add(index);
  }
  return generated;
}

interface LossContext {
  readonly parsed: ParsedTrace;
  readonly outcome: TraceOutcome;
  readonly names: PacketNames;
  readonly aclSteps: readonly AclStep[];
  readonly context: ExplainContext;
}

function explainLoss(loss: Loss, number: number, about: LossContext): ExplainedLoss {
  const { outcome, names, context } = about;
  const { index } = context;
  const hop = hopAt(outcome, loss.hop);
  const decidedBy = hopAt(outcome, loss.decidedBy);
  const aclStep = findStep(loss, about.aclSteps);
  const before = outcome.hops.filter(
    (other) => hop && other.index < hop.index && other.branch === hop.branch,
  );
  const code = refineCause(
    findCause({ loss, hop, before, aclStep, toNatAddress: isNatAddress(names.ipDst, index) }),
    names,
    index,
  );
  const decisive = decidedBy ?? hop;
  const asked =
    aclStep && decisive && index
      ? listAskedAcls(aclStep, decisive, index, packetAt(decisive, outcome, about.parsed.flow, context.lbDst))
      : [];
  const scopes = hop && index ? listScopes(hop, index).map(nameScope) : [];
  const facts: CauseFacts = {
    names,
    loss,
    hop,
    decidedBy,
    aclStep,
    scopes,
    nearest: nearestAllow(asked),
    disabledPort: disabledPort(code, hop, names, index),
    heading: headingOf(loss, outcome, names),
  };
  const cause: Cause = { code, ...wordCause(code, facts), command: null };
  return {
    loss: number,
    cause,
    aclStep,
    askedAcls: asked.map((acl) => ({ ...acl, definitions: context.join(acl.acl, acl.entities) })),
    definitions: (aclStep?.acls ?? []).flatMap(({ acl, entities }) => context.join(acl, entities)),
  };
}

/** The router that asks for the next hop tells where the packet goes: the switch behind it may be where it ends. */
function headingOf(loss: Loss, outcome: TraceOutcome, names: PacketNames): Heading | null {
  const routers = [loss.decidedBy, loss.hop].map((hop) => hopAt(outcome, hop));
  const router = routers.find((hop) => hop?.datapathKind === 'router');
  return router ? headingAt(router, outcome, names) : null;
}

/** The rule that came closest to letting the packet through: of those asked in vain, the one with the fewest terms amiss. */
function nearestAllow(asked: readonly Omit<AskedAcl, 'definitions'>[]): CauseFacts['nearest'] {
  const near = asked
    .filter(
      ({ acl, asked: how, failing }) => how === 'no' && failing !== null && acl.action.startsWith('allow'),
    )
    .sort((one, other) => one.misses - other.misses)[0];
  return near ? { name: near.acl.name ?? near.acl.uuid.slice(0, 8), failing: near.failing ?? '' } : null;
}

function hopAt(outcome: TraceOutcome, hop: number | null): TraceHop | null {
  return hop === null ? null : (outcome.hops[hop] ?? null);
}

/** The step that decided the loss: at the evaluation, or at the action where the default decides. */
function findStep(loss: Loss, steps: readonly AclStep[]): AclStep | null {
  const decides = (step: AclStep): boolean => step.verdict === 'drop' || step.verdict === 'reject';
  return (
    steps.find((step) => step.hop === loss.decidedBy && decides(step)) ??
    steps.find((step) => step.hop === loss.hop && decides(step)) ??
    null
  );
}

function isNatAddress(ip: string | null, index: InventoryIndex | null): boolean {
  if (ip === null || !index) return false;
  return index.inventory.routers.some((router) => router.nats.some((nat) => nat.externalIp === ip));
}

/** A switch does not deliver to a disabled port: to the trace it looks like a MAC nobody has. */
function refineCause(code: CauseCode, names: PacketNames, index: InventoryIndex | null): CauseCode {
  if (code !== 'UNKNOWN_MAC' || names.ipDst === null || !index) return code;
  const ports = index.portsWithIp(names.ipDst);
  return ports.length > 0 && ports.every((port) => !port.enabled) ? 'PORT_DISABLED' : code;
}

function disabledPort(
  code: CauseCode,
  hop: TraceHop | null,
  names: PacketNames,
  index: InventoryIndex | null,
): string | null {
  if (code !== 'PORT_DISABLED') return null;
  if (
    hop?.stage !== null &&
    hop?.stage !== undefined &&
    !/_port_sec/.test(hop.stage) &&
    names.ipDst !== null
  ) {
    return index?.portsWithIp(names.ipDst).find((port) => !port.enabled)?.name ?? null;
  }
  return hop?.pipeline === 'egress' ? hop.outport : (hop?.inport ?? null);
}

function nameScope({ entity, owner }: AclScope): string {
  const name = `${entity.type === 'switch' ? 'switch' : 'port group'} ${entity.name}`;
  return owner === null ? name : `${name} (${owner})`;
}

function warningsOf(
  parsed: ParsedTrace,
  outcome: TraceOutcome,
  index: InventoryIndex,
  stderr: string,
): readonly Warning[] {
  const logLines = [...parsed.logLines, ...parseTrace(stderr).logLines];
  return findIneffectiveAcls(outcome.hops, logLines, index).map(({ acl, message }) => ({
    message: `ACL ${acl.name ?? acl.uuid.slice(0, 8)} (${acl.direction}, priority ${acl.priority}) has no effect. ${message}`,
    acl: acl.uuid,
  }));
}
