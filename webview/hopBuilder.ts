import * as l10n from '@vscode/l10n';
import type { HopGroup, HopItem, HopPipeline, HopRow, HopsModel } from '../src/protocol/panelModel';
import type { Block } from './blocks';
import { append, h, spoken } from './dom';
import { hopsOf, nameFold, type HopTest } from './hopFilter';
import { renderHopDetail, renderHopRow } from './hopRow';
import { icon, toneIcon } from './icons';
import type { PanelTools } from './parts';
import type { HopListState } from './viewState';

/** Groups one after the other: one that is shown, or a run of folded copies. */
type GroupRun = readonly [HopGroup, ...HopGroup[]];

/** So many lines are drawn in one go: more than a screen holds, few enough to be made within a frame. */
const linesOfBlock = 60;

/** Makes the elements of the list of hops, block by block. */
export class HopBuilder {
  private readonly runs: readonly GroupRun[];
  private readonly hops = new Map<number, HopRow>();
  /** The first hop of the fold, and of the run of copies, that a hop lies in. */
  private readonly foldOf = new Map<number, number>();
  private readonly copiesOf = new Map<number, number>();
  /** Place of each hop that is shown, counted from 1: what a screen reader says where most are not in the document. */
  private positions: ReadonlyMap<number, number> = new Map();

  constructor(
    model: HopsModel,
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
          if (run[0].folded) this.copiesOf.set(hop.index, firstHop(run[0]));
        }
      }
    }
  }

  hop(index: number): HopRow | null {
    return this.hops.get(index) ?? null;
  }

  /** The run of copies that a hop lies in, by its first hop. */
  copiesAround(index: number): number | null {
    return this.copiesOf.get(index) ?? null;
  }

  /** Marks the folds that hide a hop as open, for the next time the list is made. */
  unfold(index: number): void {
    const fold = this.foldOf.get(index);
    const copies = this.copiesOf.get(index);
    if (fold !== undefined) setMember(this.state.openFolds, fold, true);
    if (copies !== undefined) setMember(this.state.openCopies, copies, true);
  }

  /** The whole list for a test: each block a few datapaths, or the button of folded copies. */
  blocks(test: HopTest): readonly Block[] {
    const shown = [...this.hops.values()].filter((hop) => test === null || test(hop));
    this.positions = new Map(shown.map(({ index }, position) => [index, position + 1]));
    const blocks: Block[] = [];
    for (const run of this.runs) {
      for (const part of this.parts(run, test)) {
        const last = blocks.at(-1);
        if (last === undefined || last.lines >= linesOfBlock) blocks.push(part);
        else blocks[blocks.length - 1] = joinBlocks(last, part);
      }
    }
    return blocks;
  }

  /** The rows that the button of a fold opens. */
  folded(button: HTMLElement, test: HopTest): HTMLElement {
    const fold = Number(button.dataset['fold'] ?? Number.NaN);
    const hops = [...this.hops.values()].filter(
      (hop) => this.foldOf.get(hop.index) === fold && (test === null || test(hop)),
    );
    return this.foldContent(hops);
  }

  detail(hop: HopRow): HTMLElement {
    const detail = renderHopDetail(hop, this.tools);
    const reveal = h('button', { type: 'button', class: 'link' }, l10n.t('Show in the Hops view'));
    reveal.addEventListener('click', () => this.onReveal(hop.index));
    detail.append(h('p', {}, reveal));
    return detail;
  }

  private parts(run: GroupRun, test: HopTest): readonly Block[] {
    const groups = run
      .filter((group) => group.pipelines.some((pipeline) => isShown(pipeline, test)))
      .map((group) => this.groupBlock(group, test));
    if (!run[0].folded || test !== null) return groups;
    const first = firstHop(run[0]);
    const button: Block = { lines: 2, first, last: first, draw: () => [this.copiesButton(run)] };
    return this.state.openCopies.includes(first) ? [button, ...groups] : [button];
  }

  private groupBlock(group: HopGroup, test: HopTest): Block {
    const pipelines = group.pipelines.filter((pipeline) => isShown(pipeline, test));
    const items = pipelines.flatMap((pipeline) => pipeline.items);
    const lines = items.map((item) => {
      const hops = hopsOf(item, test).length;
      return item.kind === 'fold' && hops > 0 ? 1 + (this.isOpen(item, test) ? hops : 0) : hops;
    });
    const hops = items.flatMap((item) => hopsOf(item, test));
    return {
      lines: lines.reduce((sum, number) => sum + number, 2 + 2 * pipelines.length),
      first: hops[0]?.index ?? -1,
      last: hops.at(-1)?.index ?? -1,
      draw: () => [this.group(group, pipelines, test)],
    };
  }

  private copiesButton(run: GroupRun): HTMLElement {
    const first = firstHop(run[0]);
    const number = new Set(run.map(({ detail }) => detail)).size;
    const text =
      number === 1 ? l10n.t('1 more copy that arrives') : l10n.t('{0} more copies that arrive', number);
    const button = foldButton(text, this.state.openCopies.includes(first), { 'data-copies': first });
    return h('div', { class: 'fold more-copies' }, button);
  }

  private group(group: HopGroup, pipelines: readonly HopPipeline[], test: HopTest): HTMLElement {
    const box = h('div', { class: group.folded ? 'datapath copy' : 'datapath' }, renderGroupTitle(group));
    for (const pipeline of pipelines) box.append(this.pipeline(pipeline, test));
    return box;
  }

  private pipeline(pipeline: HopPipeline, test: HopTest): HTMLElement {
    const name = `${pipeline.title} ${pipeline.detail}`.trim();
    const title = h('h4', {}, pipeline.title, ' ', h('span', { class: 'muted' }, pipeline.detail));
    const list = h('div', { role: 'list', 'aria-label': name });
    for (const item of pipeline.items) append(list, this.item(item, test));
    const box = h('div', { class: 'pipeline' }, title, list);
    for (const ending of pipeline.endings) {
      box.append(h('p', { class: `ending tone-${ending.tone}` }, toneIcon(ending), h('b', {}, ending.text)));
    }
    return box;
  }

  private item(item: HopItem, test: HopTest): HTMLElement | null {
    const hops = hopsOf(item, test);
    const [firstShown] = hops;
    if (firstShown === undefined) return null;
    if (item.kind === 'hop') return this.row(item.hop);
    const open = this.isOpen(item, test);
    const first = item.hops[0]?.index ?? 0;
    const button = foldButton(nameFold(item.hops, hops.length), open, { 'data-fold': first });
    const box = h('div', { class: 'fold', ...this.place(firstShown) }, button);
    if (open) box.append(this.foldContent(hops));
    return box;
  }

  private foldContent(hops: readonly HopRow[]): HTMLElement {
    const content = h('div', { role: 'list' });
    content.append(...hops.map((hop) => this.row(hop)));
    return content;
  }

  private isOpen(item: HopItem, test: HopTest): boolean {
    return test !== null || this.state.openFolds.includes(hopsOf(item, null)[0]?.index ?? 0);
  }

  private row(hop: HopRow): HTMLElement {
    const open = this.state.openHops.includes(hop.index);
    const row = renderHopRow(hop, open, this.place(hop));
    if (open) row.append(this.detail(hop));
    return row;
  }

  private place(hop: HopRow): Readonly<Record<string, string | number>> {
    return {
      role: 'listitem',
      'aria-posinset': this.positions.get(hop.index) ?? 0,
      'aria-setsize': this.positions.size,
    };
  }
}

/** Puts a number into a list, once, or takes it out. */
export function setMember(list: number[], value: number, member: boolean): void {
  const place = list.indexOf(value);
  if (member && place === -1) list.push(value);
  if (!member && place !== -1) list.splice(place, 1);
}

function joinBlocks(a: Block, b: Block): Block {
  return {
    lines: a.lines + b.lines,
    first: a.first,
    last: b.last,
    draw: () => [...a.draw(), ...b.draw()],
  };
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

function firstHop(group: HopGroup): number {
  const item = group.pipelines[0]?.items[0];
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
  const kind =
    group.kind === null ? '' : group.kind === 'switch' ? l10n.t('logical switch') : l10n.t('logical router');
  const detail = [kind, group.detail].filter((part) => part !== '').join(', ');
  append(title, spoken(', '), h('span', { class: 'muted' }, detail));
  return title;
}
