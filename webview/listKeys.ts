/** Moves the focus among the rows of a list by arrow keys, Home and End; false for any other key. */
export function moveByKey(key: string, from: HTMLElement, list: HTMLElement): boolean {
  if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(key)) return false;
  const rows = [...list.querySelectorAll<HTMLElement>('.row')];
  const here = rows.indexOf(from);
  const places: Readonly<Record<string, number>> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    Home: 0,
    End: rows.length - 1,
  };
  rows[places[key] ?? here]?.focus();
  return true;
}
