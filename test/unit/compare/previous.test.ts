import assert from 'node:assert/strict';
import type { TraceReport } from '../../../src/core/session/report';
import { findPrevious } from '../../../src/ui/trace/previous';
import { droppedReport, tcpRequest } from '../../support/panelReports';

const made = (at: number, more: Partial<TraceReport> = {}): TraceReport => ({
  ...droppedReport(),
  id: `trace ${at}`,
  startedAt: at,
  ...more,
});
const edited = { request: tcpRequest(443) };

describe('the trace to compare with', () => {
  it('is the last one before it of the same packet on the same target', () => {
    const shown = made(50);
    const kept = [
      made(10),
      made(30),
      made(20),
      made(40, edited),
      made(45, { target: 'other' }),
      shown,
      made(60),
    ];
    assert.deepEqual(findPrevious(shown, kept), { report: kept[1], sameQuestion: true });
  });

  it('is of the same packet whoever wrote its fields in which order, with OpenFlow beside or not', () => {
    const { connection, service, destination, inport } = droppedReport().request!;
    const turned = { openFlow: true, connection, service, destination, inport };
    const older = made(10, { request: turned });
    assert.deepEqual(findPrevious(made(50), [older]), { report: older, sameQuestion: true });
  });

  it('is the last one from the same port where the packet was edited', () => {
    const older = [made(10), made(20, { request: { ...tcpRequest(80), inport: 'web2' } })];
    assert.deepEqual(findPrevious(made(50, edited), older), { report: older[0], sameQuestion: false });
  });

  it('is none where there is none before it, and for opened text', () => {
    assert.equal(findPrevious(made(50), [made(50), made(60)]), null);
    assert.equal(findPrevious(made(50, { target: null }), [made(10, { target: null })]), null);
  });
});
