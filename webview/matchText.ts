import { h } from './dom';

/** The parts of a match expression or an action: quoted text, sets and groups, numbers and addresses, fields. */
const tokens =
  /("(?:[^"\\]|\\.)*"|[@$][\w.]+)|((?:0x)?\b\d[\w.:/]*|\b[0-9a-f]{0,4}:[0-9a-f:.]+(?:\/\d+)?)|([a-z]\w*(?:\.\w+)*)/gi;

const classes = ['text', 'number', 'name'] as const;

/** Longest match that is painted; beyond it the text stays plain, which costs nothing. */
const longestPainted = 4000;

/** A match expression in code type, its parts coloured; cut to `limit` characters. */
export function matchText(text: string, className = '', limit = Number.POSITIVE_INFINITY): HTMLElement {
  const code = h('code', { class: className });
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  if (shown.length > longestPainted) {
    code.append(h('span', {}, shown));
    return code;
  }
  let end = 0;
  for (const found of shown.matchAll(tokens)) {
    if (found.index > end) code.append(h('span', {}, shown.slice(end, found.index)));
    const kind = classes.find((_, position) => found[position + 1] !== undefined) ?? 'name';
    code.append(h('span', { class: `token-${kind}` }, found[0]));
    end = found.index + found[0].length;
  }
  if (end < shown.length) code.append(h('span', {}, shown.slice(end)));
  return code;
}
