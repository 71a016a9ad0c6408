import type { AclStep } from '../acl/step';
import { generatesRefusal } from './actions';
import type { CauseCode } from './explanation';
import type { TraceHop } from './hop';
import type { Loss } from './outcome';

/** What is known of a loss when its cause is looked for. */
export interface LossEvidence {
  readonly loss: Loss;
  /** The hop that lost the packet; null where the format shows none. */
  readonly hop: TraceHop | null;
  /** The hops of the packet's way before it, latest last. */
  readonly before: readonly TraceHop[];
  /** What the ACL stage stands for, when one decided. */
  readonly aclStep: AclStep | null;
  /** The destination address is one the router translates from (an external address of its NAT). */
  readonly toNatAddress: boolean;
}

type Rule = readonly [
  stage: RegExp,
  code: CauseCode | ((evidence: LossEvidence, hop: TraceHop) => CauseCode),
];

/** By stage name, which is stable where table numbers are not; old and new names of the same stage side by side. */
const rules: readonly Rule[] = [
  [/^ls_(?:in|out)_(?:pre_)?acl(?:_|$)/, (evidence, hop) => aclCause(evidence, hop)],
  [
    /^ls_in_(?:check_|apply_)?port_sec/,
    (evidence) => (isDisabled(evidence) ? 'PORT_DISABLED' : 'PORT_SECURITY_IN'),
  ],
  [
    /^ls_out_(?:check_|apply_)?port_sec/,
    (evidence) => (isDisabled(evidence) ? 'PORT_DISABLED' : 'PORT_SECURITY_OUT'),
  ],
  [/^ls_in_l2_(?:lkup|unknown)$/, 'UNKNOWN_MAC'],
  [/^ls_in_(?:lb|stateful)$/, 'LB_NO_BACKEND'],
  [/^lr_in_(?:dnat|lb)$/, 'LB_NO_BACKEND'],
  [/^lr_in_admission$/, (_, hop) => (isFrameFilter(hop) ? 'ROUTER_FILTER' : 'WRONG_ROUTER_MAC')],
  [/^lr_in_ip_input$/, (evidence, hop) => routerInputCause(evidence, hop)],
  [/^lr_in_ip_routing(?:_ecmp|_pre)?$/, (_, hop) => (isDefaultFlow(hop) ? 'NO_ROUTE' : 'ROUTE_DISCARD')],
  [/^lr_in_policy(?:_ecmp)?$/, 'ROUTER_POLICY'],
  [/^lr_in_arp_resolve$/, (evidence, hop) => (isToNat(evidence, hop) ? 'NAT_UNSIMULATED' : 'ARP_UNRESOLVED')],
  [/^lr_in_arp_request$/, 'ARP_UNRESOLVED'],
  [/^lr_in_(?:chk_pkt_len|larger_pkts)$/, 'PACKET_TOO_BIG'],
];

/** The catalogue's code for a loss: from what the trace shows, never from what is likely. */
export function findCause(evidence: LossEvidence): CauseCode {
  const { loss, hop } = evidence;
  if (loss.kind === 'unresolved') return 'ARP_UNRESOLVED';
  if (loss.kind === 'hairpin') return 'HAIRPIN';
  if (loss.kind === 'bad-output') return 'NO_OUTPUT_PORT';
  if (!hop) return loss.kind === 'rejected' && evidence.aclStep ? 'ACL_REJECT' : 'UNKNOWN';
  for (const [pattern, code] of rules) {
    if (hop.stage !== null && pattern.test(hop.stage))
      return typeof code === 'string' ? code : code(evidence, hop);
  }
  return hop.implicitDrop ? 'NO_MATCH' : 'UNKNOWN';
}

function aclCause({ loss, aclStep }: LossEvidence, hop: TraceHop): CauseCode {
  if (loss.kind === 'rejected' || hop.actions.some(generatesRefusal)) return 'ACL_REJECT';
  switch (aclStep?.builtIn) {
    case 'default':
      return 'ACL_DEFAULT_DROP';
    case 'invalid':
      return 'CONNTRACK_INVALID';
    case 'blocked':
      return 'ACL_ESTABLISHED_BLOCKED';
    default:
      return 'ACL_DROP';
  }
}

/** northd marks a disabled port by setting the port-security bit outright instead of having it checked. */
function isDisabled({ hop, before }: LossEvidence): boolean {
  const check = before
    .filter((other) => other.datapath === hop?.datapath && other.pipeline === hop.pipeline)
    .find((other) => /_check_port_sec$/.test(other.stage ?? ''));
  return check?.actions.some((action) => action === 'reg0[15] = 1;') ?? false;
}

/** northd drops here what is addressed to the router's own NAT addresses and was not translated, by the address itself. */
function isToNat({ toNatAddress }: LossEvidence, hop: TraceHop): boolean {
  return toNatAddress || /\bip[46]\.dst == /.test(hop.match);
}

function isFrameFilter(hop: TraceHop): boolean {
  return /\bvlan\.present\b|\beth\.src\[40\]/.test(hop.match);
}

function isDefaultFlow(hop: TraceHop): boolean {
  return hop.implicitDrop || hop.match === '1' || hop.priority === 0;
}

function routerInputCause({ loss }: LossEvidence, hop: TraceHop): CauseCode {
  if (/\bip\.ttl == (?:\{0, 1\}|1|0)/.test(hop.match)) return 'TTL_EXCEEDED';
  if (loss.kind === 'rejected' || /^(?:ip[46]\.dst == |.*&& ip[46]\.dst == )/.test(hop.match))
    return 'ROUTER_ADDRESS';
  return 'ROUTER_FILTER';
}
