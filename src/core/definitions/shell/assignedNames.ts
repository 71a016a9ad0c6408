import type { Node } from 'web-tree-sitter';
import type { ShellFunction } from './scope';

/** Functions that call each other in a longer row than this are not followed. */
const mostFunctions = 500;

/** Builtins whose words are names of variables they set. */
const settingBuiltins = new Set(['read', 'mapfile', 'readarray', 'getopts', 'let', 'printf', 'unset']);

/**
 * The variables that statements can set, those set by the functions they call included; `@` for the positional
 * parameters. Null when `survey`, asked for
 * each tree of that many nodes, says it is too much.
 */
export function assignedNames(
  statements: Node,
  functions: ReadonlyMap<string, ShellFunction>,
  survey: (nodes: number) => boolean,
  seen = new Set<string>(),
): ReadonlySet<string> | null {
  if (!survey(statements.descendantCount)) return null;
  const names = new Set<string>();
  const setters = statements.descendantsOfType([
    'variable_assignment',
    'for_statement',
    'declaration_command',
    'unset_command',
    'postfix_expression',
    'unary_expression',
    'binary_expression',
    'command',
  ]);
  for (const node of setters) {
    if (node.type === 'variable_assignment') addName(names, node.childForFieldName('name'));
    else if (node.type !== 'command') {
      for (const child of node.namedChildren) if (child.type === 'variable_name') names.add(child.text);
    } else {
      const command = node.childForFieldName('name')?.text ?? '';
      const called = functions.get(command);
      if (called && !seen.has(command)) {
        if (seen.size > mostFunctions) return null;
        seen.add(command);
        const inner = assignedNames(called.body, functions, survey, seen);
        if (!inner) return null;
        for (const name of inner) if (name !== '@') names.add(name);
      }
      if (command === 'shift' || command === 'set') names.add('@');
      if (settingBuiltins.has(command)) {
        for (const word of node.namedChildren) addName(names, word);
      }
    }
  }
  return names;
}

function addName(names: Set<string>, node: Node | null): void {
  // The name of `a[0]=x` is a subscript.
  const name = node ? /^[A-Za-z_]\w*/.exec(node.text)?.[0] : undefined;
  if (name !== undefined) names.add(name);
}
