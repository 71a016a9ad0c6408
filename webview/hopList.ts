import type { HopsModel } from '../src/protocol/panelModel';
import { ChunkedWork } from './chunks';
import { h } from './dom';
import { HopBuilder, setMember } from './hopBuilder';
import { countHops, makeHopTest, type HopTest } from './hopFilter';
import { icon } from './icons';
import { moveByKey } from './listKeys';
import { toolButton, type PanelTools } from './parts';
import type { HopListState } from './viewState';

const filterDelay = 120;
const manyRows = 500;

/** The stages of a trace: folded, filtered, opened; one stop for the Tab key, arrow keys inside. */
export class HopList {
  readonly element: HTMLElement;
  private readonly list = h('div', { class: 'hop-list' });
  private readonly counter = h('span', { class: 'muted' });
  private readonly field: HTMLElement & { value?: string };
  private readonly only: HTMLElement;
  private readonly builder: HopBuilder;
  private readonly work = new ChunkedWork();
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
    this.element = h('section', { class: 'hops', 'aria-label': 'Hops' }, this.makeHead(), this.list);
    if (model.count > manyRows) this.list.classList.add('many');
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
    this.finish();
    const row = this.list.querySelector<HTMLElement>(`[data-hop="${index}"] > .row`);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'center' });
    this.onChange();
  }

  /** Makes the rows that are still to come: the place to scroll to must be there. */
  finish(): void {
    this.work.finish();
  }

  private makeHead(): HTMLElement {
    if (this.model.count === 0) return h('h2', {}, 'Hops');
    const names = ['', 'Table', 'Stage', 'Match', 'Priority', 'Result'];
    return h(
      'div',
      { class: 'hop-head' },
      h(
        'div',
        { class: 'bar' },
        h('h2', {}, 'Hops'),
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
        placeholder: 'Filter by stage, match, uuid or row',
        'aria-label': 'Filter the stages',
        value: this.state.filter,
      },
      h('span', { slot: 'start', class: 'button-icon' }, icon('search')),
    );
    field.addEventListener('input', () => {
      window.clearTimeout(this.filterTimer);
      this.filterTimer = window.setTimeout(() => {
        this.setFilter(field.value ?? '', this.state.onlyDecisive);
        const found = countHops(this.model, this.test);
        this.tools.announce(`${found} of ${this.model.count} stages`);
      }, filterDelay);
    });
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || (field.value ?? '') === '') return;
      event.stopPropagation();
      window.clearTimeout(this.filterTimer);
      this.setFilter('', this.state.onlyDecisive);
      this.tools.announce('Filter cleared');
    });
    return field;
  }

  private makeSwitch(): HTMLElement {
    const toggle = (): void => {
      this.setFilter(this.state.filter, !this.state.onlyDecisive);
    };
    return toolButton('filter', 'Only decisive', toggle, 'icon', {
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
        ? `${count} ${count === 1 ? 'stage' : 'stages'}, ${decisive} decisive`
        : `${countHops(this.model, this.test)} of ${count} stages`;
    this.work.clear();
    this.list.replaceChildren();
    this.work.add(this.builder.list(this.test, this.list));
    this.rove(this.list.querySelector('.row'));
  }

  private click(event: Event): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.row') : null;
    if (row !== null) this.toggle(row, row.getAttribute('aria-expanded') !== 'true');
  }

  private toggle(row: HTMLElement, open: boolean): void {
    row.setAttribute('aria-expanded', String(open));
    const { fold, copies } = row.dataset;
    if (fold === undefined && copies === undefined) this.toggleHop(row, open);
    else {
      if (fold !== undefined) setMember(this.state.openFolds, Number(fold), open);
      if (copies !== undefined) setMember(this.state.openCopies, Number(copies), open);
      if (open) this.work.add(this.builder.opened(row, this.test));
      else row.nextElementSibling?.replaceChildren();
    }
    this.onChange();
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
    else if (event.key === 'ArrowLeft') foldAround(target)?.focus();
    else {
      if (event.key === 'End') this.finish();
      if (!moveByKey(event.key, target, this.list)) return;
    }
    event.preventDefault();
  }

  /** Makes one row the list's stop for the Tab key. */
  private rove(target: EventTarget | null): void {
    if (!(target instanceof HTMLElement) || !target.classList.contains('row')) return;
    this.list.querySelector('.row[tabindex="0"]')?.setAttribute('tabindex', '-1');
    target.setAttribute('tabindex', '0');
  }
}

/** The button of the fold that a row lies in. */
function foldAround(row: HTMLElement): HTMLElement | null {
  const content = row.classList.contains('fold-row') ? row.parentElement?.parentElement : row;
  return content?.closest('.fold')?.querySelector<HTMLElement>('.fold-row') ?? null;
}
