import * as l10n from '@vscode/l10n';
import { findBackends, findSelection, listSelected, type Choice } from '../../core/flow/choices';
import { isOneWay } from '../../core/session/choiceSentence';
import type { Choices, TraceReport } from '../../core/session/report';
import type { ChoiceRow, ChoicesModel } from '../../protocol/panelModel';
import { oneWayWords, verdictWords } from './words';

/** The traces through each backend or `select` member; where only one was traced and there are more, the offer of the others. */
export function buildChoices(report: TraceReport): ChoicesModel | null {
  if (report.choices !== undefined) return buildTraced(report.choices);
  if (report.request === null) return null;
  const choice = [findBackends(report.outcome), findSelection(report.outcome)].find(
    (found) => found !== null && found.options.length > 1,
  );
  return choice ? buildOffer(choice, report) : null;
}

function buildTraced({ kind, datapath, traced, omitted, offline, shown }: Choices): ChoicesModel {
  return {
    kind,
    heading: kind === 'backend' ? l10n.t('Backends') : l10n.t('Members of the select'),
    sentence: l10n.t(
      '{0} sends each connection to one of {1}. Below is the trace of the marked one; open another to see it whole.',
      chooser(kind, datapath),
      traced.length + omitted,
    ),
    rows: traced.map(({ option, report }, position) => buildRow(option, report, position === shown)),
    notes: [
      ...(omitted === 0 ? [] : [l10n.t('{0} more were not traced.', omitted)]),
      ...offline.map((backend) =>
        l10n.t('{0} is offline by its health check, so OVN sends nothing there.', backend),
      ),
    ],
    canTraceEach: false,
  };
}

function buildRow(option: string, report: TraceReport, shown: boolean): ChoiceRow {
  const { word, tone, icon } = isOneWay(report) ? oneWayWords() : verdictWords(report.outcome.verdict);
  return {
    name: option,
    badge: { tone, icon, text: word },
    sentence: report.explanation.sentence,
    shown,
  };
}

function buildOffer(choice: Choice, report: TraceReport): ChoicesModel {
  const { kind, hop, options } = choice;
  return {
    kind,
    heading: kind === 'backend' ? l10n.t('Backends') : l10n.t('Members of the select'),
    sentence: l10n.t(
      '{0} sends each connection to one of {1}; this trace took {2}.',
      chooser(kind, hop.datapath),
      options.length,
      taken(choice, report),
    ),
    rows: [],
    notes: [],
    canTraceEach: true,
  };
}

function taken({ kind }: Choice, { request, parsed }: TraceReport): string {
  if (kind === 'backend') return request?.lbDst ?? l10n.t('one of them by chance');
  const [member] = listSelected(parsed);
  return member === undefined ? l10n.t('one of them') : l10n.t('member {0}', member);
}

function chooser(kind: Choice['kind'], datapath: string): string {
  return kind === 'backend'
    ? l10n.t('The load balancer on {0}', datapath)
    : l10n.t('{0} (ECMP routes or policies)', datapath);
}
