import type { Node, Tree } from 'web-tree-sitter';
import { assignedNames } from './assignedNames';
import { assignVariable, declareVariables } from './assignments';
import { Budget } from './budget';
import type { Field, Span } from './field';
import { coveringSpan, unknownMark, unknownValue } from './field';
import { runBuiltin } from './builtins';
import { partsOfCommand } from './commandParts';
import type { Round } from './loops';
import { roundsOfFor, roundsOfRead } from './loops';
import { readRedirections } from './redirections';
import type { Frame, ShellFunction } from './scope';
import { Scope } from './scope';
import type { Source } from './source';
import { sourceOfFields } from './source';
import type { WordContext } from './words';
import { expandWords, spanOf } from './words';

/** A command the walk came to, with its words expanded. */
export interface ShellCommand {
  readonly fields: readonly Field[];
  /** The whole command as it is written. */
  readonly span: Span;
}

export interface WalkHandler {
  /** Called for each command that is no builtin; may lead the walk into a function or a script in a script. */
  command(command: ShellCommand, walk: ShellWalk): void;
  /** Parses a script in a script; the tree stays the handler's. */
  parse(text: string): Tree | null;
}

/**
 * Walks a shell script the way it may run, and runs nothing. Variables are followed as far as the file decides them;
 * statements that may or may not run are all walked, so that every command is seen.
 */
export class ShellWalk {
  /** The functions being walked, outermost first. */
  readonly frames: Frame[] = [];
  /** What a here-document gives the command to read. */
  stdin: Field | null = null;
  private readonly budget = new Budget();
  private readonly walked = new Set<ShellFunction>();
  private readonly found = new Map<Source, Map<number, ShellFunction>>();

  constructor(
    private source: Source,
    private readonly handler: WalkHandler,
    public scope = new Scope(),
  ) {}

  /** Walks the script, and after it the functions that it defines and never calls. */
  run(root: Node): void {
    this.visit(root);
    this.scope.forgetReassigned();
    const defined = [...this.found.values()].flatMap((functions) => [...functions.values()]);
    for (const known of defined) {
      if (!this.walked.has(known)) this.aside(() => this.enter(known, null, null));
    }
  }

  get frame(): Frame | null {
    return this.frames.at(-1) ?? null;
  }

  isFunction(name: string): boolean {
    return this.scope.functions.has(name);
  }

  callFunction(name: string, args: readonly Field[], call: Span): void {
    const called = this.scope.functions.get(name);
    if (!called) return;
    const isRepeated = this.walked.has(called);
    if (!this.budget.mayCall(this.frames.length, isRepeated)) {
      this.forgetSetIn(called.body);
      return;
    }
    const walk = (): void => this.enter(called, args, call);
    if (isRepeated) this.budget.repeat(walk);
    else walk();
  }

  /** Walks text that is itself a script. `shares`: it sees and sets the variables of this one, as with `eval`. */
  runScript(fields: readonly Field[], shares: boolean): void {
    const source = sourceOfFields(fields);
    const nested = this.budget.mayNest(source.text.length) ? this.handler.parse(source.text) : null;
    if (!nested) {
      if (shares) this.scope.forgetAll();
      return;
    }
    const before = { source: this.source, scope: this.scope, stdin: this.stdin };
    this.source = source;
    if (!shares) {
      this.scope = new Scope(true);
      this.frames.push({ depth: this.frames.length, call: null, positional: null, hidden: new Map() });
    }
    this.budget.nest(() => this.visit(nested.rootNode));
    if (!shares) this.frames.pop();
    Object.assign(this, before);
    if (shares && source.text.includes(unknownMark)) this.scope.forgetAll();
  }

  private enter(called: ShellFunction, positional: readonly Field[] | null, call: Span | null): void {
    this.walked.add(called);
    const frame: Frame = { depth: this.frames.length, call, positional: null, hidden: new Map() };
    const bit = 1 << frame.depth;
    frame.positional =
      positional?.map((field) => ({ ...field, calls: field.calls | bit, isArgument: true })) ?? null;
    const { source } = this;
    this.source = called.source;
    this.frames.push(frame);
    this.visit(called.body);
    this.frames.pop();
    this.source = source;
    this.scope.restore(frame);
  }

  /** Walks what cannot change this shell's variables. */
  private aside(walk: () => void): void {
    this.speculate(walk);
  }

  private speculate(walk: () => void): ReturnType<Scope['speculate']> {
    const { frame } = this;
    const before = frame?.positional ?? null;
    const after = this.scope.speculate(walk);
    if (frame && frame.positional !== before) frame.positional = null;
    return after;
  }

  private visit(node: Node): void {
    this.budget.deeper(() => this.visitStatement(node));
  }

  private visitAll(nodes: Iterable<Node>): void {
    for (const node of nodes) this.visit(node);
  }

  private visitStatement(node: Node): void {
    switch (node.type) {
      case 'command':
        this.visitCommand(node);
        return;
      case 'variable_assignment':
        assignVariable(node, this.words());
        return;
      case 'declaration_command':
        declareVariables(node, this.words());
        return;
      case 'unset_command':
        for (const name of namesIn(node)) this.scope.assign(name, undefined);
        return;
      case 'list':
        this.visitList(node);
        return;
      case 'subshell':
        this.aside(() => this.visitAll(node.namedChildren));
        return;
      case 'pipeline':
        this.visitPipeline(node);
        return;
      case 'redirected_statement':
        this.visitRedirected(node);
        return;
      case 'if_statement':
        this.visitIf(node);
        return;
      case 'case_statement':
        this.visitCase(node);
        return;
      case 'for_statement':
        this.visitFor(node);
        return;
      case 'while_statement':
        this.visitWhile(node);
        return;
      case 'c_style_for_statement':
        this.forgetSetIn(node);
        this.aside(() => this.visitAll(node.namedChildren));
        return;
      case 'function_definition':
        this.define(node);
        return;
      case 'ERROR':
        // Loops and assignments may be broken in there: nothing they name is known after it.
        this.forgetNamedIn(node);
        this.visitAll(node.namedChildren);
        return;
      case 'program':
      case 'compound_statement':
      case 'do_group':
      case 'negated_command':
      case 'variable_assignments':
      case 'command_substitution':
      case 'process_substitution':
      case 'else_clause':
        this.visitAll(node.namedChildren);
        return;
      default:
    }
  }

  private visitCommand(node: Node): void {
    if (node.hasError) {
      this.forgetNamedIn(node);
      return;
    }
    const { assignments, prefixes, words } = partsOfCommand(node, this.source.text);
    for (const assignment of assignments) assignVariable(assignment, this.words());
    const fields = expandWords(words, this.words());
    if (fields.length === 0) return;
    const span = coveringSpan(words.map((word) => ({ span: spanOf(word, this.words()) })));
    const names = prefixes.flatMap((prefix) => prefix.childForFieldName('name')?.text ?? []);
    const before = names.map((name) => [name, this.scope.get(name)] as const);
    for (const prefix of prefixes) assignVariable(prefix, this.words());
    if (!runBuiltin(fields, this)) this.handler.command({ fields, span }, this);
    for (const [name, value] of before) this.scope.assign(name, value);
  }

  private words(): WordContext {
    return {
      source: this.source,
      scope: this.scope,
      frame: this.frame,
      substitute: (node) => this.aside(() => this.visit(node)),
      spend: (size) => this.budget.spend(size),
    };
  }

  /** `a && b || c`: all but the first may be skipped. */
  private visitList(node: Node): void {
    const operands: Node[] = [];
    let left: Node | null = node;
    while (left?.type === 'list') {
      const last: Node | null = left.lastNamedChild;
      if (last && left.namedChildCount > 1) operands.unshift(last);
      left = left.firstNamedChild;
    }
    if (left) this.visit(left);
    for (const operand of operands) {
      this.scope.merge([this.speculate(() => this.visit(operand))], false);
    }
  }

  private visitPipeline(node: Node): void {
    const { stdin } = this;
    for (const child of node.namedChildren) {
      this.aside(() => this.visit(child));
      this.stdin = null;
    }
    this.stdin = stdin;
  }

  private visitRedirected(node: Node): void {
    const { stdin } = this;
    const body = node.childForFieldName('body');
    const { text, followers } = readRedirections(node, this.words());
    if (text !== undefined) this.stdin = text;
    if (body) this.visit(body);
    if (body?.text !== 'cat') this.stdin = stdin;
    for (const follower of followers) this.aside(() => this.visit(follower));
    this.stdin = stdin;
  }

  private visitIf(node: Node): void {
    const ways: ReturnType<Scope['speculate']>[] = [];
    const body: Node[] = [];
    let isExhaustive = false;
    let inBody = false;
    for (const child of node.children) {
      if (child.type === 'then') inBody = true;
      else if (child.type === 'elif_clause')
        ways.push(this.speculate(() => this.visitAll(child.namedChildren)));
      else if (child.type === 'else_clause') {
        isExhaustive = true;
        ways.push(this.speculate(() => this.visit(child)));
      } else if (!child.isNamed) continue;
      else if (inBody) body.push(child);
      else this.visit(child);
    }
    ways.push(this.speculate(() => this.visitAll(body)));
    this.scope.merge(ways, isExhaustive);
  }

  private visitCase(node: Node): void {
    const items = node.namedChildren.filter((child) => child.type === 'case_item');
    const ways = items.map((item) => this.speculate(() => this.visitAll(item.namedChildren.slice(1))));
    const isExhaustive = items.some((item) => item.namedChild(0)?.text === '*');
    this.scope.merge(ways, isExhaustive);
  }

  private visitFor(node: Node): void {
    const body = node.childForFieldName('body');
    const rounds = roundsOfFor(node, this.words());
    if (body && rounds) this.visitRounds(node, body, rounds);
    else this.forgetNamedIn(node);
  }

  private visitWhile(node: Node): void {
    const body = node.childForFieldName('body');
    const rounds =
      this.stdin && !this.runsAny(body, /^(read|ssh|cat)\b/) && roundsOfRead(node, this.stdin, this.words());
    if (body && rounds) {
      this.visitRounds(node, body, rounds);
      return;
    }
    this.forgetSetIn(node);
    this.aside(() => this.visitAll(node.namedChildren));
  }

  private visitRounds(loop: Node, body: Node, rounds: readonly Round[]): void {
    const isCertain =
      !this.runsAny(body, /^(break|continue|return|exit)\b/) &&
      rounds.every((round) =>
        [...round.values()].every((field) => field.pieces.every(({ text }) => text !== null)),
      );
    // Rounds that may be more, or cut short, leave nothing known for the next one.
    if (!isCertain) this.forgetSetIn(loop);
    for (const [index, round] of rounds.entries()) {
      const isLast = !this.budget.mayRepeat();
      if (isLast) this.forgetSetIn(loop);
      for (const [name, field] of round) {
        this.scope.assign(name, isLast ? unknownValue() : { kind: 'scalar', field });
      }
      const walk = (): void => this.visit(body);
      if (index > 0) this.budget.repeat(walk);
      else walk();
      if (isLast) break;
    }
    if (!isCertain) this.forgetSetIn(loop);
  }

  private define(node: Node): void {
    const name = node.childForFieldName('name')?.text;
    const body = node.childForFieldName('body');
    if (name === undefined || !body) return;
    const known = this.found.get(this.source) ?? new Map<number, ShellFunction>();
    const defined = known.get(body.id) ?? { name, body, source: this.source };
    this.found.set(this.source, known.set(body.id, defined));
    this.scope.functions.set(name, defined);
  }

  /** Forgets the variables that the statements may set, when it is not known how often or whether they run. */
  private forgetSetIn(statements: Node): void {
    const names = assignedNames(statements, this.scope.functions, (size) => this.budget.survey(size));
    if (names) this.scope.forget(names);
    else this.scope.forgetAll();
    if (this.frame && (!names || names.has('@'))) this.frame.positional = null;
  }

  /** Forgets the variables that a text which cannot be read so much as names. */
  private forgetNamedIn(broken: Node): void {
    if (this.budget.survey(broken.descendantCount)) this.scope.forget(namesIn(broken));
    else this.scope.forgetAll();
  }

  private runsAny(body: Node | null, commands: RegExp): boolean {
    if (!body || !this.budget.survey(body.descendantCount)) return true;
    return body.descendantsOfType('command').some((command) => commands.test(command.text));
  }
}

function namesIn(node: Node): ReadonlySet<string> {
  return new Set(node.descendantsOfType('variable_name').map((name) => name.text));
}
