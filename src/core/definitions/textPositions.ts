import type { TextPosition } from './definition';

/** Turns UTF-16 offsets of the text into lines and characters. Lines end at LF, CR LF or a lone CR, as in editors. */
export function createPositionLookup(text: string): (offset: number) => TextPosition {
  const lineStarts = [0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) lineStarts.push(index + 1);
  }
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (lineStarts[low] ?? 0), offset };
  };
}
