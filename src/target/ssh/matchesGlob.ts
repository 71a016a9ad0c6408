/** Whether a name fits a pattern of `*` and `?`, as OpenSSH compares host names. */
export function matchesGlob(pattern: string, name: string): boolean {
  // Linear backtracking instead of a regular expression: patterns come from files, names from people.
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let n = 0; n < name.length;) {
    if (pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
