import { h, type Child } from './dom';

/**
 * A table that stays one for screen readers where it is narrow: there its rows are laid out as blocks, which takes the roles
 * from the elements, and each cell shows the name of its column.
 */
export function table(
  caption: string,
  className: string,
  columns: readonly string[],
  rows: readonly HTMLElement[],
): HTMLElement {
  const heads = columns.map((name) => h('th', { role: 'columnheader', scope: 'col' }, name));
  return h(
    'table',
    { class: `compared ${className}`, role: 'table', 'aria-label': caption },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads)),
    h('tbody', { role: 'rowgroup' }, ...rows),
  );
}

export function row(className: string, ...cells: readonly Child[]): HTMLElement {
  return h('tr', { role: 'row', class: className }, ...cells);
}

export function head(text: string): HTMLElement {
  return h('th', { role: 'rowheader', scope: 'row' }, text);
}

/** `column` is shown in the cell where the heads of the columns are not. */
export function cell(column: string, className: string, ...children: readonly Child[]): HTMLElement {
  const label = h('span', { class: 'column-name', 'aria-hidden': 'true' }, column);
  return h('td', { role: 'cell', class: className }, label, ...children);
}
