import * as l10n from '@vscode/l10n';
import type { HopsModel } from '../src/protocol/panelModel';
import { BlockList } from './blocks';
import { h } from './dom';
import { HopBuilder, setMember } from './hopBuilder';
import { countHops, makeHopTest, type HopTest } from './hopFilter';
import { icon } from './icons';
import { toolButton, type PanelTools } from './parts';
import type { HopListState, HopPlace } from './viewState';

const filterDelay = 120;

/** The stages of a trace: folded, filtered, opened; one stop for the Tab key, arrow keys inside. */
export class HopList {
  readonly element: HTMLElement;
  private readonly list = h('div', { class: 'hop-list' });
  private readonly notes = h('div', {});
  private readonly counter = h('span', { class: 'muted' });
  private readonly field: HTMLElement & { value?: string };
  private readonly only: HTMLElement;
  private readonly builder: HopBuilder;
  private readonly blocks = new BlockList(this.list);
  private test: HopTest;
  private filterTimer: number | undefined;

  constructor(
    private readonly model: HopsModel,
    private readonly state: HopListState,
    private readonly tools: PanelTools,
    private readonly onChange: () => void,
    onReveal: (hop: number) => void,
  ) {
    this.builder = new HopBuilder(model, state, tools, onReveal);
    this.test = makeHopTest(state.filter, state.onlyDecisive);
    this.field = this.makeField();
    this.only = this.makeSwitch();
    this.element = h(
      'section',
      { class: 'hops', 'aria-label': l10n.t('Hops') },
      this.makeHead(),
      this.list,
      this.notes,
    );
    this.list.addEventListener('click', (event) => this.click(event));
    this.list.addEventListener('keydown', (event) => this.key(event));
    this.list.addEventListener('focusin', (event) => this.rove(event.target));
    this.draw();
  }

  /** Opens a hop, clears a filter that hides it, and puts the focus on it. */
  show(index: number): void {
    const hop = this.builder.hop(index);
    if (hop === null) return;
    if (this.test !== null && !this.test(hop)) this.setFilter('', false);
    this.builder.unfold(index);
    setMember(this.state.openHops, index, true);
    this.draw();
    const row = this.blocks.find(index, `[data-hop="${index}"] > .row`);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'center' });
    this.onChange();
  }

  /** The hop at the top of the window, and how far below the top it begins (pixels); null where none is. */
  place(): HopPlace | null {
    for (const row of this.list.querySelectorAll<HTMLElement>('[data-hop]')) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > 0) return top > window.innerHeight ? null : { hop: Number(row.dataset['hop']), top };
    }
    return null;
  }

  /** Scrolls to where `place` was; false when that hop is not shown. */
  scrollTo({ hop, top }: HopPlace): boolean {
    const row = this.blocks.find(hop, `[data-hop="${hop}"]`);
    if (row === null) return false;
    window.scrollBy(0, row.getBoundingClientRect().top - top);
    return true;
  }

  private makeHead(): HTMLElement {
    if (this.model.count === 0) return h('h2', {}, l10n.t('Hops'));
    const names = [
      '',
      l10n.t('Table'),
      l10n.t('Stage'),
      l10n.t('Match'),
      l10n.t('Priority'),
      l10n.t('Result'),
    ];
    return h(
      'div',
      { class: 'hop-head' },
      h(
        'div',
        { class: 'bar' },
        h('h2', {}, l10n.t('Hops')),
        this.counter,
        h('div', { class: 'push hop-tools' }, this.only, this.field),
      ),
      // The rows say their columns themselves; this line is for the eye.
      h('div', { class: 'columns', 'aria-hidden': 'true' }, ...names.map((name) => h('span', {}, name))),
    );
  }

  private makeField(): HTMLElement {
    const field: HTMLElement & { value?: string } = h(
      'vscode-text-field',
      {
        class: 'filter',
        placeholder: l10n.t('Filter by stage, match, uuid or row'),
        value: this.state.filter,
      },
      h('span', { slot: 'start', class: 'button-icon' }, icon('search')),
      // The toolkit takes the name from here and overwrites any other; the label itself is not shown.
      l10n.t('Filter the stages'),
    );
    field.addEventListener('input', () => {
      window.clearTimeout(this.filterTimer);
      this.filterTimer = window.setTimeout(() => {
        this.setFilter(field.value ?? '', this.state.onlyDecisive);
        const found = countHops(this.model, this.test);
        this.tools.announce(l10n.t('{0} of {1} stages', found, this.model.count));
      }, filterDelay);
    });
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || (field.value ?? '') === '') return;
      event.stopPropagation();
      window.clearTimeout(this.filterTimer);
      this.setFilter('', this.state.onlyDecisive);
      this.tools.announce(l10n.t('Filter cleared'));
    });
    return field;
  }

  private makeSwitch(): HTMLElement {
    const toggle = (): void => {
      this.setFilter(this.state.filter, !this.state.onlyDecisive);
    };
    return toolButton('filter', l10n.t('Only decisive'), toggle, 'icon', {
      'aria-pressed': String(this.state.onlyDecisive),
    });
  }

  private setFilter(filter: string, onlyDecisive: boolean): void {
    this.state.filter = filter;
    this.state.onlyDecisive = onlyDecisive;
    this.test = makeHopTest(filter, onlyDecisive);
    if ((this.field.value ?? '') !== filter) this.field.value = filter;
    this.only.setAttribute('aria-pressed', String(onlyDecisive));
    this.draw();
    this.onChange();
  }

  private draw(): void {
    const { count, decisive } = this.model;
    this.counter.textContent =
      this.test === null
        ? count === 1
          ? l10n.t('1 stage, {0} decisive', decisive)
          : l10n.t('{0} stages, {1} decisive', count, decisive)
        : l10n.t('{0} of {1} stages', countHops(this.model, this.test), count);
    // What a filter found is shown, also where a narrow list leaves the matches to the detail.
    this.list.classList.toggle('filtered', this.state.filter !== '');
    this.blocks.show(this.builder.blocks(this.test));
    const none =
      this.test !== null && this.list.childElementCount === 0 ? l10n.t('No stage fits the filter.') : null;
    const notes = [none, this.model.note].filter((note) => note !== null);
    this.notes.replaceChildren(...notes.map((note) => h('p', { class: 'muted none' }, note)));
  }

  private click(event: Event): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.row') : null;
    if (row !== null) this.toggle(row, row.getAttribute('aria-expanded') !== 'true');
  }

  private toggle(row: HTMLElement, open: boolean): void {
    const { fold, copies } = row.dataset;
    if (copies !== undefined) this.toggleCopies(row, Number(copies), open);
    else {
      row.setAttribute('aria-expanded', String(open));
      if (fold === undefined) this.toggleHop(row, open);
      else {
        setMember(this.state.openFolds, Number(fold), open);
        if (open) row.after(this.builder.folded(row, this.test));
        else row.nextElementSibling?.remove();
      }
    }
    this.onChange();
  }

  /** Thousands of copies come or go, so the list is made anew around the button, which stays where it is. */
  private toggleCopies(button: HTMLElement, first: number, open: boolean): void {
    const { top } = button.getBoundingClientRect();
    setMember(this.state.openCopies, first, open);
    this.draw();
    const again = this.blocks.find(first, `[data-copies="${first}"]`);
    again?.focus({ preventScroll: true });
    if (again !== null) window.scrollBy(0, again.getBoundingClientRect().top - top);
  }

  private toggleHop(row: HTMLElement, open: boolean): void {
    const hop = this.builder.hop(Number(row.parentElement?.dataset['hop'] ?? Number.NaN));
    if (hop === null) return;
    setMember(this.state.openHops, hop.index, open);
    if (open) row.after(this.builder.detail(hop));
    else row.nextElementSibling?.remove();
  }

  private key(event: KeyboardEvent): void {
    const target = event.target;
    if (!(target instanceof HTMLElement) || !target.classList.contains('row')) return;
    const open = target.getAttribute('aria-expanded') === 'true';
    if (event.key === 'ArrowRight' && !open) this.toggle(target, true);
    else if (event.key === 'ArrowLeft' && open) this.toggle(target, false);
    else if (event.key === 'ArrowLeft') this.foldAround(target)?.focus();
    else {
      const next = this.blocks.beside(target, event.key);
      if (next === null) return;
      next.focus();
    }
    event.preventDefault();
  }

  private rove(target: EventTarget | null): void {
    if (target instanceof HTMLElement && target.classList.contains('row')) this.blocks.rove(target);
  }

  /** The button of the fold, or of the copies, that a row lies in. */
  private foldAround(row: HTMLElement): HTMLElement | null {
    const fold = row.classList.contains('fold-row') ? null : row.closest('.fold');
    if (fold !== null) return fold.querySelector<HTMLElement>('.fold-row');
    const hop = Number(row.dataset['fold'] ?? row.parentElement?.dataset['hop'] ?? Number.NaN);
    const copies = this.builder.copiesAround(hop);
    return copies === null ? null : this.blocks.find(copies, `[data-copies="${copies}"]`);
  }
}
