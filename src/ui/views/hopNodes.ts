import * as l10n from '@vscode/l10n';
import type { TraceReport } from '../../core/session/report';
import type { Steps } from '../../core/slices';
import { nameTable } from '../../core/trace/phrases';
import type { Badge, HopGroup, HopPipeline, HopRow } from '../../protocol/panelModel';
import { lookOfReply, lookOfReport } from '../panel/banner';
import { buildHopsSteps } from '../panel/hops';
import { LinkTable } from '../panel/linkTable';
import { indexReportSteps } from '../panel/reportIndex';
import type { VerdictWords } from '../panel/words';

interface ElementBase {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** Name of a theme colour; null for the usual one. */
  readonly colour: string | null;
  /** Everything the line says, for a screen reader: icons and colours included. */
  readonly spoken: string;
  readonly children: readonly HopElement[];
}

/** A line of the Hops view. */
export type HopElement =
  | (ElementBase & { readonly kind: 'side' | 'datapath' | 'pipeline' | 'ending'; readonly hop: null })
  | (ElementBase & {
      readonly kind: 'hop';
      readonly hop: number;
      readonly report: TraceReport;
      readonly side: 'forward' | 'reply';
      /** The hop decided something; the others only passed the packet on. */
      readonly decisive: boolean;
      readonly row: HopRow;
    });

/** The current trace as a tree: datapath, pipeline, stage; the reply below it when it was traced. */
export function* buildHopElementsSteps(report: TraceReport): Steps<readonly HopElement[]> {
  const forward = yield* datapaths(report, 'forward');
  const reply = lookOfReply(report);
  if (report.reply === null || reply === null) return forward;
  return [
    sideElement('forward', lookOfReport(report), forward),
    sideElement('reply', reply, yield* datapaths(report.reply, 'reply')),
  ];
}

function sideElement(
  side: 'forward' | 'reply',
  { word, tone }: VerdictWords,
  children: readonly HopElement[],
): HopElement {
  const label = side === 'forward' ? l10n.t('Forward') : l10n.t('Reply');
  return {
    kind: 'side',
    id: side,
    label,
    description: word,
    icon: side === 'forward' ? 'arrow-right' : 'reply',
    colour: colourOf(tone),
    spoken: `${label}: ${word}`,
    children,
    hop: null,
  };
}

/** Groups whose lines take some milliseconds. */
const groupsPerSlice = 200;

function* datapaths(report: TraceReport, side: 'forward' | 'reply'): Steps<readonly HopElement[]> {
  const index = yield* indexReportSteps(report);
  const { groups } = yield* buildHopsSteps(index, new LinkTable((file) => file), null);
  const elements: HopElement[] = [];
  for (const group of groups) {
    elements.push(datapathElement(group, elements.length, report, side));
    if (elements.length % groupsPerSlice === 0) yield;
  }
  return elements;
}

function datapathElement(
  group: HopGroup,
  position: number,
  report: TraceReport,
  side: 'forward' | 'reply',
): HopElement {
  const id = `${side}/${position}`;
  const { word: kind, spoken } = kindWords(group);
  const description = [kind, group.detail].filter((part) => part !== '').join(', ');
  return {
    kind: 'datapath',
    id,
    label: group.datapath,
    description,
    icon: group.kind === 'router' ? 'compass' : 'layers',
    colour: null,
    spoken: [spoken, group.detail].filter((part) => part !== '').join(', '),
    children: group.pipelines.map((pipeline, index) =>
      pipelineElement(pipeline, `${id}/${index}`, report, side),
    ),
    hop: null,
  };
}

function kindWords({ kind, datapath }: HopGroup): { readonly word: string; readonly spoken: string } {
  if (kind === 'router') return { word: l10n.t('router'), spoken: l10n.t('router {0}', datapath) };
  if (kind === 'switch') return { word: l10n.t('switch'), spoken: l10n.t('switch {0}', datapath) };
  return { word: l10n.t('datapath'), spoken: l10n.t('datapath {0}', datapath) };
}

function pipelineElement(
  pipeline: HopPipeline,
  id: string,
  report: TraceReport,
  side: 'forward' | 'reply',
): HopElement {
  const rows = pipeline.items.flatMap((item) => (item.kind === 'hop' ? [item.hop] : item.hops));
  return {
    kind: 'pipeline',
    id,
    label: pipeline.title,
    description: pipeline.detail,
    icon: pipeline.title === l10n.t('Egress') ? 'sign-out' : 'sign-in',
    colour: null,
    spoken: [
      `${pipeline.title} ${pipeline.detail}`.trim(),
      rows.length === 1 ? l10n.t('1 stage') : l10n.t('{0} stages', rows.length),
    ].join(', '),
    children: [
      ...rows.map((row) => hopElement(row, id, report, side)),
      ...pipeline.endings.map((ending, index) => endingElement(ending, `${id}/end${index}`)),
    ],
    hop: null,
  };
}

function hopElement(row: HopRow, parent: string, report: TraceReport, side: 'forward' | 'reply'): HopElement {
  const result = row.decisive ? row.result : null;
  const text = row.result?.text ?? l10n.t('passed on');
  const spoken = `${row.title}, ${nameTable(row.table)}, ${text}`;
  return {
    kind: 'hop',
    id: `${parent}/${row.index}`,
    label: row.title,
    description: row.result === null ? nameTable(row.table) : `${row.result.text} (${nameTable(row.table)})`,
    icon: result === null ? 'circle-small' : iconOf(result),
    colour: result === null ? null : colourOf(result.tone),
    spoken: row.deciding ? l10n.t('Deciding stage, {0}', spoken) : spoken,
    children: [],
    hop: row.index,
    report,
    side,
    decisive: row.decisive,
    row,
  };
}

function endingElement(ending: Badge, id: string): HopElement {
  return {
    kind: 'ending',
    id,
    label: ending.text,
    description: '',
    icon: iconOf(ending),
    colour: colourOf(ending.tone),
    spoken: ending.text,
    children: [],
    hop: null,
  };
}

const icons: Readonly<Record<Badge['icon'], string>> = {
  allow: 'pass',
  drop: 'circle-slash',
  reject: 'error',
  answer: 'reply',
  fork: 'repo-forked',
  unknown: 'question',
  error: 'error',
  warning: 'warning',
  info: 'info',
  none: 'circle-small',
  port: 'vm',
  switch: 'layers',
  router: 'compass',
  cloud: 'cloud',
  conntrack: 'sync',
  go: 'arrow-right',
  rewrite: 'arrow-swap',
};

function iconOf(badge: Badge): string {
  return icons[badge.icon];
}

function colourOf(tone: Badge['tone']): string | null {
  switch (tone) {
    case 'allow':
    case 'answer':
      return 'testing.iconPassed';
    case 'drop':
    case 'reject':
      return 'testing.iconFailed';
    case 'mixed':
    case 'unknown':
      return 'list.warningForeground';
    case 'info':
    case 'neutral':
      return null;
  }
}
