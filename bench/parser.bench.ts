import { setImmediate } from 'node:timers/promises';
import { judgeTrace } from '../src/core/trace/judge';
import { parseTrace, parseTraceInSlices } from '../src/core/trace/parse';
import { writeFlood } from './flood';
import { collectGarbage, megabytesOfHeap, rounds, summarize, writeRows } from './measure';

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

/** The speed, and the longest time that the event loop had to wait, in ms. */
async function parseInSlices(text: string): Promise<readonly [speed: number, longest: number]> {
  collectGarbage();
  let longest = 0;
  const start = performance.now();
  let turn = start;
  await parseTraceInSlices(text, async () => {
    longest = Math.max(longest, performance.now() - turn);
    await setImmediate();
    turn = performance.now();
  });
  return [text.length / 1000 / (performance.now() - start), longest];
}

async function main(): Promise<void> {
  const { text } = writeFlood(megabytes * 1e6);
  const whole: Round[] = [];
  for (let round = 0; round < rounds; round++) whole.push(parseAndJudge(text));
  const sliced: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round++) sliced.push(await parseInSlices(text));
  const row = (what: string, unit: string, pick: (round: Round) => number) =>
    summarize(what, unit, whole.map(pick));
  writeRows([
    row(`parse a flood of ${megabytes} MB`, 'MB/s', ({ speed }) => speed),
    summarize(
      'the same in slices',
      'MB/s',
      sliced.map(([speed]) => speed),
    ),
    summarize(
      'longest slice',
      'ms',
      sliced.map(([, longest]) => longest),
    ),
    row('heap of the tree', 'MB', ({ treeHeap }) => treeHeap),
    row('judge it', 'ms', ({ judging }) => judging),
    row('heap of the outcome', 'MB', ({ outcomeHeap }) => outcomeHeap),
  ]);
}

void main();
