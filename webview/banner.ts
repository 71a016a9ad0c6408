import * as l10n from '@vscode/l10n';
import type { Badge, BannerModel, FailureModel } from '../src/protocol/panelModel';
import { h, linkButton, spoken } from './dom';
import { icon, toneIcon } from './icons';
import { definitionLink, type PanelTools } from './parts';

/** The verdict: word, sentence, causes, definitions, and when and where it was made. */
export function renderBanner(model: BannerModel, tools: PanelTools, was: Badge | null = null): HTMLElement {
  const line = h('div', { class: 'banner-line' });
  for (const code of model.causes) line.append(causeChip(code, tools));
  for (const number of model.links) {
    const link = definitionLink(number, tools);
    if (link !== null) line.append(link);
  }
  const facts = h('ul', { class: 'banner-facts' });
  for (const { name, text } of model.facts) facts.append(h('li', {}, spoken(`${name}: `), text));
  line.append(facts);

  const compare = (): void => tools.host.request({ kind: 'compare' });
  const before =
    was === null
      ? null
      : h(
          'p',
          { class: 'banner-note' },
          toneIcon(was),
          `${was.text}.`,
          linkButton(l10n.t('Compare with Previous'), compare),
        );
  const notes = model.notes.map((note) => h('p', { class: 'banner-note' }, toneIcon(note), note.text));
  return h(
    'header',
    { class: `banner tone-${model.tone}` },
    icon(model.icon, 'banner-icon'),
    h('div', { class: 'banner-text' }, h('h1', { tabindex: -1 }, model.word), ' ', h('p', {}, model.text)),
    before,
    ...notes,
    line,
  );
}

/** The place of the verdict when there is none. */
export function renderFailureBanner(failure: FailureModel): HTMLElement {
  return h(
    'header',
    { class: 'banner tone-drop' },
    icon('error', 'banner-icon'),
    h(
      'div',
      { class: 'banner-text' },
      h('h1', { tabindex: -1 }, l10n.t('Trace failed')),
      ' ',
      h('p', {}, failure.sentence),
    ),
    h(
      'div',
      { class: 'banner-line' },
      h('span', { class: 'chip' }, failure.reason),
      h('span', { class: 'muted' }, l10n.t('This says nothing about the network.')),
    ),
  );
}

/** A cause code that leads to its description. */
export function causeChip(code: string, tools: PanelTools): HTMLElement {
  const open = (): void => tools.host.request({ kind: 'openCause', code });
  return h(
    'button',
    { type: 'button', class: 'chip', click: open, title: l10n.t('What {0} means', code) },
    code,
  );
}
