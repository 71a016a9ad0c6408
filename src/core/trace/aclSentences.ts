import { neutronDropGroup } from '../acl/ownerOf';
import type { AclStep, AppliedAcl } from '../acl/step';
import type { TraceHop } from './hop';
import { listNames, readableMatch, withoutParentheses } from './phrases';
import { callPort, packetOf, switchOf, type CauseFacts, type WordsOf } from './causeFacts';

export const aclWords: WordsOf<
  | 'ACL_DROP'
  | 'ACL_REJECT'
  | 'ACL_DEFAULT_DROP'
  | 'ACL_ESTABLISHED_BLOCKED'
  | 'CONNTRACK_INVALID'
  | 'NETWORK_FUNCTION_DOWN'
> = {
  ACL_DROP: (facts) => ({
    sentence: `${nameAcl(facts.aclStep, facts.decidedBy ?? facts.hop)} drops ${packetOf(facts)}${wayThrough(facts)}.`,
    advice: [
      ...nearestOf(facts),
      isNeutronDefault(facts)
        ? `That is Neutron's default drop: no rule of the port's security groups allows the packet. If it should pass, add a rule to ${scopesOf(facts)}.`
        : allowInstead(facts),
      'If the block is intended, nothing needs to change.',
    ],
  }),
  ACL_REJECT: (facts) => ({
    sentence: `${nameAcl(facts.aclStep, facts.decidedBy ?? facts.hop)} rejects ${packetOf(facts)}${wayThrough(facts)}.`,
    advice: [
      ...nearestOf(facts),
      allowInstead(facts),
      facts.loss.kind === 'rejected'
        ? `The sender ${facts.names.source} is told by a TCP reset or an ICMP error.`
        : 'Nobody is told, for nothing answers a TCP reset or an ICMP error.',
    ],
  }),
  ACL_DEFAULT_DROP: (facts) => ({
    sentence: `No ACL allows ${packetOf(facts)}${wayThrough(facts)}, and the default there is to drop (NB_Global options:default_acl_drop).`,
    advice: [
      ...facts.passedBy.map((acl) => `${acl} matches, and only passes the packet on to the next tier.`),
      ...nearestOf(facts),
      `Add an ACL that allows it to ${scopesOf(facts)}${afterLb(facts)}.`,
    ],
  }),
  ACL_ESTABLISHED_BLOCKED: (facts) => ({
    sentence: `The connection of ${packetOf(facts)} is marked as blocked: an ACL dropped it after it was established${wayThrough(facts)}.`,
    advice: [
      'Trace it as a new connection to see which ACL drops it now.',
      'Connections that were open when the rule changed stay blocked until they are opened anew.',
    ],
  }),
  CONNTRACK_INVALID: (facts) => ({
    sentence: `Connection tracking calls ${packetOf(facts)} invalid${wayThrough(facts)}, and OVN drops what is invalid.`,
    advice: [
      'Look for a way back that does not pass the same switch (asymmetric routing), for a connection that timed out, or for a reset that came before.',
      'Where packets are known to come back another way, "ovn-nbctl set NB_Global . options:use_ct_inv_match=false" lets them pass.',
    ],
  }),
  NETWORK_FUNCTION_DOWN: (facts) => ({
    sentence: `An ACL sends ${packetOf(facts)} through a network function${wayThrough(facts)}, and none of its group is up on that switch.`,
    advice: [
      'Check the ports of the Network_Function rows of that group, that they are on this switch, and their health checks in Service_Monitor.',
      'With fallback=fail-open in the Network_Function_Group the packet would pass without it.',
    ],
  }),
};

/** `ACL db-deny-all (priority 1001, port group pg_db)`, or what else stands for it. */
export function nameAcl(step: AclStep | null, hop: TraceHop | null): string {
  const [first] = step?.acls ?? [];
  if (first) {
    const others = step && step.acls.length > 1 ? ` or one of ${step.acls.length - 1} equal ACLs` : '';
    return `${nameRow(first)}${others}`;
  }
  const logged = hop?.actions
    .map((action) => /^log\(name="(.*)", verdict=\w+, severity=/.exec(action)?.[1])
    .findLast(Boolean);
  if (logged !== undefined) return `ACL ${logged}`;
  const match = hop ? withoutParentheses(readableMatch(hop.match).replace(northdTerms, '($1)')) : '';
  return match === '' ? 'an ACL' : `the ACL with the match ${match}`;
}

/** What northd up to 20.09 put before the match of an ACL: `(!ct.est || (ct.est && ct_label.blocked == 1)) && (`. */
const northdTerms = /^(?:[(!]*ct(?:\.\w+|_(?:label|mark)[\w.[\]]*)(?: == [01])?\)*(?: && | \|\| ))+\((.*)\)$/;

/** `ACL db-deny-all (priority 1001, tier 2, port group pg_db, NetworkPolicy shop/db)`. */
export function nameRow({ acl, entities, owner }: AppliedAcl): string {
  const carriers = entities
    .map(({ type, name }) => `${type === 'switch' ? 'switch' : 'port group'} ${name}`)
    .join(', ');
  const details = [`priority ${acl.priority}`, acl.tier > 0 ? `tier ${acl.tier}` : '', carriers, owner ?? ''];
  return `ACL ${acl.name ?? acl.uuid.slice(0, 8)} (${details.filter((text) => text !== '').join(', ')})`;
}

/** OVN asks the rules after load balancing by themselves: their default drops what those before have allowed. */
function afterLb({ hop }: CauseFacts): string {
  return /_after_lb/.test(hop?.stage ?? '') ? ', with options:apply-after-lb=true' : '';
}

function nearestOf({ nearest }: CauseFacts): readonly string[] {
  return nearest === null
    ? []
    : [`The rule that comes closest to allowing it is ${nearest.name}; it needs ${nearest.failing}.`];
}

function allowInstead({ aclStep }: CauseFacts): string {
  const acl = aclStep?.acls[0]?.acl;
  const above = acl
    ? `a priority above ${acl.priority}${acl.tier > 0 ? ` in tier ${acl.tier}, or in an earlier tier` : ''}`
    : 'a higher priority';
  return `If the packet should pass, add an ACL that allows it with ${above}, or correct the one that was meant to.`;
}

function isNeutronDefault({ aclStep }: CauseFacts): boolean {
  return aclStep?.acls[0]?.entities.some(({ name }) => name === neutronDropGroup) ?? false;
}

function scopesOf(facts: CauseFacts): string {
  const named = facts.scopes.filter((scope) => !scope.includes(neutronDropGroup));
  return named.length > 0 ? listNames(named, 'or') : switchOf(facts);
}

/** ` at switch web, on the way in from web1`. */
function wayThrough(facts: CauseFacts): string {
  if (!facts.hop || facts.hop.datapath === '') return '';
  const isOut = facts.hop.pipeline === 'egress';
  const port = callPort(facts, isOut ? facts.hop.outport : facts.hop.inport, '');
  return ` at ${switchOf(facts)}${port === '' ? '' : `, on the way ${isOut ? 'out to' : 'in from'} ${port}`}`;
}
