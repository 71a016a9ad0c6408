import * as l10n from '@vscode/l10n';
import type { AclStep, AclVerdict, AppliedAcl } from '../../core/acl/step';
import type { AclEntity } from '../../core/definitions/definition';
import type { Acl } from '../../core/ovn/northbound';
import type { TraceHop } from '../../core/trace/hop';
import type { Answer, Verdict } from '../../core/trace/outcome';
import { nameTable } from '../../core/trace/phrases';
import type { IconName, Tone } from '../../protocol/panelModel';

export interface VerdictWords {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: IconName;
}

/** How each verdict looks and what it is called. */
export function verdictWords(verdict: Verdict): VerdictWords {
  switch (verdict) {
    case 'allow':
      return { word: l10n.t('Allowed'), tone: 'allow', icon: 'allow' };
    case 'drop':
      return { word: l10n.t('Dropped'), tone: 'drop', icon: 'drop' };
    case 'reject':
      return { word: l10n.t('Rejected'), tone: 'reject', icon: 'reject' };
    case 'answer':
      return { word: l10n.t('Answered'), tone: 'answer', icon: 'answer' };
    case 'mixed':
      return { word: l10n.t('Mixed'), tone: 'mixed', icon: 'fork' };
    case 'unknown':
      return { word: l10n.t('Undecided'), tone: 'unknown', icon: 'unknown' };
    case 'error':
      return { word: l10n.t('No trace'), tone: 'drop', icon: 'error' };
  }
}

/** A packet that arrives while its reply certainly does not. */
export function oneWayWords(): VerdictWords {
  return { word: l10n.t('Allowed one way'), tone: 'mixed', icon: 'warning' };
}

const answerWords = (): Readonly<Record<Answer['kind'], string>> => ({
  arp: l10n.t('ARP reply'),
  nd: l10n.t('neighbour advertisement'),
  dhcp: l10n.t('DHCP answer'),
  dhcpv6: l10n.t('DHCPv6 answer'),
  ra: l10n.t('router advertisement'),
  dns: l10n.t('DNS answer'),
  ping: l10n.t('echo reply'),
  tcp_reset: l10n.t('TCP reset'),
  sctp_abort: l10n.t('SCTP abort'),
  icmp4: l10n.t('ICMP error'),
  icmp6: l10n.t('ICMPv6 error'),
});

/** `TCP reset`, `ARP reply`: what OVN sent back. */
export function nameAnswer(kind: Answer['kind']): string {
  return answerWords()[kind];
}

/** The name of an ACL, or what stands for it where it has none. */
export function nameAcl(acl: Acl): string {
  return acl.name ?? l10n.t('unnamed ACL {0}', acl.uuid.slice(0, 8));
}

/** The ACLs of a step as one text: `db-deny-all`, or how many equal rows it can be. */
export function nameAcls(acls: readonly AppliedAcl[]): string {
  const [first, ...others] = acls;
  if (first === undefined) return '';
  if (others.length === 0) return nameAcl(first.acl);
  return l10n.t('{0} or {1} equal to it', nameAcl(first.acl), others.length);
}

export function nameEntity(entity: AclEntity): string {
  if (entity.type === 'port-group') return l10n.t('port group {0}', entity.name);
  return entity.type === 'switch' ? l10n.t('switch {0}', entity.name) : entity.name;
}

function describeVerdict(verdict: AclVerdict, by: string): string {
  switch (verdict) {
    case 'allow':
      return l10n.t('Allowed by {0}', by);
    case 'drop':
      return l10n.t('Drop decided by {0}', by);
    case 'reject':
      return l10n.t('Reject decided by {0}', by);
    case 'pass':
      return l10n.t('Passed on by {0}', by);
  }
}

/** What an ACL step did, in a few words: `Allowed by web-egress`. */
export function describeAclStep(step: AclStep): string {
  const name = nameAcls(step.acls);
  if (name !== '') return describeVerdict(step.verdict, name);
  const allows = step.verdict === 'allow' || step.verdict === 'pass';
  switch (step.builtIn) {
    case 'established':
      return l10n.t('Let through: part of a known connection');
    case 'invalid':
      return l10n.t('Drop decided: not valid for its connection');
    case 'nd':
      return l10n.t('Let through: neighbour discovery');
    case 'blocked':
      return l10n.t('Drop decided: connection was blocked');
    case 'default':
      return allows
        ? l10n.t('No ACL matches, allowed by default')
        : l10n.t('No ACL allows it, dropped by default');
    case null:
      return describeVerdict(step.verdict, l10n.t('an ACL that is not known here'));
  }
}

/** Stages that decide by ACLs; others of that name only prepare it or carry it out. */
export function isAclDecisionStage(stage: string | null): boolean {
  return stage !== null && /^ls_(?:in|out)_acl(?:_after_lb)?(?:_eval)?$/.test(stage);
}

/** `table 8`, with the stage name where the text has one. */
export function nameStage(hop: TraceHop): string {
  return hop.stage === null ? nameTable(hop.table) : `${hop.stage}, ${nameTable(hop.table)}`;
}

export function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
