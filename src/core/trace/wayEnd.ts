import type { CauseCode } from './explanation';
import type { TraceHop } from './hop';
import type { Loss } from './outcome';
import type { ParsedTrace, PipelineNode, TraceNode, TransformationNode } from './tree';
import { generatedFor } from './actions';

/** The end of a packet's way in a format that shows no stages: what the last pipeline did, in order. */
export interface WayEnd {
  readonly pipeline: PipelineNode | null;
  /** Actions since the packet entered that pipeline; empty in the minimal format, which shows none. */
  readonly actions: readonly string[];
  /** The last ACL that logged the packet; null when none did. */
  readonly log: { readonly name: string; readonly verdict: string } | null;
  /** The refusal that OVN made of the packet, with what it set in it. */
  readonly refusal: { readonly name: string; readonly effects: readonly string[] } | null;
}

const logTitle = /^LOG: ACL name=(.*), direction=(?:IN|OUT), verdict=([\w-]+), severity=/;

/**
 * Follows the packet to the end of its way. Null where it was copied on the way: which copy was lost does not show.
 */
export function findWayEnd({ sections }: ParsedTrace): WayEnd | null {
  let pipeline: PipelineNode | null = null;
  let actions: string[] = [];
  let log: WayEnd['log'] = null;
  let refusal: WayEnd['refusal'] = null;
  const pending: TraceNode[] = [...(sections[0]?.roots ?? [])].reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'multicast') return null;
    if (node.kind === 'action') actions.push(node.text);
    else if (node.kind === 'pipeline') {
      pipeline = node;
      actions = [];
      log = null;
      pushAll(pending, node.children);
    } else if (node.kind === 'transformation') {
      if (node.name === 'clone') {
        // The copy that a mirror takes goes beside the packet's way.
        if (actions.at(-1)?.startsWith('mirror(') === true) continue;
        return null;
      }
      const purpose = generatedFor(node.name);
      if (node.name === 'log') log = readLog(node) ?? log;
      else if (purpose === 'refusal') refusal = { name: node.name, effects: effectsOf(node) };
      else if (purpose === null) pushAll(pending, node.children);
    }
  }
  return { pipeline, actions, log, refusal };
}

function pushAll(pending: TraceNode[], children: readonly TraceNode[]): void {
  for (let at = children.length - 1; at >= 0; at--) {
    const child = children[at];
    if (child) pending.push(child);
  }
}

function readLog(node: TransformationNode): WayEnd['log'] {
  const [, name, verdict] = logTitle.exec(node.title) ?? [];
  return name === undefined || verdict === undefined ? null : { name, verdict };
}

function effectsOf(node: TransformationNode): readonly string[] {
  return node.children.flatMap((child) =>
    child.kind === 'action' || child.kind === 'modify' ? [child.text] : [],
  );
}

/** The code of a loss in such a format, where the actions leave but one stage that can have done it. */
export function findCauseOfEnd(end: WayEnd, loss: Loss): CauseCode {
  if (loss.kind === 'rejected') return refusalCause(end);
  const { actions, log } = end;
  if (log?.verdict === 'drop' || dropsByAcl(actions)) return 'ACL_DROP';
  const last = actions.slice(-3).join(' ');
  for (const [pattern, code] of endings) if (pattern.test(last)) return code;
  if (isRouter(end)) return routerCause(actions);
  return 'UNKNOWN';
}

function refusalCause({ actions, log, refusal, pipeline }: WayEnd): CauseCode {
  if (log?.verdict === 'reject' || actions.includes('reg8[18] = 1;')) return 'ACL_REJECT';
  // Load balancers and routers refuse on the way in.
  if (pipeline?.pipeline === 'egress' && actions.some((action) => action.startsWith('reject {'))) {
    return 'ACL_REJECT';
  }
  const type = refusal?.effects.map((effect) => /^icmp[46]\.type = (\d+)/.exec(effect)?.[1]).find(Boolean);
  // An ACL or a load balancer sets nothing in the refusal but its way back; a router turns it round.
  const isRouters = refusal?.effects.some((effect) => /^(?:ip[46]|eth)\.dst (?:=|<->)/.test(effect)) ?? false;
  switch (`${refusal?.name ?? ''} ${type ?? ''}`) {
    case 'icmp4 11':
    case 'icmp6 3':
      return 'TTL_EXCEEDED';
    case 'icmp6 2':
      return 'PACKET_TOO_BIG';
    case 'icmp4 3':
      return refusal?.effects.some((effect) => /^icmp4\.code = 4\b/.test(effect))
        ? 'PACKET_TOO_BIG'
        : 'ROUTER_ADDRESS';
    case 'icmp6 1':
      return 'ROUTER_ADDRESS';
    default:
      return isRouters && refusal?.name === 'tcp_reset' ? 'ROUTER_ADDRESS' : 'UNKNOWN';
  }
}

/** The verdict bit of the evaluation, or the mark on an established connection that the old stages leave. */
function dropsByAcl(actions: readonly string[]): boolean {
  if (/^ct_commit ?[{(].*(?:blocked = 1|ct_(?:mark|label)=(?:0x)?1)/.test(actions.at(-1) ?? '')) return true;
  const noted = actions.lastIndexOf('reg8[17] = 1;');
  // Behind the verdict only the action stage comes, and its end is the packet's.
  return noted >= 0 && actions.slice(noted).filter((action) => action === 'next;').length <= 2;
}

const endings: readonly (readonly [RegExp, CauseCode])[] = [
  [/^(?:.*; )?reg0\[15\] = check_in_port_sec\(\); next; drop;$/, 'PORT_SECURITY_IN'],
  [/^(?:.*; )?reg0\[15\] = check_out_port_sec\(\); next; drop;$/, 'PORT_SECURITY_OUT'],
  [/^(?:.*; )?reg0\[15\] = 1; next; drop;$/, 'PORT_DISABLED'],
  [/^(?:.*; )?outport = get_fdb\(eth\.dst\); next; drop;$/, 'UNKNOWN_MAC'],
  // Since 25.09 load balancing is all that looks at these fields.
  [/^(?:.*; )?reg1\[0\.\.15\] = ct_tp_dst\(\); next; drop;$/, 'LB_NO_BACKEND'],
  // The action stage clears the verdict; without one, and without going on, it was the default's.
  [/reg8\[18\] = 0;(?: reg8\[30\.\.31\] = 0;)?(?: drop;)?$/, 'ACL_DEFAULT_DROP'],
];

/** A router notes its own MAC first of all; a switch has no such register. */
function isRouter({ actions, pipeline }: WayEnd): boolean {
  return pipeline?.pipeline === 'ingress' && /^xreg0\[0\.\.47\] = /.test(actions[0] ?? '');
}

function routerCause(actions: readonly string[]): CauseCode {
  if (actions.at(-1) !== 'drop;') return 'UNKNOWN';
  if (/^reg7 = \d+; next; drop;$/.test(actions.slice(-3).join(' '))) return 'NO_ROUTE';
  const routed = actions.findLastIndex((action) => action.startsWith('outport = '));
  const behind = actions
    .slice(routed + 1)
    .filter((action) => !/^(?:flags\.loopback|reg9\[9\]) = /.test(action));
  // Route, choice among equal routes, policy: the stages behind it would have left a register.
  return routed >= 0 && behind.join(' ') === 'next; next; drop;' ? 'ROUTER_POLICY' : 'UNKNOWN';
}

const ofSwitch = /^(?:ACL_|PORT_|UNKNOWN_MAC)/;

/** The end as a hop without stage, for the sentences about it. */
export function hopOfEnd({ pipeline, actions, log }: WayEnd, code: CauseCode): TraceHop | null {
  if (!pipeline && !log) return null;
  return {
    index: -1,
    datapath: pipeline?.datapath ?? '',
    datapathKind: code === 'UNKNOWN' ? null : ofSwitch.test(code) ? 'switch' : 'router',
    pipeline: pipeline?.pipeline ?? 'ingress',
    inport: pipeline?.inport ?? null,
    outport: pipeline?.outport ?? null,
    table: -1,
    stage: null,
    source: null,
    match: '',
    priority: null,
    uuid: null,
    implicitDrop: false,
    actions:
      log && !actions.some((action) => action.startsWith('log('))
        ? [`log(name="${log.name}", verdict=${log.verdict}, severity=`]
        : actions,
    openFlows: [],
    ctState: null,
    ctAssumed: false,
    branch: 0,
    line: 0,
  };
}
