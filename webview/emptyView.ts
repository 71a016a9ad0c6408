import * as l10n from '@vscode/l10n';
import type { PanelContent, RecentTrace } from '../src/protocol/panelModel';
import { h, linkButton } from './dom';
import type { Host } from './host';
import { toneIcon } from './icons';
import { toolButton } from './parts';
import { PrimaryButton } from './toolbar';

type EmptyContent = Extract<PanelContent, { kind: 'empty' }>;

/** Nothing is shown: what to do, and the traces made before. */
export class EmptyView {
  readonly element = h('div', { class: 'empty-view' });
  readonly primary: PrimaryButton;

  constructor({ recent, canRetry }: EmptyContent, host: Host) {
    this.primary = canRetry
      ? new PrimaryButton(host, { icon: 'run', text: l10n.t('Trace Again'), kind: 'again' })
      : new PrimaryButton(host, { icon: 'run', text: l10n.t('Trace Packet'), kind: 'start' });
    const start = canRetry
      ? toolButton('edit', l10n.t('Trace Packet'), () => host.request({ kind: 'start' }), 'secondary')
      : null;
    const none = recent.length === 0 && !canRetry;
    this.element.append(
      h('h1', { tabindex: -1 }, none ? l10n.t('No packet traced yet') : l10n.t('No result to show')),
      h(
        'p',
        { class: 'prose' },
        l10n.t('Choose a source, a destination and a service, and see which rule decides over the packet.'),
      ),
      h('div', { class: 'buttons' }, this.primary.element, start),
    );
    if (recent.length === 0) return;
    const list = h('ul', { class: 'recent' }, ...recent.map((trace) => renderRecent(trace, host)));
    this.element.append(
      h('section', { 'aria-label': l10n.t('Recent traces') }, h('h2', {}, l10n.t('Recent traces')), list),
    );
  }
}

function renderRecent({ id, title, badge, detail }: RecentTrace, host: Host): HTMLElement {
  const open = (): void => host.request({ kind: 'openRecent', id });
  return h(
    'li',
    {},
    h('span', { class: `recent-verdict tone-${badge.tone}` }, toneIcon(badge), badge.text),
    linkButton(title, open),
    h('span', { class: 'muted' }, detail),
  );
}
