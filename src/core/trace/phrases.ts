import * as l10n from '@vscode/l10n';
/** Pieces of sentences: lists, numbers, and matches as people can read them. */

/** `a`, `a and b`, `a, b and c`. */
export function listNames(names: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  const last = names.at(-1) ?? '';
  if (names.length <= 1) return last;
  const others = names.slice(0, -1).join(', ');
  return conjunction === 'or' ? l10n.t('{0} or {1}', others, last) : l10n.t('{0} and {1}', others, last);
}

/** `a, b, c and 7 more`: for lists that can be as long as a network is large. */
export function listSome(names: readonly string[], most = 4): string {
  const more = names.length - most;
  return more > 1 ? l10n.t('{0} and {1} more', names.slice(0, most).join(', '), more) : listNames(names);
}

/** `Router r`, or `The router` where the text lacks the name. */
export function nameDatapath(kind: 'router' | 'switch', name: string | null | undefined): string {
  if (name === null || name === undefined || name === '') {
    return kind === 'router' ? l10n.t('the router') : l10n.t('the switch');
  }
  return kind === 'router' ? l10n.t('router {0}', name) : l10n.t('switch {0}', name);
}

/** `switch web`, `port group pg_db`: what an ACL is set on. */
export function nameEntity(entity: {
  readonly type: 'switch' | 'port-group' | null;
  readonly name: string;
}): string {
  return entity.type === 'switch' ? l10n.t('switch {0}', entity.name) : l10n.t('port group {0}', entity.name);
}

/** The first letter in upper case, unless the text begins with an address or an identifier. */
export function capitalize(text: string): string {
  return /^\p{Ll}[\p{Ll}-]*[ ,]/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** `table 8`, or what to say where the text has lost the number (-1). */
export function nameTable(table: number): string {
  return table < 0 ? l10n.t('table number lost') : l10n.t('table {0}', table);
}

const register = /\b(?:xx|x)?reg\d|\bflags\b/;

/** A flow's match without its terms about registers, which mean something to OVN alone; empty when nothing is left. */
export function readableMatch(match: string): string {
  if (match === '1') return '';
  const terms = splitTerms(match).filter((term) => !register.test(term));
  return terms.join(' && ');
}

/** The terms joined by `&&` on the outermost level. */
function splitTerms(match: string): readonly string[] {
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of match.matchAll(/"(?:[^"\\]|\\.)*"|[({]|[)}]|&&/g)) {
    if (token === '(' || token === '{') depth++;
    else if (token === ')' || token === '}') depth--;
    else if (token === '&&' && depth === 0) {
      terms.push(match.slice(start, index).trim());
      start = index + token.length;
    }
  }
  return [...terms, match.slice(start).trim()];
}

/** `ip4` of `(ip4)`: without the parentheses around the whole. */
export function withoutParentheses(match: string): string {
  if (!match.startsWith('(') || !match.endsWith(')')) return match;
  const inside = match.slice(1, -1);
  let depth = 0;
  for (const [token] of inside.matchAll(/"(?:[^"\\]|\\.)*"|[()]/g)) {
    if (token === '(') depth++;
    else if (token === ')' && --depth < 0) return match;
  }
  return inside.trim();
}

/** A name as an argument in a shell; null for one that could not be copied without quoting. */
export function asArgument(name: string | null | undefined): string | null {
  return /^[\w.:@%+/][\w.:@%+/-]*$/.test(name ?? '') ? (name ?? null) : null;
}
