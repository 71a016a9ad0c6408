/** A part of a long list that is drawn when it comes near the screen. */
export interface Block {
  /** Lines in it: what its height is guessed from before it was drawn. */
  readonly lines: number;
  /** The first and the last hop it is about. */
  readonly first: number;
  readonly last: number;
  readonly draw: () => readonly Node[];
}

interface Place {
  readonly element: HTMLElement;
  readonly block: Block;
  drawn: boolean;
}

const lineHeight = 25;

/** Drawn before it is scrolled to, so that nothing is seen to come in. */
const margin = '1000px 0px';

/**
 * A long list of rows in blocks, of which those in sight and near it are in the document. A block that was scrolled away
 * leaves an empty box of its height; the one with the focus, the row for the Tab key or a selection stays.
 */
export class BlockList {
  private places: readonly Place[] = [];
  private readonly placeOf = new WeakMap<Element, Place>();
  private observer: IntersectionObserver | null = null;
  /** The row at which the Tab key stops. */
  private stop: HTMLElement | null = null;

  constructor(private readonly list: HTMLElement) {}

  /** Shows these blocks instead of those before. */
  show(blocks: readonly Block[]): void {
    this.observer?.disconnect();
    this.places = blocks.map((block) => {
      const element = document.createElement('div');
      element.className = 'hop-block';
      element.style.height = `${block.lines * lineHeight}px`;
      return { element, block, drawn: false };
    });
    this.list.replaceChildren(...this.places.map(({ element }) => element));
    this.rove(this.rows(this.places[0])[0] ?? null);
    if (this.places.length < 2) return;
    // The frame of a webview has another origin than the window: only with its own document as root does the margin count.
    this.observer = new IntersectionObserver((entries) => this.follow(entries), {
      root: document,
      rootMargin: margin,
    });
    for (const place of this.places) {
      this.placeOf.set(place.element, place);
      this.observer.observe(place.element);
    }
  }

  /** Draws the block about a hop and finds an element in it. */
  find(hop: number, selector: string): HTMLElement | null {
    for (const place of this.places) {
      if (place.block.first > hop) return null;
      if (place.block.last < hop) continue;
      this.draw(place);
      const found = place.element.querySelector<HTMLElement>(selector);
      if (found !== null) return found;
    }
    return null;
  }

  /** The row an arrow key, Home or End leads to from this one; null for any other key and at the ends. */
  beside(row: HTMLElement, key: string): HTMLElement | null {
    if (key === 'Home') return this.rows(this.places[0])[0] ?? null;
    if (key === 'End') return this.rows(this.places.at(-1)).at(-1) ?? null;
    if (key !== 'ArrowDown' && key !== 'ArrowUp') return null;
    const step = key === 'ArrowDown' ? 1 : -1;
    const at = this.places.findIndex(({ element }) => element.contains(row));
    const rows = this.rows(this.places[at]);
    const place = rows.indexOf(row) + step;
    if (place >= 0 && place < rows.length) return rows[place] ?? null;
    return this.rows(this.places[at + step]).at(step === 1 ? 0 : -1) ?? null;
  }

  /** Makes one row the list's stop for the Tab key. */
  rove(row: HTMLElement | null): void {
    this.stop?.setAttribute('tabindex', '-1');
    this.stop = row;
    row?.setAttribute('tabindex', '0');
  }

  private rows(place: Place | undefined): readonly HTMLElement[] {
    if (place === undefined) return [];
    this.draw(place);
    return [...place.element.querySelectorAll<HTMLElement>('.row')];
  }

  private follow(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const place = this.placeOf.get(target);
      if (place === undefined) continue;
      if (isIntersecting) this.draw(place);
      else this.erase(place);
    }
  }

  private draw(place: Place): void {
    if (place.drawn) return;
    place.drawn = true;
    place.element.replaceChildren(...place.block.draw());
    place.element.style.height = '';
  }

  private erase(place: Place): void {
    const { element } = place;
    if (!place.drawn || this.isNeeded(element)) return;
    const height = element.offsetHeight;
    // The list lies in a tab that is not shown.
    if (height === 0) return;
    element.style.height = `${height}px`;
    element.replaceChildren();
    place.drawn = false;
  }

  private isNeeded(element: HTMLElement): boolean {
    if (element.contains(this.stop) || element.contains(document.activeElement)) return true;
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && selection.containsNode(element, true);
  }
}
