import * as l10n from '@vscode/l10n';
import type { TraceSide } from '../src/protocol/panelMessages';
import type { PanelContent, PanelState } from '../src/protocol/panelModel';
import { visibleLine } from '../src/protocol/visibleText';
import { ComparisonView } from './comparisonView';
import { h } from './dom';
import { EmptyView } from './emptyView';
import { FailureView } from './failureView';
import type { Host } from './host';
import { icon } from './icons';
import { toolButton } from './parts';
import { ResultView } from './resultView';
import { freshViewState, loadViewState, type ViewState } from './viewState';

type View = ResultView | FailureView | EmptyView | ComparisonView;

const saveDelay = 200;

/** The whole panel: what is running, what went wrong, and one view of the content. */
export class PanelApp {
  private readonly live = h('div', { class: 'spoken', role: 'status' });
  private readonly errors = h('div', { role: 'alert' });
  private readonly runningText = h('span', {});
  private readonly cancel: HTMLElement;
  private readonly running: HTMLElement;
  private readonly note = h('p', { class: 'note', hidden: true });
  private readonly content = h('div', { class: 'content' });
  private view: View | null = null;
  private shown: string | null = null;
  private viewState: ViewState | null = null;
  private saveTimer: number | undefined;

  constructor(
    root: HTMLElement,
    private readonly host: Host,
  ) {
    this.cancel = toolButton('stop', l10n.t('Cancel'), () => host.request({ kind: 'cancel' }), 'secondary');
    this.running = h(
      'div',
      { class: 'running', hidden: true },
      h('vscode-progress-ring', {}),
      this.runningText,
      this.cancel,
    );
    root.append(this.live, this.running, this.errors, this.note, this.content);
    window.addEventListener(
      'scroll',
      () => {
        this.placeCancel();
        this.saveLater();
      },
      { passive: true },
    );
    new ResizeObserver(() => {
      if (this.view instanceof ResultView) this.view.setWidth(this.content.clientWidth);
    }).observe(this.content);
  }

  show({ content, note, running }: PanelState): void {
    if (keyOf(content) !== this.shown) this.replace(content);
    if (this.view instanceof ResultView) this.view.setStale(content.kind === 'result' ? content.stale : null);
    this.setNote(note);
    this.setRunning(running?.title ?? null);
  }

  showHop(side: TraceSide, hop: number): void {
    if (this.view instanceof ResultView) this.view.showHop(side, hop);
  }

  /** Shows a sentence that the host answered with; it stays until it is dismissed or something new is shown. */
  showError(sentence: string): void {
    const dismiss = toolButton('error', l10n.t('Dismiss'), () => {
      this.errors.replaceChildren();
      this.focusContent(null);
    });
    this.errors.replaceChildren(
      h('div', { class: 'alert' }, icon('error', 'tone-drop'), h('p', {}, sentence), dismiss),
    );
  }

  private announce(text: string): void {
    this.live.replaceChildren();
    // A screen reader speaks a change; the same text again is one only after it was gone.
    window.setTimeout(() => {
      this.live.textContent = text;
    }, 50);
  }

  private replace(content: PanelContent): void {
    // The document remembers its element while the focus is elsewhere in the window, and must not take it from there.
    const focused =
      document.hasFocus() && this.content.contains(document.activeElement) ? document.activeElement : null;
    const first = this.shown === null;
    this.shown = keyOf(content);
    this.errors.replaceChildren();
    this.view = this.makeView(content);
    this.content.replaceChildren(this.view.element);
    if (this.view instanceof ResultView) this.view.setWidth(this.content.clientWidth);
    this.restoreScroll();
    if (focused !== null) this.focusContent(focused.getAttribute('data-focus'));
    if (!first) this.announce(this.content.querySelector('.banner-text')?.textContent ?? '');
  }

  private makeView(content: PanelContent): View {
    const announce = (text: string): void => this.announce(text);
    this.viewState = null;
    switch (content.kind) {
      case 'empty':
        return new EmptyView(content, this.host);
      case 'failure':
        return new FailureView(content.failure, this.host, announce);
      case 'comparison':
        return new ComparisonView(content.model, this.host, announce, () => this.saveLater());
      case 'result': {
        const { model } = content;
        const kept = loadViewState(this.host, model.reportId);
        const state = kept ?? freshViewState(model.reportId);
        if (kept === null) state.forward.openHops.push(...firstDeciding(content));
        this.viewState = state;
        return new ResultView(model, this.host, state, announce, () => this.saveLater());
      }
    }
  }

  private setRunning(title: string | null): void {
    const isRunning = title !== null;
    if (!isRunning && this.running.contains(document.activeElement)) this.focusContent('primary');
    this.running.hidden = !isRunning;
    this.runningText.replaceChildren(visibleLine(l10n.t('Tracing {0} …', title ?? '')));
    this.content.classList.toggle('waiting', isRunning);
    this.content.setAttribute('aria-busy', String(isRunning));
    const primary = this.view?.primary ?? null;
    primary?.setRunning(isRunning);
    this.placeCancel();
    if (title !== null) this.announce(title);
  }

  private setNote(note: string | null): void {
    if (note !== null && note !== this.note.textContent) this.announce(note);
    this.note.hidden = note === null;
    this.note.replaceChildren(...(note === null ? [] : [icon('info'), visibleLine(note)]));
  }

  /** The focus goes to what has the name, else to the heading: never nowhere, where the keyboard would begin anew. */
  private focusContent(name: string | null): void {
    const named = name === null ? null : this.content.querySelector<HTMLElement>(`[data-focus="${name}"]`);
    (named ?? this.content.querySelector<HTMLElement>('h1'))?.focus({ preventScroll: true });
  }

  /** The main action cancels; the bar, which stays in sight, only where that one is not. */
  private placeCancel(): void {
    const primary = this.view?.primary?.element.getBoundingClientRect();
    const hide = primary !== undefined && primary.bottom > this.running.getBoundingClientRect().bottom;
    if (hide && !this.cancel.hidden && document.activeElement === this.cancel) this.focusContent('primary');
    this.cancel.hidden = hide;
  }

  private restoreScroll(): void {
    window.scrollTo(
      0,
      this.view instanceof ComparisonView ? this.view.scroll : (this.viewState?.scroll ?? 0),
    );
    const place = this.viewState?.place ?? null;
    if (place !== null && this.view instanceof ResultView) this.view.scrollTo(place);
  }

  private saveLater(): void {
    window.clearTimeout(this.saveTimer);
    this.saveTimer = window.setTimeout(() => {
      if (this.view instanceof ComparisonView) this.view.save();
      if (this.viewState === null) return;
      this.viewState.scroll = window.scrollY;
      this.viewState.place = this.view instanceof ResultView ? this.view.place() : null;
      this.host.save(this.viewState);
    }, saveDelay);
  }
}

function keyOf(content: PanelContent): string {
  if (content.kind === 'comparison') return `comparison ${content.model.id}`;
  if (content.kind === 'result') return `result ${content.model.reportId}`;
  if (content.kind === 'failure') return `failure ${content.failure.id}`;
  return `empty ${content.canRetry} ${content.recent.map(({ id }) => id).join(' ')}`;
}

/** The step that decided the first loss is open from the start. */
function firstDeciding(content: Extract<PanelContent, { kind: 'result' }>): readonly number[] {
  for (const group of content.model.forward.hops.groups)
    for (const pipeline of group.pipelines)
      for (const item of pipeline.items)
        if (item.kind === 'hop' && item.hop.deciding) return [item.hop.index];
  return [];
}
