import * as l10n from '@vscode/l10n';
import type { HopItem, HopRow, HopsModel } from '../src/protocol/panelModel';

/** What the list is cut down to; null shows all. */
export type HopTest = ((hop: HopRow) => boolean) | null;

/** The test for a filter text and the decisive-only switch. */
export function makeHopTest(filter: string, onlyDecisive: boolean): HopTest {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '' && !onlyDecisive) return null;
  return (hop) => (!onlyDecisive || hop.decisive) && (wanted === '' || searchText(hop).includes(wanted));
}

const searchTexts = new WeakMap<HopRow, string>();

/** Stage, match, uuid, actions, result and the rows of the databases, in small letters; made once for a hop. */
function searchText(hop: HopRow): string {
  const known = searchTexts.get(hop);
  if (known !== undefined) return known;
  const facts = hop.facts.flatMap(({ text, acl }) => [text, acl ?? '']);
  const parts = [
    hop.title,
    hop.stage ?? '',
    hop.match,
    hop.uuid ?? '',
    hop.source ?? '',
    hop.result?.text ?? '',
  ];
  const text = [...parts, ...hop.actions, ...facts].join('\n').toLowerCase();
  searchTexts.set(hop, text);
  return text;
}

/** The hops of an item that pass the test. */
export function hopsOf(item: HopItem, test: HopTest): readonly HopRow[] {
  const hops = item.kind === 'hop' ? [item.hop] : item.hops;
  return test === null ? hops : hops.filter(test);
}

export function countHops(model: HopsModel, test: HopTest): number {
  let number = 0;
  for (const group of model.groups)
    for (const pipeline of group.pipelines)
      for (const item of pipeline.items) number += hopsOf(item, test).length;
  return number;
}

/** `3 pass-through stages, tables 0–4`; while a filter shows some of them `1 of 3 …`. */
export function nameFold(hops: readonly HopRow[], shown: number): string {
  const first = hops[0]?.table ?? 0;
  const last = hops.at(-1)?.table ?? first;
  const stages =
    shown < hops.length
      ? l10n.t('{0} of {1} pass-through stages', shown, hops.length)
      : l10n.t('{0} pass-through stages', hops.length);
  return first < 0 || last < 0 ? stages : l10n.t('{0}, tables {1}–{2}', stages, first, last);
}
