import * as l10n from '@vscode/l10n';
import { neutronDropGroup } from '../acl/ownerOf';
import type { AclStep, AppliedAcl } from '../acl/step';
import type { TraceHop } from './hop';
import { listNames, nameEntity, readableMatch, withoutParentheses } from './phrases';
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
    sentence: l10n.t(
      '{0} drops {1}{2}.',
      nameAcl(facts.aclStep, facts.decidedBy ?? facts.hop),
      packetOf(facts),
      wayThrough(facts),
    ),
    advice: [
      ...nearestOf(facts),
      isNeutronDefault(facts)
        ? l10n.t(
            "That is Neutron's default drop: no rule of the port's security groups allows the packet. If it should pass, add a rule to {0}.",
            scopesOf(facts),
          )
        : allowInstead(facts),
      l10n.t('If the block is intended, nothing needs to change.'),
    ],
  }),
  ACL_REJECT: (facts) => ({
    sentence: l10n.t(
      '{0} rejects {1}{2}.',
      nameAcl(facts.aclStep, facts.decidedBy ?? facts.hop),
      packetOf(facts),
      wayThrough(facts),
    ),
    advice: [
      ...nearestOf(facts),
      allowInstead(facts),
      facts.loss.kind === 'rejected'
        ? l10n.t('The sender {0} is told by a TCP reset or an ICMP error.', facts.names.source)
        : l10n.t('Nobody is told, for nothing answers a TCP reset or an ICMP error.'),
    ],
  }),
  ACL_DEFAULT_DROP: (facts) => ({
    sentence: l10n.t(
      'No ACL allows {0}{1}, and the default there is to drop (NB_Global options:default_acl_drop).',
      packetOf(facts),
      wayThrough(facts),
    ),
    advice: [
      ...facts.passedBy.map((acl) =>
        l10n.t('{0} matches, and only passes the packet on to the next tier.', acl),
      ),
      ...nearestOf(facts),
      addAllow(facts),
    ],
  }),
  ACL_ESTABLISHED_BLOCKED: (facts) => ({
    sentence: l10n.t(
      'The connection of {0} is marked as blocked: an ACL dropped it after it was established{1}.',
      packetOf(facts),
      wayThrough(facts),
    ),
    advice: [
      l10n.t('Trace it as a new connection to see which ACL drops it now.'),
      l10n.t('Connections that were open when the rule changed stay blocked until they are opened anew.'),
    ],
  }),
  CONNTRACK_INVALID: (facts) => ({
    sentence: l10n.t(
      'Connection tracking calls {0} invalid{1}, and OVN drops what is invalid.',
      packetOf(facts),
      wayThrough(facts),
    ),
    advice: [
      l10n.t(
        'Look for a way back that does not pass the same switch (asymmetric routing), for a connection that timed out, or for a reset that came before.',
      ),
      l10n.t(
        'Where packets are known to come back another way, "ovn-nbctl set NB_Global . options:use_ct_inv_match=false" lets them pass.',
      ),
    ],
  }),
  NETWORK_FUNCTION_DOWN: (facts) => ({
    sentence: l10n.t(
      'An ACL sends {0} through a network function{1}, and none of its group is up on that switch.',
      packetOf(facts),
      wayThrough(facts),
    ),
    advice: [
      l10n.t(
        'Check the ports of the Network_Function rows of that group, that they are on this switch, and their health checks in Service_Monitor.',
      ),
      l10n.t('With fallback=fail-open in the Network_Function_Group the packet would pass without it.'),
    ],
  }),
};

/** `ACL db-deny-all (priority 1001, port group pg_db)`, or what else stands for it. */
export function nameAcl(step: AclStep | null, hop: TraceHop | null): string {
  const [first] = step?.acls ?? [];
  if (first) {
    const others = (step?.acls.length ?? 1) - 1;
    return others > 0 ? l10n.t('{0} or one of {1} equal ACLs', nameRow(first), others) : nameRow(first);
  }
  const logged = hop?.actions
    .map((action) => /^log\(name="(.*)", verdict=\w+, severity=/.exec(action)?.[1])
    .findLast(Boolean);
  if (logged !== undefined) return `ACL ${logged}`;
  const match = hop ? withoutParentheses(readableMatch(hop.match).replace(northdTerms, '($1)')) : '';
  return match === '' ? l10n.t('an ACL') : l10n.t('the ACL with the match {0}', match);
}

/** What northd up to 20.09 put before the match of an ACL: `(!ct.est || (ct.est && ct_label.blocked == 1)) && (`. */
const northdTerms = /^(?:[(!]*ct(?:\.\w+|_(?:label|mark)[\w.[\]]*)(?: == [01])?\)*(?: && | \|\| ))+\((.*)\)$/;

/** `ACL db-deny-all (priority 1001, tier 2, port group pg_db, NetworkPolicy shop/db)`. */
export function nameRow({ acl, entities, owner }: AppliedAcl): string {
  const carriers = entities.map(nameEntity).join(', ');
  const details = [
    l10n.t('priority {0}', acl.priority),
    acl.tier > 0 ? l10n.t('tier {0}', acl.tier) : '',
    carriers,
    owner ?? '',
  ];
  return `ACL ${acl.name ?? acl.uuid.slice(0, 8)} (${details.filter((text) => text !== '').join(', ')})`;
}

/** OVN asks the rules after load balancing by themselves: their default drops what those before have allowed. */
function addAllow(facts: CauseFacts): string {
  return /_after_lb/.test(facts.hop?.stage ?? '')
    ? l10n.t('Add an ACL that allows it to {0}, with options:apply-after-lb=true.', scopesOf(facts))
    : l10n.t('Add an ACL that allows it to {0}.', scopesOf(facts));
}

function nearestOf({ nearest }: CauseFacts): readonly string[] {
  return nearest === null
    ? []
    : [
        l10n.t(
          'The rule that comes closest to allowing it is {0}; it needs {1}.',
          nearest.name,
          nearest.failing,
        ),
      ];
}

function allowInstead({ aclStep }: CauseFacts): string {
  const acl = aclStep?.acls[0]?.acl;
  if (!acl) {
    return l10n.t(
      'If the packet should pass, add an ACL that allows it with a higher priority, or correct the one that was meant to.',
    );
  }
  return acl.tier > 0
    ? l10n.t(
        'If the packet should pass, add an ACL that allows it with a priority above {0} in tier {1}, or in an earlier tier, or correct the one that was meant to.',
        acl.priority,
        acl.tier,
      )
    : l10n.t(
        'If the packet should pass, add an ACL that allows it with a priority above {0}, or correct the one that was meant to.',
        acl.priority,
      );
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
  return ` ${placeOf(switchOf(facts), port, isOut)}`;
}

function placeOf(place: string, port: string, isOut: boolean): string {
  if (port === '')
    return l10n.t({
      message: 'at {0}',
      args: [place],
      comment: ['A place in a sentence'],
    });
  return isOut
    ? l10n.t({
        message: 'at {0}, on the way out to {1}',
        args: [place, port],
        comment: ['A place in a sentence'],
      })
    : l10n.t({
        message: 'at {0}, on the way in from {1}',
        args: [place, port],
        comment: ['A place in a sentence'],
      });
}
