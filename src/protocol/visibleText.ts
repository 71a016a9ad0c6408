/**
 * Characters that a text from outside can hide behind: terminal escapes and other controls, marks that change the
 * direction of what follows, characters without width, lone surrogates. Names and matches of OVN may hold any of them.
 * U+200C and U+200D stay, because words of several scripts and emoji need them.
 */
const deceptive =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udc7f]/g;

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** The text with every deceptive character written out; line breaks and tabs stay. For text on several lines. */
export function visibleText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(deceptive, nameOf);
}

/** The same for text on one line: line breaks and tabs are written out too. */
export function visibleLine(text: string): string {
  return text.replace(deceptive, nameOf).replace(/\n/g, '\u21b5').replace(/\t/g, '\u21e5');
}

/** A value as JSON with every deceptive character as an escape, which means the same to who reads it as JSON. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(deceptive, (found) =>
    [...Array(found.length).keys()]
      .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
