import * as l10n from '@vscode/l10n';
import { changeWords } from '../src/protocol/comparisonModel';
import { wordFields } from '../src/protocol/words';
import type {
  AclRow,
  ChangeRow,
  ComparedSide,
  ComparedWay,
  ComparisonModel,
  FateModel,
  StepModel,
  StepPair,
} from '../src/protocol/comparisonModel';
import type { TraceSide } from '../src/protocol/panelMessages';
import { causeChip } from './banner';
import { renderSteps, type Unfolded } from './comparisonSteps';
import { append, h, linkButton, spoken, type Child } from './dom';
import type { Host } from './host';
import { icon, toneIcon } from './icons';
import { matchText } from './matchText';
import { aclLink, definitionLink, toolButton, type PanelTools } from './parts';
import { cell, head, row, table } from './table';

const sides = (): readonly (readonly [side: ComparedSide, word: string])[] => [
  ['before', l10n.t('Before')],
  ['after', l10n.t('After')],
];

/** What is kept while the page is hidden. */
interface KeptState {
  readonly comparison: string;
  readonly scroll: number;
  readonly unfolded: readonly string[];
}

/** Two traces side by side, what differs first. */
export class ComparisonView {
  readonly element = h('div', { class: 'comparison-view' });
  readonly primary = null;
  private readonly unfolded: Unfolded;

  constructor(
    private readonly model: ComparisonModel,
    private readonly host: Host,
    announce: (text: string) => void,
    onChange: () => void,
  ) {
    const tools: PanelTools = { host, links: model.links, announce, showHop: () => undefined };
    const kept = this.load();
    this.unfolded = { names: new Set(kept?.unfolded), onChange };
    this.element.append(
      renderHeader(model),
      renderToolbar(tools),
      ...renderWay(model.forward, 'forward', tools, this.unfolded),
    );
    if (model.reply !== null) {
      const { sentence } = model.reply;
      this.element.append(
        h(
          'section',
          { class: 'compared-reply' },
          h('h2', { class: 'way-title' }, l10n.t('Reply')),
          h('p', {}, sentence),
          ...renderWay(model.reply, 'reply', tools, this.unfolded),
        ),
      );
    }
  }

  /** Where the page was scrolled to when it was last shown. */
  get scroll(): number {
    return this.load()?.scroll ?? 0;
  }

  save(): void {
    const kept: KeptState = {
      comparison: this.model.id,
      scroll: window.scrollY,
      unfolded: [...this.unfolded.names],
    };
    this.host.save(kept);
  }

  private load(): KeptState | null {
    const kept = this.host.load() as Partial<KeptState> | null | undefined;
    const { comparison, scroll, unfolded } = kept ?? {};
    const isOurs = comparison === this.model.id && typeof scroll === 'number' && Array.isArray(unfolded);
    return isOurs ? { comparison, scroll, unfolded } : null;
  }
}

function renderHeader({ title, forward }: ComparisonModel): HTMLElement {
  const { same, sentence } = forward;
  return h(
    'header',
    { class: `banner ${same ? 'tone-neutral' : 'tone-info'}` },
    icon(same ? 'info' : 'compare', 'banner-icon'),
    h(
      'div',
      { class: 'banner-text' },
      h('h1', { tabindex: -1 }, same ? l10n.t('No difference') : l10n.t('Difference')),
      ' ',
      h('p', {}, sentence),
    ),
    h('div', { class: 'banner-line' }, h('span', { class: 'muted' }, title)),
  );
}

function renderToolbar({ host, announce }: PanelTools): HTMLElement {
  const copy = (): void =>
    host.request({ kind: 'copyMarkdown' }, () => {
      announce(l10n.t('Comparison copied'));
    });
  return h(
    'div',
    { class: 'toolbar compare-tools', role: 'toolbar', 'aria-label': l10n.t('Comparison actions') },
    toolButton('copy', l10n.t('Copy as Markdown'), copy),
    toolButton('export', l10n.t('Open as Markdown'), () =>
      host.request({ kind: 'export', format: 'markdown' }),
    ),
  );
}

function renderWay(
  way: ComparedWay,
  side: TraceSide,
  tools: PanelTools,
  unfolded: Unfolded,
): readonly HTMLElement[] {
  const fates = h(
    'div',
    { class: 'sides' },
    ...sides().map(([which, word]) => renderFate(way[which], which, word, side, tools)),
  );
  const limits = way.limits.map((text) => h('p', { class: 'choice-note' }, icon('info'), text));
  const parts = [
    changesSection(l10n.t('What was asked'), way.asked),
    ...way.steps.map((pair) => renderPair(pair, side, tools)),
    renderAcls(way.acls, tools),
    changesSection(l10n.t('What else differs'), way.changes),
    renderSteps(way, side, tools, unfolded),
  ];
  return [fates, ...limits, ...parts.filter((part) => part !== null)];
}

function renderFate(
  fate: FateModel,
  which: ComparedSide,
  word: string,
  side: TraceSide,
  tools: PanelTools,
): HTMLElement {
  const facts = h('ul', { class: 'banner-facts' });
  for (const { name, text } of fate.facts) facts.append(h('li', {}, spoken(`${name}: `), text));
  const open = (): void => tools.host.request({ kind: 'openTrace', which, side: 'forward', hop: null });
  const button = side === 'forward' ? toolButton('go', l10n.t('Show Trace'), open, 'icon') : null;
  button?.setAttribute(
    'aria-label',
    which === 'before' ? l10n.t('Show Trace before') : l10n.t('Show Trace after'),
  );
  return h(
    'section',
    { class: `side fate tone-${fate.tone}`, 'aria-label': `${word}: ${fate.text}` },
    h('div', { class: 'bar' }, h('h2', {}, word), h('div', { class: 'push' }, button)),
    h('p', { class: 'fate-word' }, toneIcon(fate), h('b', {}, fate.text)),
    h('p', {}, fate.sentence),
    h('div', { class: 'banner-line' }, ...fate.causes.map((code) => causeChip(code, tools)), facts),
  );
}

function changesSection(heading: string, rows: readonly ChangeRow[]): HTMLElement | null {
  if (rows.length === 0) return null;
  return h(
    'section',
    {},
    h('h2', {}, heading),
    table(heading, 'changes', [l10n.t('What'), l10n.t('Before'), l10n.t('After')], rows.map(renderChange)),
  );
}

function renderChange({ name, before, after }: ChangeRow): HTMLElement {
  return row(
    '',
    head(name),
    linesCell('before', l10n.t('Before'), '−', before),
    linesCell('after', l10n.t('After'), '+', after),
  );
}

function linesCell(side: ComparedSide, label: string, sign: string, lines: readonly string[]): HTMLElement {
  if (lines.length === 0) return cell(label, 'none', h('span', { class: 'muted' }, l10n.t('none')));
  const list = lines.map((line) =>
    h('p', {}, h('span', { class: 'sign', 'aria-hidden': 'true' }, sign), h('span', {}, line)),
  );
  return cell(label, `lines lines-${side}`, ...list);
}

function renderPair(
  { heading, fields, before, after, none }: StepPair,
  side: TraceSide,
  tools: PanelTools,
): HTMLElement {
  const differing = fields.length === 0 ? '' : l10n.t('Differs: {0}.', wordFields(fields));
  const one = { before, after };
  return h(
    'section',
    {},
    h('h2', {}, heading),
    differing === '' ? null : h('p', { class: 'muted' }, differing),
    h(
      'div',
      { class: 'sides' },
      ...sides().map(([which, word]) => renderStep(one[which] ?? none, which, word, side, fields, tools)),
    ),
  );
}

function renderStep(
  step: StepModel | string,
  which: ComparedSide,
  word: string,
  side: TraceSide,
  fields: readonly string[],
  { host }: PanelTools,
): HTMLElement {
  const box = h(
    'div',
    { class: `side step side-${which}`, role: 'group', 'aria-label': word },
    h('h3', {}, word),
  );
  if (typeof step === 'string') {
    box.append(h('p', { class: 'muted' }, step));
    return box;
  }
  const { hop, title, stage, place, match, priority, actions, result } = step;
  const open = (): void => host.request({ kind: 'openTrace', which, side, hop });
  const facts = h('dl', { class: 'facts' });
  const fact = (name: string, field: string, ...values: readonly Child[]): void => {
    const mark = fields.includes(field)
      ? h('span', { class: 'sign' }, '±', spoken(` ${l10n.t('differs')}`))
      : null;
    append(facts, h('dt', {}, name, ' ', mark), h('dd', {}, ...values));
  };
  fact(l10n.t('Match'), 'match', matchText(match, '', 2000));
  if (priority !== null) fact(l10n.t('Priority'), 'priority', String(priority));
  if (actions.length > 0) fact(l10n.t('Actions'), 'actions', matchText(actions.join(' '), '', 2000));
  box.append(
    h(
      'p',
      {},
      linkButton(title, open, {
        title:
          which === 'before'
            ? l10n.t('Show this step in the trace before')
            : l10n.t('Show this step in the trace after'),
      }),
    ),
    h('p', { class: 'muted' }, place, ', ', h('code', {}, stage)),
  );
  if (result !== null)
    box.append(h('p', { class: `step-result tone-${result.tone}` }, toneIcon(result), result.text));
  box.append(facts);
  return box;
}

function renderAcls(acls: readonly AclRow[], tools: PanelTools): HTMLElement | null {
  if (acls.length === 0) return null;
  return h(
    'section',
    {},
    h('h2', {}, l10n.t('ACLs that took part')),
    table(
      l10n.t('ACLs that took part'),
      'acls',
      [l10n.t('Change'), 'ACL', l10n.t('What it says')],
      acls.map((acl) => renderAcl(acl, tools)),
    ),
  );
}

function renderAcl(acl: AclRow, tools: PanelTools): HTMLElement {
  const { sign, word } = changeWords()[acl.change];
  const links = acl.links.map((number) => definitionLink(number, tools));
  const says = cell(
    l10n.t('What it says'),
    '',
    h('p', {}, acl.says, acl.setOn === '' ? '' : `, ${l10n.t('on {0}', acl.setOn)}`),
    h('p', {}, matchText(acl.match, '', 2000)),
    ...acl.fields.map(({ name, before, after }) =>
      h(
        'p',
        { class: 'field-change' },
        h('b', {}, `${name}:`),
        ' ',
        h('span', { class: 'sign' }, '−', spoken(` ${l10n.t('before')} `)),
        h('code', {}, before.join(', ') || l10n.t('none')),
        ' ',
        h('span', { class: 'sign' }, '+', spoken(` ${l10n.t('after')} `)),
        h('code', {}, after.join(', ') || l10n.t('none')),
      ),
    ),
    acl.elsewhere === null ? null : h('p', {}, acl.elsewhere),
  );
  return row(
    `change-${acl.change}`,
    cell(l10n.t('Change'), 'change', h('span', { class: 'sign', 'aria-hidden': 'true' }, sign), word),
    cell('ACL', 'acl-name', aclLink(acl.uuid, acl.name, tools), ...links),
    says,
  );
}
