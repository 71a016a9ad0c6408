import type { TraceReport } from '../../src/core/session/report';
import type { PanelModel, PanelState } from '../../src/protocol/panelModel';
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
  rejectedReport,
  tcpRequest,
  undecidedReport,
  unresolvedReport,
} from './panelReports';

const context: PanelContext = {
  displayPath: (file) => file,
  displayTime: (milliseconds) => new Date(milliseconds).toISOString().slice(11, 19),
};

export function modelOf(report: TraceReport): PanelModel {
  return buildPanelModel(report, context).model;
}

export function resultState(report: TraceReport, stale: string | null = null): PanelState {
  return { content: { kind: 'result', model: modelOf(report), stale }, running: null };
}

/** The same packet as before, which was dropped then. */
export function changedState(): PanelState {
  const { before, after } = changedReports();
  const { model } = buildPanelModel(after, context, { report: before, sameQuestion: true });
  return { content: { kind: 'result', model, stale: null }, running: null };
}

export function comparisonState(before: TraceReport, after: TraceReport): PanelState {
  return { content: { kind: 'comparison', model: comparisonOf(before, after) }, running: null };
}

export function comparisonOf(before: TraceReport, after: TraceReport): ComparisonModel {
  return buildComparison({ before, after }, context).model;
}

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
    stale: resultState(droppedReport(), 'The northbound database has changed since. Trace Again to refresh.'),
    running: { ...resultState(droppedReport()), running: { title: 'web1 to db1, TCP port 80' } },
    changed: changedState(),
    comparison: comparisonState(before, after),
    comparisonOfPackets: comparisonState(droppedReport(), allowedReport()),
    comparisonOfReplies: comparisonState(allowedReport(), oneWayReport()),
    comparisonOfEqual: comparisonState(before, before),
    empty: { content: { kind: 'empty' }, running: null },
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
      running: null,
    },
  };
}
