import type { TraceReport } from '../../src/core/session/report';
import type { PanelModel, PanelState, RecentTrace } from '../../src/protocol/panelModel';
import type { ComparisonModel } from '../../src/protocol/comparisonModel';
import { buildComparison } from '../../src/ui/comparison/model';
import { buildPanelModel, type PanelContext } from '../../src/ui/panel/model';
import { buildRequestedPacket } from '../../src/ui/panel/packet';
import {
  allowedReport,
  answeredReport,
  backendsReport,
  changedReports,
  connectionFailure,
  droppedReport,
  hostileReport,
  mixedReport,
  oneWayReport,
  partialReport,
  rejectedReport,
  tcpRequest,
  undecidedReport,
  unresolvedReport,
} from './panelReports';

export const panelContext: PanelContext = {
  displayPath: (file) => file,
  displayTime: (milliseconds) => new Date(milliseconds).toISOString().slice(11, 19),
};

export function modelOf(report: TraceReport): PanelModel {
  return buildPanelModel(report, panelContext).model;
}

export function resultState(report: TraceReport, stale: string | null = null): PanelState {
  return { content: { kind: 'result', model: modelOf(report), stale }, note: null, running: null };
}

/** The same packet as before, which was dropped then. */
export function changedState(): PanelState {
  const { before, after } = changedReports();
  const { model } = buildPanelModel(after, panelContext, { report: before, sameQuestion: true });
  return { content: { kind: 'result', model, stale: null }, note: null, running: null };
}

export function comparisonState(before: TraceReport, after: TraceReport): PanelState {
  return { content: { kind: 'comparison', model: comparisonOf(before, after) }, note: null, running: null };
}

export function comparisonOf(before: TraceReport, after: TraceReport): ComparisonModel {
  return buildComparison({ before, after }, panelContext).model;
}

export function emptyState(recent: readonly RecentTrace[]): PanelState {
  return { content: { kind: 'empty', recent, canRetry: false }, note: null, running: null };
}

export const recentTraces: readonly RecentTrace[] = [
  {
    id: 'trace-2',
    title: 'web1 to db1, TCP port 80',
    badge: { tone: 'drop', icon: 'drop', text: 'Dropped' },
    detail: 'ovn-lab, 5 min ago',
  },
  {
    id: 'trace-1',
    title: 'web1 to 203.0.113.80, TCP port 443',
    badge: { tone: 'allow', icon: 'allow', text: 'Allowed' },
    detail: 'ovn-lab, 2 h ago',
  },
];

/** Every state of the panel, by name. */
export function panelStates(): Readonly<Record<string, PanelState>> {
  const failure = connectionFailure();
  const { before, after } = changedReports();
  return {
    dropped: resultState(droppedReport()),
    rejected: resultState(rejectedReport()),
    allowed: resultState(allowedReport()),
    oneWay: resultState(oneWayReport()),
    backends: resultState(backendsReport()),
    mixed: resultState(mixedReport()),
    answered: resultState(answeredReport()),
    unresolved: resultState(unresolvedReport()),
    undecided: resultState(undecidedReport()),
    hostile: resultState(hostileReport(12)),
    partial: resultState(partialReport()),
    stale: resultState(
      droppedReport(),
      'The northbound database of ovn-lab has changed since the trace. Trace Again to refresh.',
    ),
    cancelled: {
      ...resultState(droppedReport()),
      note: 'The trace of web1 to db1, TCP port 80 was cancelled. What is shown is the result before.',
    },
    running: { ...resultState(droppedReport()), running: { title: 'web1 to db1, TCP port 80' } },
    changed: changedState(),
    comparison: comparisonState(before, after),
    comparisonOfPackets: comparisonState(droppedReport(), allowedReport()),
    comparisonOfReplies: comparisonState(allowedReport(), oneWayReport()),
    comparisonOfEqual: comparisonState(before, before),
    empty: emptyState([]),
    recent: emptyState(recentTraces),
    cancelledFirst: {
      content: { kind: 'empty', recent: [], canRetry: true },
      note: 'The trace of web1 to db1, TCP port 80 was cancelled. Nothing was traced before it.',
      running: null,
    },
    failure: {
      content: {
        kind: 'failure',
        failure: {
          id: 'failure-1',
          reason: failure.reason,
          sentence: failure.message,
          advice: failure.advice,
          detail: failure.detail,
          packet: buildRequestedPacket(tcpRequest(443, { kind: 'address', ip: '203.0.113.80' })),
          actions: [
            { id: 'editTarget', label: 'Edit Target' },
            { id: 'showLog', label: 'Show Log' },
          ],
          canRetry: true,
        },
      },
      note: null,
      running: null,
    },
  };
}
