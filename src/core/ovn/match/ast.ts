/** How a relational operator reads. */
export type RelationalOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** How a number was written; OVN reads a mask by it. */
export type IntegerFormat = 'decimal' | 'hexadecimal' | 'ipv4' | 'ipv6' | 'ethernet';

export interface IntegerConstant {
  readonly kind: 'integer';
  readonly value: bigint;
  /** Null for a constant without `/mask`. Bits outside the mask are zero in `value`. */
  readonly mask: bigint | null;
  readonly format: IntegerFormat;
}

/** One operand of a comparison. A set reference stands for its members, a template for whatever the chassis holds. */
export type Constant =
  | IntegerConstant
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'address-set'; readonly name: string }
  | { readonly kind: 'port-group'; readonly name: string }
  | { readonly kind: 'template'; readonly name: string };

/** A field or predicate, or some of its bits. */
export interface FieldRef {
  /** A name of the symbol table (`symbolNamed`). */
  readonly name: string;
  /** Null for the whole field. */
  readonly bits: { readonly low: number; readonly high: number } | null;
}

/**
 * A match expression as it was written, without its blanks, comments and needless parentheses, and with a constant on
 * the left moved to the right.
 */
export type MatchExpr =
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly MatchExpr[] }
  | { readonly kind: 'not'; readonly operand: MatchExpr }
  /** A predicate or a field alone: its bits are not all zero. */
  | { readonly kind: 'test'; readonly field: FieldRef }
  /** `==` holds when one of the values fits, every other operator when it holds for all of them. */
  | {
      readonly kind: 'compare';
      readonly field: FieldRef;
      readonly operator: RelationalOperator;
      readonly values: readonly Constant[];
      readonly braces: boolean;
    }
  /** `low < field < high`, written in either direction. */
  | {
      readonly kind: 'range';
      readonly field: FieldRef;
      readonly low: Constant;
      readonly lowOperator: '<' | '<=';
      readonly high: Constant;
      readonly highOperator: '<' | '<=';
    }
  /** `is_chassis_resident("port")`. */
  | { readonly kind: 'resident'; readonly port: string }
  /** A template variable in place of a whole term. */
  | { readonly kind: 'template'; readonly name: string };

export type CompareExpr = Extract<MatchExpr, { kind: 'compare' }>;

export interface MatchError {
  /** A whole sentence that names the piece of text. */
  readonly message: string;
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
}

export type ParsedMatch =
  { readonly ok: true; readonly expr: MatchExpr } | { readonly ok: false; readonly error: MatchError };
