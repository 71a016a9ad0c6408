import type { Node } from 'web-tree-sitter';
import { literalField, unknownValue } from './field';
import type { WordContext } from './words';
import { expandValue, expandWords } from './words';

/** `name=value`, `name=(…)`. */
export function assignVariable(node: Node, context: WordContext): void {
  const { scope } = context;
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value');
  const isPlain = node.children.some((child) => child.type === '=') && !node.hasError;
  if (name?.type !== 'variable_name' || !isPlain) {
    // `name+=value`, `name[0]=value` and broken text are not followed.
    scope.forget(node.descendantsOfType('variable_name').map(({ text }) => text));
  } else if (value?.type === 'array') {
    const fields = expandWords(value.namedChildren, context);
    const isKeyed = value.namedChildren.some((word) => word.text.startsWith('['));
    scope.assign(name.text, isKeyed ? unknownValue() : { kind: 'array', fields });
  } else {
    const field = value ? expandValue(value, context) : literalField('');
    scope.assign(name.text, { kind: 'scalar', field });
  }
}

/** `export`, `readonly`, `local`, `declare`, `typeset`. */
export function declareVariables(node: Node, context: WordContext): void {
  const { scope, frame } = context;
  const builtin = node.child(0)?.type ?? '';
  const isLocal = frame !== null && builtin !== 'export' && builtin !== 'readonly';
  const options = node.namedChildren.filter((child) => child.type === 'word').map(({ text }) => text);
  // Integers, keyed arrays, references and changed case are not followed; `-g` is not local.
  const isPlain = !options.some((option) => /^-\w*[iAnlu]/.test(option));
  const isGlobal = options.some((option) => /^-\w*g/.test(option));
  for (const child of node.namedChildren) {
    const isAssignment = child.type === 'variable_assignment';
    const name = isAssignment ? child.childForFieldName('name') : child;
    if (name?.type !== 'variable_name') continue;
    if (isLocal && !isGlobal) {
      // The value is expanded before the name is hidden: `local pg=$pg`.
      scope.hide(frame, name.text);
      if (!isAssignment) scope.assign(name.text, undefined);
    }
    if (isAssignment) assignVariable(child, context);
    if (!isPlain) scope.forget([name.text]);
  }
}
