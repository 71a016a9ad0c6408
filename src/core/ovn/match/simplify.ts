import type { Formula, Leaf } from './formula';
import { describeFormula } from './formula';
import type { ValueSet } from './valueSet';
import { describeSet, intersect, isEmpty, isEverything, sameSet, unite } from './valueSet';

/**
 * Brings a formula to a normal form; null when that would take too long. Every step keeps the meaning, so two formulas
 * with the same result mean the same.
 */
export function simplify(formula: Formula): Formula | null {
  try {
    return new Simplifier(formula).run();
  } catch (error) {
    if (error instanceof BudgetSpent) return null;
    throw error;
  }
}

class BudgetSpent extends Error {}

/** What is known of each variable from the conjunctions around. */
type Context = ReadonlyMap<string, ValueSet>;

/** A conjunction in pieces: a set for each variable, and disjunctions by their text. */
interface Term {
  readonly sets: ReadonlyMap<string, ValueSet>;
  readonly disjunctions: ReadonlyMap<string, Formula>;
}

const always: Formula = { kind: 'boolean', value: true };
const never: Formula = { kind: 'boolean', value: false };
const nothingKnown: Context = new Map();

class Simplifier {
  private budget: number;

  constructor(private readonly formula: Formula) {
    this.budget = 3000 + 30 * countNodes(formula);
  }

  run(): Formula {
    return this.simplify(this.formula, nothingKnown);
  }

  private spend(steps: number): void {
    this.budget -= steps;
    if (this.budget < 0) throw new BudgetSpent();
  }

  private simplify(formula: Formula, context: Context): Formula {
    this.spend(1);
    switch (formula.kind) {
      case 'boolean':
        return formula;
      case 'leaf':
        return narrow(formula, context);
      case 'and':
        return this.conjunction(formula.operands, context);
      case 'or':
        return this.disjunction(formula.operands, context);
    }
  }

  /** Narrows what is known by every leaf, then looks at the rest in that light, until nothing new comes of it. */
  private conjunction(operands: readonly Formula[], context: Context): Formula {
    let pending = operands;
    const own = new Map<string, ValueSet>();
    for (;;) {
      const leaves = groupBy(flatten(pending, 'and').filter(isLeaf), (leaf) => leaf.variable);
      const others = flatten(pending, 'and').filter((operand) => !isLeaf(operand));
      this.spend(pending.length);
      let news = false;
      for (const [variable, found] of leaves) {
        const known = own.get(variable) ?? context.get(variable);
        const narrower = intersect(
          nonEmpty([...found.map(({ set }) => set), ...(known === undefined ? [] : [known])]),
        );
        if (isEmpty(narrower)) return never;
        if (isEverything(narrower) || (known !== undefined && sameSet(narrower, known))) continue;
        own.set(variable, narrower);
        news = true;
      }
      if (!news && pending !== operands) return assemble({ sets: own, disjunctions: byText(others) });
      const inner = new Map([...context, ...own]);
      const simple = others.map((other) => this.simplify(other, inner));
      if (simple.some((operand) => operand.kind === 'boolean' && !operand.value)) return never;
      pending = simple.filter((operand) => operand.kind !== 'boolean');
    }
  }

  private disjunction(operands: readonly Formula[], context: Context): Formula {
    const simple = flatten(
      operands.map((operand) => this.simplify(operand, context)),
      'or',
    );
    if (simple.some((operand) => operand.kind === 'boolean' && operand.value)) return always;
    const asked = simple.filter((operand) => operand.kind !== 'boolean').map(termOf);
    const terms = this.absorb(this.mergeAll(asked, context));
    if (terms.length === 0) return never;
    const [only] = terms;
    if (only !== undefined && terms.length === 1) return assemble(only);
    return this.factorOut(terms, context);
  }

  /** `x in A && P || x in B && P` is `x in (A or B) && P`, variable by variable. */
  private mergeAll(terms: readonly Term[], context: Context): readonly Term[] {
    let current = distinct(terms);
    for (;;) {
      const before = current.length;
      const variables = [...new Set(current.flatMap(({ sets }) => [...sets.keys()]))].sort();
      for (const variable of variables) current = this.mergeBy(variable, current, context);
      if (current.length === before) return current;
    }
  }

  private mergeBy(variable: string, terms: readonly Term[], context: Context): readonly Term[] {
    const concerned = terms.filter(({ sets }) => sets.has(variable));
    this.spend(concerned.length);
    if (concerned.length < 2) return terms;
    const groups = groupBy(concerned, ({ sets, disjunctions }) =>
      textOf({ sets: without(sets, variable), disjunctions }),
    );
    if (groups.size === concerned.length) return terms;
    const merged = [...groups.values()].map((group): Term => {
      const [first] = group;
      const sets = group.flatMap((term) => term.sets.get(variable) ?? []);
      if (first === undefined) throw new Error('an empty group');
      return { ...first, sets: withSet(first.sets, variable, unite(nonEmpty(sets)), context) };
    });
    return distinct([...terms.filter(({ sets }) => !sets.has(variable)), ...merged]);
  }

  /** A term that asks for all that another asks for, and more, adds nothing. */
  private absorb(terms: readonly Term[]): readonly Term[] {
    if (terms.length > 100) return terms;
    this.spend(terms.length * terms.length);
    return terms.filter((term) => !terms.some((other) => other !== term && impliesStrictly(term, other)));
  }

  /** Takes out what all terms ask for: common disjunctions, and for each variable the union of its sets. */
  private factorOut(terms: readonly Term[], context: Context): Formula {
    const [first, ...others] = terms;
    if (first === undefined) return never;
    const hull = new Map<string, ValueSet>();
    for (const [variable, set] of first.sets) {
      if (!others.every(({ sets }) => sets.has(variable))) continue;
      const union = unite([set, ...others.flatMap(({ sets }) => sets.get(variable) ?? [])]);
      const known = context.get(variable);
      if (isEverything(union) || (known !== undefined && sameSet(union, known))) continue;
      hull.set(variable, union);
    }
    const common = new Map(
      [...first.disjunctions].filter(([text]) => others.every(({ disjunctions }) => disjunctions.has(text))),
    );
    const rest = terms.map((term): Term => {
      const sets = [...term.sets].filter(([variable, set]) => {
        const around = hull.get(variable);
        return around === undefined || !sameSet(around, set);
      });
      return {
        sets: new Map(sets),
        disjunctions: new Map([...term.disjunctions].filter(([text]) => !common.has(text))),
      };
    });
    this.spend(terms.length);
    const disjunction: Formula = { kind: 'or', operands: rest.map(assemble) };
    if (hull.size === 0 && common.size === 0) return disjunction;
    const outer = assemble({ sets: hull, disjunctions: common });
    // With the common part gone, terms may merge that did not before.
    return this.conjunction([outer, disjunction], context);
  }
}

function isLeaf(formula: Formula): formula is Leaf {
  return formula.kind === 'leaf';
}

/** The leaf as far as it says more than the context; no leaf when it says nothing, or contradicts. */
function narrow(leaf: Leaf, context: Context): Formula {
  const known = context.get(leaf.variable);
  if (known === undefined) return leaf;
  const set = intersect([leaf.set, known]);
  if (isEmpty(set)) return never;
  return sameSet(set, known) ? always : { ...leaf, set };
}

function flatten(operands: readonly Formula[], kind: 'and' | 'or'): readonly Formula[] {
  return operands.flatMap((operand) => (operand.kind === kind ? flatten(operand.operands, kind) : [operand]));
}

function termOf(formula: Formula): Term {
  const parts = flatten([formula], 'and');
  const sets = new Map(parts.filter(isLeaf).map(({ variable, set }) => [variable, set]));
  return { sets, disjunctions: byText(parts.filter((part) => !isLeaf(part))) };
}

function assemble({ sets, disjunctions }: Term): Formula {
  const operands = [
    ...[...sets].map(([variable, set]): Leaf => ({ kind: 'leaf', variable, set })),
    ...disjunctions.values(),
  ];
  const [only] = operands;
  if (only === undefined) return always;
  return operands.length === 1 ? only : { kind: 'and', operands };
}

function byText(formulas: readonly Formula[]): ReadonlyMap<string, Formula> {
  return new Map(formulas.map((formula) => [describeFormula(formula), formula]));
}

function textOf({ sets, disjunctions }: Term): string {
  const leaves = [...sets].map(([variable, set]) => `${variable} in ${describeSet(set)}`);
  return [...leaves, ...disjunctions.keys()].sort().join(' & ');
}

function distinct(terms: readonly Term[]): readonly Term[] {
  return [...new Map(terms.map((term) => [textOf(term), term])).values()];
}

function without(sets: ReadonlyMap<string, ValueSet>, variable: string): ReadonlyMap<string, ValueSet> {
  const rest = new Map(sets);
  rest.delete(variable);
  return rest;
}

function withSet(
  sets: ReadonlyMap<string, ValueSet>,
  variable: string,
  set: ValueSet,
  context: Context,
): ReadonlyMap<string, ValueSet> {
  const known = context.get(variable);
  if (isEverything(set) || (known !== undefined && sameSet(set, known))) return without(sets, variable);
  return new Map([...sets, [variable, set]]);
}

function impliesStrictly(term: Term, other: Term): boolean {
  for (const [variable, set] of other.sets) {
    const own = term.sets.get(variable);
    if (own === undefined || !isSubset(own, set)) return false;
  }
  for (const text of other.disjunctions.keys()) if (!term.disjunctions.has(text)) return false;
  return true;
}

function isSubset(inner: ValueSet, outer: ValueSet): boolean {
  return sameSet(intersect([inner, outer]), inner);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function nonEmpty<T>(items: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('nothing to combine');
  return [first, ...rest];
}

function countNodes(formula: Formula): number {
  return formula.kind === 'and' || formula.kind === 'or'
    ? formula.operands.reduce((sum, operand) => sum + countNodes(operand), 1)
    : 1;
}
