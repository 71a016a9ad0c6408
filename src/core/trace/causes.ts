import type { AclStep } from '../acl/step';
import { generatesRefusal } from './actions';
import type { CauseCode } from './explanation';
import type { TraceHop } from './hop';
import type { Loss } from './outcome';

/** What the trace itself shows of a loss. */
export interface LossEvidence {
  readonly loss: Loss;
  /** The hop that lost the packet; null where the format shows none. */
  readonly hop: TraceHop | null;
  /** The ACL evaluation that decided, when it is another hop. */
  readonly decidedBy: TraceHop | null;
  /** The hops of the packet's way before it, latest last. */
  readonly before: readonly TraceHop[];
  /** What the ACL stage stands for, when one decided and the northbound database is at hand. */
  readonly aclStep: AclStep | null;
  /** The microflow sets the mark of blocked connections, which ovn-trace has from nowhere else; null when its text is lost. */
  readonly marked: boolean | null;
  /** The destination address is one the router translates from (an external address of its NAT). */
  readonly toNatAddress: boolean;
}

type Rule = readonly [
  stage: RegExp,
  code: CauseCode | ((evidence: LossEvidence, hop: TraceHop) => CauseCode),
];

/** By stage name, which is stable where table numbers are not; old and new names of the same stage side by side. */
const rules: readonly Rule[] = [
  [/^ls_(?:in|out)_acl(?:_|$)/, (evidence, hop) => aclCause(evidence, hop)],
  [
    /^ls_in_(?:(?:check_|apply_)?port_sec|port_sec_(?:l2|ip|nd))$/,
    (evidence, hop) => admission(evidence, hop),
  ],
  [/^ls_out_(?:(?:check_|apply_)?port_sec|port_sec_(?:l2|ip))$/, (evidence, hop) => delivery(evidence, hop)],
  [/^ls_(?:in|out)_network_function$/, 'NETWORK_FUNCTION_DOWN'],
  [/^ls_in_(?:lb|stateful)$/, (_, hop) => (isDefaultFlow(hop) ? 'NO_MATCH' : 'LB_NO_BACKEND')],
  [/^ls_in_external_port$/, 'NOT_RESIDENT'],
  [/^ls_in_l2_lkup$/, (_, hop) => lookupCause(hop)],
  [/^ls_in_l2_unknown$/, (_, hop) => (toNamedPort(hop) ? 'PORT_DISABLED' : 'UNKNOWN_MAC')],
  [/^lr_in_admission$/, (_, hop) => (isFrameFilter(hop) ? 'ROUTER_FILTER' : 'WRONG_ROUTER_MAC')],
  [/^lr_in_ip_input$/, (evidence, hop) => routerInputCause(evidence, hop)],
  [/^lr_in_dhcp_relay_/, 'DHCP_RELAY_REFUSED'],
  [/^lr_in_(?:dnat|lb)$/, (_, hop) => (isDefaultFlow(hop) ? 'NO_MATCH' : 'LB_NO_BACKEND')],
  [/^lr_in_ip_routing(?:_ecmp|_pre)?$/, (_, hop) => routingCause(hop)],
  [/^lr_in_policy(?:_ecmp)?$/, (_, hop) => (isDefaultFlow(hop) ? 'NO_MATCH' : 'ROUTER_POLICY')],
  [/^lr_in_arp_resolve$/, (evidence, hop) => (isToNat(evidence, hop) ? 'NAT_UNSIMULATED' : 'ARP_UNRESOLVED')],
  [/^lr_in_(?:chk_pkt_len|larger_pkts)$/, 'PACKET_TOO_BIG'],
  // The drops of this stage are about NAT rules: those for some external addresses only, and distributed ones.
  [/^lr_in_gw_redirect$/, (_, hop) => (/^ip[46]\.dst == /.test(hop.match) ? 'NAT_EXCLUDED' : 'NOT_RESIDENT')],
  [/^lr_in_arp_request$/, 'ARP_UNRESOLVED'],
  // Every router port has a flow here unless it is disabled.
  [/^lr_out_delivery$/, 'PORT_DISABLED'],
];

/** The catalogue's code for a loss: from what the trace shows, never from what is likely. */
export function findCause(evidence: LossEvidence): CauseCode {
  const { loss, hop } = evidence;
  const plain = causeOfKind(loss, hop);
  if (plain !== null) return plain;
  if (!hop) return loss.kind === 'rejected' && evidence.aclStep ? 'ACL_REJECT' : 'UNKNOWN';
  if (/!is_chassis_resident\(/.test(hop.match)) return 'NOT_RESIDENT';
  for (const [pattern, code] of rules) {
    if (hop.stage !== null && pattern.test(hop.stage))
      return typeof code === 'string' ? code : code(evidence, hop);
  }
  return isDefaultFlow(hop) ? 'NO_MATCH' : 'UNKNOWN';
}

/** Losses whose kind says it all, whatever the stage; null for the others. */
export function causeOfKind({ kind }: Loss, hop: TraceHop | null): CauseCode | null {
  switch (kind) {
    case 'unresolved':
      return 'ARP_UNRESOLVED';
    case 'hairpin':
      return 'HAIRPIN';
    case 'bad-output':
      // The group of ports that take unknown addresses is there, and none of its members is enabled.
      return hop?.stage === 'ls_in_l2_unknown' ? 'UNKNOWN_MAC' : 'NO_OUTPUT_PORT';
    default:
      return null;
  }
}

function aclCause({ loss, aclStep, decidedBy, marked }: LossEvidence, hop: TraceHop): CauseCode {
  if (loss.kind === 'rejected' || hop.actions.some(generatesRefusal)) return 'ACL_REJECT';
  const decisive = decidedBy ?? hop;
  if (isDefaultVerdict(hop) || isDefaultVerdict(decisive) || aclStep?.builtIn === 'default') {
    return 'ACL_DEFAULT_DROP';
  }
  if ((decisive.priority ?? 0) < conntrackFlow) return 'ACL_DROP';
  return isBlocked(decisive, marked) ? 'ACL_ESTABLISHED_BLOCKED' : 'CONNTRACK_INVALID';
}

/** Flows that northd makes by itself have priorities that no ACL's flow can have: so they show without its database. */
function isDefaultVerdict({ priority }: TraceHop): boolean {
  return priority !== null && priority < lowestAclFlow;
}

/** One flow drops what is invalid and replies on connections marked as blocked: `ct.inv || (… && ct_mark.blocked == 1)`. */
function isBlocked({ match, ctState }: TraceHop, marked: boolean | null): boolean {
  if (!/\bct\.inv\b/.test(match)) return true;
  if (ctState?.includes('inv') === true || !/\.blocked\b|\bct_(?:mark|label)\b/.test(match)) return false;
  return marked ?? ctState?.includes('rpl') ?? false;
}

const lowestAclFlow = 1000;
const conntrackFlow = 65532;

function admission(evidence: LossEvidence, hop: TraceHop): CauseCode {
  if (isFrameFilter(hop)) return 'SWITCH_FILTER';
  if (isDisabled(evidence)) return 'PORT_DISABLED';
  // Beside the check there are flows for ICMP errors that OVN sent around itself, and for ARP on a chassis without the gateway.
  if (/\bicmp[46]\b/.test(hop.match)) return 'PACKET_TOO_BIG';
  return /^reg0\[(?!15\])/.test(hop.match) ? 'NOT_RESIDENT' : 'PORT_SECURITY_IN';
}

function delivery(evidence: LossEvidence, hop: TraceHop): CauseCode {
  // Up to 22.03 a disabled port has a flow of its own here, which asks for nothing but the port.
  const dropsAll = hop.stage === 'ls_out_port_sec_l2' && toNamedPort(hop);
  return dropsAll || isDisabled(evidence) ? 'PORT_DISABLED' : 'PORT_SECURITY_OUT';
}

/** northd marks a disabled port by setting the port-security bit outright instead of having it checked. */
function isDisabled({ hop, before }: LossEvidence): boolean {
  const check = before
    .filter((other) => other.datapath === hop?.datapath && other.pipeline === hop.pipeline)
    .findLast((other) => /_check_port_sec$/.test(other.stage ?? ''));
  return check?.actions.some((action) => action === 'reg0[15] = 1;') ?? false;
}

function lookupCause(hop: TraceHop): CauseCode {
  if (/\bip[46]\.mcast\b|\beth\.mcast\b/.test(hop.match)) return 'NO_MULTICAST_GROUP';
  // A MAC that is looked up and dropped is that of a disabled port.
  return /^eth\.dst == [\da-f:]+$/.test(hop.match) && !isDefaultFlow(hop) ? 'PORT_DISABLED' : 'UNKNOWN_MAC';
}

/** `outport == "web2"` alone: what a switch does with a port that is disabled. The name `none` is OVN's for no port at all. */
function toNamedPort(hop: TraceHop): boolean {
  return /^outport == "(?!none"$).*"$/.test(hop.match) && !hop.match.includes(' && ');
}

function routingCause(hop: TraceHop): CauseCode {
  if (isDefaultFlow(hop)) return 'NO_ROUTE';
  if (/\bnd_r[sa]\b|\bigmp\b|\bmld/.test(hop.match)) return 'ROUTER_FILTER';
  return /\bip[46]\.mcast\b/.test(hop.match) ? 'NO_MULTICAST_GROUP' : 'ROUTE_DISCARD';
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
  if (isDefaultFlow(hop)) return 'NO_MATCH';
  if (/\bip\.ttl == (?:\{0, 1\}|1|0)/.test(hop.match)) return 'TTL_EXCEEDED';
  if (/\bip[46]\.mcast/.test(hop.match)) return 'ROUTER_FILTER';
  if (loss.kind === 'rejected' || /^(?:ip[46]\.dst == |.*&& ip[46]\.dst == )/.test(hop.match))
    return 'ROUTER_ADDRESS';
  return 'ROUTER_FILTER';
}
