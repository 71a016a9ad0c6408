import { readAclStage } from '../acl/aclStages';
import type { AclStep } from '../acl/step';
import { concernsSender, listScopes, type AclScope } from '../acl/aclScope';
import { listAskedAcls } from '../acl/askedAcls';
import { findAclFindings, type AclFindings } from '../acl/aclFindings';
import { resolveAclSteps, type FlowRows } from '../acl/resolveSteps';
import type { DefinitionJoin, DefinitionLink } from '../definitions/definition';
import { rememberLinks } from '../definitions/rememberLinks';
import { listSelected } from '../flow/choices';
import type { TraceRequest } from '../flow/request';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { listAssumptions } from './assumptions';
import { nameRow } from './aclSentences';
import { causeOfKind, findCause } from './causes';
import type { CauseFacts, PacketNames } from './causeFacts';
import type { AskedAcl, ExplainedLoss, Explanation } from './explanation';
import { summarizeFlow } from './flowSummary';
import type { TraceHop } from './hop';
import { linksOfLoss } from './lossLinks';
import { noFacts, refineCause } from './networkCauses';
import { headingAt, type Heading } from './nextHop';
import { packetAt } from './packetAt';
import { warnOfMissingOpenFlows } from './openFlowWarnings';
import { namePacket } from './packetNames';
import { nameEntity } from './phrases';
import type { Loss, TraceOutcome } from './outcome';
import { parseTrace } from './parse';
import { wordCause } from './sentences';
import type { ParsedTrace } from './tree';
import type { Traffic } from './virtualAddress';
import { runThrough, type Steps } from '../slices';
import { warnOfTemplates } from './templateWarnings';
import { wantedPacket } from './wantedPacket';
import { sentenceOf } from './verdictSentence';
import { findCauseOfEnd, findWayEnd, hopOfEnd } from './wayEnd';
import { wayTo } from './ways';

/** What an explanation draws on beside the trace; null or empty where a text was opened without a target. */
export interface ExplainContext {
  readonly request: TraceRequest | null;
  /** `--lb-dst` of the run. */
  readonly lbDst: string | null;
  readonly index: InventoryIndex | null;
  readonly flows: FlowRows;
  readonly join: DefinitionJoin;
  readonly stderr: string;
}

/** Losses whose explanation takes some milliseconds. */
const lossesPerSlice = 20;

/** Says why, in words and with this packet's names: the cause of each loss, the ACLs that took part, what was assumed. */
export function explainOutcome(
  parsed: ParsedTrace,
  outcome: TraceOutcome,
  context: ExplainContext,
): Explanation {
  return runThrough(explainSteps(parsed, outcome, context));
}

/** The same for a flood with thousands of losses. */
export function* explainSteps(
  parsed: ParsedTrace,
  outcome: TraceOutcome,
  { join, ...asked }: ExplainContext,
): Steps<Explanation> {
  const context: ExplainContext = { ...asked, join: rememberLinks(join) };
  const { index } = context;
  const names = namePacket(parsed, outcome, context.request, index);
  const generated = generatedBranches(outcome);
  const aclSteps = (index ? resolveAclSteps(outcome, context.flows, index) : []).filter(
    (step) => !generated.has(outcome.hops[step.hop]?.branch ?? -1),
  );
  const logLines = [...parsed.logLines, ...parseTrace(context.stderr).logLines];
  const traced = {
    hops: outcome.hops.filter(({ branch }) => !generated.has(branch)),
    steps: aclSteps,
    packetAt: (hop: TraceHop) => packetAt(hop, outcome, parsed.flow, context.lbDst),
  };
  yield;
  const aclFindings = index ? findAclFindings(traced, logLines, index) : null;
  const stepsByHop = new Map(aclSteps.map((step) => [step.hop, step]));
  const losses: ExplainedLoss[] = [];
  for (const loss of outcome.losses) {
    if (losses.length % lossesPerSlice === 0) yield;
    losses.push(
      explainLoss(loss, losses.length, { parsed, outcome, names, stepsByHop, aclFindings, context }),
    );
  }
  yield;
  const assumptions = listAssumptions(outcome, index, listSelected(parsed), parsed.flow);
  yield;
  return {
    sentence: sentenceOf(outcome, losses, names),
    losses,
    aclSteps,
    definitions: joinSteps(aclSteps, context),
    assumptions,
    warnings: [
      ...warnOfTemplates(outcome, parsed.flow, index),
      ...(aclFindings?.warnings ?? []),
      ...warnOfMissingOpenFlows(parsed, outcome, logLines),
    ],
  };
}

/** Where each ACL that took part is written. A flood asks the same ACLs at each of its ports. */
function joinSteps(steps: readonly AclStep[], { join, index }: ExplainContext): Explanation['definitions'] {
  const found: Record<string, readonly DefinitionLink[]> = {};
  for (const { acls } of steps) {
    for (const { acl, entities } of acls) found[acl.uuid] ??= join.aclLinks(acl, entities, index);
  }
  return found;
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
  readonly stepsByHop: ReadonlyMap<number, AclStep>;
  readonly aclFindings: AclFindings | null;
  readonly context: ExplainContext;
}

function explainLoss(loss: Loss, number: number, about: LossContext): ExplainedLoss {
  const { outcome, names, context } = about;
  const { index } = context;
  const hop = hopAt(outcome, loss.hop);
  const end = hop === null && outcome.losses.length === 1 ? findWayEnd(about.parsed) : null;
  const decidedBy = hopAt(outcome, loss.decidedBy);
  const decisive = decidedBy ?? hop;
  const aclStep = findStep(loss, about.stepsByHop);
  const before = hop === null ? [] : wayTo(hop, outcome);
  const way = hop === null ? [] : [...before, hop];
  const heading = headingOf(decidedBy, hop, outcome, names);
  const shown = end
    ? (causeOfKind(loss, null) ?? findCauseOfEnd(end, loss))
    : findCause({
        loss,
        hop,
        decidedBy,
        before,
        aclStep,
        marked: isMarked(about.parsed.flow),
        toNatAddress: isNatAddress(names.ipDst, index),
      });
  const router = [decidedBy, hop].find((other) => other?.datapathKind === 'router') ?? null;
  const place = { hop, router, way, heading, ethDst: names.ethDst, traffic: trafficOf(about.parsed) };
  const { code, facts } = index ? refineCause(shown, place, index) : { code: shown, facts: noFacts };
  const packet = decisive && packetAt(decisive, outcome, about.parsed.flow, context.lbDst);
  const stage = readAclStage(decisive?.stage ?? null);
  const asked =
    aclStep && decisive && packet && index
      ? listAskedAcls(aclStep, decisive, index, packet, about.aclFindings?.ineffective)
      : [];
  const ofSender = aclStep?.acls.some(({ acl }) => concernsSender(acl)) === true;
  const scopes = hop && index ? listScopes(hop, index, ofSender) : [];
  const words = wordCause(code, {
    ...facts,
    names,
    loss,
    hop: hop ?? (end && hopOfEnd(end, code)),
    decidedBy,
    aclStep,
    passedBy: aclStep === null ? [] : passedBefore(aclStep, way, about.stepsByHop),
    scopes: scopes.map(nameScope),
    nearest: nearestAllow(asked, about.parsed.flow),
    heading,
    balancedInText: way.some((other) => namesVip(other, names.ipDst)),
  });
  return {
    loss: number,
    cause: { code, ...words },
    aclStep,
    askedAcls: asked.map((acl) => ({
      ...acl,
      definitions: context.join.aclLinks(acl.acl, acl.entities, index),
    })),
    definitions: linksOfLoss(code, aclStep, scopes, context),
    wanted:
      aclStep && stage && packet ? wantedPacket(packet, ofSender ? 'from-lport' : stage.direction) : null,
  };
}

/** Conntrack's mark and label are zero in ovn-trace unless the microflow sets them. */
function isMarked(flow: string | null): boolean | null {
  return flow === null ? null : /\bct_(?:mark|label)=/.test(flow);
}

function trafficOf({ flow }: ParsedTrace): Traffic {
  if (flow === null) return { protocol: null, dstPort: null, ipDst: null };
  const { protocol, dstPort, ipDst } = summarizeFlow(flow);
  return { protocol, dstPort: dstPort === null ? null : Number(dstPort), ipDst };
}

/** Stages that name virtual addresses one by one, before they ask for the connection. */
const virtualAddressStages = /^(?:ls_in_pre_stateful|ls_in_lb_aff_check|lr_in_lb_aff_check|lr_in_defrag)$/;

function namesVip({ stage, match }: TraceHop, ip: string | null): boolean {
  if (ip === null || !virtualAddressStages.test(stage ?? '')) return false;
  return match.split(' ').some((word, at, words) => word === ip && /^ip[46]\.dst$/.test(words[at - 2] ?? ''));
}

/** ACLs that left it to the next tier in the same pass through the pipeline. */
function passedBefore(
  decided: AclStep,
  way: readonly TraceHop[],
  steps: ReadonlyMap<number, AclStep>,
): readonly string[] {
  const at = way.find(({ index }) => index === decided.hop);
  return way
    .filter(({ datapath, pipeline }) => datapath === at?.datapath && pipeline === at.pipeline)
    .map(({ index }) => steps.get(index))
    .filter((step) => step?.verdict === 'pass')
    .flatMap((step) => (step?.acls ?? []).slice(0, 1).map(nameRow));
}

/** Where the packet was going by then: the router that asks for the next hop knows more of it than the switch behind. */
function headingOf(
  decidedBy: TraceHop | null,
  hop: TraceHop | null,
  outcome: TraceOutcome,
  names: PacketNames,
): Heading | null {
  const at = [decidedBy, hop].find((other) => other?.datapathKind === 'router') ?? hop;
  return at ? headingAt(at, outcome, names) : null;
}

/** The rule that came closest to letting the packet through: of those asked in vain, the one with the fewest terms amiss. */
function nearestAllow(
  asked: readonly Omit<AskedAcl, 'definitions'>[],
  flow: string | null,
): CauseFacts['nearest'] {
  const near = asked
    .filter(
      ({ acl, asked: how, failing }) =>
        how === 'no' &&
        failing !== null &&
        acl.action.startsWith('allow') &&
        !asksForOtherProtocol(failing, flow),
    )
    .sort((one, other) => one.misses - other.misses)[0];
  return near ? { name: near.acl.name ?? near.acl.uuid.slice(0, 8), failing: near.failing ?? '' } : null;
}

/** What a packet is, by the keyword that its flow begins with, in the words of OVN's matches. */
const protocolWords: Readonly<Record<string, readonly string[]>> = {
  ip: ['ip4'],
  ipv6: ['ip6'],
  tcp: ['ip4', 'tcp'],
  tcp6: ['ip6', 'tcp'],
  udp: ['ip4', 'udp'],
  udp6: ['ip6', 'udp'],
  sctp: ['ip4', 'sctp'],
  sctp6: ['ip6', 'sctp'],
  icmp: ['ip4', 'icmp', 'icmp4'],
  icmp6: ['ip6', 'icmp', 'icmp6', 'nd', 'nd_ns', 'nd_na', 'nd_rs', 'nd_ra'],
  arp: ['arp'],
};

/** A rule for another kind of packet was never meant for this one, however few of its terms are amiss. */
function asksForOtherProtocol(failing: string, flow: string | null): boolean {
  const own = protocolWords[/^\w+/.exec(flow ?? '')?.[0] ?? ''];
  if (own === undefined) return false;
  return failing.split(' || ').every((term) => {
    const word = /^\(?(ip4|ip6|tcp|udp|sctp|icmp[46]?|arp|rarp|nd(?:_[rn][sa])?)\b/.exec(term)?.[1];
    return word !== undefined && !own.includes(word);
  });
}

function hopAt(outcome: TraceOutcome, hop: number | null): TraceHop | null {
  return hop === null ? null : (outcome.hops[hop] ?? null);
}

/** The step that decided the loss: at the evaluation, or at the action where the default decides. */
function findStep({ decidedBy, hop }: Loss, steps: ReadonlyMap<number, AclStep>): AclStep | null {
  for (const at of [decidedBy, hop]) {
    const step = at === null ? undefined : steps.get(at);
    if (step?.verdict === 'drop' || step?.verdict === 'reject') return step;
  }
  return null;
}

function isNatAddress(ip: string | null, index: InventoryIndex | null): boolean {
  if (ip === null || !index) return false;
  return index.inventory.routers.some((router) => router.nats.some((nat) => nat.externalIp === ip));
}

function nameScope({ entity, owner }: AclScope): string {
  const name = nameEntity(entity);
  return owner === null ? name : `${name} (${owner})`;
}
