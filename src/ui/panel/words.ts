import type { AclStep, AclVerdict, AppliedAcl } from '../../core/acl/step';
import type { AclEntity } from '../../core/definitions/definition';
import type { Acl } from '../../core/ovn/northbound';
import type { TraceHop } from '../../core/trace/hop';
import type { Answer, Verdict } from '../../core/trace/outcome';
import { nameTable } from '../../core/trace/phrases';
import type { IconName, Tone } from '../../protocol/panelModel';

/** How each verdict looks and what it is called. */
export const verdictWords: Readonly<
  Record<Verdict, { readonly word: string; readonly tone: Tone; readonly icon: IconName }>
> = {
  allow: { word: 'Allowed', tone: 'allow', icon: 'allow' },
  drop: { word: 'Dropped', tone: 'drop', icon: 'drop' },
  reject: { word: 'Rejected', tone: 'reject', icon: 'reject' },
  answer: { word: 'Answered', tone: 'answer', icon: 'answer' },
  mixed: { word: 'Mixed', tone: 'mixed', icon: 'fork' },
  unknown: { word: 'Undecided', tone: 'unknown', icon: 'unknown' },
  error: { word: 'No trace', tone: 'drop', icon: 'error' },
};

/** A packet that arrives while its reply certainly does not. */
export const oneWayWords = { word: 'Allowed one way', tone: 'mixed', icon: 'warning' } as const;

const answerWords: Readonly<Record<Answer['kind'], string>> = {
  arp: 'ARP reply',
  nd: 'neighbour advertisement',
  dhcp: 'DHCP answer',
  dhcpv6: 'DHCPv6 answer',
  ra: 'router advertisement',
  dns: 'DNS answer',
  ping: 'echo reply',
  tcp_reset: 'TCP reset',
  sctp_abort: 'SCTP abort',
  icmp4: 'ICMP error',
  icmp6: 'ICMPv6 error',
};

/** `TCP reset`, `ARP reply`: what OVN sent back. */
export function nameAnswer(kind: Answer['kind']): string {
  return answerWords[kind];
}

/** The name of an ACL, or what stands for it where it has none. */
export function nameAcl(acl: Acl): string {
  return acl.name ?? `unnamed ACL ${acl.uuid.slice(0, 8)}`;
}

/** The ACLs of a step as one text: `db-deny-all`, or how many equal rows it can be. */
export function nameAcls(acls: readonly AppliedAcl[]): string {
  const [first, ...others] = acls;
  if (first === undefined) return '';
  if (others.length === 0) return nameAcl(first.acl);
  return `${nameAcl(first.acl)} or ${others.length} equal to it`;
}

export function nameEntity(entity: AclEntity): string {
  if (entity.type === 'port-group') return `port group ${entity.name}`;
  return entity.type === 'switch' ? `switch ${entity.name}` : entity.name;
}

const verdictVerbs: Readonly<Record<AclVerdict, string>> = {
  allow: 'Allowed',
  drop: 'Drop decided',
  reject: 'Reject decided',
  pass: 'Passed on',
};

/** What an ACL step did, in a few words: `Allowed by web-egress`. */
export function describeAclStep(step: AclStep): string {
  const name = nameAcls(step.acls);
  if (name !== '') return `${verdictVerbs[step.verdict]} by ${name}`;
  const allows = step.verdict === 'allow' || step.verdict === 'pass';
  switch (step.builtIn) {
    case 'established':
      return 'Let through: part of a known connection';
    case 'invalid':
      return 'Drop decided: not valid for its connection';
    case 'nd':
      return 'Let through: neighbour discovery';
    case 'blocked':
      return 'Drop decided: connection was blocked';
    case 'default':
      return allows ? 'No ACL matches, allowed by default' : 'No ACL allows it, dropped by default';
    case null:
      return `${verdictVerbs[step.verdict]} by an ACL that is not known here`;
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

/** `1 stage`, `3 stages`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
