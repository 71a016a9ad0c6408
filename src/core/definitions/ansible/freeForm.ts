import type { MapEntry, MapNode, ScalarNode } from '../neutron/dataNode';

/** Arguments in one line, `name=web state=present`; null where there are none. */
export function readFreeForm({ value, span }: ScalarNode): MapNode | null {
  if (typeof value !== 'string') return null;
  const entries = new Map<string, MapEntry>();
  for (const [, name = '', double, single, plain] of value.matchAll(
    /(\w+)=(?:"([^"]*)"|'([^']*)'|((?:\{\{.*?\}\}|\S)+))/g,
  )) {
    entries.set(name, { key: span, value: { kind: 'scalar', value: double ?? single ?? plain ?? '', span } });
  }
  return entries.size === 0 ? null : { kind: 'map', entries, span, flow: false };
}
