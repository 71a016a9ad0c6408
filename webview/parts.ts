import * as l10n from '@vscode/l10n';
import type { FactRow, LinkModel } from '../src/protocol/panelModel';
import { wordConfidence } from '../src/protocol/words';
import { append, h, linkButton, spoken, type Child } from './dom';
import type { Host } from './host';
import { icon, type PanelIcon } from './icons';

/** What every part of the panel needs beside its own piece of the model. */
export interface PanelTools {
  readonly host: Host;
  readonly links: readonly LinkModel[];
  /** Says something to screen readers. */
  readonly announce: (text: string) => void;
  /** Opens a hop in the list of the side the part belongs to. */
  readonly showHop: (hop: number) => void;
}

/** A button of the toolkit with an icon before its text. */
export function toolButton(
  name: PanelIcon,
  text: string,
  onClick: () => void,
  appearance: 'primary' | 'secondary' | 'icon' = 'icon',
  attributes: Readonly<Record<string, string>> = {},
): HTMLElement {
  const start = h('span', { slot: 'start', class: 'button-icon' }, icon(name));
  // Before the appearance: the toolkit calls an icon's button "Icon Button" where it has no name yet.
  const named = { 'aria-label': text, ...attributes };
  // Not a span: those of the toolkit's buttons are as wide as an icon.
  const label = h('bdi', { class: 'tool-text' }, text);
  return h('vscode-button', { ...named, appearance, class: 'tool', click: onClick }, start, label);
}

/** A link to a definition in the workspace; says how sure it is where it is not exact. */
export function definitionLink(number: number, tools: PanelTools): HTMLElement | null {
  const link = tools.links[number];
  if (link === undefined) return null;
  const open = (): void => tools.host.request({ kind: 'openDefinition', link: number });
  const button = linkButton(link.label, open, { title: l10n.t('Open the definition: {0}', link.because) });
  button.prepend(icon('file'));
  if (link.confidence === 'exact') return h('span', { class: 'definition' }, button);
  return h(
    'span',
    { class: 'definition' },
    button,
    h('span', { class: 'muted' }, ` ${wordConfidence(link.confidence)}`),
  );
}

/** A button that puts a text on the clipboard. */
export function copyButton(text: string, what: string, tools: PanelTools): HTMLElement {
  const copy = (): void =>
    tools.host.request({ kind: 'copyText', text }, () => {
      tools.announce(l10n.t('{0} copied', what));
    });
  const name = l10n.t('Copy {0}', `${what.slice(0, 1).toLowerCase()}${what.slice(1)}`);
  return toolButton('copy', l10n.t('Copy'), copy, 'icon', { title: name, 'aria-label': name });
}

/** The same, as a small icon behind what it copies. */
export function copyIcon(text: string, what: string, tools: PanelTools): HTMLElement {
  const copy = (): void =>
    tools.host.request({ kind: 'copyText', text }, () => {
      tools.announce(l10n.t('{0} copied', what));
    });
  const name = l10n.t('Copy {0}', `${what.slice(0, 1).toLowerCase()}${what.slice(1)}`);
  return h(
    'button',
    { type: 'button', class: 'copy', click: copy, title: name, 'aria-label': name },
    icon('copy'),
  );
}

/** Names and values as a description list. */
export function factList(facts: readonly FactRow[], tools: PanelTools): HTMLElement | null {
  if (facts.length === 0) return null;
  const list = h('dl', { class: 'facts' });
  for (const fact of facts) {
    const value = h('dd', {});
    if (fact.text !== '') append(value, fact.code ? h('code', {}, fact.text) : h('span', {}, fact.text));
    const copied = fact.copy ?? fact.acl;
    if (copied !== null) append(value, ' ', copyIcon(copied, l10n.t('{0} UUID', fact.name), tools));
    if (fact.acl !== null) append(value, ' ', aclLink(fact.acl, l10n.t('Open ACL'), tools));
    for (const number of fact.links) append(value, ' ', definitionLink(number, tools));
    list.append(h('dt', {}, fact.name), value);
  }
  return list;
}

/** Opens an ACL as the database has it. */
export function aclLink(uuid: string, text: string, tools: PanelTools): HTMLElement {
  return linkButton(text, () => tools.host.request({ kind: 'openAcl', uuid }), {
    title: l10n.t('Open the ACL of the database'),
  });
}

/** A list that shows its first items and a button for the rest, `step` at a time. */
export function showSome(
  items: readonly Child[],
  list: HTMLElement,
  first: number,
  step: number,
  what: string,
): void {
  let shown = 0;
  const more = h('button', { type: 'button', class: 'link more' });
  const place = list.tagName === 'OL' || list.tagName === 'UL' ? h('li', { class: 'more-item' }, more) : more;
  const show = (number: number): void => {
    place.remove();
    append(list, ...items.slice(shown, shown + number));
    shown = Math.min(items.length, shown + number);
    const left = items.length - shown;
    if (left === 0) return;
    more.replaceChildren(
      l10n.t('Show {0} more', Math.min(left, step)),
      spoken(` ${l10n.t('of {0} {1}', left, what)}`),
    );
    list.append(place);
  };
  more.addEventListener('click', () => {
    const next = list.children.length - 1;
    show(step);
    const focusable = list.children[next]?.querySelector<HTMLElement>('button');
    focusable?.focus();
  });
  show(first);
}
