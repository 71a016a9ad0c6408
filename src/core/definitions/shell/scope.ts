import type { Node } from 'web-tree-sitter';
import type { Field, Span, Value } from './field';
import { textOf, unknownValue } from './field';
import type { Source } from './source';

export interface ShellFunction {
  readonly name: string;
  readonly body: Node;
  readonly source: Source;
}

/** A running function: its positional parameters, null when nothing is known of them. */
export interface Frame {
  readonly depth: number;
  /** Where the call is written; null for a function that nobody in the file calls. */
  readonly call: Span | null;
  positional: readonly Field[] | null;
  readonly hidden: Map<string, Value | undefined>;
}

type Values = ReadonlyMap<string, Value | undefined>;

/**
 * The variables of a script while it is walked. What may or may not have run is speculated on and then merged:
 * a variable keeps a value only when every way through the script leaves that value.
 */
export class Scope {
  private readonly values = new Map<string, Value>();
  /** For each speculation under way the values it has overwritten, innermost last. */
  private readonly overwritten: Map<string, Value | undefined>[] = [];
  private readonly assignedTwice = new Set<string>();
  private readonly assigned = new Set<string>();
  readonly functions = new Map<string, ShellFunction>();
  readonly aliases = new Map<string, Field>();

  /**
   * `open`: a variable the script does not set may be set elsewhere to anything (a sourced file, a remote shell).
   * `doubtful`: variables of which nothing is to be believed.
   */
  constructor(
    private open = false,
    private readonly doubtful: ReadonlySet<string> = new Set(),
  ) {}

  /** Undefined for a variable that the script does not set. */
  get(name: string): Value | undefined {
    if (this.doubtful.has(name)) return unknownValue();
    return this.values.get(name) ?? (this.open ? unknownValue() : undefined);
  }

  assign(name: string, value: Value | undefined): void {
    if (this.assigned.has(name)) this.assignedTwice.add(name);
    this.assigned.add(name);
    this.set(name, value);
  }

  forget(names: Iterable<string>): void {
    for (const name of names) this.assign(name, unknownValue());
  }

  /** After something that may have set any variable, such as a sourced file. */
  forgetAll(): void {
    this.forget([...this.values.keys()]);
    this.open = true;
  }

  /** For a function that is called from elsewhere, at a time nobody knows: only what is set once is known. */
  forgetReassigned(): void {
    this.forget([...this.assignedTwice]);
  }

  /** Runs `visit`, takes back what it did to variables, and returns what they were at its end. */
  speculate(visit: () => void): Values {
    const before = new Map<string, Value | undefined>();
    this.overwritten.push(before);
    visit();
    this.overwritten.pop();
    const after = new Map<string, Value | undefined>();
    for (const [name, value] of before) {
      after.set(name, this.values.get(name));
      this.store(name, value);
    }
    return after;
  }

  /** One of the ways was gone, or, unless `exhaustive`, none. */
  merge(ways: readonly Values[], exhaustive: boolean): void {
    const names = new Set(ways.flatMap((way) => [...way.keys()]));
    for (const name of names) {
      const current = this.values.get(name);
      const outcomes = ways.map((way) => (way.has(name) ? way.get(name) : current));
      if (!exhaustive) outcomes.push(current);
      const [first] = outcomes;
      const agreed = outcomes.every((outcome) => outcome === first || sameText(outcome, first));
      this.assign(name, agreed ? first : unknownValue());
    }
  }

  /** `local`: the value of the caller comes back when the function returns. */
  hide(frame: Frame, name: string): void {
    if (!frame.hidden.has(name)) frame.hidden.set(name, this.values.get(name));
  }

  restore(frame: Frame): void {
    for (const [name, value] of frame.hidden) this.set(name, value);
  }

  private set(name: string, value: Value | undefined): void {
    const before = this.overwritten.at(-1);
    if (before && !before.has(name)) before.set(name, this.values.get(name));
    this.store(name, value);
  }

  private store(name: string, value: Value | undefined): void {
    if (value === undefined) this.values.delete(name);
    else this.values.set(name, value);
  }
}

function sameText(one: Value | undefined, other: Value | undefined): boolean {
  if (one?.kind !== 'scalar' || other?.kind !== 'scalar') return false;
  const text = textOf(one.field);
  return text !== null && text === textOf(other.field);
}
