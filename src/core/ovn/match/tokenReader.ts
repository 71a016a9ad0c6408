import * as l10n from '@vscode/l10n';
import type { MatchError, RelationalOperator } from './ast';
import type { Token } from './lexer';
import { lexMatch } from './lexer';
import type { Place } from './rules';
import { quote } from './rules';

/** Thrown where OVN's parser would give up. */
export class Refusal extends Error {
  constructor(readonly error: MatchError) {
    super(error.message);
  }
}

/** Each operator as it reads from the other side. */
export const turned = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
} as const satisfies Record<RelationalOperator, RelationalOperator>;

/** Goes through the tokens of a match, and words what stands in the way. */
export class TokenReader {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(readonly text: string) {
    this.tokens = lexMatch(text);
  }

  peek(): Token {
    const token = this.tokens[this.position];
    if (token === undefined) throw new Error('read past the last token');
    return token;
  }

  /** Whether the token after the next is of that kind. */
  isFollowedBy(kind: Token['kind']): boolean {
    return this.tokens[this.position + 1]?.kind === kind;
  }

  skip(): void {
    this.position++;
  }

  accept(kind: Exclude<Token['kind'], 'end' | 'error'>): boolean {
    if (this.peek().kind !== kind) return false;
    this.position++;
    return true;
  }

  acceptOperator(): RelationalOperator | null {
    const { kind } = this.peek();
    if (!isRelational(kind)) return null;
    this.position++;
    return kind;
  }

  /** From the start of a token to the end of the last one taken. */
  placeFrom({ start, end }: Token): Place {
    return { start, end: this.tokens[this.position - 1]?.end ?? end };
  }

  quote(place: Place): string {
    return quote(this.text, place);
  }

  expected(what: string): Refusal {
    const token = this.peek();
    if (token.kind === 'end')
      return this.refuse(token, l10n.t('The match ends where {0} is expected.', what));
    return this.refuse(token, l10n.t('{0} stands where {1} is expected.', this.quote(token), what));
  }

  /** What the lexer refused comes first: everything else said about that place would mislead. */
  refuse({ start, end }: Place, message: string): Refusal {
    const token = this.peek();
    if (token.kind === 'error')
      return new Refusal({ message: token.message, start: token.start, end: token.end });
    return new Refusal({ message, start, end });
  }
}

function isRelational(kind: string): kind is RelationalOperator {
  return Object.hasOwn(turned, kind);
}
