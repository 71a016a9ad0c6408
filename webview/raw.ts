import * as l10n from '@vscode/l10n';
import type { RawSection } from '../src/protocol/panelModel';
import { h, multiline } from './dom';
import { copyButton, toolButton, type PanelTools } from './parts';

/** What ovn-trace printed, as it came; the deciding lines marked. */
export function renderRaw(sections: readonly RawSection[], tools: PanelTools): HTMLElement {
  const box = h('div', { class: 'raw' });
  sections.forEach((section, position) => {
    const open = toolButton('file', l10n.t('Open in Editor'), () => {
      tools.host.request({ kind: 'openRaw', section: position });
    });
    const copy = copyButton(section.text, section.title, tools);
    const lines = h('span', { class: 'muted' }, `${section.lines} ${section.lines === 1 ? 'line' : 'lines'}`);
    const buttons = h('div', { class: 'push' }, copy, open);
    const text = h('pre', { tabindex: 0, role: 'region', 'aria-label': section.title });
    text.append(...markLines(section));
    box.append(
      h('section', {}, h('div', { class: 'bar' }, h('h2', {}, section.title), lines, buttons), text),
    );
  });
  return box;
}

/** The text in few nodes, however long it is: one for each marked line and one for what lies between. */
function markLines({ text, marked }: RawSection): readonly Node[] {
  if (marked.length === 0) return [multiline(text)];
  const lines = text.split('\n');
  const nodes: Node[] = [];
  let next = 0;
  for (const line of marked) {
    if (line < next || line >= lines.length) continue;
    if (line > next) nodes.push(multiline(`${lines.slice(next, line).join('\n')}\n`));
    const mark = h('mark', {});
    mark.append(multiline(lines[line] ?? ''));
    nodes.push(mark, multiline('\n'));
    next = line + 1;
  }
  nodes.push(multiline(lines.slice(next).join('\n')));
  return nodes;
}
