/** HashiCorp's configuration language as far as values are read from it; offsets are UTF-16 code units of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
    /** Parts of a string, joined. */
    | { readonly kind: 'template'; readonly parts: readonly Expression[] }
    | { readonly kind: 'list'; readonly items: readonly Expression[] }
    | { readonly kind: 'object'; readonly entries: readonly ObjectEntry[] }
    | { readonly kind: 'variable'; readonly name: string }
    | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
    | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression }
    /** `of[*].path` */
    | { readonly kind: 'splat'; readonly of: Expression; readonly path: readonly string[] }
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly args: readonly Expression[];
        /** The last argument is a list of arguments: `f(list...)`. */
        readonly spread: boolean;
      }
    | {
        readonly kind: 'conditional';
        readonly condition: Expression;
        readonly then: Expression;
        readonly otherwise: Expression;
      }
    | ForExpression
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: string;
        readonly left: Expression;
        readonly right: Expression;
      }
    /** What is broken, or of no use here. */
    | { readonly kind: 'unreadable' }
  );

export interface ForExpression {
  readonly kind: 'for';
  /** Names of the key, if there is one, and the value. */
  readonly names: readonly string[];
  readonly in: Expression;
  /** Null when it makes a list. */
  readonly key: Expression | null;
  readonly value: Expression;
  readonly condition: Expression | null;
  /** `value...`: values of equal keys become lists. */
  readonly groups: boolean;
}

export interface ObjectEntry {
  readonly key: Expression;
  readonly value: Expression;
}

export interface Attribute extends Span {
  readonly name: string;
  readonly value: Expression;
}

export interface Block extends Span {
  readonly type: string;
  readonly labels: readonly string[];
  /** Where the last label stands; the type, when there is none. */
  readonly nameSpan: Span;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
  /** Where the closing brace stands; null when it is missing. */
  readonly closing: number | null;
}

/** A file. */
export interface Syntax {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
}
