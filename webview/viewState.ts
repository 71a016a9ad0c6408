import type { TraceSide } from '../src/protocol/panelMessages';
import type { Host } from './host';

export type TabName = TraceSide | 'raw';

/** What a person did to the list of hops: kept while the panel is hidden or moved. */
export interface HopListState {
  filter: string;
  onlyDecisive: boolean;
  openHops: number[];
  /** Folds by the index of their first hop. */
  openFolds: number[];
  /** Runs of folded copies by the index of their first hop. */
  openCopies: number[];
}

/** A hop and where it begins in the window (pixels): unlike a number of pixels from the top it holds at any width. */
export interface HopPlace {
  readonly hop: number;
  readonly top: number;
}

export interface ViewState {
  /** The state belongs to this report only. */
  reportId: string;
  tab: TabName;
  scroll: number;
  /** Set while hops are in sight. */
  place: HopPlace | null;
  forward: HopListState;
  reply: HopListState;
}

export function freshViewState(reportId: string): ViewState {
  const list = (): HopListState => ({
    filter: '',
    onlyDecisive: false,
    openHops: [],
    openFolds: [],
    openCopies: [],
  });
  return { reportId, tab: 'forward', scroll: 0, place: null, forward: list(), reply: list() };
}

/** The state kept for this report, or a fresh one. What was kept by another version may have any shape. */
export function loadViewState(host: Host, reportId: string): ViewState | null {
  const kept = host.load() as Partial<ViewState> | null | undefined;
  if (kept?.reportId !== reportId || !isList(kept.forward) || !isList(kept.reply)) return null;
  const tab: TabName = kept.tab === 'reply' || kept.tab === 'raw' ? kept.tab : 'forward';
  const scroll = typeof kept.scroll === 'number' ? kept.scroll : 0;
  const place = isPlace(kept.place) ? kept.place : null;
  return { reportId, tab, scroll, place, forward: kept.forward, reply: kept.reply };
}

function isPlace(place: Partial<HopPlace> | null | undefined): place is HopPlace {
  return typeof place?.hop === 'number' && typeof place.top === 'number';
}

function isList(list: Partial<HopListState> | undefined): list is HopListState {
  return (
    list !== undefined &&
    typeof list.filter === 'string' &&
    typeof list.onlyDecisive === 'boolean' &&
    Array.isArray(list.openHops) &&
    Array.isArray(list.openFolds) &&
    Array.isArray(list.openCopies)
  );
}
