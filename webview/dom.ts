import { visibleLine, visibleText } from '../src/protocol/visibleText';

export type Child = Node | string | null;
type Listener = (event: Event) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | null | Listener>>;

/**
 * Makes an element. Attributes: null and false leave it out, true sets it empty, a function listens to the event of that
 * name. Texts become text nodes with deceptive characters written out; nothing is ever read as markup.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes?: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K];
export function h(tag: string, attributes?: Attributes, ...children: readonly Child[]): HTMLElement;
export function h(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== false) element.setAttribute(name, visibleLine(String(value)));
  }
  append(element, ...children);
  return element;
}

/** Appends children; null is nothing. */
export function append(parent: Element, ...children: readonly Child[]): void {
  for (const child of children) {
    if (child !== null) parent.append(typeof child === 'string' ? visibleLine(child) : child);
  }
}

/** A block of text on several lines, as it is but for deceptive characters. */
export function multiline(text: string): Text {
  return document.createTextNode(visibleText(text));
}

/** Text for screen readers only. */
export function spoken(text: string): HTMLElement {
  return h('span', { class: 'spoken' }, text);
}

/** A text that looks and works like a link but opens something in the editor. */
export function linkButton(text: Child, onClick: () => void, attributes: Attributes = {}): HTMLElement {
  return h('button', { type: 'button', class: 'link', click: onClick, ...attributes }, text);
}
