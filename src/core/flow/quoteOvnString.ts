/**
 * A name as a string of OVN's expression language: in double quotes, with the escapes of JSON strings (`lex_parse_string` of
 * OVN's lib/lex.c hands it to the JSON unescaper). Only what must be escaped is, so that the microflow stays readable; control
 * characters beyond ASCII's first too, since a terminal into which the command is pasted acts on them.
 */
export function quoteOvnString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
