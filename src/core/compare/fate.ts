import type { AclStep, AppliedAcl } from '../acl/step';
import { isOneWay } from '../session/choiceSentence';
import type { TraceReport } from '../session/report';
import { listSome } from '../trace/phrases';
import type { Fate } from './comparison';

/**
 * What became of the packet, and what decided it. A packet that arrives was let through by many: `place` names the step at which
 * the other trace was decided; without one it is the last ACL on the way.
 */
export function fateOf(report: TraceReport, place: number | null): Fate {
  const { outcome, explanation } = report;
  const oneWay = isOneWay(report);
  const { verdict } = outcome;
  const [explained] = explanation.losses;
  if (explained !== undefined && verdict !== 'allow' && verdict !== 'unknown') {
    const loss = outcome.losses[explained.loss];
    const acl = explained.aclStep?.acls[0] ?? null;
    const hop = loss?.decidedBy ?? loss?.hop ?? null;
    const cause = explained.cause.code;
    const fate = { verdict, oneWay, hop, acl, cause };
    return { ...fate, phrase: phraseOf(report, fate) };
  }
  const step = verdict === 'allow' ? findAllowing(explanation.aclSteps, place) : null;
  const hop = step?.hop ?? null;
  const fate = { verdict, oneWay, hop, acl: step?.acls[0] ?? null, cause: null };
  return { ...fate, phrase: phraseOf(report, fate) };
}

function findAllowing(steps: readonly AclStep[], place: number | null): AclStep | null {
  const there = place === null ? undefined : steps.find(({ hop }) => hop === place);
  if (there !== undefined) return there;
  return steps.findLast(({ acls, verdict }) => verdict === 'allow' && acls.length > 0) ?? null;
}

function phraseOf(report: TraceReport, fate: Omit<Fate, 'phrase'>): string {
  const { outcome } = report;
  const more = outcome.losses.length - 1;
  const others = more > 0 ? ` (and ${more} more ${more === 1 ? 'branch' : 'branches'})` : '';
  switch (fate.verdict) {
    case 'allow':
      return `allowed${byAcl(fate.acl)}${fate.oneWay ? ', but its reply does not come back' : ''}`;
    case 'drop':
      return `dropped${decider(report, fate)}${others}`;
    case 'reject':
      return `rejected${decider(report, fate)}${others}`;
    case 'mixed': {
      const arrived = outcome.arrivals.map(({ port }) => port);
      const lost = `lost in part${decider(report, fate)}${others}`;
      return arrived.length === 0 ? lost : `${lost}, while it reaches ${listSome([...new Set(arrived)])}`;
    }
    case 'answer':
      return 'answered by OVN itself';
    case 'unknown':
      return 'undecided';
    case 'error':
      return 'not traced';
  }
}

function decider({ outcome }: TraceReport, { acl, cause, hop }: Omit<Fate, 'phrase'>): string {
  if (acl !== null) return byAcl(acl);
  if (cause === 'ACL_DEFAULT_DROP') return ' by default, for no ACL allows it';
  const datapath = hop === null ? '' : (outcome.hops[hop]?.datapath ?? '');
  const where = datapath === '' ? '' : ` at ${datapath}`;
  return cause === null || cause === 'UNKNOWN' ? where : `${where} (${cause})`;
}

function byAcl(applied: AppliedAcl | null): string {
  if (applied === null) return '';
  const { uuid, name, priority, tier } = applied.acl;
  return ` by ACL ${name ?? uuid.slice(0, 8)} (priority ${priority}${tier > 0 ? `, tier ${tier}` : ''})`;
}
