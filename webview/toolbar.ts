import * as l10n from '@vscode/l10n';
import type { ExportKind } from '../src/protocol/panelMessages';
import type { PanelAbilities } from '../src/protocol/panelModel';
import { h } from './dom';
import type { Host } from './host';
import { icon, type PanelIcon } from './icons';
import { toolButton, type PanelTools } from './parts';

/** The main action of what is shown. While a trace runs the same button cancels it, so the focus stays where it is. */
export class PrimaryButton {
  readonly element: HTMLElement;
  private running = false;
  private readonly start = h('span', { slot: 'start', class: 'button-icon' });
  private readonly label = document.createTextNode('');

  constructor(
    host: Host,
    private readonly idle: {
      readonly icon: PanelIcon;
      readonly text: string;
      readonly kind: 'start' | 'again';
    },
  ) {
    this.element = h(
      'vscode-button',
      { appearance: 'primary', class: 'tool primary', 'data-focus': 'primary' },
      this.start,
      this.label,
    );
    this.element.addEventListener('click', () => {
      host.request({ kind: this.running ? 'cancel' : this.idle.kind });
    });
    this.setRunning(false);
  }

  setRunning(running: boolean): void {
    this.running = running;
    this.start.replaceChildren(icon(running ? 'stop' : this.idle.icon));
    this.label.data = running ? l10n.t('Cancel') : this.idle.text;
  }
}

const exportFormats = (): readonly (readonly [ExportKind, string])[] => [
  ['markdown', 'Markdown'],
  ['json', 'JSON'],
  ['text', l10n.t('Raw text')],
];

/** The actions on a result. */
export function renderToolbar(
  can: PanelAbilities,
  primary: PrimaryButton | null,
  tools: PanelTools,
): HTMLElement {
  const bar = h('div', { class: 'toolbar', role: 'toolbar', 'aria-label': l10n.t('Trace actions') });
  const { host } = tools;
  if (primary !== null) bar.append(primary.element);
  // The title is the name where a narrow panel shows the icon alone.
  const add = (name: PanelIcon, text: string, onClick: () => void, title = text): void => {
    bar.append(toolButton(name, text, onClick, 'icon', { title }));
  };
  if (can.edit) add('edit', l10n.t('Edit'), () => host.request({ kind: 'edit' }));
  if (can.reverse) add('swap', l10n.t('Reverse'), () => host.request({ kind: 'reverse' }));
  if (can.compare) {
    const compare = (): void => host.request({ kind: 'compare' });
    add('compare', l10n.t('Compare'), compare, l10n.t('Compare with Previous'));
  }
  if (can.command) {
    const copy = (): void =>
      host.request({ kind: 'copyCommand' }, () => {
        tools.announce(l10n.t('Command copied'));
      });
    add('copy', l10n.t('Copy Command'), copy);
  }
  const formats = h('span', { class: 'formats', hidden: true });
  for (const [format, name] of exportFormats()) {
    formats.append(toolButton('file', name, () => host.request({ kind: 'export', format })));
  }
  const toggle = toolButton(
    'export',
    l10n.t('Export'),
    () => {
      formats.hidden = !formats.hidden;
      toggle.setAttribute('aria-expanded', String(!formats.hidden));
    },
    'icon',
    { 'aria-expanded': 'false', title: l10n.t('Export') },
  );
  bar.append(toggle, formats);
  return bar;
}
