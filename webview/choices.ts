import * as l10n from '@vscode/l10n';
import type { ChoiceRow, ChoicesModel } from '../src/protocol/panelModel';
import { h, linkButton } from './dom';
import { icon, toneIcon } from './icons';
import { toolButton, type PanelTools } from './parts';

/** What OVN may choose among: one line for each trace, or a button that makes them. */
export function renderChoices(model: ChoicesModel, tools: PanelTools): HTMLElement {
  const { host } = tools;
  const each = model.kind === 'backend' ? l10n.t('Trace Each Backend') : l10n.t('Trace Each Member');
  const offer = model.canTraceEach
    ? toolButton('run', each, () => host.request({ kind: 'traceEach', what: model.kind }), 'secondary')
    : null;
  const section = h(
    'section',
    { class: 'choices', 'aria-label': model.heading },
    h('div', { class: 'bar' }, h('h2', {}, model.heading), offer),
    h('p', { class: 'muted' }, model.sentence),
  );
  if (model.rows.length > 0) {
    const list = h('ul', {});
    model.rows.forEach((row, choice) => list.append(renderRow(row, choice, tools)));
    section.append(list);
  }
  for (const note of model.notes) section.append(h('p', { class: 'choice-note' }, icon('info'), note));
  return section;
}

function renderRow(row: ChoiceRow, choice: number, { host }: PanelTools): HTMLElement {
  const open = (): void => host.request({ kind: 'openChoice', choice });
  return h(
    'li',
    { class: `choice tone-${row.badge.tone}`, 'aria-current': row.shown ? 'true' : null },
    h('span', { class: 'choice-verdict' }, toneIcon(row.badge), row.badge.text),
    h(
      'span',
      { class: 'choice-name' },
      linkButton(row.name, open, { title: l10n.t('Open the trace of {0}', row.name) }),
    ),
    h('span', { class: 'choice-sentence' }, row.sentence),
    row.shown ? h('span', { class: 'choice-shown muted' }, l10n.t('shown below')) : null,
  );
}
