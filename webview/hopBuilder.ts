import type { HopGroup, HopItem, HopPipeline, HopRow, HopsModel } from '../src/protocol/panelModel';
import { append, h, spoken } from './dom';
import { hopsOf, nameFold, type HopTest } from './hopFilter';
import { renderHopDetail, renderHopRow } from './hopRow';
import { icon, toneIcon } from './icons';
import type { PanelTools } from './parts';
import type { HopListState } from './viewState';

/** Groups one after the other: one that is shown, or a run of folded copies. */
type GroupRun = readonly [HopGroup, ...HopGroup[]];

/** Makes the elements of the list of hops, step by step: each `yield` is a row. */
export class HopBuilder {
  private readonly runs: readonly GroupRun[];
  private readonly hops = new Map<number, HopRow>();
  /** The first hop of the fold, and of the run of copies, that a hop lies in. */
  private readonly foldOf = new Map<number, number>();
  private readonly copiesOf = new Map<number, number>();

  constructor(
    private readonly model: HopsModel,
    private readonly state: HopListState,
    private readonly tools: PanelTools,
    private readonly onReveal: (hop: number) => void,
  ) {
    this.runs = joinCopies(model.groups);
    for (const run of this.runs) {
      for (const item of run.flatMap((group) => group.pipelines.flatMap(({ items }) => items))) {
        const [first] = hopsOf(item, null);
        for (const hop of hopsOf(item, null)) {
          this.hops.set(hop.index, hop);
          if (item.kind === 'fold' && first !== undefined) this.foldOf.set(hop.index, first.index);
          if (run[0].folded) this.copiesOf.set(hop.index, firstHop(run));
        }
      }
    }
  }

  hop(index: number): HopRow | null {
    return this.hops.get(index) ?? null;
  }

  /** Marks the folds that hide a hop as open, for the next time the list is made. */
  unfold(index: number): void {
    const fold = this.foldOf.get(index);
    const copies = this.copiesOf.get(index);
    if (fold !== undefined) setMember(this.state.openFolds, fold, true);
    if (copies !== undefined) setMember(this.state.openCopies, copies, true);
  }

  /** The whole list. */
  *list(test: HopTest, into: HTMLElement): Generator<void> {
    let found = false;
    for (const run of this.runs) {
      const shown = run.filter((group) => group.pipelines.some((pipeline) => isShown(pipeline, test)));
      if (shown.length === 0) continue;
      found = true;
      if (run[0].folded && test === null) yield* this.copies(run, into);
      else for (const group of shown) yield* this.group(group, test, into);
    }
    if (!found && test !== null) into.append(h('p', { class: 'muted none' }, 'No stage fits the filter.'));
    if (this.model.note !== null) into.append(h('p', { class: 'muted none' }, this.model.note));
  }

  /** What a fold's button opens. */
  *opened(button: HTMLElement, test: HopTest): Generator<void> {
    const content = button.nextElementSibling;
    if (!(content instanceof HTMLElement)) return;
    const fold = Number(button.dataset['fold'] ?? Number.NaN);
    const copies = Number(button.dataset['copies'] ?? Number.NaN);
    for (const [index, hop] of this.hops) {
      if (this.foldOf.get(index) !== fold || (test !== null && !test(hop))) continue;
      content.append(this.row(hop));
      yield;
    }
    const run = this.runs.find((candidate) => candidate[0].folded && firstHop(candidate) === copies);
    for (const group of run ?? []) yield* this.group(group, test, content);
  }

  detail(hop: HopRow): HTMLElement {
    const detail = renderHopDetail(hop, this.tools);
    const reveal = h('button', { type: 'button', class: 'link' }, 'Show in the Hops view');
    reveal.addEventListener('click', () => this.onReveal(hop.index));
    detail.append(h('p', {}, reveal));
    return detail;
  }

  private *copies(run: GroupRun, parent: HTMLElement): Generator<void> {
    const open = this.state.openCopies.includes(firstHop(run));
    const number = new Set(run.map(({ detail }) => detail)).size;
    const text = `${number} more ${number === 1 ? 'copy that arrives' : 'copies that arrive'}`;
    const button = foldButton(text, open, { 'data-copies': firstHop(run) });
    parent.append(h('div', { class: 'fold more-copies' }, button, h('div', {})));
    yield;
    if (open) yield* this.opened(button, null);
  }

  private *group(group: HopGroup, test: HopTest, parent: HTMLElement): Generator<void> {
    const box = h('section', { class: 'datapath' }, renderGroupTitle(group));
    parent.append(box);
    for (const pipeline of group.pipelines) {
      if (isShown(pipeline, test)) yield* this.pipeline(pipeline, test, box);
    }
  }

  private *pipeline(pipeline: HopPipeline, test: HopTest, parent: HTMLElement): Generator<void> {
    const title = h('h4', {}, pipeline.title, ' ', h('span', { class: 'muted' }, pipeline.detail));
    const box = h('div', { class: 'pipeline' }, title);
    parent.append(box);
    for (const item of pipeline.items) yield* this.item(item, test, box);
    for (const ending of pipeline.endings) {
      box.append(h('p', { class: `ending tone-${ending.tone}` }, toneIcon(ending), h('b', {}, ending.text)));
    }
  }

  private *item(item: HopItem, test: HopTest, parent: HTMLElement): Generator<void> {
    const hops = hopsOf(item, test);
    if (hops.length === 0) return;
    if (item.kind === 'hop') {
      parent.append(this.row(item.hop));
      yield;
      return;
    }
    const first = item.hops[0]?.index ?? 0;
    const open = test !== null || this.state.openFolds.includes(first);
    const button = foldButton(nameFold(item.hops, hops.length), open, { 'data-fold': first });
    const content = h('div', {});
    parent.append(h('div', { class: 'fold' }, button, content));
    yield;
    if (!open) return;
    for (const hop of hops) {
      content.append(this.row(hop));
      yield;
    }
  }

  private row(hop: HopRow): HTMLElement {
    const open = this.state.openHops.includes(hop.index);
    const row = renderHopRow(hop, open);
    if (open) row.append(this.detail(hop));
    return row;
  }
}

/** Puts a number into a list, once, or takes it out. */
export function setMember(list: number[], value: number, member: boolean): void {
  const place = list.indexOf(value);
  if (member && place === -1) list.push(value);
  if (!member && place !== -1) list.splice(place, 1);
}

function joinCopies(groups: readonly HopGroup[]): readonly GroupRun[] {
  const runs: [HopGroup, ...HopGroup[]][] = [];
  for (const group of groups) {
    const last = runs.at(-1);
    if (group.folded && last?.[0].folded === true) last.push(group);
    else runs.push([group]);
  }
  return runs;
}

function firstHop(run: GroupRun): number {
  const item = run[0].pipelines[0]?.items[0];
  return item === undefined ? -1 : (hopsOf(item, null)[0]?.index ?? -1);
}

function isShown(pipeline: HopPipeline, test: HopTest): boolean {
  return test === null || pipeline.items.some((item) => hopsOf(item, test).length > 0);
}

function foldButton(text: string, open: boolean, data: Readonly<Record<string, number>>): HTMLElement {
  return h(
    'button',
    { type: 'button', class: 'row fold-row', tabindex: -1, 'aria-expanded': String(open), ...data },
    icon('chevron', 'chevron'),
    h('span', { class: 'fold-text' }, text),
  );
}

function renderGroupTitle(group: HopGroup): HTMLElement {
  const title = h('h3', {}, icon(group.kind ?? 'switch'), h('b', {}, group.datapath));
  const kind = group.kind === null ? '' : `logical ${group.kind}`;
  const detail = [kind, group.detail].filter((part) => part !== '').join(', ');
  append(title, spoken(', '), h('span', { class: 'muted' }, detail));
  return title;
}
