import type { MapNode } from './dataNode';
import type { Span } from './definitions';

/** What says which packets a rule is about. */
const telling = [
  ...['protocol', 'port_range_min', 'port_range_max', 'remote_ip_prefix'],
  ...['remote_group_id', 'remote_group', 'remote_address_group_id'],
];

/** The stretch of a map that says which packets a rule is about; all of it where nothing does. */
export function matchPlaceOf({ entries, span }: MapNode): Span {
  const spans = telling.flatMap((name): Span[] => {
    const entry = entries.get(name);
    const isWithin = entry !== undefined && entry.key.start >= span.start && entry.value.span.end <= span.end;
    return isWithin ? [{ start: entry.key.start, end: Math.max(entry.key.end, entry.value.span.end) }] : [];
  });
  if (spans.length === 0) return span;
  const start = Math.min(...spans.map((each) => each.start));
  return { start, end: Math.max(...spans.map((each) => each.end)) };
}
