import * as l10n from '@vscode/l10n';
import { changeWords } from '../src/protocol/comparisonModel';
import { wordFields } from '../src/protocol/words';
import type { ComparedSide, ComparedWay, StepCell, StepRow } from '../src/protocol/comparisonModel';
import type { TraceSide } from '../src/protocol/panelMessages';
import { h, linkButton } from './dom';
import { icon, toneIcon } from './icons';
import { matchText } from './matchText';
import type { PanelTools } from './parts';
import { cell, row, table } from './table';

/** Runs of equal steps that were opened, by the first step of each. */
export interface Unfolded {
  readonly names: Set<string>;
  readonly onChange: () => void;
}

const longestMatch = 240;

/** The steps of both traces side by side, equal ones folded. */
export function renderSteps(
  way: ComparedWay,
  side: TraceSide,
  tools: PanelTools,
  unfolded: Unfolded,
): HTMLElement | null {
  if (way.runs.length === 0) return null;
  const rows = way.runs.flatMap(({ folded, rows: steps }) =>
    folded ? renderFold(steps, side, tools, unfolded) : renderRows(steps, side, tools),
  );
  const notes = way.stepNotes.map((note) => h('p', { class: 'muted none' }, note));
  return h(
    'section',
    {},
    h('h2', {}, l10n.t('Steps')),
    table(
      l10n.t('Steps of both traces'),
      'way-steps',
      [l10n.t('Change'), l10n.t('Before'), l10n.t('After')],
      rows,
    ),
    ...notes,
  );
}

/** Under a row for each datapath and pipeline. */
function renderRows(steps: readonly StepRow[], side: TraceSide, tools: PanelTools): readonly HTMLElement[] {
  return steps.flatMap((step, at) => {
    const rendered = renderRow(step, side, tools);
    if (step.place === steps[at - 1]?.place) return [rendered];
    const title = h('th', { role: 'rowheader', scope: 'rowgroup', colspan: 3 }, step.place);
    return [row('place', title), rendered];
  });
}

/** A row with the button, before the rows that it opens. */
function renderFold(
  steps: readonly StepRow[],
  side: TraceSide,
  tools: PanelTools,
  { names, onChange }: Unfolded,
): readonly HTMLElement[] {
  const name = `${side} ${steps[0]?.before?.hop ?? 0}`;
  const makeRows = (): readonly HTMLElement[] => renderRows(steps, side, tools);
  let shown = names.has(name) ? makeRows() : [];
  const [from = '', to] = new Set(
    steps.map(({ place }) => place).filter((_, at) => at === 0 || at === steps.length - 1),
  );
  const places = to === undefined ? from : l10n.t('{0} to {1}', from, to);
  const button = h(
    'button',
    { type: 'button', class: 'link quiet', 'aria-expanded': String(shown.length > 0), click: toggle },
    icon('chevron', 'chevron'),
    l10n.t('{0} equal steps', steps.length),
    h('span', { class: 'muted' }, `, ${places}`),
  );
  const fold = row('fold-steps', h('td', { role: 'cell', colspan: 3 }, button));
  function toggle(): void {
    const open = shown.length === 0;
    for (const element of shown) element.remove();
    shown = open ? makeRows() : [];
    fold.after(...shown);
    button.setAttribute('aria-expanded', String(open));
    if (open) names.add(name);
    else names.delete(name);
    onChange();
  }
  return [fold, ...shown];
}

function renderRow(
  { change, fields, before, after }: StepRow,
  side: TraceSide,
  tools: PanelTools,
): HTMLElement {
  const { sign, word } = changeWords()[change];
  const differing = fields.length === 0 ? word : `${word}: ${wordFields(fields)}`;
  return row(
    `change-${change}`,
    cell(l10n.t('Change'), 'change', h('span', { class: 'sign', 'aria-hidden': 'true' }, sign), differing),
    stepCell(l10n.t('Before'), 'before', before, side, tools),
    stepCell(l10n.t('After'), 'after', after, side, tools),
  );
}

function stepCell(
  column: string,
  which: ComparedSide,
  step: StepCell | null,
  side: TraceSide,
  { host }: PanelTools,
): HTMLElement {
  if (step === null)
    return cell(
      column,
      `step-cell side-${which} none`,
      h('span', { class: 'muted' }, l10n.t('no such step')),
    );
  const { hop, title, stage, match, result } = step;
  const open = (): void => host.request({ kind: 'openTrace', which, side, hop });
  return cell(
    column,
    `step-cell side-${which}`,
    h(
      'p',
      {},
      linkButton(title, open, {
        title:
          which === 'before'
            ? l10n.t('Show this step in the trace before')
            : l10n.t('Show this step in the trace after'),
      }),
      ' ',
      h('code', { class: 'muted' }, stage),
    ),
    h('p', {}, matchText(match, '', longestMatch)),
    result === null
      ? null
      : h('p', { class: `step-result tone-${result.tone}` }, toneIcon(result), result.text),
  );
}
