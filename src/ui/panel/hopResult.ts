import * as l10n from '@vscode/l10n';
import type { TraceHop } from '../../core/trace/hop';
import { rewriteOf } from '../../core/trace/rewrites';
import type { Badge } from '../../protocol/panelModel';
import type { ReportIndex } from './reportIndex';
import { describeAclStep, isAclDecisionStage, nameAnswer, verdictWords } from './words';

/** What a decisive hop did, in a few words; null for a stage that only passed the packet on. */
export function describeHopResult(hop: TraceHop, index: ReportIndex): Badge | null {
  return (
    describeAcl(hop, index) ??
    describeLoss(hop, index) ??
    describeArrival(hop, index) ??
    describeAnswer(hop, index) ??
    describeRewrite(hop) ??
    describeConntrack(hop, index) ??
    describeForwarding(hop)
  );
}

function describeAcl(hop: TraceHop, index: ReportIndex): Badge | null {
  const step = index.aclSteps.get(hop.index);
  if (step !== undefined && (isAclDecisionStage(hop.stage) || step.acls.length > 0)) {
    const text = describeAclStep(step);
    const byDefault = step.acls.length === 0 && step.verdict === 'allow';
    if (step.verdict === 'pass' || byDefault) return { tone: 'neutral', icon: 'none', text };
    const { tone, icon } = verdictWords(step.verdict);
    return { tone, icon, text };
  }
  const loss = index.decisions.get(hop.index);
  if (loss === undefined || loss.decidedBy === null || loss.decidedBy === loss.hop) return null;
  return loss.kind === 'rejected'
    ? { tone: 'reject', icon: 'reject', text: l10n.t('Reject decided here') }
    : { tone: 'drop', icon: 'drop', text: l10n.t('Drop decided here') };
}

function describeLoss(hop: TraceHop, index: ReportIndex): Badge | null {
  const loss = index.losses.get(hop.index);
  if (loss === undefined) return null;
  const drop = (text: string): Badge => ({ tone: 'drop', icon: 'drop', text });
  switch (loss.kind) {
    case 'drop':
    case 'silent':
    case 'no-output':
      return drop(l10n.t('Packet discarded'));
    case 'implicit':
      return drop(l10n.t('No flow matches, packet discarded'));
    case 'hairpin':
      return drop(l10n.t('Not sent back to the port it came from'));
    case 'bad-output':
      return drop(l10n.t('Output port does not exist, packet discarded'));
    case 'unresolved':
      return drop(l10n.t('Next hop unknown, packet does not go on'));
    case 'rejected': {
      const answer = index.answers.get(hop.index)?.[0];
      const text =
        answer === undefined ? l10n.t('Refused') : l10n.t('Refused, {0} sent back', nameAnswer(answer.kind));
      return { tone: 'reject', icon: 'reject', text };
    }
  }
}

function describeArrival(hop: TraceHop, index: ReportIndex): Badge | null {
  const arrivals = index.arrivals.get(hop.index);
  if (arrivals === undefined) return null;
  return {
    tone: 'allow',
    icon: 'allow',
    text: l10n.t('Delivered to {0}', arrivals.map(({ port }) => port).join(', ')),
  };
}

function describeAnswer(hop: TraceHop, index: ReportIndex): Badge | null {
  const answer = index.answers.get(hop.index)?.[0];
  return answer === undefined
    ? null
    : { tone: 'answer', icon: 'answer', text: l10n.t('OVN answers: {0}', nameAnswer(answer.kind)) };
}

/** NAT and load balancing: what the packet's addresses become. */
function describeRewrite(hop: TraceHop): Badge | null {
  const change = rewriteOf(hop);
  return change === null
    ? null
    : { tone: 'info', icon: change.kind === 'lb' ? 'fork' : 'rewrite', text: change.text };
}

/** Whether an action sends the packet through connection tracking without changing its addresses. */
const conntrackLookup = /^ct_(?:next|lb(?:_mark)?|dnat|snat)(?:_in_czone)?(?:\((?:dnat|snat)\))?;$/;

function describeConntrack(hop: TraceHop, index: ReportIndex): Badge | null {
  if (!hop.actions.some((action) => conntrackLookup.test(action))) return null;
  const next = index.next(hop);
  if (next === null || next.ctState === null || next.datapath !== hop.datapath) return null;
  const state = l10n.t('Connection: {0}', nameConntrackState(next.ctState));
  return {
    tone: 'neutral',
    icon: 'conntrack',
    text: next.ctAssumed ? l10n.t('{0} (assumed)', state) : state,
  };
}

const stateNames = (): Readonly<Record<string, string>> => ({
  new: l10n.t('new'),
  est: l10n.t('established'),
  rel: l10n.t('related'),
  rpl: l10n.t('reply'),
  inv: l10n.t('invalid'),
  dnat: l10n.t('destination NAT'),
  snat: l10n.t('source NAT'),
});

/** `['new','trk']` as `new`. */
export function nameConntrackState(states: readonly string[]): string {
  const known = stateNames();
  const names = states.filter((state) => state !== 'trk').map((state) => known[state] ?? state);
  return names.length === 0 ? l10n.t('tracked') : names.join(', ');
}

/** Where a router or a switch sends the packet next. */
function describeForwarding(hop: TraceHop): Badge | null {
  const go = (text: string): Badge => ({ tone: 'neutral', icon: 'go', text });
  const port = assigned(hop, 'outport');
  switch (hop.stage) {
    case 'ls_in_l2_lkup':
    case 'ls_in_l2_unknown':
      if (port === null) return hop.stage === 'ls_in_l2_lkup' ? null : go(l10n.t('Destination MAC unknown'));
      return go(port.startsWith('_MC_') ? l10n.t('To all ports of {0}', port) : l10n.t('To port {0}', port));
    case 'lr_in_ip_routing':
    case 'lr_in_ip_routing_ecmp':
    case 'lr_in_policy':
    case 'lr_in_policy_ecmp': {
      if (port === null) return null;
      const via = nextHopOf(hop);
      return go(
        via === null ? l10n.t('To {0}, directly connected', port) : l10n.t('To {0} via {1}', port, via),
      );
    }
    case 'lr_in_arp_resolve': {
      if (hop.actions.some((action) => action.startsWith('/* No MAC binding')))
        return go(l10n.t('MAC of the next hop unknown'));
      const mac = /^eth\.dst = ([0-9a-fA-F:]{17});$/.exec(
        hop.actions.find((a) => a.startsWith('eth.dst = ')) ?? '',
      );
      return mac?.[1] === undefined ? null : go(l10n.t('Next-hop MAC {0}', mac[1]));
    }
    case 'lr_in_gw_redirect':
      return port === null ? null : go(l10n.t('Through the gateway ({0})', port));
    default:
      return null;
  }
}

/** The address that a routing stage sends the packet to; null where the network is directly connected. */
export function nextHopOf({ actions }: TraceHop): string | null {
  const action = actions.find((each) => /^(?:xx)?reg0 = /.test(each)) ?? '';
  return /^(?:xx)?reg0 = ([0-9a-fA-F.:]+);$/.exec(action)?.[1] ?? null;
}

/** The port name that the hop's actions assign to `inport` or `outport`; null when they assign none. */
function assigned(hop: TraceHop, field: 'inport' | 'outport'): string | null {
  for (const action of hop.actions) {
    const start = `${field} = "`;
    if (action.startsWith(start) && action.endsWith('";')) return action.slice(start.length, -2);
  }
  return null;
}
