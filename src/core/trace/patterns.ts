import type { ErrorNode, LogLine, OutputNode, TableNode, TransformationName } from './tree';

/**
 * The shapes of single lines of `ovn-trace`'s output, after the format strings in `utilities/ovn-trace.c`
 * (OVN 2.6 to 26.03). Each function takes a line without surrounding blanks.
 */

const tableLine =
  /^(\d+)\.\s+(?:(?:(\w+)(?: \(([\w.-]+:\d+)\))?|\(([\w.-]+:\d+)\)): )?(.*), priority (\d+)(?:, uuid ([0-9a-f]{8}))?$/;
const implicitLine =
  /^(\d+)\.\s+(?:(?:(\w+)(?: \(([\w.-]+:\d+)\))?|\(([\w.-]+:\d+)\)): )?no match(?: \(implicit drop\))?$/;

export type TableLine = Omit<TableNode, 'kind' | 'line' | 'children'>;

/** A TABLE line; null for anything else. The match may hold `, priority 5` itself, so the line is split from the right. */
export function matchTable(text: string): TableLine | null {
  const code = text.charCodeAt(0);
  if (code < 48 || code > 57) return null;
  const implicit = implicitLine.exec(text);
  if (implicit) {
    return {
      table: Number(implicit[1]),
      stage: implicit[2] ?? null,
      source: implicit[3] ?? implicit[4] ?? null,
      match: '',
      priority: null,
      uuid: null,
      implicitDrop: true,
    };
  }
  const found = tableLine.exec(text);
  if (!found) return null;
  return {
    table: Number(found[1]),
    stage: found[2] ?? null,
    source: found[3] ?? found[4] ?? null,
    match: found[5] ?? '',
    priority: Number(found[6]),
    uuid: found[7] ?? null,
    implicitDrop: false,
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

const transformationNames: readonly (readonly [RegExp, TransformationName])[] = [
  [/^ct_next\(ct_state=/, 'ct_next'],
  [/^ct_lb_mark_local(?![\w;(])/, 'ct_lb_mark_local'],
  [/^ct_lb_mark(?![\w;(])/, 'ct_lb_mark'],
  [/^ct_lb(?![\w;(])/, 'ct_lb'],
  [/^ct_dnat_?in_czone(?:$| |\(ip[46]\.)/, 'ct_dnat_in_czone'],
  [/^ct_snat_?in_czone(?:$| |\(ip[46]\.)/, 'ct_snat_in_czone'],
  [/^ct_dnat(?:$| |\(ip[46]\.)/, 'ct_dnat'],
  [/^ct_snat(?:$| |\(ip[46]\.)/, 'ct_snat'],
  [/^ct_commit_nat(?:$| )/, 'ct_commit_nat'],
  [/^ct_commit_to_zone\((?:dnat|snat)\)(?:$| )/, 'ct_commit_to_zone'],
  [/^select: /, 'select'],
  [/^LOG: ACL name=/, 'log'],
  [/^clone$/, 'clone'],
  [/^arp$/, 'arp'],
  [/^nd_na$/, 'nd_na'],
  [/^nd_ns$/, 'nd_ns'],
  [/^icmp4$/, 'icmp4'],
  [/^icmp6$/, 'icmp6'],
  [/^tcp_reset$/, 'tcp_reset'],
  [/^sctp_abort$/, 'sctp_abort'],
];

const ctStateList = /^ct_next\(ct_state=([\w|]*)/;

/** Longer than any title with three names: beyond it the patterns could cost more than linear time. */
const longestTitle = 2000;

/** A PIPELINE or TRANSFORMATION title (without ` {`); null for anything else. */
export function matchTitle(text: string): TitleLine | null {
  if (text.length > longestTitle) {
    return text.startsWith('LOG: ACL name=') ? transformation('log', text) : null;
  }
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
  if (multicast) return { kind: 'multicast', datapath: multicast[1] ?? '', group: multicast[2] ?? '' };
  for (const [pattern, name] of transformationNames) {
    if (pattern.test(text)) return transformation(name, text);
  }
  return null;
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

const outputTo = /^\/\* output to "(.*)", type "([^"]*)" \*\/;?$/;
const outputRemarks: readonly (readonly [string, OutputNode['what']])[] = [
  ['/* omitting output because inport == outport', 'omitted'],
  ['/* omitting output because', 'note'],
  ['/* Replacing type ', 'replaced'],
  ['/* Flood to all remote chassis', 'note'],
  ['/* The remote FDB table ', 'note'],
];

/** A line of an OUTPUT node: a comment about where the packet goes. */
export function matchOutput(text: string): Omit<OutputNode, 'kind' | 'line'> | null {
  if (!text.startsWith('/*')) return null;
  const to = outputTo.exec(text);
  if (to) return { what: 'output', port: to[1] ?? '', portType: to[2] ?? '', text: dropSemicolon(text) };
  for (const [prefix, what] of outputRemarks) {
    if (text.startsWith(prefix)) return { what, port: null, portType: null, text: dropSemicolon(text) };
  }
  return null;
}

/** `*** …` and the two remarks about DHCP that are ERROR nodes without stars. */
export function matchError(text: string): Omit<ErrorNode, 'kind' | 'line'> | null {
  if (text.startsWith('*** ') || text.startsWith('/* We assume that this packet is DHCP')) {
    return { text: dropSemicolon(text) };
  }
  return null;
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
export function matchLogLine(text: string): Omit<LogLine, 'line'> | null {
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
export function matchBanner(text: string): 'detailed' | 'summary' | 'minimal' | null {
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

export function isDashes(text: string): boolean {
  if (text.charCodeAt(0) !== 45) return false;
  for (let i = 1; i < text.length; i++) if (text.charCodeAt(i) !== 45) return false;
  return true;
}

const ellipsis =
  /^[[(]?\s*\.{2,}(?:\s*\w[\w ]*\.{2,})?\s*[\])]?$|^[[(]?…[\])]?$|^<?\s*(?:snip|snipped|truncated|output omitted)\s*>?$/i;
/** What people put in place of the parts they leave out. */
export function isEllipsis(text: string): boolean {
  return text.length < 60 && ellipsis.test(text);
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
  return refusals.some((pattern) => pattern.test(text));
}

export function dropSemicolon(text: string): string {
  return text.endsWith(';') ? text.slice(0, -1) : text;
}
