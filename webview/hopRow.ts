import * as l10n from '@vscode/l10n';
import type { HopRow } from '../src/protocol/panelModel';
import { append, h, spoken, type Attributes } from './dom';
import { icon, toneIcon } from './icons';
import { matchText } from './matchText';
import { copyIcon, factList, type PanelTools } from './parts';

/** Longest match and action list in a row; the detail has them whole. */
const longestMatch = 240;
const longestActions = 90;

/** One stage: a button that opens its detail. */
export function renderHopRow(hop: HopRow, open: boolean, place: Attributes): HTMLElement {
  const classes = ['hop', hop.decisive ? 'decisive' : 'passing', hop.deciding ? 'deciding' : ''];
  if (hop.result !== null) classes.push(`tone-${hop.result.tone}`);
  const button = h(
    'button',
    { type: 'button', class: 'row', tabindex: -1, 'aria-expanded': String(open) },
    icon('chevron', 'chevron'),
    h('span', { class: 'table' }, spoken(`${l10n.t('table')} `), hop.table < 0 ? '?' : String(hop.table)),
    renderStage(hop),
    matchText(hop.match, 'match', longestMatch),
    h(
      'span',
      { class: 'priority' },
      hop.priority === null ? '' : h('span', { class: 'priority-word' }, `${l10n.t('priority')} `),
      hop.priority === null ? '' : String(hop.priority),
    ),
    renderResult(hop),
  );
  const className = classes.filter((name) => name !== '').join(' ');
  return h('div', { class: className, 'data-hop': hop.index, ...place }, button);
}

function renderStage(hop: HopRow): HTMLElement {
  const stage = hop.stage === null || hop.stage === hop.title ? null : h('code', {}, hop.stage);
  return h('span', { class: 'stage' }, h('span', { class: 'stage-title' }, hop.title), ' ', stage);
}

function renderResult(hop: HopRow): HTMLElement {
  if (hop.result !== null)
    return h('span', { class: 'result' }, toneIcon(hop.result), h('span', {}, hop.result.text));
  const actions = hop.actions.join(' ');
  const shown = actions.length > longestActions ? `${actions.slice(0, longestActions)}…` : actions;
  return h('code', { class: 'result' }, shown);
}

/** What a row opens: the match and the actions whole, the rows of the databases behind it. Made on first open. */
export function renderHopDetail(hop: HopRow, tools: PanelTools): HTMLElement {
  const left = h('div', {});
  if (hop.about !== null) left.append(h('p', { class: 'muted' }, hop.about));
  left.append(
    h('h5', {}, `${l10n.t('Match')} `, copyIcon(hop.match, l10n.t('Match'), tools)),
    h('p', {}, matchText(hop.match)),
  );
  if (hop.actions.length > 0) {
    const actions = h('ul', { class: 'actions' });
    for (const action of hop.actions) actions.append(h('li', {}, matchText(action)));
    left.append(h('h5', {}, l10n.t('What it did')), actions);
  }
  const flows = h('ul', { class: 'actions' });
  for (const flow of hop.openFlows) flows.append(h('li', {}, h('code', {}, flow)));
  if (hop.openFlows.length > 0) append(left, h('h5', {}, 'OpenFlow'), flows);
  return h('div', { class: 'detail' }, left, factList(hop.facts, tools));
}
