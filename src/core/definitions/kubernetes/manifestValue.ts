import type { Span } from '../shell/field';

/**
 * A value of an object of the Kubernetes API, or the lack of one, in whatever language it is written. Reading gives `undefined`
 * for what the file does not have and `null` for what it has and does not tell.
 */
export interface ManifestValue {
  readonly isMissing: boolean;
  readonly isMap: boolean;
  readonly isList: boolean;
  /** The value of a key, by the API's name of it. */
  get(key: string): ManifestValue;
  has(key: string): boolean;
  /** The items of a list; none for what is no list. */
  items(): readonly ManifestValue[];
  text(): string | null | undefined;
  integer(): number | null | undefined;
  readonly span: Span;
  /** The same with its key. */
  readonly pairSpan: Span;
  /** Whether something that the file does not tell says what is in it, or what else. */
  readonly hasTemplate: boolean;
  /** Whether there may be other items in a list, other than at its end. */
  readonly hasTemplateAmongItems: boolean;
}
