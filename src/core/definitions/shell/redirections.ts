import type { Node } from 'web-tree-sitter';
import type { Field } from './field';
import type { WordContext } from './words';
import { expandHeredoc, expandValue } from './words';

export interface Redirections {
  /** What the command reads; null when it is not known, undefined when nothing is said of it. */
  readonly text: Field | null | undefined;
  /** In `cat <<EOF | bash` the grammar puts the rest of the line into the redirection. */
  readonly followers: readonly Node[];
}

const statements = new Set(['pipeline', 'list', 'command', 'redirected_statement', 'compound_statement']);

export function readRedirections(redirected: Node, context: WordContext): Redirections {
  let text: Field | null | undefined;
  const followers: Node[] = [];
  for (const redirect of redirected.namedChildren) {
    if (redirect.type === 'heredoc_redirect') {
      text = redirect.hasError ? null : expandHeredoc(redirect, context);
      followers.push(...redirect.namedChildren.filter((child) => statements.has(child.type)));
    } else if (redirect.type === 'herestring_redirect') {
      const word = redirect.namedChild(0);
      text = word ? withLineEnd(expandValue(word, context)) : null;
    } else if (redirect.children.some(({ type }) => type === '<')) text = null;
  }
  return { text, followers };
}

/** A here-string is a line. */
function withLineEnd(field: Field): Field {
  const { span } = field;
  return { ...field, pieces: [...field.pieces, { text: '\n', span, verbatim: false }] };
}
