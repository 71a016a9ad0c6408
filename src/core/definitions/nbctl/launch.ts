import type { Field } from '../shell/field';
import { literalField, textOf } from '../shell/field';

/** What a command of a script comes down to, as far as ACLs are concerned. */
export type Launch =
  /** `ovn-nbctl …`, with whatever stood before it taken off. */
  | { readonly kind: 'nbctl'; readonly fields: readonly Field[] }
  | { readonly kind: 'function'; readonly name: string; readonly args: readonly Field[] }
  /** The words are a script: `bash -c`, `ssh HOST`, `eval`. `shares`: it runs with this script's variables. */
  | { readonly kind: 'script'; readonly fields: readonly Field[]; readonly shares: boolean }
  /** A shell that reads its script from standard input. */
  | { readonly kind: 'stdin' }
  | { readonly kind: 'other' };

const shells = new Set(['sh', 'bash', 'dash', 'ksh', 'zsh', 'ash']);
/** They show their words, or search for them; they do not run them. */
const printers = new Set([
  'echo',
  'printf',
  'grep',
  'egrep',
  'fgrep',
  'sed',
  'awk',
  'which',
  'type',
  'man',
  'cat',
  'logger',
  ':',
]);
/** Options of ssh(1) that take a value. */
const sshOptionsWithValue = /^-[bcDEeFIiJLlmOopQRSWw]$/;
const other: Launch = { kind: 'other' };

/** Finds what runs behind prefixes such as `sudo`, `docker exec NAME`, `kubectl exec POD --`, `timeout 5`, `ssh HOST`. */
export function resolveLaunch(fields: readonly Field[], isFunction: (name: string) => boolean): Launch {
  const [command, ...args] = fields;
  if (!command) return other;
  const name = programName(command);
  if (name !== null && isFunction(name)) return { kind: 'function', name, args };
  if (name === 'eval') return { kind: 'script', fields: args, shares: true };
  if (name !== null && printers.has(name)) return other;
  for (const [index, field] of fields.entries()) {
    const program = programName(field);
    if (program === null) continue;
    const rest = fields.slice(index + 1);
    if (isNbctl(program)) return { kind: 'nbctl', fields: fields.slice(index) };
    if (program === 'ssh') return overSsh(rest);
    if (shells.has(program)) {
      const launch = byShell(rest);
      if (launch) return launch;
    }
    if (index > 0 && isFunction(program) && rest.some(isAclAdd))
      return { kind: 'function', name: program, args: rest };
  }
  return byUnknownProgram(fields);
}

function programName(field: Field): string | null {
  return textOf(field)?.replace(/^.*\//s, '') ?? null;
}

/** `ovn-nbctl`, and what packages and plug-ins call it: `microovn.ovn-nbctl`, `kubectl ko nbctl`. */
function isNbctl(program: string): boolean {
  return /(^|[-_.])nbctl$/.test(program);
}

function isAclAdd(field: Field): boolean {
  return textOf(field) === 'acl-add';
}

function byShell(args: readonly Field[]): Launch | null {
  for (const [index, field] of args.entries()) {
    const text = textOf(field);
    if (text === null) return null;
    const script = args[index + 1];
    if (/^-[a-z]*c$/i.test(text)) return script ? { kind: 'script', fields: [script], shares: false } : null;
    if (/^-[a-z]*s$/.test(text)) return { kind: 'stdin' };
    if (!/^[-+]/.test(text)) return null;
  }
  return { kind: 'stdin' };
}

function overSsh(args: readonly Field[]): Launch {
  let index = 0;
  for (; index < args.length; index++) {
    const field = args[index];
    const text = field ? textOf(field) : null;
    if (text === null || !text.startsWith('-')) break;
    if (sshOptionsWithValue.test(text)) index++;
  }
  const command = args.slice(index + 1);
  return command.length === 0 ? { kind: 'stdin' } : { kind: 'script', fields: command, shares: false };
}

/**
 * A wrapper that is written elsewhere, or a variable from the environment. `acl-add`, two words and five arguments of
 * the right kind are nobody else's.
 */
function byUnknownProgram(fields: readonly Field[]): Launch {
  const at = fields.findIndex(isAclAdd);
  const direction = fields[at + 2];
  if (at < 1 || !direction || !/^(from|to)-lport$/.test(textOf(direction) ?? '')) return other;
  const [program] = fields;
  return program ? { kind: 'nbctl', fields: [program, ...withoutWrapperWords(fields.slice(1))] } : other;
}

/** What a wrapper takes for itself (`nb web1 acl-add …`) would be read as the name of a command. */
function withoutWrapperWords(fields: readonly Field[]): readonly Field[] {
  const at = fields.findIndex(isAclAdd);
  const isOption = (field: Field): boolean => textOf(field)?.startsWith('-') ?? false;
  return fields.map((field, index) =>
    index < at && !isOption(field) ? literalField(null, field.span) : field,
  );
}
