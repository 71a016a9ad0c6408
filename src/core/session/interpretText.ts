import type { Clock } from '../command';
import { explainOutcome, type ExplainContext } from '../trace/explain';
import { judgeTrace } from '../trace/judge';
import { parseTrace, parseTraceInSlices } from '../trace/parse';
import type { ParsedTrace } from '../trace/tree';
import type { TraceReport } from './report';

const withoutNetwork: ExplainContext = {
  request: null,
  lbDst: null,
  index: null,
  flows: new Map(),
  join: () => [],
  stderr: '',
};

/** Reads a text that somebody pasted or saved: parsed, judged and explained without a target. Never throws. */
export function interpretText(text: string, clock: Clock): TraceReport {
  return interpretParsed(text, parseTrace(text), clock);
}

/** The same for texts of many megabytes: `pause` gives the event loop a turn while the text is parsed. */
export async function interpretTextInSlices(
  text: string,
  clock: Clock,
  pause: () => Promise<void>,
): Promise<TraceReport> {
  return interpretParsed(text, await parseTraceInSlices(text, pause), clock);
}

function interpretParsed(text: string, parsed: ParsedTrace, clock: Clock): TraceReport {
  const outcome = judgeTrace(parsed);
  const startedAt = clock.now();
  return {
    id: `text-${startedAt}`,
    request: null,
    plan: null,
    target: null,
    argv: null,
    ovnVersion: null,
    output: text,
    stderr: '',
    parsed,
    outcome,
    explanation: explainOutcome(parsed, outcome, withoutNetwork),
    startedAt,
    durationMs: 0,
    reply: null,
  };
}
