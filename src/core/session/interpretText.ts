import type { Clock } from '../command';
import { noDefinitions } from '../definitions/definition';
import { runInSlices, runThrough, type Steps } from '../slices';
import { explainSteps, type ExplainContext } from '../trace/explain';
import { judgeSteps } from '../trace/judge';
import { parseSteps } from '../trace/parse';
import type { TraceReport } from './report';

const withoutNetwork: ExplainContext = {
  request: null,
  lbDst: null,
  index: null,
  flows: new Map(),
  join: noDefinitions,
  stderr: '',
};

/** Reads a text that somebody pasted or saved: parsed, judged and explained without a target. Never throws. */
export function interpretText(text: string, clock: Clock): TraceReport {
  return runThrough(interpretSteps(text, clock));
}

/** The same for texts of many megabytes: `pause` gives the event loop a turn now and then. */
export function interpretTextInSlices(
  text: string,
  clock: Clock,
  pause: () => Promise<void>,
): Promise<TraceReport> {
  return runInSlices(interpretSteps(text, clock), pause);
}

function* interpretSteps(text: string, clock: Clock): Steps<TraceReport> {
  const parsed = yield* parseSteps(text);
  const outcome = yield* judgeSteps(parsed, {});
  const explanation = yield* explainSteps(parsed, outcome, withoutNetwork);
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
    explanation,
    startedAt,
    durationMs: 0,
    reply: null,
  };
}
