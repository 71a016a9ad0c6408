import type { Definition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import type { Insertion } from './insert';
import type { Places } from './places';

/**
 * The insertion as an edit, if the text then has one definition of a rule more, and all others as before: what a list looks
 * like can deceive.
 */
export function checkedEdit(
  source: SourceText,
  insertion: Insertion | null,
  places: Places,
  parse: (source: SourceText) => readonly Definition[],
): RuleEdit | null {
  if (insertion === null) return null;
  const { span, newText } = insertion;
  const text = source.text.slice(0, span.start) + newText + source.text.slice(span.end);
  const rules = (each: SourceText): number => parse(each).filter(({ kind }) => kind === 'rule').length;
  const isOneMore = rules({ ...source, text }) === rules(source) + 1;
  return isOneMore ? { range: places.range(span), newText } : null;
}

/** The peer of a packet as a network of one address. */
export function hostNetwork({ family, peer }: WantedPacket): string {
  return `${peer}/${family === 4 ? 32 : 128}`;
}
