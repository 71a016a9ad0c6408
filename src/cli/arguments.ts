import { parseArgs } from 'node:util';
import { splitList, statesProblem } from '../core/flow/conntrack';
import { connectionKinds, type Connection, type Service, type TraceRequest } from '../core/flow/request';
import type { IpFamily } from '../core/ovn/ip';
import type { Verdict } from '../core/trace/outcome';
import { UsageError } from './usage';

const verdicts: readonly Verdict[] = ['allow', 'drop', 'reject', 'answer', 'mixed', 'unknown', 'error'];

interface Printing {
  readonly json: boolean;
  readonly expect: Verdict | null;
}

export interface ParseCommand extends Printing {
  readonly command: 'parse';
  /** `-` is standard input. */
  readonly file: string;
}

export interface TraceCommand extends Printing {
  readonly command: 'trace';
  readonly config: string;
  readonly target: string | null;
  readonly definitions: readonly string[];
  readonly traceReply: boolean;
  readonly what: Asked;
}

export interface CompareCommand {
  readonly command: 'compare';
  /** Files; one of them may be `-`, standard input. */
  readonly before: string;
  readonly after: string;
  readonly json: boolean;
}

/** Who asks for what: the ends are found in the inventory, a microflow runs as given. */
export type Asked =
  | {
      readonly kind: 'request';
      readonly to: string;
      /** What the name of the protocol says of the address family. */
      readonly family: IpFamily | null;
      readonly request: Omit<TraceRequest, 'destination'>;
    }
  | {
      readonly kind: 'microflow';
      readonly datapath: string;
      readonly microflow: string;
      readonly connection: Connection | null;
      readonly lbDst: string | null;
      readonly selectId: number | undefined;
      readonly openFlow: boolean;
    };

export type Command = ParseCommand | TraceCommand | CompareCommand | { readonly command: 'help' };

const printingOptions = { json: { type: 'boolean' }, expect: { type: 'string' } } as const;

const traceOptions = {
  ...printingOptions,
  config: { type: 'string' },
  target: { type: 'string' },
  from: { type: 'string' },
  'from-ip': { type: 'string' },
  to: { type: 'string' },
  proto: { type: 'string' },
  dport: { type: 'string' },
  sport: { type: 'string' },
  'icmp-type': { type: 'string' },
  'icmp-code': { type: 'string' },
  ct: { type: 'string', multiple: true },
  'eth-src': { type: 'string' },
  'eth-dst': { type: 'string' },
  ttl: { type: 'string' },
  'lb-dst': { type: 'string' },
  'all-backends': { type: 'boolean' },
  'select-id': { type: 'string' },
  'all-selections': { type: 'boolean' },
  ovs: { type: 'boolean' },
  'no-reply': { type: 'boolean' },
  microflow: { type: 'string' },
  datapath: { type: 'string' },
  definitions: { type: 'string', multiple: true },
} as const;

/**
 * Reads the command line (without the program's name).
 * @throws UsageError with a sentence that names the option.
 */
export function readArguments(args: readonly string[]): Command {
  const [command, ...rest] = args;
  switch (command) {
    case undefined:
      throw new UsageError('Say what to do: parse, trace or compare.');
    case 'help':
    case '--help':
    case '-h':
      return { command: 'help' };
    case 'parse':
      return readParse(rest);
    case 'trace':
      return readTrace(rest);
    case 'compare':
      return readCompare(rest);
    default:
      throw new UsageError(`"${command}" is no command; there are parse, trace and compare.`);
  }
}

function readParse(args: string[]): ParseCommand | { readonly command: 'help' } {
  if (args.includes('--help')) return { command: 'help' };
  const { values, positionals } = understand(() =>
    parseArgs({ args, options: printingOptions, allowPositionals: true, strict: true }),
  );
  if (positionals.length > 1) throw new UsageError('parse reads one file at a time.');
  return { command: 'parse', file: positionals[0] ?? '-', ...readPrinting(values) };
}

function readTrace(args: string[]): TraceCommand | { readonly command: 'help' } {
  if (args.includes('--help')) return { command: 'help' };
  const { values } = understand(() => parseArgs({ args, options: traceOptions, strict: true }));
  if (values.config === undefined)
    throw new UsageError('--config FILE is needed: it says where ovn-trace runs.');
  return {
    command: 'trace',
    config: values.config,
    target: values.target ?? null,
    definitions: values.definitions ?? [],
    traceReply: values['no-reply'] !== true,
    what: readAsked(values),
    ...readPrinting(values),
  };
}

function readCompare(args: string[]): CompareCommand | { readonly command: 'help' } {
  if (args.includes('--help')) return { command: 'help' };
  const { values, positionals } = understand(() =>
    parseArgs({ args, options: { json: printingOptions.json }, allowPositionals: true, strict: true }),
  );
  const [before, after, ...others] = positionals;
  if (before === undefined || after === undefined || others.length > 0)
    throw new UsageError('compare needs two files: the trace before and the trace after.');
  if (before === '-' && after === '-') throw new UsageError('Only one of the two can be standard input.');
  return { command: 'compare', before, after, json: values.json ?? false };
}

type TraceValues = ReturnType<typeof parseArgs<{ options: typeof traceOptions }>>['values'];

function readAsked(values: TraceValues): Asked {
  const { from, to, proto, microflow, datapath } = values;
  const connection = readConnection(values.ct ?? []);
  if (microflow !== undefined || datapath !== undefined) {
    if (microflow === undefined || datapath === undefined) {
      throw new UsageError('--microflow TEXT and --datapath NAME go together.');
    }
    if (from !== undefined || to !== undefined || proto !== undefined) {
      throw new UsageError('--microflow takes the place of --from, --to and --proto.');
    }
    if (values['all-backends'] === true || values['all-selections'] === true) {
      throw new UsageError('--all-backends and --all-selections need --from, --to and --proto.');
    }
    return {
      kind: 'microflow',
      datapath,
      microflow,
      connection,
      lbDst: values['lb-dst'] ?? null,
      selectId: readSelectId(values),
      openFlow: values.ovs ?? false,
    };
  }
  if (from === undefined) throw new UsageError('--from PORT is needed: the logical switch port that sends.');
  if (to === undefined) throw new UsageError('--to PORT or ADDRESS is needed.');
  if (proto === undefined) throw new UsageError('--proto is needed: tcp, udp, sctp, icmp, arp or a number.');
  if (values['all-backends'] === true && values['all-selections'] === true) {
    throw new UsageError('--all-backends and --all-selections cannot be asked for at once.');
  }
  return {
    kind: 'request',
    to,
    family: families[proto.toLowerCase()] ?? null,
    request: {
      inport: from,
      ipSrc: values['from-ip'],
      service: readService(proto, values),
      connection: connection ?? { kind: 'new' },
      ethSrc: values['eth-src'],
      ethDst: values['eth-dst'],
      ttl: values.ttl === undefined ? undefined : readNumber(values.ttl, '--ttl', 0, 255),
      lbDst: values['lb-dst'],
      everyBackend: values['all-backends'],
      selectId: readSelectId(values),
      everySelection: values['all-selections'],
      openFlow: values.ovs,
    },
  };
}

function readSelectId(values: TraceValues): number | undefined {
  const text = values['select-id'];
  return text === undefined ? undefined : readNumber(text, '--select-id', 1, 65535);
}

const families: Readonly<Record<string, IpFamily>> = { icmp4: 'ip4', icmp6: 'ip6', nd: 'ip6' };

function readService(proto: string, values: TraceValues): Service {
  const name = proto.toLowerCase();
  switch (name) {
    case 'tcp':
    case 'udp':
    case 'sctp': {
      if (values.dport === undefined) throw new UsageError(`--dport N is needed with --proto ${name}.`);
      const srcPort = values.sport === undefined ? undefined : readNumber(values.sport, '--sport', 1, 65535);
      return { protocol: name, dstPort: readNumber(values.dport, '--dport', 1, 65535), srcPort };
    }
    case 'icmp':
    case 'icmp4':
    case 'icmp6': {
      const number = (text: string | undefined, option: string) =>
        text === undefined ? undefined : readNumber(text, option, 0, 255);
      return {
        protocol: 'icmp',
        type: number(values['icmp-type'], '--icmp-type'),
        code: number(values['icmp-code'], '--icmp-code'),
      };
    }
    case 'arp':
    case 'nd':
      return { protocol: 'arp' };
    default:
      return { protocol: 'other', number: readNumber(proto, '--proto', 0, 255) };
  }
}

/** `--ct` words for a state that holds at every lookup. */
const connectionWords: Readonly<Record<string, (typeof connectionKinds)[number]>> = {
  ...Object.fromEntries(connectionKinds.map((kind) => [kind, kind])),
  est: 'established',
  rel: 'related',
  inv: 'invalid',
};

/** Null when none was given. Flags of one lookup are joined by commas, lookups by semicolons or by giving --ct again. */
export function readConnection(given: readonly string[]): Connection | null {
  const [only, ...others] = given;
  if (only === undefined) return null;
  const kind = others.length === 0 ? connectionWords[only] : undefined;
  if (kind !== undefined) return { kind };
  const states = given.flatMap((text) => text.split(/[;\s]+/)).flatMap(splitLookups);
  if (states.length === 0) {
    throw new UsageError(
      `--ct needs a state: ${connectionKinds.join(', ')}, or a list for each lookup such as "new;est,rpl".`,
    );
  }
  const problem = statesProblem(states);
  if (problem !== null) throw new UsageError(`--ct: ${problem}`);
  return { kind: 'states', states };
}

/** `new,new` and `new,est` cannot be the flags of one lookup, so they are two. */
function splitLookups(text: string): readonly string[] {
  const flags = splitList(text);
  const isOne = new Set(flags).size === flags.length && !(flags.includes('new') && flags.includes('est'));
  return flags.length === 0 ? [] : isOne ? [flags.join(',')] : flags;
}

function readPrinting(values: { json?: boolean | undefined; expect?: string | undefined }): Printing {
  const expect = verdicts.find((verdict) => verdict === values.expect) ?? null;
  if (values.expect !== undefined && expect === null) {
    throw new UsageError(`--expect ${values.expect}: there are ${verdicts.join(', ')}.`);
  }
  return { json: values.json ?? false, expect };
}

function readNumber(text: string, option: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${option} ${text}: a number from ${least} to ${most} is needed.`);
}

function understand<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
