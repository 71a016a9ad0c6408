import type { Field } from './field';
import { literalField, textOf } from './field';
import type { ShellWalk } from './walk';

/** Follows the builtins that change variables or parameters. False: the command is none of them. */
export function runBuiltin(fields: readonly Field[], walk: ShellWalk): boolean {
  const [command, ...args] = fields;
  const { scope, frame } = walk;
  switch (command ? textOf(command) : null) {
    case 'read':
    case 'mapfile':
    case 'readarray':
    case 'getopts':
    case 'let':
      scope.forget(namesOf(args));
      return true;
    case 'printf': {
      const [option, name] = args;
      if (option && name && textOf(option) === '-v') scope.forget(namesOf([name]));
      return true;
    }
    case 'source':
    case '.':
      scope.forgetAll();
      return true;
    case 'shift': {
      const count = args[0] ? Number(textOf(args[0]) ?? NaN) : 1;
      if (frame?.positional)
        frame.positional = Number.isInteger(count) ? frame.positional.slice(count) : null;
      return true;
    }
    case 'set':
      if (frame && args.some((field) => textOf(field) === '--')) frame.positional = null;
      return true;
    case 'alias':
      for (const field of args) {
        const [, name, text] = /^([^=\s]+)=(.*)$/s.exec(textOf(field) ?? '') ?? [];
        if (name !== undefined && text !== undefined) scope.aliases.set(name, literalField(text, field.span));
      }
      return true;
    default:
      return false;
  }
}

function namesOf(fields: readonly Field[]): readonly string[] {
  return fields.flatMap((field) => /^[A-Za-z_]\w*/.exec(textOf(field) ?? '')?.[0] ?? []);
}
