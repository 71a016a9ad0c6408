import { callFunction } from './functions';
import type { Expression } from './syntax';
import { evaluateFor } from './forExpression';
import { compute, computeUnary } from './operators';
import type { Place, Value } from './value';
import { addressOf, missing, numberOfValue, plain, textOfValue, truthOf, unknownAt } from './value';

/** What the names of a folder stand for. */
export interface Names {
  variable(name: string): Value;
  local(name: string): Value;
  /** An attribute as the folder writes it; null when it does not, or has the resource several times. */
  attribute(root: string, name: string): Value | null;
}

/** Where an expression stands: its file, and names such as `each` that only count there. */
export interface Context {
  readonly file: string;
  readonly bound: ReadonlyMap<string, Value>;
}

/** Expressions may multiply each other: as much is computed for a file as nobody writes by hand. */
const mostSteps = 300_000;
const deepest = 100;
/** Longer than any name or address; texts may double each other. */
const longest = 4096;

/** Reads values of expressions; what cannot be known from the files is unknown, and never a guess. */
export class Evaluator {
  private steps = 0;
  private depth = 0;

  constructor(private readonly names: Names) {}

  value(expression: Expression, context: Context): Value {
    const at = { file: context.file, start: expression.start, end: expression.end };
    if (++this.steps > mostSteps || this.depth > deepest) return unknownAt(at);
    this.depth++;
    try {
      const value = this.compute(expression, context) ?? unknownAt(at);
      const isTooLong =
        value.kind === 'plain' && typeof value.value === 'string' && value.value.length > longest;
      return isTooLong ? unknownAt(at) : value;
    } finally {
      this.depth--;
    }
  }

  private compute(expression: Expression, context: Context): Value | null {
    const at = { file: context.file, start: expression.start, end: expression.end };
    const evaluate = (part: Expression): Value => this.value(part, context);
    switch (expression.kind) {
      case 'literal':
        return plain(expression.value, at);
      case 'template': {
        const texts = expression.parts.map((part) => textOfValue(evaluate(part)));
        return texts.includes(null) ? null : plain(texts.join(''), at);
      }
      case 'list':
        return { kind: 'list', items: expression.items.map(evaluate), at };
      case 'object': {
        const entries = new Map<string, Value>();
        const places = new Map<string, Place>();
        for (const { key, value } of expression.entries) {
          const name = textOfValue(evaluate(key));
          if (name === null) return null;
          const place = { file: context.file, start: key.start, end: value.end };
          const isWrittenHere = ['literal', 'list', 'object', 'template'].includes(value.kind);
          const held = evaluate(value);
          places.set(name, place);
          entries.set(name, isWrittenHere ? { ...held, at: place } : held);
        }
        return { kind: 'object', entries, places, at };
      }
      case 'variable':
        return context.bound.get(expression.name) ?? null;
      case 'attribute':
        return this.named(expression, context) ?? this.attribute(evaluate(expression.of), expression.name);
      case 'index':
        return this.index(evaluate(expression.of), evaluate(expression.key));
      case 'splat':
        return this.splat(evaluate(expression.of), expression.path);
      case 'call':
        return this.call(expression.name, expression.args.map(evaluate), expression.spread);
      case 'conditional': {
        const condition = truthOf(evaluate(expression.condition));
        return condition === null ? null : evaluate(condition ? expression.then : expression.otherwise);
      }
      case 'for':
        return evaluateFor(expression, at, context, (part, inner) => this.value(part, inner));
      case 'unary':
        return computeUnary(expression.operator, evaluate(expression.operand));
      case 'binary':
        return compute(expression.operator, evaluate(expression.left), evaluate(expression.right));
      case 'unreadable':
        return null;
    }
  }

  /** `var.NAME`, `local.NAME`, `module.NAME`, `data.TYPE.NAME`, `TYPE.NAME`. */
  private named({ of, name }: Expression & { readonly kind: 'attribute' }, { bound }: Context): Value | null {
    const reference = (root: string): Value => ({
      kind: 'reference',
      root,
      key: null,
      path: [],
      isSplat: false,
      at: null,
    });
    if (of.kind === 'attribute' && of.of.kind === 'variable' && of.of.name === 'data' && !bound.has('data')) {
      return reference(`data.${of.name}.${name}`);
    }
    if (of.kind !== 'variable' || bound.has(of.name)) return null;
    switch (of.name) {
      case 'var':
        return this.names.variable(name);
      case 'local':
        return this.names.local(name);
      case 'data':
      case 'path':
      case 'terraform':
      case 'self':
      case 'each':
      case 'count':
        return null;
      default:
        return reference(`${of.name}.${name}`);
    }
  }

  private attribute(of: Value, name: string): Value | null {
    if (of.kind === 'object') return of.entries.get(name) ?? missing(of);
    if (of.kind === 'unknown' && of.isMissing === true) return of;
    if (of.kind !== 'reference') return null;
    if (of.path.length === 0 && of.key === null && name !== 'id') {
      const written = this.names.attribute(of.root, name);
      if (written !== null) return written;
    }
    return { ...of, path: [...of.path, name] };
  }

  private index(of: Value, key: Value): Value | null {
    const name = textOfValue(key);
    if (name === null) return null;
    if (of.kind === 'object') return of.entries.get(name) ?? missing(of);
    const number = numberOfValue(key);
    if (of.kind === 'list') return number === null ? null : (of.items[number] ?? missing(of));
    if (of.kind !== 'reference') return null;
    if (of.key === null && (of.path.length === 0 || of.isSplat)) {
      const isNumber = key.kind === 'plain' && typeof key.value === 'number';
      return { ...of, key: isNumber ? key.value : name, isSplat: false };
    }
    return { ...of, path: [...of.path, addressOf('', number ?? name)] };
  }

  private splat(of: Value, path: readonly string[]): Value | null {
    if (of.kind === 'reference') return { ...of, path: [...of.path, ...path], isSplat: true };
    const items = of.kind === 'list' ? of.items : null;
    if (items === null) return null;
    const step = (item: Value): Value =>
      path.reduce((held, name) => this.attribute(held, name) ?? unknownAt(held.at), item);
    return { kind: 'list', items: items.map(step), at: of.at };
  }

  private call(name: string, args: readonly Value[], spread: boolean): Value | null {
    if (!spread) return callFunction(name, args);
    const last = args.at(-1);
    return last?.kind === 'list' ? callFunction(name, [...args.slice(0, -1), ...last.items]) : null;
  }
}
