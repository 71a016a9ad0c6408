import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../src/core/slices';
import { judgeTrace } from '../src/core/trace/judge';
import { interpretText, interpretTextInSlices } from '../src/core/session/interpretText';
import { parseTrace } from '../src/core/trace/parse';
import { loseCopies, writeFlood } from './flood';
import { buildPanelModelSteps } from '../src/ui/panel/model';
import { buildHopElementsSteps } from '../src/ui/views/hopNodes';
import {
  collectGarbage,
  megabytesOfHeap,
  rounds,
  summarize,
  timeSlices,
  writeRows,
  type BenchRow,
} from './measure';

const megabytes = 50;

interface Round {
  readonly speed: number;
  readonly judging: number;
  readonly treeHeap: number;
  readonly outcomeHeap: number;
}

function parseAndJudge(text: string): Round {
  const heap = megabytesOfHeap();
  const start = performance.now();
  const parsed = parseTrace(text);
  const parsing = performance.now() - start;
  const heapWithTree = megabytesOfHeap();
  const judgingStart = performance.now();
  const outcome = judgeTrace(parsed, { complete: true });
  const judging = performance.now() - judgingStart;
  const heapWithOutcome = megabytesOfHeap();
  // The tree is used here once more, so that it is on the heap until then.
  if (outcome.verdict !== 'allow' || parsed.gaps.length > 0) throw new Error('The flood is misread.');
  return {
    speed: text.length / 1000 / parsing,
    judging,
    treeHeap: heapWithTree - heap,
    outcomeHeap: heapWithOutcome - heapWithTree,
  };
}

/** How long a text takes from its first character to the explained verdict, and the longest that the event loop had to wait. */
async function interpretInSlices(text: string): Promise<readonly [took: number, longest: number]> {
  collectGarbage();
  let longest = 0;
  const start = performance.now();
  let turn = start;
  await interpretTextInSlices(text, Date, async () => {
    longest = Math.max(longest, performance.now() - turn);
    await setImmediate();
    turn = performance.now();
  });
  return [performance.now() - start, longest];
}

/** A row for what it took, and one for the longest slice. */
async function measureSlices(what: string, text: string): Promise<readonly BenchRow[]> {
  return rowsOfSlices(what, () => interpretInSlices(text));
}

/** The same for what is made of its report to be shown. */
async function measureShowing(what: string, makeSteps: () => Steps<unknown>): Promise<readonly BenchRow[]> {
  return rowsOfSlices(what, async () => {
    collectGarbage();
    const { took, longest } = await timeSlices(makeSteps());
    return [took, longest];
  });
}

async function rowsOfSlices(
  what: string,
  measure: () => Promise<readonly [took: number, longest: number]>,
): Promise<readonly BenchRow[]> {
  const measured: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure());
  return [
    summarize(
      what,
      'ms',
      measured.map(([took]) => took),
    ),
    summarize(
      `longest slice: ${what}`,
      'ms',
      measured.map(([, longest]) => longest),
    ),
  ];
}

async function main(): Promise<void> {
  const { text } = writeFlood(megabytes * 1e6);
  const whole: Round[] = [];
  for (let round = 0; round < rounds; round++) whole.push(parseAndJudge(text));
  const report = interpretText(text, Date);
  const context = { displayPath: (file: string) => file, displayTime: String };
  const row = (what: string, unit: string, pick: (round: Round) => number) =>
    summarize(what, unit, whole.map(pick));
  writeRows([
    row(`parse a flood of ${megabytes} MB`, 'MB/s', ({ speed }) => speed),
    row('heap of the tree', 'MB', ({ treeHeap }) => treeHeap),
    row('judge it', 'ms', ({ judging }) => judging),
    row('heap of the outcome', 'MB', ({ outcomeHeap }) => outcomeHeap),
    ...(await measureSlices(`parse, judge and explain ${megabytes} MB`, text)),
    ...(await measureSlices(`the same, every copy lost`, loseCopies(text))),
    ...(await measureShowing('make its page', () => buildPanelModelSteps(report, context, null))),
    ...(await measureShowing('make its lines of the Hops view', () => buildHopElementsSteps(report))),
  ]);
}

void main();
