import type { LogLine, OutputNode, TableNode, TraceFormat, TransformationName } from './tree';

/**
 * The shapes of single lines of `ovn-trace`'s output, after the format strings in `utilities/ovn-trace.c`
 * (OVN 2.6 to 26.03). Each function takes a line without surrounding blanks.
 */

const tableStart = /^(\d{1,5})\.\s+(?:(?:(\w+)(?: \(([\w.-]+:\d+)\))?|\(([\w.-]+:\d+)\)): )?/;
/** From the right, for the match may hold `, priority 5` itself. */
const tableEnd =
  /^(.*), priority (\d+)(?:, uuid (?:0x)?([0-9a-fA-F]{8})(?:-[0-9a-fA-F-]{27})?|, uuid [x*?.\u2026-]+)?$/;
const implicitDrop = /^no match(?: \(implicit drop\))?$/;
const tornTableStart = /^(\d{1,5})\.\s+(l[sr]_(?:in|out)_\w+)(?: \(([\w.-]+:\d+)\))?(?::? (.*))?$/;

export type TableLine = Omit<TableNode, 'kind' | 'line' | 'children'>;

/** The number in front of a stage got lost, as it does where it was taken for that of a list. Only a whole line is sure. */
const numberless =
  /^(?=l[sr]_(?:in|out)_\w+(?: \([\w.-]+:\d+\): .*, priority \d+, uuid [\da-f]{8}|: no match \(implicit drop\))$)/;
/** Stands for that number. */
export const lostNumber = -1;

/** A TABLE line; null for anything else. */
export function matchTable(text: string): TableLine | null {
  if (text.startsWith('l') && numberless.test(text)) {
    const table = matchTable(`0. ${text}`);
    return table && { ...table, table: lostNumber };
  }
  const start = matchTableStart(text);
  if (!start) return null;
  const rest = text.slice(start.length);
  if (implicitDrop.test(rest)) return { ...start.table, match: '', implicitDrop: true };
  const end = tableEnd.exec(rest);
  if (!end) return null;
  return {
    ...start.table,
    match: end[1] ?? '',
    priority: Number(end[2]),
    uuid: end[3]?.toLowerCase() ?? null,
  };
}

/** A TABLE line of which number and stage are left: its end was cut off, or replaced by something else. */
export function matchTornTable(text: string): TableLine | null {
  const start = tornTableStart.exec(text);
  if (!start) return null;
  const priority = /^(.*), priority (\d+)\b/.exec(start[4] ?? '');
  return {
    table: Number(start[1]),
    stage: start[2] ?? null,
    source: start[3] ?? null,
    match: priority?.[1] ?? start[4] ?? '',
    priority: priority ? Number(priority[2]) : null,
    uuid: null,
    implicitDrop: false,
  };
}

function matchTableStart(text: string): { readonly table: TableLine; readonly length: number } | null {
  const code = text.charCodeAt(0);
  if (code < 48 || code > 57) return null;
  const start = tableStart.exec(text);
  if (!start) return null;
  return {
    length: start[0].length,
    table: {
      table: Number(start[1]),
      stage: start[2] ?? null,
      source: start[3] ?? start[4] ?? null,
      match: '',
      priority: null,
      uuid: null,
      implicitDrop: false,
    },
  };
}

const pipelineTitle = /^(ingress|egress)\(dp="(.*?)"(?:, inport="(.*?)")?(?:, outport="(.*)")?\)$/;
const multicastTitle = /^multicast\(dp="(.*?)", mcgroup="(.*)"\)$/;

export type TitleLine =
  | {
      readonly kind: 'pipeline';
      readonly pipeline: 'ingress' | 'egress';
      readonly datapath: string;
      readonly inport: string | null;
      readonly outport: string | null;
    }
  | { readonly kind: 'multicast'; readonly datapath: string; readonly group: string }
  | {
      readonly kind: 'transformation';
      readonly name: TransformationName;
      readonly title: string;
      readonly ctState: readonly string[] | null;
      readonly assumed: boolean;
    };

const noArguments = /^$/;
const remarks = /^(?: \/\*? [^*/]* \*?\/)*$/;
const address = /^(?:\(ip[46]\.\w+=[^)]*\))?(?: \/\*? [^*/]* \*?\/)*$/;
/** What follows the first word of a title; a different text is an action of the same name. */
const transformations: Readonly<Partial<Record<string, readonly [RegExp, TransformationName]>>> = {
  ct_next: [/^\(ct_state=[\w|]*(?: \/\*? [^*/]* \*?\/)?\)$/, 'ct_next'],
  ct_lb: [remarks, 'ct_lb'],
  ct_lb_mark: [remarks, 'ct_lb_mark'],
  ct_lb_mark_local: [remarks, 'ct_lb_mark_local'],
  ct_dnat: [address, 'ct_dnat'],
  ct_snat: [address, 'ct_snat'],
  ct_dnat_in_czone: [address, 'ct_dnat_in_czone'],
  ct_snat_in_czone: [address, 'ct_snat_in_czone'],
  // ovn-trace leaves the underscore out in its titles.
  ct_dnatin_czone: [address, 'ct_dnat_in_czone'],
  ct_snatin_czone: [address, 'ct_snat_in_czone'],
  ct_commit_nat: [remarks, 'ct_commit_nat'],
  ct_commit_to_zone: [/^\((?:dnat|snat)\)(?: \/\*? [^*/]* \*?\/)*$/, 'ct_commit_to_zone'],
  select: [/^: /, 'select'],
  LOG: [/^: ACL name=.*"$/, 'log'],
  clone: [noArguments, 'clone'],
  arp: [noArguments, 'arp'],
  nd_na: [noArguments, 'nd_na'],
  nd_ns: [noArguments, 'nd_ns'],
  icmp4: [noArguments, 'icmp4'],
  icmp6: [noArguments, 'icmp6'],
  tcp_reset: [noArguments, 'tcp_reset'],
  sctp_abort: [noArguments, 'sctp_abort'],
};

const firstWord = /^\w+/;
const ctStateList = /^ct_next\(ct_state=([\w|]*)/;

/** Longer than any title with three names: beyond it the patterns could cost more than linear time. */
const longestTitle = 2000;

/** A PIPELINE or TRANSFORMATION title (without ` {`); null for anything else. */
export function matchTitle(text: string): TitleLine | null {
  if (text.length > longestTitle) {
    return text.startsWith('LOG: ACL name=') && text.endsWith('"') ? transformation('log', text) : null;
  }
  const word = firstWord.exec(text)?.[0];
  if (word === undefined) return null;
  if (word === 'ingress' || word === 'egress' || word === 'multicast') return matchPipeline(text);
  const known = Object.hasOwn(transformations, word) ? transformations[word] : undefined;
  return known?.[0].test(text.slice(word.length)) ? transformation(known[1], text) : null;
}

function matchPipeline(text: string): TitleLine | null {
  const pipeline = pipelineTitle.exec(text);
  if (pipeline) {
    return {
      kind: 'pipeline',
      pipeline: pipeline[1] === 'egress' ? 'egress' : 'ingress',
      datapath: pipeline[2] ?? '',
      inport: pipeline[3] ?? null,
      outport: pipeline[4] ?? null,
    };
  }
  const multicast = multicastTitle.exec(text);
  return multicast ? { kind: 'multicast', datapath: multicast[1] ?? '', group: multicast[2] ?? '' } : null;
}

/** A title of a construct that this version does not know, recognised by the dashes or the brace that follow. */
export function unknownTitle(text: string): TitleLine {
  return transformation('other', text);
}

function transformation(name: TransformationName, title: string): TitleLine {
  const states = ctStateList.exec(title)?.[1];
  return {
    kind: 'transformation',
    name,
    title,
    ctState: states === undefined ? null : states.split('|').filter((state) => state !== ''),
    assumed: title.includes('default (use --ct to customize)'),
  };
}

const outputTo = /^\/\* output to "(.*)", type "([^"]*)"\s*\*\/;?$/;
const outputRemarks: readonly (readonly [string, OutputNode['what']])[] = [
  ['/* omitting output because inport == outport', 'omitted'],
  ['/* omitting output because', 'note'],
  ['/* Replacing type ', 'replaced'],
  ['/* Flood to all remote chassis', 'note'],
  ['/* The remote FDB table ', 'note'],
];

export type OutputText = Omit<OutputNode, 'kind' | 'line'>;

/** A line of an OUTPUT node: a comment about where the packet goes. */
export function matchOutput(text: string): OutputText | null {
  if (!text.startsWith('/')) return null;
  const to = outputTo.exec(text);
  if (to) return { what: 'output', port: to[1] ?? '', portType: to[2] ?? '', text: dropSemicolon(text) };
  if (!isComment(text)) return null;
  for (const [prefix, what] of outputRemarks) {
    if (text.startsWith(prefix)) return { what, port: null, portType: null, text: dropSemicolon(text) };
  }
  return null;
}

/** `*** …` and the two remarks about DHCP that are ERROR nodes without stars. */
export function matchError(text: string): string | null {
  return text.startsWith('*** ') || text.startsWith('/* We assume that this packet is DHCP')
    ? dropSemicolon(text)
    : null;
}

/** A comment action such as `/* MAC binding to … *\/`: an ACTION without semicolon. */
export function isComment(text: string): boolean {
  return text.startsWith('/*') && (text.endsWith('*/') || text.endsWith('*/;'));
}

const openFlow = /^cookie=0x[0-9a-f]+, /;
export function isOpenFlow(text: string): boolean {
  return openFlow.test(text);
}

const logLine = /^\d{4}-\d\d-\d\dT[\d:.]+Z?\|\d+\|([\w-]+(?:\([^)]*\))?)\|(EMER|ERR|WARN|INFO|DBG)\|(.*)$/;
export type LogText = Omit<LogLine, 'line'>;

export function matchLogLine(text: string): LogText | null {
  const code = text.charCodeAt(0);
  if (code < 48 || code > 57) return null;
  const found = logLine.exec(text);
  return found ? { module: found[1] ?? '', level: found[2] ?? '', message: found[3] ?? '' } : null;
}

const flowField = /\b(?:reg14|dl_src|dl_dst|dl_type|vlan_tci|dl_vlan|nw_src|ipv6_src|arp_spa)=/;
/** The packet from the `# …` line; null for anything else. */
export function matchHeader(text: string): string | null {
  if (!text.startsWith('#')) return null;
  const flow = text.slice(1).trimStart();
  return !/^\S*\s/.test(flow) && flowField.test(flow) ? flow : null;
}

const banner = /^# ?(Detailed|Summary|Minimal) trace\.$/;
export function matchBanner(text: string): TraceFormat | null {
  switch (banner.exec(text)?.[1]) {
    case 'Detailed':
      return 'detailed';
    case 'Summary':
      return 'summary';
    case 'Minimal':
      return 'minimal';
    default:
      return null;
  }
}

const dashes = /^[-\u2010-\u2015\u2212]+$/;
/** The line under a title; some programs set longer dashes instead. */
export function isDashes(text: string): boolean {
  return dashes.test(text);
}

const refusals: readonly RegExp[] = [
  /^unknown datapath ".*"$/,
  /^unknown port ".*"$/,
  /^error parsing flow: .*$/,
  /^failed to parse flow expression ".*"?$/,
  /^microflow does not specify ingress port$/,
  /^(?:\S*\/)?ovn-trace: .+$/,
  /^(?:\S+: )*(?:\S*\/)?ovn-trace: (?:command )?not found$/,
  /assertion .+ failed in \w+\(\)$/,
];
/** A sentence with which `ovn-trace` (or the shell, when it is missing) refuses to trace. */
export function isRefusal(text: string): boolean {
  return text.length < longestTitle && refusals.some((pattern) => pattern.test(text));
}

export function dropSemicolon(text: string): string {
  return text.endsWith(';') ? text.slice(0, -1) : text;
}
