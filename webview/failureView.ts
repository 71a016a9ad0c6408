import * as l10n from '@vscode/l10n';
import type { FailureModel } from '../src/protocol/panelModel';
import { renderFailureBanner } from './banner';
import { h, multiline } from './dom';
import type { Host } from './host';
import { renderPacket } from './packet';
import { copyButton, toolButton, type PanelTools } from './parts';
import { PrimaryButton } from './toolbar';

/** A trace that was not made: what happened, what to do, what the program said. The packet stays. */
export class FailureView {
  readonly element = h('div', { class: 'failure-view' });
  readonly primary: PrimaryButton;

  constructor(failure: FailureModel, host: Host, announce: (text: string) => void) {
    this.primary = failure.canRetry
      ? new PrimaryButton(host, { icon: 'run', text: l10n.t('Try Again'), kind: 'again' })
      : new PrimaryButton(host, { icon: 'run', text: l10n.t('Trace Packet'), kind: 'start' });
    const tools: PanelTools = { host, links: [], announce, showHop: () => undefined };
    this.element.append(renderFailureBanner(failure));
    if (failure.packet !== null) this.element.append(renderPacket(failure.packet, null, tools));
    if (failure.advice !== '')
      this.element.append(h('h2', {}, l10n.t('What to do')), h('p', { class: 'prose' }, failure.advice));
    const buttons = failure.actions.map(({ id, label }) =>
      toolButton('go', label, () => host.request({ kind: 'failureAction', id }), 'secondary'),
    );
    this.element.append(h('div', { class: 'buttons' }, this.primary.element, ...buttons));
    if (failure.detail !== null && failure.detail.trim() !== '') {
      const detail = h('pre', { tabindex: 0, role: 'region', 'aria-label': l10n.t('What the program said') });
      detail.append(multiline(failure.detail));
      const bar = h(
        'div',
        { class: 'bar' },
        h('h2', {}, l10n.t('What the program said')),
        h('div', { class: 'push' }, copyButton(failure.detail, l10n.t('Text'), tools)),
      );
      this.element.append(bar, detail);
    }
  }
}
