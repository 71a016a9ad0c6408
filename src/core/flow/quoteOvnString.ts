/**
 * A name as a string of OVN's expression language: in double quotes, with the escapes of JSON strings (`lex_parse_string` of
 * OVN's lib/lex.c hands it to the JSON unescaper). Only what must be escaped is, so that the microflow stays readable.
 */
export function quoteOvnString(text: string): string {
  return JSON.stringify(text);
}
