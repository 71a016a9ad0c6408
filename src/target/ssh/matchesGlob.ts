type Step = '*' | ((letter: string) => boolean);

/** Whether a name fits a pattern of `*` and `?`, as OpenSSH compares host names. */
export function matchesGlob(pattern: string, name: string): boolean {
  return matches(
    Array.from(pattern, (letter): Step =>
      letter === '*' ? '*' : letter === '?' ? () => true : (other) => other === letter,
    ),
    name,
  );
}

/** Whether a file name fits a pattern of glob(7): `*`, `?` and `[…]`; a leading dot has to be written out. */
export function matchesFileGlob(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const parts = pattern.match(/\[[!^]?\]?[^\]]*\]|\\?[^]/gu) ?? [];
  return matches(
    parts.map((part): Step => {
      if (part === '*') return '*';
      if (part === '?') return () => true;
      if (part.length > 2 && part.startsWith('[')) return oneOf(part.slice(1, -1));
      const letter = part.startsWith('\\') ? part.slice(1) : part;
      return (other) => other === letter;
    }),
    name,
  );
}

/** Whether a list of patterns, some perhaps with `!`, takes the name: one does, and none that is negated. */
export function matchesPatterns(patterns: readonly string[], name: string): boolean {
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesGlob(pattern.slice(1), name)))
    return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesGlob(pattern, name));
}

function oneOf(set: string): (letter: string) => boolean {
  const negated = /^[!^]/.test(set);
  const ranges = [...(negated ? set.slice(1) : set).matchAll(/([^])-([^])|([^])/gu)];
  return (letter) =>
    negated !==
    ranges.some(([, from, to, single]) =>
      from !== undefined && to !== undefined ? from <= letter && letter <= to : single === letter,
    );
}

function matches(pattern: readonly Step[], text: string): boolean {
  // Linear backtracking instead of a regular expression: patterns come from files, names from people.
  const name = Array.from(text);
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let n = 0; n < name.length;) {
    const step = pattern[p];
    if (step === '*') {
      star = p++;
      resume = n;
    } else if (step?.(name[n] ?? '') === true) {
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
