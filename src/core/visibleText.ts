/** Control characters, terminal escapes and marks that change the direction of text: what could make a text look like another. */
const deceptive =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** The text with such characters written out as `[U+202E]`; newlines and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(deceptive, (char) => {
    const code = char.charCodeAt(0);
    // The control pictures block has a sign for each of the first 32.
    if (code < 32) return String.fromCharCode(0x2400 + code);
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}
