import * as l10n from '@vscode/l10n';
/** What can be seen to be wrong before OVN reads the microflow; the rest it says itself. */
export function microflowProblem(text: string): string | null {
  if (text.trim() === '') return l10n.t('The microflow is empty.');
  if (/[\r\n]/.test(text)) return l10n.t('The microflow has to stand on one line.');
  const outside = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (outside.replaceAll('""', '').includes('"')) return l10n.t('A quotation mark is not closed.');
  if (!/\binport\s*==/.test(outside))
    return l10n.t('The microflow does not say where the packet enters: inport == "…" is missing.');
  const opened = (outside.match(/[({]/g) ?? []).length;
  const closed = (outside.match(/[)}]/g) ?? []).length;
  return opened === closed ? null : l10n.t('A bracket is not closed, or one too many is.');
}

/** How many letters a line of a quick pick shows at the width it has in a usual window. */
const lineWidth = 76;

/** The microflow on lines that can be read whole, cut between its terms. */
export function foldMicroflow(microflow: string): readonly string[] {
  const lines: string[] = [];
  for (const term of microflow.split(' && ')) {
    const last = lines.at(-1);
    const longer = last === undefined ? term : `${last} && ${term}`;
    if (last !== undefined && longer.length <= lineWidth) lines[lines.length - 1] = longer;
    else lines.push(term);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} &&` : line));
}
