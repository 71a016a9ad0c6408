import * as l10n from '@vscode/l10n';
import type {
  PathAside,
  PathChain,
  PathModel,
  PathNode,
  PathRow,
  PathStep,
} from '../src/protocol/panelModel';
import { append, h, linkButton, spoken } from './dom';
import { icon, toneIcon } from './icons';
import { showSome, type PanelTools } from './parts';

/** So many branches of a fork, and asides, are shown at first. */
const firstBranches = 4;
const firstAsides = 3;

/** The way of the packet: a list of nodes and wires that lies down where there is room and its shape allows it. */
export function renderPath(model: PathModel, tools: PanelTools): HTMLElement | null {
  if (model.chain.steps.length === 0 && model.chain.branches.length === 0) return null;
  const section = h(
    'section',
    { class: 'path-section', 'aria-label': l10n.t('Path') },
    h('h2', {}, l10n.t('Path')),
  );
  const list = renderChain(model.chain, tools);
  list.classList.add(liesDown(model.chain) ? 'wide' : 'tall');
  section.append(list);
  if (model.asides.length > 0) {
    const asides = h('ul', { class: 'asides', 'aria-label': l10n.t('Packets made on the way') });
    showSome(
      model.asides.map((aside) => renderAside(aside, tools)),
      asides,
      firstAsides,
      20,
      l10n.t('packets'),
    );
    section.append(asides);
  }
  return section;
}

function liesDown(chain: PathChain): boolean {
  const flat = chain.branches.every((branch) => branch.branches.length === 0 && branch.steps.length <= 1);
  return (
    chain.steps.length <= (chain.branches.length > 0 ? 5 : 7) &&
    chain.branches.length <= firstBranches &&
    flat
  );
}

function renderChain(chain: PathChain, tools: PanelTools): HTMLElement {
  const list = h('ol', { class: 'path' });
  for (const step of chain.steps) append(list, renderWire(step), renderNode(step.node, tools));
  if (chain.branches.length > 0) {
    const total = chain.branches.length + chain.omitted;
    const branches = h('ol', { class: 'branches', 'aria-label': l10n.t('{0} branches', total) });
    const items = chain.branches.map((branch) => h('li', { class: 'branch' }, renderChain(branch, tools)));
    if (chain.omitted > 0)
      items.push(h('li', { class: 'muted' }, l10n.t('and {0} more, in the raw output', chain.omitted)));
    showSome(items, branches, firstBranches, 20, l10n.t('branches'));
    list.append(h('li', { class: 'fork' }, branches));
  }
  return list;
}

function renderWire({ edge }: PathStep): HTMLElement | null {
  if (edge === null) return null;
  const wire = h('li', { class: edge.cut ? 'wire cut' : 'wire' });
  if (edge.label !== '')
    wire.append(h('span', { class: 'wire-label' }, spoken(`${l10n.t('through')} `), edge.label));
  for (const change of edge.changes) {
    wire.append(h('span', { class: 'wire-change', title: l10n.t('Rewritten here: {0}', change) }, change));
  }
  if (edge.cut) wire.append(icon('drop', 'tone-drop'), spoken(l10n.t('not sent')));
  else if (wire.childElementCount === 0) {
    wire.classList.add('bare');
    wire.append(spoken(l10n.t('to')));
  }
  return wire;
}

const kindNames = () => ({
  port: l10n.t('port'),
  switch: l10n.t('logical switch'),
  router: l10n.t('logical router'),
  cloud: l10n.t('outside'),
});

function renderNode(node: PathNode, tools: PanelTools): HTMLElement {
  const tone = node.end === null ? '' : ` end tone-${node.end.tone}`;
  const item = h('li', { class: `node ${node.kind}${tone}${node.missed ? ' missed' : ''}` });
  const { hop } = node;
  const name =
    hop === null
      ? h('span', {}, node.name)
      : linkButton(node.name, () => tools.showHop(hop), { class: 'link quiet' });
  item.append(h('h3', {}, icon(node.kind), spoken(`${kindNames()[node.kind]} `), name));
  if (node.rows.length > 0) {
    const named = node.rows.filter(({ name }) => name !== '');
    const list = named.length === 0 ? null : h('dl', {});
    for (const row of named) list?.append(h('dt', {}, row.name), renderRow('dd', row, tools));
    const alone = node.rows.filter(({ name }) => name === '').map((row) => renderRow('p', row, tools));
    item.append(h('div', { class: 'node-rows' }, list, ...alone));
  }
  const { end } = node;
  if (end !== null) {
    const place = end.hop;
    const text =
      place === null ? end.text : linkButton(end.text, () => tools.showHop(place), { class: 'link quiet' });
    item.append(h('p', { class: `flag tone-${end.tone}` }, toneIcon(end), text));
  }
  return item;
}

function renderRow(tag: 'dd' | 'p', row: PathRow, tools: PanelTools): HTMLElement {
  const { hop } = row;
  const text =
    hop === null || row.badge === null
      ? h('span', {}, row.text)
      : linkButton(row.text, () => tools.showHop(hop), { class: 'link quiet' });
  const className = row.badge === null ? 'value' : 'value decision';
  return h(tag, { class: className }, row.badge === null ? null : toneIcon(row.badge), text);
}

function renderAside(aside: PathAside, tools: PanelTools): HTMLElement {
  const { hop } = aside;
  const text =
    hop === null
      ? h('span', {}, aside.text)
      : linkButton(aside.text, () => tools.showHop(hop), { class: 'link quiet' });
  const item = h('li', { class: `aside tone-${aside.tone}` }, toneIcon(aside), text);
  if (aside.way !== '') item.append(h('span', { class: 'muted' }, aside.way));
  if (aside.end !== null) item.append(h('span', { class: 'aside-end' }, toneIcon(aside.end), aside.end.text));
  return item;
}
