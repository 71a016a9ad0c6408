import * as l10n from '@vscode/l10n';
import type { TraceFailure } from '../../core/failure';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type {
  Acl,
  LogicalRouter,
  LogicalRouterPort,
  LogicalSwitch,
  LogicalSwitchPort,
  PortGroup,
} from '../../core/ovn/northbound';
import type { FailureAction } from '../failureActions';
import { actionsFor } from '../failureActions';

/** A row of the northbound database that has a line in the tree. */
export type TopologyRow =
  | { readonly kind: 'switch'; readonly row: LogicalSwitch }
  | { readonly kind: 'router'; readonly row: LogicalRouter }
  | { readonly kind: 'portGroup'; readonly row: PortGroup }
  | { readonly kind: 'port'; readonly row: LogicalSwitchPort }
  | { readonly kind: 'routerPort'; readonly row: LogicalRouterPort }
  | { readonly kind: 'acl'; readonly row: Acl };

export type SectionName = 'switches' | 'routers' | 'portGroups';

/** How the reading of a target's inventory stands; `idle` before the first, and when the last one went well. */
export type ReadingState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'failed'; readonly failure: TraceFailure };

/** What a line that does something does. */
export type TopologyAction = 'read' | 'cancel' | FailureAction;

interface ElementBase {
  /** The same for the same thing in every inventory, so that what is open stays open. */
  readonly id: string;
  /** Name of the target. */
  readonly target: string;
  readonly parent: TopologyElement | null;
}

interface InIndex {
  readonly index: InventoryIndex;
}

export interface TargetElement extends ElementBase {
  readonly kind: 'target';
  /** Where it is: `ssh central1`. */
  readonly where: string;
  /** It is one of several, and the one in use. */
  readonly inUse: boolean;
  readonly state: ReadingState;
  /** Null until the inventory was read once. */
  readonly index: InventoryIndex | null;
}

export type RowElement = ElementBase & InIndex & TopologyRow & { readonly name: string };

/** A line of the Topology view. */
export type TopologyElement =
  | TargetElement
  | (ElementBase & { readonly kind: 'reading' })
  | (ElementBase & { readonly kind: 'failure'; readonly failure: TraceFailure })
  | (ElementBase & { readonly kind: 'empty' })
  | (ElementBase & { readonly kind: 'action'; readonly action: TopologyAction })
  | (ElementBase & InIndex & { readonly kind: 'section'; readonly section: SectionName })
  | (ElementBase & InIndex & { readonly kind: 'range'; readonly rows: readonly TopologyRow[] })
  | RowElement;

/** The editor takes all children of a line at once; more than this are put into ranges, so that none waits for all. */
export const pageSize = 500;

export function targetElement(parts: Omit<TargetElement, 'kind' | 'id' | 'parent'>): TargetElement {
  return { kind: 'target', id: `target/${parts.target}`, parent: null, ...parts };
}

const knownChildren = new WeakMap<TopologyElement, readonly TopologyElement[]>();

/** What stands below a line; made when it is first asked for. */
export function childrenOf(element: TopologyElement): readonly TopologyElement[] {
  const known = knownChildren.get(element);
  if (known !== undefined) return known;
  const made = makeChildren(element);
  knownChildren.set(element, made);
  return made;
}

/** Whether something stands below the line, without making it. */
export function hasChildren(element: TopologyElement): boolean {
  switch (element.kind) {
    case 'target':
    case 'section':
    case 'range':
      return true;
    case 'switch':
    case 'router':
      return element.row.ports.length > 0;
    case 'portGroup':
      return element.row.acls.length > 0;
    default:
      return false;
  }
}

/** The line of a row below the target; undefined when it has none. */
export function elementOf(root: TargetElement, wanted: TopologyRow): TopologyElement | undefined {
  const owner = ownerOf(root, wanted);
  if (owner === undefined) return undefined;
  const rows = rowsOf(owner);
  const at = rows.findIndex(({ row }) => row.uuid === wanted.row.uuid);
  if (at < 0) return undefined;
  if (rows.length <= pageSize) return childrenOf(owner)[at];
  const range = childrenOf(owner)[Math.floor(at / pageSize)];
  return range === undefined ? undefined : childrenOf(range)[at % pageSize];
}

/** What a row is called in the tree. */
export function labelOf({ kind, row }: TopologyRow): string {
  if (kind === 'acl') return row.name ?? l10n.t('ACL {0}', row.uuid.slice(0, 8));
  return ('friendlyName' in row ? row.friendlyName : null) ?? row.name;
}

function ownerOf(root: TargetElement, wanted: TopologyRow): TopologyElement | undefined {
  const section = (name: SectionName) =>
    childrenOf(root).find((child) => child.kind === 'section' && child.section === name);
  switch (wanted.kind) {
    case 'switch':
      return section('switches');
    case 'router':
      return section('routers');
    case 'portGroup':
      return section('portGroups');
    case 'port': {
      const row = root.index?.switchOf(wanted.row.name);
      return row === undefined ? undefined : elementOf(root, { kind: 'switch', row });
    }
    case 'routerPort': {
      const row = root.index?.routerOf(wanted.row.name);
      return row === undefined ? undefined : elementOf(root, { kind: 'router', row });
    }
    case 'acl':
      return undefined;
  }
}

function makeChildren(element: TopologyElement): readonly TopologyElement[] {
  switch (element.kind) {
    case 'target':
      return belowTarget(element);
    case 'range':
      return element.rows.map((row) => rowElement(row, element, element.index));
    case 'section':
    case 'switch':
    case 'router':
    case 'portGroup':
      return paged(element, rowsOf(element));
    default:
      return [];
  }
}

function belowTarget(root: TargetElement): readonly TopologyElement[] {
  const { target, state, index } = root;
  const base = (id: string): ElementBase => ({ id: `${root.id}/${id}`, target, parent: root });
  const action = (name: TopologyAction): TopologyElement => ({
    ...base(`action/${name}`),
    kind: 'action',
    action: name,
  });
  const told: TopologyElement[] = [];
  if (state.kind === 'reading') {
    // What is known is shown meanwhile; the line of the target says that it is read again.
    if (index === null) told.push({ ...base('reading'), kind: 'reading' }, action('cancel'));
  } else if (state.kind === 'failed') {
    const { failure } = state;
    told.push(
      { ...base('failure'), kind: 'failure', failure },
      action('read'),
      ...actionsFor(failure)
        .filter((name) => name !== 'editTrace')
        .map(action),
    );
  } else if (index === null) told.push(action('read'));
  if (index === null) return told;
  const { switches, routers, portGroups } = index.inventory;
  const sections = (
    [
      ['switches', switches],
      ['routers', routers],
      ['portGroups', portGroups],
    ] as const
  ).flatMap(([section, rows]): TopologyElement[] =>
    rows.length === 0 ? [] : [{ ...base(section), kind: 'section', section, index }],
  );
  if (sections.length === 0) told.push({ ...base('empty'), kind: 'empty' });
  return [...told, ...sections];
}

/** By inventory and line: the lines are made anew whenever one of them changes, and sorting is what takes time. */
const knownRows = new WeakMap<InventoryIndex, Map<string, readonly TopologyRow[]>>();

/** The rows directly below a section, switch, router or port group, in the order of their lines. */
function rowsOf(element: TopologyElement): readonly TopologyRow[] {
  if (!('index' in element) || element.index === null) return [];
  const ofIndex = knownRows.get(element.index) ?? new Map<string, readonly TopologyRow[]>();
  knownRows.set(element.index, ofIndex);
  const known = ofIndex.get(element.id);
  if (known !== undefined) return known;
  const made = makeRows(element);
  ofIndex.set(element.id, made);
  return made;
}

function makeRows(element: TopologyElement): readonly TopologyRow[] {
  switch (element.kind) {
    case 'section': {
      const { switches, routers, portGroups } = element.index.inventory;
      if (element.section === 'switches') return inOrder(switches.map((row) => ({ kind: 'switch', row })));
      if (element.section === 'routers') return inOrder(routers.map((row) => ({ kind: 'router', row })));
      return inOrder(portGroups.map((row) => ({ kind: 'portGroup', row })));
    }
    case 'switch': {
      const ports = element.index.portsOn(element.row);
      // What joins the switch to others is little, and says most about where it stands.
      const [guests, others] = [ports.filter(isGuest), ports.filter((port) => !isGuest(port))];
      return [others, guests].flatMap((rows) => inOrder(rows.map((row) => ({ kind: 'port', row }))));
    }
    case 'router':
      return inOrder(
        element.row.ports.flatMap((name): TopologyRow[] => {
          const row = element.index.routerPort(name);
          return row === undefined ? [] : [{ kind: 'routerPort', row }];
        }),
      );
    case 'portGroup':
      return inOrder(
        element.row.acls.flatMap((uuid) =>
          element.index.acls(uuid).map((row): TopologyRow => ({ kind: 'acl', row })),
        ),
      );
    default:
      return [];
  }
}

function isGuest({ type }: LogicalSwitchPort): boolean {
  return type === '';
}

/** `web2` stands before `web10`. */
const { compare } = new Intl.Collator('en', { numeric: true });

/** By label; ACLs in the order in which OVN asks them. */
function inOrder(rows: readonly TopologyRow[]): readonly TopologyRow[] {
  return rows
    .map((row) => ({ row, label: labelOf(row), rank: rankOf(row) }))
    .sort((a, b) => a.rank - b.rank || compare(a.label, b.label))
    .map(({ row }) => row);
}

function rankOf(row: TopologyRow): number {
  if (row.kind !== 'acl') return 0;
  const { direction, tier, priority } = row.row;
  return (direction === 'from-lport' ? 0 : 1_000_000) + tier * 65_536 - priority;
}

function paged(parent: TopologyElement & InIndex, rows: readonly TopologyRow[]): readonly TopologyElement[] {
  const { target, index, id } = parent;
  if (rows.length <= pageSize) return rows.map((row) => rowElement(row, parent, index));
  return Array.from({ length: Math.ceil(rows.length / pageSize) }, (_, page): TopologyElement => {
    const own = rows.slice(page * pageSize, (page + 1) * pageSize);
    return { kind: 'range', id: `${id}/range/${page}`, target, parent, index, rows: own };
  });
}

function rowElement(row: TopologyRow, parent: TopologyElement, index: InventoryIndex): RowElement {
  // A row moves from range to range when others come and go; it stays the same line.
  const owner = parent.kind === 'range' && parent.parent !== null ? parent.parent : parent;
  const base = { id: `${owner.id}/${row.row.uuid}`, target: parent.target, parent, index };
  return { ...base, ...row, name: row.kind === 'acl' ? row.row.uuid : row.row.name };
}
