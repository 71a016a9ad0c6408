import * as l10n from '@vscode/l10n';
import type { PacketModel } from '../src/protocol/panelModel';
import { h } from './dom';
import { copyIcon, type PanelTools } from './parts';

/** The card with the packet's facts in columns, under a heading and the actions. */
export function renderPacket(
  model: PacketModel,
  toolbar: HTMLElement | null,
  tools: PanelTools,
): HTMLElement {
  const facts = h('dl', { class: 'packet-facts' });
  for (const { name, value, lines } of model.facts) {
    const texts = lines.map(({ text, code }) => h(code ? 'code' : 'span', { class: 'muted' }, text));
    facts.append(h('div', {}, h('dt', {}, name), h('dd', {}, h('b', {}, value), ...texts)));
  }
  if (model.facts.length === 0 && model.microflow !== null) facts.append(h('code', {}, model.microflow));
  const copy = model.microflow === null ? null : copyIcon(model.microflow, l10n.t('Packet'), tools);
  return h(
    'section',
    { class: 'packet', 'aria-label': l10n.t('Packet') },
    h('div', { class: 'bar' }, h('h2', {}, l10n.t('Packet')), copy, toolbar),
    facts,
  );
}
