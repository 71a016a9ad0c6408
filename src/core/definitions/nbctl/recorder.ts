import type { Tree } from 'web-tree-sitter';
import type { Field, Span } from '../shell/field';
import { coveringSpan, spanContains, textOf } from '../shell/field';
import { splitParts } from '../shell/parts';
import type { ShellCommand, ShellWalk, WalkHandler } from '../shell/walk';
import type { WrittenAcl } from './aclCommands';
import { readAclCommands } from './aclCommands';
import type { NbctlCommand } from './commands';
import { splitNbctlCommands } from './commands';
import { resolveLaunch } from './launch';

/** An ACL and where it is written, in offsets of the file. */
export interface RecordedAcl {
  readonly acl: WrittenAcl['acl'];
  readonly span: Span;
  readonly matchSpan: Span;
  /** The calls whose arguments it depends on, as in `Field.calls`. */
  readonly calls: number;
  /** The command that adds it, and all those of its line. */
  readonly command: NbctlCommand;
  readonly chain: readonly NbctlCommand[];
}

/** Collects the ACLs that the commands of a script add. */
export class AclRecorder implements WalkHandler {
  readonly records: RecordedAcl[] = [];

  constructor(readonly parse: (text: string) => Tree | null) {}

  command(command: ShellCommand, walk: ShellWalk): void {
    const fields = expandAlias(command.fields, walk);
    const launch = resolveLaunch(fields, (name) => walk.isFunction(name));
    switch (launch.kind) {
      case 'nbctl':
        this.record(splitNbctlCommands(launch.fields), command, walk);
        return;
      case 'function':
        this.call(launch.name, launch.args, command, walk);
        return;
      case 'script':
        walk.runScript(launch.fields, launch.shares);
        return;
      case 'stdin':
        if (walk.stdin) walk.runScript([walk.stdin], false);
        return;
      case 'other':
    }
  }

  private record(chain: readonly NbctlCommand[], { span }: ShellCommand, walk: ShellWalk): void {
    for (const written of readAclCommands(chain)) {
      this.records.push({ ...locate(written, span, walk), command: written.command, chain });
    }
  }

  /**
   * A function that adds one ACL for each call, with what the call gives it, is a word of the script's own language:
   * the call is the rule. A function that adds several is a list of rules, each written in its body.
   */
  private call(name: string, args: readonly Field[], command: ShellCommand, walk: ShellWalk): void {
    const before = this.records.length;
    const depth = walk.frames.length;
    walk.callFunction(name, args, command.span);
    const added = this.records.slice(before);
    const [only] = added;
    if (!only || added.length > 1 || spanContains(command.span, only.span)) return;
    if ((only.calls & (1 << depth)) === 0) return;
    this.records[before] = { ...only, span: command.span, matchSpan: coveringSpan(args) };
  }
}

/** The statement, or the call that the match was given in: `nb acl-add …` where `nb` runs `ovn-nbctl "$@"`. */
function locate(
  { acl, command, matchWord, match }: WrittenAcl,
  statement: Span,
  walk: ShellWalk,
): Omit<RecordedAcl, 'command' | 'chain'> {
  const calls = command.args.reduce((mask, field) => mask | field.calls, 0);
  const isIn = (site: Span | null): boolean => site !== null && spanContains(site, matchWord.span);
  const site = isIn(statement)
    ? statement
    : (walk.frames.map(({ call }) => call).findLast(isIn) ?? statement);
  const { first, last } = command;
  const span = {
    start: spanContains(site, first.span) ? first.span.start : site.start,
    end: spanContains(site, last.span) ? last.span.end : site.end,
  };
  const written = match.filter((piece) => spanContains(matchWord.span, piece.span));
  const matchSpan = written.length > 0 ? coveringSpan(written) : matchWord.span;
  return { acl, calls, span, matchSpan: spanContains(span, matchSpan) ? matchSpan : span };
}

function expandAlias(fields: readonly Field[], walk: ShellWalk): readonly Field[] {
  const [command, ...args] = fields;
  const name = command ? textOf(command) : null;
  const alias = name !== null ? walk.scope.aliases.get(name) : undefined;
  if (!command || !alias) return fields;
  const { span } = command;
  const pieces = alias.pieces.map((piece) => ({ ...piece, span, verbatim: false }));
  const field = { ...alias, pieces, span };
  return [...splitParts([{ kind: 'split', field, site: span, separators: ' \t\n' }], span), ...args];
}
