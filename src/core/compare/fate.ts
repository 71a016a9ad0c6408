import * as l10n from '@vscode/l10n';
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
  switch (fate.verdict) {
    case 'allow': {
      const allowed = fate.acl === null ? l10n.t('allowed') : l10n.t('allowed {0}', byAcl(fate.acl));
      return fate.oneWay ? l10n.t('{0}, but its reply does not come back', allowed) : allowed;
    }
    case 'drop': {
      const by = decider(report, fate);
      return withBranches(by === '' ? l10n.t('dropped') : l10n.t('dropped {0}', by), more);
    }
    case 'reject': {
      const by = decider(report, fate);
      return withBranches(by === '' ? l10n.t('rejected') : l10n.t('rejected {0}', by), more);
    }
    case 'mixed': {
      const arrived = outcome.arrivals.map(({ port }) => port);
      const by = decider(report, fate);
      const lost = withBranches(by === '' ? l10n.t('lost in part') : l10n.t('lost in part {0}', by), more);
      return arrived.length === 0
        ? lost
        : l10n.t('{0}, while it reaches {1}', lost, listSome([...new Set(arrived)]));
    }
    case 'answer':
      return l10n.t('answered by OVN itself');
    case 'unknown':
      return l10n.t('undecided');
    case 'error':
      return l10n.t('not traced');
  }
}

function withBranches(phrase: string, more: number): string {
  if (more <= 0) return phrase;
  return more === 1
    ? l10n.t('{0} (and 1 more branch)', phrase)
    : l10n.t('{0} (and {1} more branches)', phrase, more);
}

/** What decided, to be put behind `dropped`; empty when nothing is known of it. */
function decider({ outcome }: TraceReport, { acl, cause, hop }: Omit<Fate, 'phrase'>): string {
  if (acl !== null) return byAcl(acl);
  if (cause === 'ACL_DEFAULT_DROP') return l10n.t('by default, for no ACL allows it');
  const datapath = hop === null ? '' : (outcome.hops[hop]?.datapath ?? '');
  const where =
    datapath === ''
      ? ''
      : l10n.t({ message: 'at {0}', args: [datapath], comment: ['A place in a sentence'] });
  return cause === null || cause === 'UNKNOWN' ? where : `${where} (${cause})`.trim();
}

function byAcl({ acl }: AppliedAcl): string {
  const { uuid, priority, tier } = acl;
  const name = acl.name ?? uuid.slice(0, 8);
  return tier > 0
    ? l10n.t('by ACL {0} (priority {1}, tier {2})', name, priority, tier)
    : l10n.t('by ACL {0} (priority {1})', name, priority);
}
