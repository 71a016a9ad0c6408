import { compareNetworkSteps } from '../src/core/definitions/compareNetwork';
import type { Definition } from '../src/core/definitions/definition';
import { findDefinitions } from '../src/core/definitions/format';
import { indexFilesSteps } from '../src/core/definitions/join';
import { indexInventory } from '../src/core/ovn/inventoryIndex';
import { runInSlices } from '../src/core/slices';
import { createDefinitionFormats } from '../src/definitionsLoader';
import { files, grammars, rulesOfFile, writeSource } from './definitionFiles';
import { rounds, summarize, timeSlices, writeRows } from './measure';
import { inventoryOf, makeNetwork } from './network';

/** Each group has the rules of a file, one that lets out, and one that drops the rest. */
const size = { switches: 100, ports: 10_000, groups: files, aclsOfGroup: rulesOfFile + 2 };

interface Round {
  readonly parsing: number;
  readonly longestFile: number;
  readonly indexing: number;
  readonly longestSlice: number;
  readonly edit: number;
  readonly comparing: number;
  readonly longestComparison: number;
}

async function measure(round: number): Promise<Round> {
  // Grammars are loaded once in the life of a window, but code is warm only after the first files.
  const formats = createDefinitionFormats(grammars);
  const alone = () => Promise.resolve([]);
  const sources = Array.from({ length: files }, (_, number) => writeSource(number));
  const parsed: (readonly Definition[])[] = [];
  let longestFile = 0;
  const start = performance.now();
  for (const each of sources) {
    const begun = performance.now();
    parsed.push(await findDefinitions(formats, each, alone));
    if (parsed.length > 1) longestFile = Math.max(longestFile, performance.now() - begun);
  }
  const parsing = performance.now() - start;
  const all = parsed.flat();
  if (all.length < files * rulesOfFile) throw new Error(`Only ${all.length} definitions were found.`);
  const indexed = await timeSlices(indexFilesSteps(parsed, null));

  const edited = 300 + (round % 3);
  const begun = performance.now();
  const now = await findDefinitions(formats, writeSource(edited, 3000 + round), alone);
  await runInSlices(indexFilesSteps(parsed.with(edited, now), indexed.result), () => Promise.resolve());
  const edit = performance.now() - begun;

  const network = indexInventory(inventoryOf(makeNetwork(size)));
  const compared = await timeSlices(compareNetworkSteps(all, indexed.result.join, network));
  return {
    parsing,
    longestFile,
    indexing: indexed.took,
    longestSlice: indexed.longest,
    edit,
    comparing: compared.took,
    longestComparison: compared.longest,
  };
}

async function main(): Promise<void> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure(round));
  const row = (what: string, pick: (round: Round) => number) => summarize(what, 'ms', measured.map(pick));
  writeRows([
    row(`parse ${files} files with ${files * rulesOfFile} definitions`, ({ parsing }) => parsing),
    row('longest file', ({ longestFile }) => longestFile),
    row('index them', ({ indexing }) => indexing),
    row('longest slice: index them', ({ longestSlice }) => longestSlice),
    row('an edit: read its file again, and index it', ({ edit }) => edit),
    row(`compare with ${size.groups * size.aclsOfGroup} ACLs`, ({ comparing }) => comparing),
    row('longest slice: compare', ({ longestComparison }) => longestComparison),
  ]);
}

void main();
