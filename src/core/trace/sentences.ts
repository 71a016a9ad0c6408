import { bodiesOf } from '../acl/flowMatch';
import type { AclStep } from '../acl/step';
import { describeStage } from '../ovn/stages';
import type { CauseCode } from './explanation';
import type { TraceHop } from './hop';
import type { Heading } from './nextHop';
import type { Loss } from './outcome';

/** The names of this packet, for the sentences about it. */
export interface PacketNames {
  /** `web1`, or the port's own name. */
  readonly source: string;
  /** `db1`, or the address when no port is known. */
  readonly destination: string;
  readonly ipSrc: string | null;
  readonly ipDst: string | null;
  /** `TCP port 5432`, `ICMP`, `ARP`. */
  readonly service: string;
  readonly ethSrc: string | null;
  readonly ethDst: string | null;
  /** What people call a port. */
  readonly callPort: (port: string) => string;
}

/** What the sentences of a cause are made of. */
export interface CauseFacts {
  readonly names: PacketNames;
  readonly loss: Loss;
  readonly hop: TraceHop | null;
  readonly decidedBy: TraceHop | null;
  readonly aclStep: AclStep | null;
  /** Port groups or switches in whose scope the packet was, for a default drop: `port group pg_db (web to db)`. */
  readonly scopes: readonly string[];
  /** The allow rule asked before that came closest to matching; null when there is none. */
  readonly nearest: { readonly name: string; readonly failing: string } | null;
  /** Name of the port that is disabled, when one is. */
  readonly disabledPort: string | null;
  /** Where the packet was going when its next hop was looked for; null when no stage is shown. */
  readonly heading: Heading | null;
}

export interface CauseWords {
  readonly sentence: string;
  readonly advice: readonly string[];
}

/** The sentence and the advice of a cause, with this packet's names in them. */
export function wordCause(code: CauseCode, facts: CauseFacts): CauseWords {
  const { sentence, advice } = words[code](facts);
  return { sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1), advice };
}

const where = ({ hop }: CauseFacts): string =>
  hop ? `${hop.datapathKind ?? 'datapath'} ${hop.datapath}` : 'the network';

const at = ({ hop }: CauseFacts): string => {
  if (!hop) return '';
  const stage = hop.stage === null ? `table ${hop.table}` : `${hop.stage} (table ${hop.table})`;
  return ` in ${stage} of ${hop.datapathKind ?? 'datapath'} ${hop.datapath}`;
};

/** `ACL db-deny-all (priority 1001, port group pg_db)`, or what else stands for it. */
export function nameAcl(step: AclStep | null, hop: TraceHop | null): string {
  const [first] = step?.acls ?? [];
  if (first) {
    const { acl, entities } = first;
    const owner = entities
      .map(({ type, name }) => `${type === 'switch' ? 'switch' : 'port group'} ${name}`)
      .join(', ');
    const details = [`priority ${acl.priority}`, acl.tier > 0 ? `tier ${acl.tier}` : '', owner].filter(
      (text) => text !== '',
    );
    const others = step && step.acls.length > 1 ? ` or one of ${step.acls.length - 1} equal ACLs` : '';
    return `ACL ${acl.name ?? acl.uuid.slice(0, 8)} (${details.join(', ')})${others}`;
  }
  const logged = hop?.actions
    .map((action) => /^log\(name="(.*)", verdict=\w+, severity=/.exec(action)?.[1])
    .find(Boolean);
  if (logged !== undefined) return `ACL ${logged}`;
  return hop ? `the ACL with the match ${bodiesOf(hop.match).at(-1) ?? hop.match}` : 'an ACL';
}

const packetOf = ({ names }: CauseFacts): string =>
  `${names.service} from ${names.source} to ${names.destination}`;
const nearestOf = ({ nearest }: CauseFacts): readonly string[] =>
  nearest === null
    ? []
    : [`The rule that comes closest to allowing it is ${nearest.name}; it needs ${nearest.failing}.`];
/** Neutron puts every port with port security into this group, whose only rules drop what no security group allows. */
const isNeutronDefault = ({ aclStep }: CauseFacts): boolean =>
  aclStep?.acls[0]?.entities.some(({ name }) => name === neutronDropGroup) ?? false;
const neutronDropGroup = 'neutron_pg_drop';
const scopesOf = ({ scopes }: CauseFacts): string => {
  const named = scopes.filter((scope) => !scope.includes(neutronDropGroup));
  return named.length > 0 ? named.join(', ') : 'the rules of that switch';
};

const words: Readonly<Record<CauseCode, (facts: CauseFacts) => CauseWords>> = {
  ACL_DROP: (facts) => ({
    sentence: `${nameAcl(facts.aclStep, facts.decidedBy ?? facts.hop)} drops ${packetOf(facts)}${atSwitch(facts)}.`,
    advice: [
      ...nearestOf(facts),
      ...(isNeutronDefault(facts)
        ? [
            `That is Neutron's default drop: no rule of the port's security groups allows the packet. If it should pass, add a rule to ${scopesOf(facts)}.`,
          ]
        : [
            'If the packet should pass, add an ACL that allows it with a higher priority, or correct the one that was meant to.',
          ]),
      'If the block is intended, nothing needs to change.',
    ],
  }),
  ACL_REJECT: (facts) => ({
    sentence: `${nameAcl(facts.aclStep, facts.decidedBy ?? facts.hop)} rejects ${packetOf(facts)}${atSwitch(facts)}.`,
    advice: [
      facts.loss.kind === 'rejected'
        ? `The sender ${facts.names.source} is told by a TCP reset or an ICMP error. If the packet should pass, add an ACL that allows it with a higher priority.`
        : 'Nobody is told, for nothing answers a TCP reset or an ICMP error. If the packet should pass, add an ACL that allows it with a higher priority.',
    ],
  }),
  ACL_DEFAULT_DROP: (facts) => ({
    sentence: `No ACL allows ${packetOf(facts)}${atSwitch(facts)}, and the default there is to drop (NB_Global options:default_acl_drop).`,
    advice: [...nearestOf(facts), `Add an ACL that allows it to ${scopesOf(facts)}.`],
  }),
  ACL_ESTABLISHED_BLOCKED: (facts) => ({
    sentence: `The connection of ${packetOf(facts)} is marked as blocked: an ACL dropped it after it was established${atSwitch(facts)}.`,
    advice: [
      'Trace it as a new connection to see which ACL drops it now.',
      'Connections that were open when the rule changed stay blocked until they are opened anew.',
    ],
  }),
  CONNTRACK_INVALID: (facts) => ({
    sentence: `Connection tracking calls ${packetOf(facts)} invalid${atSwitch(facts)}, and OVN drops what is invalid.`,
    advice: [
      'Look for a way back that does not pass the same switch (asymmetric routing), or for a connection that timed out.',
    ],
  }),
  PORT_SECURITY_IN: (facts) => ({
    sentence: `Port security of ${callOr(facts, facts.hop?.inport, facts.names.source)} does not let it send from ${sourceAddresses(facts)}.`,
    advice: [
      'Compare the addresses with the port_security column of the port.',
      'Add the address there (an allowed address pair), or correct it in the instance.',
    ],
  }),
  PORT_SECURITY_OUT: (facts) => ({
    sentence: `Port security of ${callOr(facts, facts.hop?.outport, facts.names.destination)} does not let it receive packets to ${facts.names.ipDst ?? facts.names.ethDst ?? 'this address'}.`,
    advice: [
      'Compare the destination with the port_security column of the port, and add it there if it is meant to be.',
    ],
  }),
  NO_ROUTE: (facts) => ({
    sentence: `Router ${facts.hop?.datapath ?? ''} has no route to ${facts.names.ipDst ?? 'the destination'}.`,
    advice: [
      `Look at its routes with "ovn-nbctl lr-route-list ${facts.hop?.datapath ?? 'ROUTER'}", and add one.`,
      'A load-balancer address is routed only while its load balancer applies to the packet: check that it is a new connection to the right port.',
    ],
  }),
  ROUTE_DISCARD: (facts) => ({
    sentence: `A route of router ${facts.hop?.datapath ?? ''} discards packets to ${facts.names.ipDst ?? 'the destination'} (${facts.hop?.match ?? ''}).`,
    advice: ['Look for a static route with the next hop "discard", and remove it if the packet should pass.'],
  }),
  ROUTER_POLICY: (facts) => ({
    sentence: `A policy of router ${facts.hop?.datapath ?? ''} drops the packet (${facts.hop?.match ?? ''}).`,
    advice: [`Look at its policies with "ovn-nbctl lr-policy-list ${facts.hop?.datapath ?? 'ROUTER'}".`],
  }),
  WRONG_ROUTER_MAC: (facts) => ({
    sentence: `Router ${facts.hop?.datapath ?? ''} does not take the frame: ${facts.names.ethDst ?? 'its destination MAC'} is not the MAC of its port ${facts.hop?.inport ?? ''}.`,
    advice: [
      'Use the MAC of that router port as the destination MAC (Edit and Trace).',
      'In a running instance, look for a stale ARP entry of the gateway.',
    ],
  }),
  ROUTER_FILTER: (facts) => ({
    sentence: isDiscovery(facts.hop)
      ? `Router ${facts.hop?.datapath ?? ''} does not answer for ${facts.names.ipDst ?? 'the address'}, which is none of its addresses.`
      : `Router ${facts.hop?.datapath ?? ''} does not forward such packets (${facts.hop?.match ?? ''}).`,
    advice: isDiscovery(facts.hop)
      ? ['Check that the address exists: no port of the switch has it among its addresses.']
      : [
          'Check the source address: addresses of the router itself, broadcast, loopback and multicast sources are never forwarded.',
        ],
  }),
  UNKNOWN_MAC: (facts) => ({
    sentence: `Switch ${facts.hop?.datapath ?? ''} knows no port with the destination MAC ${facts.names.ethDst ?? 'of the packet'}.`,
    advice: [
      'Check the destination MAC, and the addresses column of the port it should belong to.',
      'A port that learns its address needs "unknown" among its addresses.',
    ],
  }),
  ARP_UNRESOLVED: (facts) => ({
    sentence: `${routerOf(facts)} does not know the MAC of ${nextHopOf(facts)}; it sends an ARP or neighbour request, and the packet itself does not arrive until that is answered.`,
    advice: [
      ...(facts.heading?.gateway
        ? [`Check that the gateway ${facts.heading.gateway} is right and reachable from that router port.`]
        : ['Check that the address exists: no port of the switch has it among its addresses.']),
      'If it is outside OVN, a real request may be answered: ovn-trace only knows the MAC bindings of the database.',
    ],
  }),
  LB_NO_BACKEND: (facts) => ({
    sentence: `The load balancer of ${facts.names.ipDst ?? 'the address'} has no backend to send the packet to${at(facts)}.`,
    advice: ['Check its backends, and their health checks in Service_Monitor.'],
  }),
  TTL_EXCEEDED: (facts) => ({
    sentence: `The TTL of the packet is used up at router ${facts.hop?.datapath ?? ''}.`,
    advice: ['A microflow without ip.ttl has TTL 0: add ip.ttl == 64.', 'Otherwise look for a routing loop.'],
  }),
  PACKET_TOO_BIG: (facts) => ({
    sentence: `The packet is larger than the MTU of the gateway port of router ${facts.hop?.datapath ?? ''}.`,
    advice: ['Check options:gateway_mtu of the router port.'],
  }),
  ROUTER_ADDRESS: (facts) => ({
    sentence: `${facts.names.ipDst ?? 'The destination'} is an address of router ${facts.hop?.datapath ?? ''} itself, which does not offer ${facts.names.service}.`,
    advice: [
      'A router answers pings and ARP only. Trace to the address of an instance, or of a load balancer.',
    ],
  }),
  PORT_DISABLED: (facts) => ({
    sentence: `Port ${facts.disabledPort ?? facts.hop?.outport ?? facts.hop?.inport ?? facts.names.source} is disabled.`,
    advice: [
      `Enable it with "ovn-nbctl lsp-set-enabled ${facts.disabledPort ?? 'PORT'} enabled", or in the platform that owns it.`,
    ],
  }),
  HAIRPIN: (facts) => ({
    sentence: `The packet would leave through ${facts.hop?.inport ?? 'the port'} where it came from, and OVN does not send it back there.`,
    advice: ['Check the destination MAC: it belongs to the port that sends.'],
  }),
  NO_OUTPUT_PORT: (facts) => ({
    sentence: `The packet is output to a port that does not exist or is bound nowhere${at(facts)}.`,
    advice: ['Check the gateway chassis of the distributed router port, and that the port still exists.'],
  }),
  NAT_UNSIMULATED: (facts) => ({
    sentence: `The packet goes to ${facts.names.ipDst ?? 'an address'} of the NAT of router ${facts.hop?.datapath ?? ''}; ovn-trace has no connections, so it cannot translate the address back, and the router drops it.`,
    advice: [
      'For the way back of an open connection this is a limit of ovn-trace, not of the network. Trace from the router on, with the translated address.',
    ],
  }),
  NO_MATCH: (facts) => ({
    sentence: `No logical flow matches the packet${at(facts)}, so it is dropped.`,
    advice: ['Check that ovn-northd has caught up: "ovn-nbctl --wait=sb sync".'],
  }),
  UNKNOWN: (facts) => ({
    sentence: facts.hop
      ? `The packet is dropped${at(facts)} by the logical flow with the match ${facts.hop.match}.`
      : `The packet is not output anywhere${where(facts) === 'the network' ? '' : ` in ${where(facts)}`}; this format does not show which stage drops it.`,
    advice: facts.hop
      ? [
          ...aboutStage(facts.hop),
          'Look up the logical flow with "ovn-sbctl lflow-list" to see why it was made.',
        ]
      : ['Run ovn-trace with --detailed, which shows every stage.'],
  }),
};

function aboutStage({ stage }: TraceHop): readonly string[] {
  const description = stage === null ? null : describeStage(stage);
  return description ? [`The stage ${stage ?? ''} (${description.title}): ${description.about}`] : [];
}

function atSwitch(facts: CauseFacts): string {
  if (!facts.hop) return '';
  const { direction, port } =
    facts.hop.pipeline === 'egress'
      ? { direction: 'on the way out to', port: facts.hop.outport }
      : { direction: 'on the way in from', port: facts.hop.inport };
  return ` at switch ${facts.hop.datapath}${port === null ? '' : `, ${direction} ${facts.names.callPort(port)}`}`;
}

function callOr({ names }: CauseFacts, port: string | null | undefined, otherwise: string): string {
  return port === null || port === undefined ? otherwise : names.callPort(port);
}

function sourceAddresses({ names }: CauseFacts): string {
  return [names.ethSrc, names.ipSrc].filter((address) => address !== null).join(', ') || 'this address';
}

/** What is left for a router of requests for the MAC of others. */
function isDiscovery(hop: TraceHop | null): boolean {
  return hop !== null && /^arp(?: \|\| nd)?$/.test(hop.match);
}

/** `the next hop 192.0.2.1 towards 8.8.8.8`, as far as the trace says. */
function nextHopOf({ heading, names }: CauseFacts): string {
  const destination = heading ? heading.destination : names.ipDst;
  return `the next hop ${heading?.gateway ? `${heading.gateway} ` : ''}towards ${destination ?? 'the destination'}`;
}

function routerOf({ loss, hop, decidedBy }: CauseFacts): string {
  const router = [decidedBy, hop].find((other) => other?.datapathKind === 'router');
  return router ? `Router ${router.datapath}` : loss.hop === null ? 'A router' : 'The router';
}
