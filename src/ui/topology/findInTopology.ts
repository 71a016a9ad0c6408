import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainLabel } from '../plainLabel';
import { shownPorts } from '../wizard/searchPorts';
import { searchTopology } from './searchTopology';
import type { TargetElement, TopologyRow } from './topologyElements';
import { elementOf } from './topologyElements';
import { lineOf } from './topologyLine';

/** What was chosen, and the target it is in. */
export interface FoundRow {
  readonly target: string;
  readonly row: TopologyRow;
}

interface FoundItem extends vscode.QuickPickItem {
  readonly found: FoundRow | null;
}

/** Lets the user search everything that the targets' inventories hold; undefined when nothing was chosen. */
export function pickInTopology(roots: readonly TargetElement[]): Promise<FoundRow | undefined> {
  const pick = vscode.window.createQuickPick<FoundItem>();
  pick.title = l10n.t('Find in Topology');
  pick.placeholder = l10n.t('Port, switch, router or port group: by name, friendly name, IP or MAC');
  const search = () => {
    pick.items = itemsOf(roots, pick.value);
  };
  search();
  return new Promise((resolve) => {
    pick.onDidChangeValue(search);
    pick.onDidAccept(() => {
      const found = pick.selectedItems[0]?.found;
      if (found === null) return;
      resolve(found);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function itemsOf(roots: readonly TargetElement[], query: string): readonly FoundItem[] {
  const items: FoundItem[] = [];
  let more = 0;
  for (const root of roots) {
    if (root.index === null) continue;
    const hits = searchTopology(root.index.inventory, query, shownPorts);
    more += hits.more;
    if (roots.length > 1 && hits.found.length > 0) {
      items.push({ label: plainLabel(root.target), kind: vscode.QuickPickItemKind.Separator, found: null });
    }
    items.push(...hits.found.flatMap((row) => itemOf(root, row)));
  }
  if (more > 0) items.push(remark(l10n.t('{0} more: type to narrow the search', more)));
  if (items.length === 0) items.push(remark(l10n.t('Nothing fits "{0}"', query.trim())));
  for (const { target, index } of roots) {
    if (index === null) {
      items.push(remark(l10n.t('Not searched: {0} has not been read; open it in the Topology view', target)));
    }
  }
  return items;
}

function itemOf(root: TargetElement, row: TopologyRow): readonly FoundItem[] {
  const element = elementOf(root, row);
  if (element === undefined) return [];
  const { label, description, icon, tooltip } = lineOf(element);
  return [
    {
      label: plainLabel(label),
      description: plainLabel(description),
      detail: plainLabel(tooltip[0] ?? ''),
      iconPath: new vscode.ThemeIcon(icon),
      // It was searched already, by fields that are not shown too.
      alwaysShow: true,
      found: { target: root.target, row },
    },
  ];
}

function remark(label: string): FoundItem {
  return {
    label: plainLabel(label),
    iconPath: new vscode.ThemeIcon('info'),
    alwaysShow: true,
    found: null,
  };
}
