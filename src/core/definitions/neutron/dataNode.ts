import type { Span } from './definitions';

/** What YAML and JSON texts have in common, with the places of everything. Ends are those of the last letter, not of blanks. */
export type DataNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly span: Span;
}
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly DataNode[];
  readonly span: Span;
  /** Written in brackets. */
  readonly flow: boolean;
}
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly span: Span;
  /** Written in braces. */
  readonly flow: boolean;
}
export interface MapEntry {
  readonly key: Span;
  readonly value: DataNode;
}

export function entryOf(node: DataNode | undefined, key: string): DataNode | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
}

export function mapOf(node: DataNode | undefined): MapNode | null {
  return node?.kind === 'map' ? node : null;
}

export function itemsOf(node: DataNode | undefined): readonly DataNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** The text of a scalar, as people read it; null for null, undefined for what is none. */
export function textOf(node: DataNode | undefined): string | null | undefined {
  if (node?.kind !== 'scalar') return undefined;
  return node.value === null ? null : String(node.value);
}
