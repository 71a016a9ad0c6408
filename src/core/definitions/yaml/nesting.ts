/**
 * The reader of YAML works by recursion, and a regular expression that is compiled where the stack ends takes the whole process
 * with it, so such texts are kept from it.
 */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // Brackets and braces, whether they are text or not.
    if (code === 91 || code === 123) depth++;
    else if ((code === 93 || code === 125) && depth > 0) depth--;
    if (depth > mostBrackets) return true;
  }
  return /^[ \t]{1000}/m.test(text) || /(?:[-?][ \t]{1,9}){100}/.test(text);
}

const mostBrackets = 500;
