#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  readArguments,
  type Command,
  type CompareCommand,
  type ParseCommand,
  type TraceCommand,
} from './cli/arguments';
import { comparisonResult, printComparison, readCompared } from './cli/compare';
import { readTarget } from './cli/config';
import { readDefinitions } from './cli/definitions';
import { quietLog, terminalPrompts } from './cli/prompts';
import { printReport } from './cli/report';
import { usage, UsageError } from './cli/usage';
import { indexDefinitions } from './core/definitions/join';
import { TraceFailure, toFailure } from './core/failure';
import { conntrackFlags } from './core/flow/conntrack';
import { findPort } from './core/flow/findPort';
import type { Destination, TracePlan } from './core/flow/request';
import { knownAddresses } from './core/flow/resolveEnds';
import { indexInventory, type InventoryIndex } from './core/ovn/inventoryIndex';
import { canonicalIp, familyOf, type IpFamily } from './core/ovn/ip';
import { readInventory } from './core/ovn/readInventory';
import { interpretText } from './core/session/interpretText';
import type { TraceReport } from './core/session/report';
import { toErrorResult, toResult } from './core/session/toResult';
import { readOvnVersion, runPlan, tracePacket, type Tracing } from './core/session/tracePacket';
import { visibleJson, visibleText } from './protocol/visibleText';
import { createDefinitionFormats, grammarFilesIn } from './definitionsLoader';
import { openTarget } from './target/session';

const exit = { made: 0, notMade: 1, usage: 2, otherVerdict: 3 } as const;

async function main(args: readonly string[]): Promise<number> {
  let command: Command;
  try {
    command = readArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\nSee ovn-packet-trace --help.`);
    return exit.usage;
  }
  if (command.command === 'help') {
    await print(usage);
    return exit.made;
  }
  if (command.command === 'compare') return compare(command);
  try {
    const report = command.command === 'parse' ? await parse(command) : await trace(command);
    return await showReport(report, command);
  } catch (error) {
    return await showFailure(toFailure(error), command);
  }
}

async function parse({ file }: ParseCommand): Promise<TraceReport> {
  return interpretText(await readText(file), Date);
}

async function compare({ before, after, json }: CompareCommand): Promise<number> {
  try {
    const reports = {
      before: readCompared(before, await readText(before), Date),
      after: readCompared(after, await readText(after), Date),
    };
    await print(json ? `${visibleJson(comparisonResult(reports))}\n` : printComparison(reports));
    return exit.made;
  } catch (error) {
    const { message, advice } = toFailure(error);
    complain([message, advice].filter((sentence) => sentence !== '').join(' '));
    return exit.notMade;
  }
}

/** `-` is standard input. */
async function readText(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new TraceFailure('bad-request', `${file} cannot be read.`, {
      advice: 'Give the path of a file with the output of ovn-trace, or - for standard input.',
      cause: error,
    });
  }
}

async function trace(command: TraceCommand): Promise<TraceReport> {
  const target = await readTarget(command.config, command.target);
  const formats = createDefinitionFormats(grammarFilesIn(__dirname));
  const definitions = indexDefinitions(await readDefinitions(command.definitions, formats));
  const session = openTarget(target, terminalPrompts(), quietLog);
  const cancel = new AbortController();
  const stop = () => cancel.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const options = { signal: cancel.signal };
    const [inventory, ovnVersion] = await Promise.all([
      readInventory(session.run, target, Date, options),
      readOvnVersion(session.run, cancel.signal),
    ]);
    const index = indexInventory(inventory);
    const tracing: Tracing = {
      target,
      run: session.run,
      clock: Date,
      currentInventory: () => Promise.resolve(index),
      join: definitions,
      ovnVersion,
      signal: cancel.signal,
    };
    const { what } = command;
    if (what.kind === 'microflow') return await runPlan(planOf(what), null, tracing);
    const request = { ...what.request, destination: readDestination(what.to, what.family, index) };
    return await tracePacket(request, index, tracing, command.traceReply);
  } finally {
    session.dispose();
  }
}

function planOf(what: Extract<TraceCommand['what'], { kind: 'microflow' }>): TracePlan {
  return {
    datapath: what.datapath,
    microflow: what.microflow,
    ct: what.connection === null ? [] : conntrackFlags(what.connection),
    ...(what.connection === null || what.connection.kind === 'states' ? {} : { repeatsCt: true }),
    lbDst: what.lbDst,
    ...(what.selectId === undefined ? {} : { selectId: what.selectId }),
    openFlow: what.openFlow,
  };
}

/** A port of that name, else an address; of the family that `icmp4`, `icmp6` or `nd` ask for. */
function readDestination(to: string, family: IpFamily | null, index: InventoryIndex): Destination {
  const given = index.port(to) ? null : canonicalIp(to);
  if (given === null && family === null) return { kind: 'port', port: to };
  const ips =
    given === null ? knownAddresses(findPort(to, index)).flatMap((address) => address.ips) : [given];
  const ip = ips.find((candidate) => family === null || familyOf(candidate) === family);
  if (ip === undefined) {
    const name = family === 'ip4' ? 'IPv4' : 'IPv6';
    throw new TraceFailure(
      'bad-request',
      given === null ? `Port ${to} has no ${name} address.` : `${given} is no ${name} address.`,
      { advice: 'Use --proto icmp or arp, which follow the addresses, or name another destination.' },
    );
  }
  return given === null ? { kind: 'port', port: to, ip } : { kind: 'address', ip };
}

async function showReport(
  report: TraceReport,
  { json, expect }: ParseCommand | TraceCommand,
): Promise<number> {
  const { verdict } = report.outcome;
  await print(json ? `${visibleJson(toResult(report))}\n` : verdict === 'error' ? '' : printReport(report));
  if (verdict === 'error') complain(report.explanation.sentence);
  if (expect !== null && expect !== verdict) {
    complain(`The verdict is ${verdict}, expected was ${expect}.`);
    return exit.otherVerdict;
  }
  return verdict === 'error' && expect === null ? exit.notMade : exit.made;
}

async function showFailure(
  failure: TraceFailure,
  { json, expect }: ParseCommand | TraceCommand,
): Promise<number> {
  if (json) await print(`${visibleJson(toErrorResult(failure, Date.now()))}\n`);
  complain([failure.message, failure.advice].filter((sentence) => sentence !== '').join(' '));
  return expect === 'error' ? exit.made : exit.notMade;
}

function complain(message: string): void {
  process.stderr.write(`ovn-packet-trace: ${visibleText(message)}\n`);
}

/** Waits until all is written, so that a pipe gets everything before the program ends. */
function print(output: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(output, (error) => (error ? reject(error) : resolve()));
  });
}

// A reader that closes the pipe early (head) wants no more.
process.stdout.on('error', () => process.exit(exit.made));

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    complain(toFailure(error).message);
    process.exit(exit.notMade);
  },
);
