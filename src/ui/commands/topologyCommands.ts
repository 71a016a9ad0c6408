import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { InventoryIndex, ScopedAcl } from '../../core/ovn/inventoryIndex';
import { plainLabel } from '../plainLabel';
import type { Services } from '../services';
import { aclsOfRow } from '../topology/aclsOfRow';
import { pickInTopology } from '../topology/findInTopology';
import { rowArgument, targetArgument } from '../topology/topologyArgument';
import type { RowArgument } from '../topology/topologyArgument';
import { labelOf } from '../topology/topologyElements';
import { aclIcon, describeAcl } from '../topology/topologyLine';
import { openDefinition } from './resultCommands';
import { reading, targetInUse } from './targetCommands';
import { askAndRun } from './traceCommands';

type TopologyHandlers = Pick<
  CommandHandlers,
  'findInTopology' | 'traceFromHere' | 'traceToHere' | 'showAcls' | 'cancelReading'
>;

/** The commands of the Topology view. */
export function createTopologyCommands(services: Services): TopologyHandlers {
  return {
    findInTopology: () => findInTopology(services),
    traceFromHere: async (argument) => {
      const row = rowArgument(argument);
      if (row?.kind !== 'port') return;
      await askAndRun(services, { target: row.target, inport: row.name }, 'firstOpen');
    },
    traceToHere: async (argument) => {
      const row = rowArgument(argument);
      if (row?.kind !== 'port') return;
      const destination = { kind: 'port' as const, port: row.name };
      await askAndRun(services, { target: row.target, destination }, 'firstOpen');
    },
    showAcls: async (argument) => {
      const row = rowArgument(argument);
      if (row !== undefined) await showAcls(services, row);
    },
    cancelReading: (argument) => {
      const target = targetArgument(argument);
      if (target !== undefined) services.topology.cancel(target);
    },
  };
}

async function findInTopology(services: Services): Promise<void> {
  const { tasks, inventories, topology } = services;
  if (topology.listRoots().every(({ index }) => index === null)) {
    const target = await targetInUse(services, l10n.t('Find in Topology'));
    if (target === undefined) return;
    await tasks.run(reading(target), (signal) => inventories.read(target, signal));
  }
  const found = await pickInTopology(topology.listRoots());
  if (found !== undefined) await topology.reveal(found.target, found.row);
}

async function showAcls(services: Services, row: RowArgument): Promise<void> {
  const { tasks, targets, inventories } = services;
  const target = targets.require(row.target);
  const index =
    inventories.peek(target) ??
    (await tasks.run(reading(target), (signal) => inventories.read(target, signal)));
  const acls = aclsOfRow(row, index);
  if (acls.length === 0) {
    throw new TraceFailure('bad-request', l10n.t('No ACL is set for {0} any more.', row.name), {
      advice: l10n.t('Refresh the inventory to see what is set now.'),
    });
  }
  const [first] = acls;
  const chosen =
    row.kind === 'acl' && first !== undefined ? { scoped: first, live: false } : await pickAcl(row, acls);
  if (chosen === undefined) return;
  await openRule(services, target.name, chosen, index);
}

interface ChosenAcl {
  readonly scoped: ScopedAcl;
  /** The row of the database is wanted, not the line that wrote it. */
  readonly live: boolean;
}

const liveButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon('database'),
  tooltip: l10n.t('Open Live ACL'),
});

function pickAcl(row: RowArgument, acls: readonly ScopedAcl[]): Promise<ChosenAcl | undefined> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly scoped: ScopedAcl }>();
  pick.title = plainLabel(l10n.t('ACLs of {0}', row.name));
  pick.placeholder = l10n.t('Opens the line that wrote the ACL, or the ACL itself when no line did');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = acls.map((scoped) => ({
    label: plainLabel(labelOf({ kind: 'acl', row: scoped.acl })),
    description: plainLabel(
      [describeAcl(scoped.acl), ...scoped.entities.map(({ type, name }) => carrier(type, name))].join(', '),
    ),
    detail: plainLabel(scoped.acl.match),
    iconPath: new vscode.ThemeIcon(aclIcon(scoped.acl)),
    buttons: [liveButton()],
    scoped,
  }));
  return new Promise((resolve) => {
    const finish = (chosen: ChosenAcl | undefined) => {
      resolve(chosen);
      pick.hide();
    };
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      finish(item === undefined ? undefined : { scoped: item.scoped, live: false });
    });
    pick.onDidTriggerItemButton(({ item }) => finish({ scoped: item.scoped, live: true }));
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function carrier(type: ScopedAcl['entities'][number]['type'], name: string): string {
  return type === 'switch' ? l10n.t('on switch {0}', name) : l10n.t('in port group {0}', name);
}

async function openRule(
  { tasks, definitions, aclDocuments }: Services,
  target: string,
  { scoped, live }: ChosenAcl,
  index: InventoryIndex,
): Promise<void> {
  const { acl, entities } = scoped;
  const words = {
    title: l10n.t('Looking for the line that wrote the ACL'),
    doing: l10n.t('searching files'),
  };
  const links = live
    ? []
    : (await tasks.run(words, () => definitions.read())).join.aclLinks(acl, entities, index);
  const [link] = links;
  if (link === undefined || link.confidence === 'candidate') await aclDocuments.open(target, acl);
  else await openDefinition(link);
}
