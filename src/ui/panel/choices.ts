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
    heading: kind === 'backend' ? 'Backends' : 'Members of the select',
    sentence: `${chooser(kind, datapath)} sends each connection to one of ${traced.length + omitted}. Below is the trace of the marked one; open another to see it whole.`,
    rows: traced.map(({ option, report }, position) => buildRow(option, report, position === shown)),
    notes: [
      ...(omitted === 0 ? [] : [`${omitted} more were not traced.`]),
      ...offline.map((backend) => `${backend} is offline by its health check, so OVN sends nothing there.`),
    ],
    canTraceEach: false,
  };
}

function buildRow(option: string, report: TraceReport, shown: boolean): ChoiceRow {
  const { word, tone, icon } = isOneWay(report) ? oneWayWords : verdictWords[report.outcome.verdict];
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
    heading: kind === 'backend' ? 'Backends' : 'Members of the select',
    sentence: `${chooser(kind, hop.datapath)} sends each connection to one of ${options.length}; this trace took ${taken(choice, report)}.`,
    rows: [],
    notes: [],
    canTraceEach: true,
  };
}

function taken({ kind }: Choice, { request, parsed }: TraceReport): string {
  if (kind === 'backend') return request?.lbDst ?? 'one of them by chance';
  const [member] = listSelected(parsed);
  return member === undefined ? 'one of them' : `member ${member}`;
}

function chooser(kind: Choice['kind'], datapath: string): string {
  return kind === 'backend' ? `The load balancer on ${datapath}` : `${datapath} (ECMP routes or policies)`;
}
