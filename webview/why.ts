import * as l10n from '@vscode/l10n';
import type { AskedAclRow, NoticeModel, WhyItem, WhyModel } from '../src/protocol/panelModel';
import { causeChip } from './banner';
import { append, h, linkButton, multiline } from './dom';
import { toneIcon } from './icons';
import { matchText } from './matchText';
import { aclLink, copyButton, definitionLink, factList, showSome, type PanelTools } from './parts';

/** So many losses, and rows of a table of ACLs, are shown at first. */
const firstItems = 3;
const firstRows = 12;

/** Why it happened on one side, what to do and what the result rests on on the other. */
export function renderWhy(model: WhyModel, tools: PanelTools): HTMLElement {
  const section = h('section', { class: 'why', 'aria-label': model.heading });
  const reasons = h('div', { class: 'reasons' }, h('h2', {}, model.heading));
  const items = model.items.map((item) => renderItem(item, model.items.length > 1, tools));
  if (items.length === 0) reasons.append(h('p', {}, l10n.t('No ACL and no other rule of note took part.')));
  else showSome(items, reasons, firstItems, 10, l10n.t('causes'));
  if (model.warnings.length > 0) {
    reasons.append(h('h3', {}, l10n.t('Also found')), renderNotices(model.warnings, tools));
  }
  const advice = renderAdvice(model, tools);
  section.append(reasons);
  if (advice !== null) section.append(advice);
  return section;
}

function renderItem(item: WhyItem, several: boolean, tools: PanelTools): HTMLElement {
  const { hop } = item;
  const text = h(
    'p',
    { class: 'cause' },
    several && item.code !== null ? causeChip(item.code, tools) : null,
    ' ',
    item.sentence,
  );
  if (hop !== null)
    append(
      text,
      ' ',
      linkButton(item.code === null ? l10n.t('Show the stage') : l10n.t('Show the deciding stage'), () =>
        tools.showHop(hop),
      ),
    );
  return h(
    'div',
    { class: `why-item tone-${item.tone}` },
    text,
    item.asked.length === 0 ? null : renderAsked(item, tools),
    factList(item.facts, tools),
  );
}

function renderAsked(item: WhyItem, tools: PanelTools): HTMLElement {
  const heads = [
    l10n.t('Priority'),
    item.showTier ? l10n.t('Tier') : null,
    'ACL',
    l10n.t('Action'),
    l10n.t('This packet'),
  ];
  const head = h('tr', { role: 'row' });
  for (const name of heads)
    if (name !== null) head.append(h('th', { role: 'columnheader', scope: 'col' }, name));
  // Said with roles, because the narrow layout takes the table's own away.
  const body = h('tbody', { role: 'rowgroup' });
  const rows = item.asked.map((row) => renderAskedRow(row, item.showTier, tools));
  const deciding = item.asked.findIndex((row) => row.decides);
  const first = Math.max(firstRows, deciding + 3);
  append(body, ...rows.slice(0, first));
  const table = h(
    'table',
    { role: 'table' },
    h('caption', {}, item.askedCaption),
    h('thead', { role: 'rowgroup' }, head),
    body,
  );
  if (rows.length <= first) return table;
  const more = linkButton(l10n.t('Show {0} more ACLs', rows.length - first), () => {
    append(body, ...rows.slice(first));
    more.remove();
    rows[first]?.querySelector<HTMLElement>('button')?.focus();
  });
  return h('div', {}, table, more);
}

function renderAskedRow(row: AskedAclRow, showTier: boolean, tools: PanelTools): HTMLElement {
  const name = h('td', { role: 'cell', class: 'acl-name' }, aclLink(row.uuid, row.name, tools));
  for (const number of row.links.slice(0, 1)) append(name, ' ', definitionLink(number, tools));
  const action = h(
    'td',
    { role: 'cell', class: 'acl-action' },
    row.badge === null ? null : toneIcon(row.badge),
    row.action,
  );
  const answer = h('td', { role: 'cell', class: 'acl-answer', title: row.match }, row.answer);
  if (row.term !== null) answer.append(' ', matchText(row.term, '', 400));
  return h(
    'tr',
    { role: 'row', class: row.decides ? `decides tone-${row.badge?.tone ?? 'neutral'}` : '' },
    h('td', { role: 'cell', class: 'number' }, String(row.priority)),
    showTier ? h('td', { role: 'cell', class: 'number' }, String(row.tier)) : null,
    name,
    action,
    answer,
  );
}

function renderAdvice(model: WhyModel, tools: PanelTools): HTMLElement | null {
  const advice = [...new Set(model.items.flatMap((item) => item.advice))];
  const commands = [...new Set(model.items.flatMap((item) => item.command ?? []))];
  if (advice.length === 0 && commands.length === 0 && model.assumptions.length === 0) return null;
  const side = h('div', { class: 'advice' });
  if (advice.length > 0 || commands.length > 0) {
    side.append(h('h2', {}, l10n.t('What to do')));
    const list = advice.length === 1 ? h('div', {}) : h('ol', { class: 'steps' });
    for (const sentence of advice) list.append(h(advice.length === 1 ? 'p' : 'li', {}, sentence));
    side.append(list);
    for (const command of commands) {
      const text = h('pre', { tabindex: 0, 'aria-label': l10n.t('Command') });
      text.append(multiline(command));
      const bar = h(
        'div',
        { class: 'bar' },
        h('h3', {}, l10n.t('Command')),
        h('div', { class: 'push' }, copyButton(command, l10n.t('Command'), tools)),
      );
      side.append(h('div', { class: 'command' }, bar, text));
    }
  }
  if (model.assumptions.length > 0) {
    side.append(h('h2', {}, l10n.t('This result assumes')), renderNotices(model.assumptions, tools));
  }
  return side;
}

function renderNotices(notices: readonly NoticeModel[], tools: PanelTools): HTMLElement {
  const list = h('ul', { class: 'notices' });
  const items = notices.map((notice) => {
    const chip = notice.code === null ? null : causeChip(notice.code, tools);
    const text = h('span', {}, chip, chip === null ? null : ' ', notice.text);
    if (notice.acl !== null) append(text, ' ', aclLink(notice.acl, l10n.t('Open ACL'), tools));
    return h('li', {}, toneIcon(notice), text);
  });
  showSome(items, list, 6, 20, l10n.t('notes'));
  return list;
}
