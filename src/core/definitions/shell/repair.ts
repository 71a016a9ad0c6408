import type { Node } from 'web-tree-sitter';

/** A script without one of its lines, which could not be read; all other characters keep their offsets. */
export interface RepairedScript {
  readonly text: string;
  /** Names that the line may have set. */
  readonly doubtful: readonly string[];
}

/**
 * Scripts to try instead of one with a syntax error, as a file has while it is edited. The grammar finds its own way
 * past most errors; it cannot when a quote is not closed and the quotes after it all change sides.
 */
export function proposeRepairs(text: string, root: Node): readonly RepairedScript[] {
  const suspects = [firstError(root), firstSwallowing(root)].filter((offset) => offset !== null);
  return [...new Set(suspects)].map((offset) => withoutLine(text, offset));
}

/** Where the innermost of the first errors begins; what is not closed begins where it was opened. */
function firstError(root: Node): number | null {
  let node = root;
  for (;;) {
    const next = node.children.find((child) => child.isError || child.isMissing || child.hasError);
    if (next?.isMissing) return node.startIndex;
    if (!next) return node.isError ? node.startIndex : null;
    node = next;
  }
}

/** The first quoted text that goes over a line end and on with what looks like a statement of its own. */
function firstSwallowing(root: Node): number | null {
  const swallowed =
    /\n[ \t]*(?:#|(?:\w+ +)*[\w./-]*nbctl\b|(?:for|if|while|done|fi|esac|echo|export)\b|\w+=)/;
  const texts = root.descendantsOfType(['raw_string', 'string', 'ansi_c_string']);
  return (
    texts.find((node) => node.endPosition.row > node.startPosition.row && swallowed.test(node.text))
      ?.startIndex ?? null
  );
}

/** The line, with those that a backslash joins to it. */
function withoutLine(text: string, offset: number): RepairedScript {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  while (start > 1 && text[start - 2] === '\\') start = text.lastIndexOf('\n', start - 2) + 1;
  let end = lineEnd(text, offset);
  while (end < text.length && text[end - 1] === '\\') end = lineEnd(text, end + 1);
  const line = text.slice(start, end);
  const names = line.match(/(?<![$\w{])[A-Za-z_]\w*/g) ?? [];
  return {
    text: text.slice(0, start) + line.replace(/[^\n]/g, ' ') + text.slice(end),
    doubtful: [...new Set(names)],
  };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
