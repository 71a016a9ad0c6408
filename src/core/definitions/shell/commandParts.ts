import type { Node } from 'web-tree-sitter';

export interface CommandParts {
  /** Assignments on lines of their own: the grammar takes `A='' B=''` and the command on the next line for one. */
  readonly assignments: readonly Node[];
  /** `name=value command …`: for the time of the command. */
  readonly prefixes: readonly Node[];
  readonly words: readonly Node[];
}

const notWords = new Set(['file_redirect', 'herestring_redirect', 'heredoc_redirect', 'comment']);

export function partsOfCommand(command: Node, text: string): CommandParts {
  // Some words, such as `==` and `$`, are tokens without a name to the grammar.
  const children = command.children.filter((child) => !notWords.has(child.type));
  const first = children.findIndex((child) => child.type !== 'variable_assignment');
  const assignments = first < 0 ? children : children.slice(0, first);
  const words = first < 0 ? [] : children.slice(first);
  const ownLines = assignments.findLastIndex((assignment, index) => {
    const next = children[index + 1];
    const gap = next ? text.slice(assignment.endIndex, next.startIndex) : '\n';
    return gap.replace(/\\\n/g, '').includes('\n');
  });
  return {
    assignments: assignments.slice(0, ownLines + 1),
    prefixes: assignments.slice(ownLines + 1),
    words,
  };
}
