import { isMap, isSeq, type Node, type YAMLSeq } from 'yaml';
import type { Span } from '../shell/field';
import type { AclRule } from './definitions';
import type { InstanceRule, RuleList } from './match';
import type { YamlEntry, YamlText, YamlValue } from './yamlText';

/** A network ACL in the text. */
export interface AclBlock {
  /** Null when the file leaves it to the command line, or a template computes it. */
  readonly name: string | null;
  readonly span: Span;
  readonly nameSpan: Span;
  /** Written as `{…}`: JSON, or YAML in its style. */
  readonly isFlow: boolean;
  readonly entries: ReadonlyMap<string, YamlEntry>;
  readonly lists: readonly RuleBlockList[];
}

export interface RuleBlockList {
  readonly list: RuleList;
  readonly sequence: YAMLSeq;
  readonly span: Span;
  readonly rules: readonly (AclRule | null)[];
}

const lists: readonly RuleList[] = ['ingress', 'egress'];
/** Where files of whole servers keep their ACLs, and the API its answer. */
const collections = ['network_acls', 'network-acls', 'networkAcls', 'acls', 'metadata'];
/** Projects, and in them names: `network_acls: {default: {web: {…}}}`. */
const deepestCollection = 3;

/** The network ACLs of a text: one a document, a list of them, or those of a server's description. */
export function findAclBlocks(text: YamlText): readonly AclBlock[] {
  const found: AclBlock[] = [];
  for (const root of text.roots) {
    const value = text.value(root);
    if (value !== null) collect(text, value, null, 0, found);
  }
  return found;
}

function collect(
  text: YamlText,
  value: YamlValue,
  key: YamlEntry | null,
  depth: number,
  found: AclBlock[],
): void {
  const { node } = value;
  if (isSeq(node)) {
    for (const item of node.items) {
      const inner = text.value(item);
      if (inner !== null && isMap(inner.node) && depth <= deepestCollection) {
        collect(text, inner, null, depth + 1, found);
      }
    }
    return;
  }
  if (!isMap(node)) return;
  const entries = text.entries(node);
  // Kubernetes has policies with rules that look alike.
  if (entries.has('apiVersion')) return;
  const block = readBlock(text, value, key, entries);
  if (block !== null) {
    found.push(block);
    return;
  }
  if (depth > deepestCollection) return;
  const isInside = depth > 0 && key !== null;
  for (const entry of entries.values()) {
    if (entry.value === null || (!isInside && !collections.includes(entry.key))) continue;
    collect(text, entry.value, entry, depth + 1, found);
  }
}

function readBlock(
  text: YamlText,
  { node, span }: YamlValue,
  key: YamlEntry | null,
  entries: ReadonlyMap<string, YamlEntry>,
): AclBlock | null {
  const ruleLists = lists.flatMap((list): readonly RuleBlockList[] => {
    const value = entries.get(list)?.value;
    if (!value || !isSeq(value.node)) return [];
    return [{ list, sequence: value.node, span: value.span, rules: readRules(text, value.node) }];
  });
  const isKnown =
    ruleLists.some(({ rules }) => rules.some((rule) => rule !== null)) ||
    (entries.has('ingress') && entries.has('egress') && (entries.has('used_by') || entries.has('config')));
  if (!isKnown) return null;
  const named = entries.get('name');
  const written = named === undefined ? null : text.scalar(named.value);
  const name = written === null || written === '' ? null : written;
  const [first] = entries.values();
  return {
    name: named === undefined ? (key?.key ?? null) : name,
    span,
    nameSpan:
      named?.value?.span ??
      named?.keySpan ??
      key?.keySpan ??
      entries.get('ingress')?.keySpan ??
      first?.keySpan ??
      span,
    isFlow: isFlow(node),
    entries,
    lists: ruleLists,
  };
}

export function isFlow(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

/** What rules do. */
export const actions: ReadonlySet<string> = new Set(['allow', 'allow-stateless', 'drop', 'reject']);
/** What says which packets, and the field it is read into. */
export const criteria = [
  ['source', 'source'],
  ['destination', 'destination'],
  ['protocol', 'protocol'],
  ['source_port', 'sourcePort'],
  ['destination_port', 'destinationPort'],
  ['icmp_type', 'icmpType'],
  ['icmp_code', 'icmpCode'],
] as const;

function readRules(text: YamlText, sequence: YAMLSeq): readonly (AclRule | null)[] {
  return sequence.items.map((item) => {
    const value = text.value(item);
    return value === null ? null : readRule(text, value);
  });
}

function readRule(text: YamlText, { node, span }: YamlValue): AclRule | null {
  if (!isMap(node)) return null;
  const entries = text.entries(node);
  const action = text.scalar(entries.get('action')?.value)?.trim() ?? null;
  if (!entries.has('action') || (action !== null && !actions.has(action))) return null;
  const fields = criteria.map(
    ([key, field]) => [field, text.scalar(entries.get(key)?.value)?.trim() ?? null] as const,
  );
  const isTold = action !== null && fields.every(([, value]) => value !== null);
  const rule = { action, ...Object.fromEntries(fields) } as unknown as InstanceRule;
  const state = text.scalar(entries.get('state')?.value)?.trim() ?? null;
  return {
    span,
    criteriaSpan: spanOfCriteria(
      [...entries.values()].flatMap((entry) =>
        entry.span === null ? [] : [{ key: entry.key, span: entry.span, isGiven: entry.value !== null }],
      ),
      span,
    ),
    rule: isTold ? rule : null,
    // The command line's `rule add` enables what says nothing.
    state: state === '' ? 'enabled' : state,
  };
}

/** What says which packets: the longest run of such entries, or else what is done with them. @param entries in their order. */
export function spanOfCriteria(
  entries: readonly { readonly key: string; readonly span: Span; readonly isGiven: boolean }[],
  whole: Span,
): Span {
  const keys = new Set<string>(criteria.map(([key]) => key));
  const written = entries.filter(({ span }) => span.start >= whole.start && span.end <= whole.end);
  const runs: { readonly start: number; end: number; entries: number }[] = [];
  let isRun = false;
  for (const { key, span, isGiven } of written) {
    const run = isRun ? runs.at(-1) : undefined;
    isRun = isGiven && keys.has(key);
    if (!isRun) continue;
    if (run === undefined) runs.push({ ...span, entries: 1 });
    else [run.end, run.entries] = [span.end, run.entries + 1];
  }
  const [best] = runs.sort((one, other) => other.entries - one.entries);
  return best ?? written.find(({ key }) => key === 'action')?.span ?? whole;
}
