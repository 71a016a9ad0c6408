import * as l10n from '@vscode/l10n';
import type { TraceSide } from '../src/protocol/panelMessages';
import type { PanelModel, ReplyModel, TraceView } from '../src/protocol/panelModel';
import { renderBanner } from './banner';
import { renderChoices } from './choices';
import { h, spoken } from './dom';
import { HopList } from './hopList';
import type { Host } from './host';
import { icon, toneIcon } from './icons';
import { renderPacket } from './packet';
import { toolButton, type PanelTools } from './parts';
import { renderPath } from './path';
import { renderRaw } from './raw';
import { PrimaryButton, renderToolbar } from './toolbar';
import type { HopPlace, TabName, ViewState } from './viewState';
import { renderWhy } from './why';

/** Narrower than this (pixels), the reasons come before the path: they are what people scroll for. */
const narrow = 600;

/** A result: banner, packet, and the tabs Forward, Reply and Raw Output, each made when it is first shown. */
export class ResultView {
  readonly element = h('div', { class: 'result-view' });
  readonly primary: PrimaryButton | null;
  private readonly stale = h('p', { class: 'stale', hidden: true });
  private readonly tabs: HTMLElement & { activeid?: string };
  private readonly views: Readonly<Record<TabName, HTMLElement>>;
  private readonly hopLists: Partial<Record<TraceSide, HopList>> = {};
  private readonly paths: { readonly path: HTMLElement; readonly why: HTMLElement }[] = [];
  private isNarrow = false;

  constructor(
    private readonly model: PanelModel,
    private readonly host: Host,
    private readonly state: ViewState,
    private readonly announce: (text: string) => void,
    private readonly onChange: () => void,
  ) {
    this.primary = model.can.again
      ? new PrimaryButton(host, { icon: 'run', text: l10n.t('Trace Again'), kind: 'again' })
      : null;
    const tools = this.tools('forward');
    this.views = { forward: tabView('forward'), reply: tabView('reply'), raw: tabView('raw') };
    this.tabs = this.makeTabs();
    this.element.append(
      renderBanner(model.banner, tools, model.was),
      this.stale,
      renderPacket(model.packet, renderToolbar(model.can, this.primary, tools), tools),
      ...(model.choices === null ? [] : [renderChoices(model.choices, tools)]),
      this.tabs,
    );
    this.fill(state.tab);
  }

  setStale(sentence: string | null): void {
    if (sentence !== null && this.stale.hidden) this.announce(sentence);
    this.stale.hidden = sentence === null;
    this.stale.replaceChildren(sentence === null ? '' : icon('warning', 'tone-mixed'), sentence ?? '');
  }

  showHop(side: TraceSide, hop: number): void {
    this.tabs.setAttribute('activeid', `tab-${side}`);
    this.select(side);
    this.hopLists[side]?.show(hop);
  }

  /** What is at the top of the window, where that is a hop. */
  place(): HopPlace | null {
    const { tab } = this.state;
    return tab === 'raw' ? null : (this.hopLists[tab]?.place() ?? null);
  }

  /** Scrolls to a hop as `place` told it; false when it is not shown. */
  scrollTo(place: HopPlace): boolean {
    const { tab } = this.state;
    return tab !== 'raw' && this.hopLists[tab]?.scrollTo(place) === true;
  }

  /** The order of the sections follows the width, in the document as well as for the eye. */
  setWidth(width: number): void {
    const isNarrow = width < narrow;
    if (isNarrow === this.isNarrow) return;
    this.isNarrow = isNarrow;
    for (const { path, why } of this.paths) (isNarrow ? why : path).after(isNarrow ? path : why);
  }

  private makeTabs(): HTMLElement {
    const { banner, reply, choices } = this.model;
    const forward = choices?.rows.find(({ shown }) => shown)?.badge ?? { ...banner, text: banner.word };
    const tab = (name: TabName, ...content: (Node | string)[]): HTMLElement =>
      h('vscode-panel-tab', { id: `tab-${name}` }, ...content);
    const replyIcon = reply.kind === 'traced' ? toneIcon(reply.banner) : icon('none');
    const replyState = reply.kind === 'traced' ? `, ${reply.banner.word}` : `, ${l10n.t('not traced')}`;
    const tabs = h(
      'vscode-panels',
      { 'aria-label': l10n.t('Trace views'), activeid: `tab-${this.state.tab}` },
      tab('forward', toneIcon(forward), l10n.t('Forward'), spoken(`, ${forward.text}`)),
      tab('reply', replyIcon, l10n.t('Reply'), spoken(replyState)),
      tab('raw', l10n.t('Raw Output')),
      this.views.forward,
      this.views.reply,
      this.views.raw,
    ) as HTMLElement & { activeid?: string };
    tabs.addEventListener('change', () => {
      const name = tabs.activeid?.replace('tab-', '');
      if (name === 'forward' || name === 'reply' || name === 'raw') this.select(name);
    });
    return tabs;
  }

  private select(name: TabName): void {
    this.fill(name);
    if (this.state.tab === name) return;
    this.state.tab = name;
    this.onChange();
  }

  private fill(name: TabName): void {
    const view = this.views[name];
    if (view.childElementCount > 0) return;
    if (name === 'raw') view.append(renderRaw(this.model.raw, this.tools('forward')));
    else if (name === 'forward') this.fillTrace(view, 'forward', this.model.forward);
    else this.fillReply(view, this.model.reply);
  }

  private fillReply(view: HTMLElement, reply: ReplyModel): void {
    if (reply.kind === 'traced') {
      view.append(renderBanner(reply.banner, this.tools('reply')));
      if (reply.note !== null) view.append(h('p', { class: 'reply-note' }, icon('info'), reply.note));
      this.fillTrace(view, 'reply', reply.view);
      return;
    }
    view.append(h('h2', {}, l10n.t('No reply traced')), h('p', {}, reply.sentence));
    if (!reply.canTrace) return;
    const trace = toolButton(
      'run',
      l10n.t('Trace Reply'),
      () => this.host.request({ kind: 'reply' }),
      'secondary',
    );
    view.append(
      h('p', {}, trace, ' ', h('span', { class: 'muted' }, l10n.t('as part of an established connection'))),
    );
  }

  private fillTrace(view: HTMLElement, side: TraceSide, trace: TraceView): void {
    const tools = this.tools(side);
    const path = renderPath(trace.path, tools);
    const why = renderWhy(trace.why, tools);
    const reveal = (hop: number): void => this.host.request({ kind: 'revealHop', side, hop });
    const hops = new HopList(trace.hops, this.state[side], tools, this.onChange, reveal);
    this.hopLists[side] = hops;
    if (path !== null) {
      this.paths.push({ path, why });
      view.append(...(this.isNarrow ? [why, path] : [path, why]));
    } else view.append(why);
    view.append(hops.element);
  }

  private tools(side: TraceSide): PanelTools {
    return {
      host: this.host,
      links: this.model.links,
      announce: this.announce,
      showHop: (hop) => {
        this.showHop(side, hop);
      },
    };
  }
}

function tabView(name: TabName): HTMLElement {
  return h('vscode-panel-view', { id: `view-${name}` });
}
