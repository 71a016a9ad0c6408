import * as l10n from '@vscode/l10n';
import { aclsOfPort } from '../../core/acl/portAcls';
import { ownerOfGroup } from '../../core/acl/ownerOf';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { Acl, LogicalRouterPort, LogicalSwitchPort } from '../../core/ovn/northbound';
import { labelOfAction } from '../failureActions';
import { hasChildren, labelOf } from './topologyElements';
import type {
  RowElement,
  SectionName,
  TargetElement,
  TopologyAction,
  TopologyElement,
} from './topologyElements';

/** What a line of the Topology view shows. */
export interface TopologyLine {
  readonly label: string;
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** Name of a theme colour; null for the usual one. */
  readonly colour: string | null;
  readonly tooltip: readonly string[];
  /** Everything the line says, for a screen reader. */
  readonly spoken: string;
  /** What menus ask for. */
  readonly context: string;
  readonly opens: 'never' | 'closed' | 'open';
}

/** The words of a line. */
export function lineOf(element: TopologyElement): TopologyLine {
  const line = wordsOf(element);
  return {
    colour: null,
    context: element.kind,
    tooltip: [],
    opens: hasChildren(element) ? 'closed' : 'never',
    ...line,
    description: line.description.join(', '),
    spoken: [line.spoken ?? line.label, ...line.description].join(', '),
  };
}

type Words = Omit<Partial<TopologyLine>, 'description' | 'spoken'> &
  Pick<TopologyLine, 'label' | 'icon'> & {
    readonly description: readonly string[];
    /** What stands before the description when it is spoken; the label when left out. */
    readonly spoken?: string;
  };

function wordsOf(element: TopologyElement): Words {
  switch (element.kind) {
    case 'target':
      return targetWords(element);
    case 'reading':
      return { label: l10n.t('Reading the northbound database…'), icon: 'loading~spin', description: [] };
    case 'failure': {
      const { message, advice } = element.failure;
      const isCancelled = element.failure.reason === 'cancelled';
      return {
        label: message,
        icon: isCancelled ? 'info' : 'error',
        colour: isCancelled ? null : 'list.errorForeground',
        description: [],
        tooltip: [message, advice].filter((text) => text !== ''),
        spoken: [message, advice].join(' ').trim(),
      };
    }
    case 'empty':
      return {
        label: l10n.t('This northbound database has no switches, routers or port groups.'),
        icon: 'info',
        description: [],
      };
    case 'action':
      return { ...actionWords(element.action, element.parent), description: [] };
    case 'section':
      return sectionWords(element.section, element.index);
    case 'range': {
      const [first, last] = [element.rows[0], element.rows.at(-1)];
      const label = [first, last].map((row) => (row === undefined ? '' : labelOf(row))).join(' … ');
      return {
        label,
        icon: 'ellipsis',
        description: [String(element.rows.length)],
        spoken: l10n.t(
          '{0} to {1}',
          first === undefined ? '' : labelOf(first),
          last === undefined ? '' : labelOf(last),
        ),
      };
    }
    default:
      return rowWords(element);
  }
}

function targetWords({ target, where, inUse, state, index }: TargetElement): Words {
  const counts =
    index === null
      ? null
      : [
          count(index.inventory.switches.length, l10n.t('1 switch'), (all) => l10n.t('{0} switches', all)),
          count(index.inventory.routers.length, l10n.t('1 router'), (all) => l10n.t('{0} routers', all)),
          countPorts(index.inventory.switchPorts.length),
        ].join(', ');
  const reading =
    state.kind === 'reading'
      ? l10n.t('reading…')
      : state.kind === 'failed'
        ? index === null
          ? l10n.t('not read')
          : l10n.t('not up to date')
        : index === null
          ? l10n.t('not read yet')
          : null;
  return {
    label: target,
    icon: state.kind === 'failed' && state.failure.reason !== 'cancelled' ? 'warning' : 'server-environment',
    description: [inUse ? l10n.t('in use') : null, reading, counts, where].filter((word) => word !== null),
    tooltip: [
      `${target}: ${where}`,
      ...(index === null
        ? [l10n.t('Open it to read its northbound database.')]
        : [l10n.t('Read at {0}', new Date(index.inventory.readAt).toLocaleString())]),
      ...(state.kind === 'failed' ? [state.failure.message] : []),
    ],
    spoken: l10n.t('target {0}', target),
    opens: 'closed',
  };
}

function actionWords(
  action: TopologyAction,
  parent: TopologyElement | null,
): Pick<TopologyLine, 'label' | 'icon'> {
  switch (action) {
    case 'read': {
      const isAgain = parent?.kind === 'target' && parent.state.kind === 'failed';
      return { label: isAgain ? l10n.t('Try Again') : l10n.t('Read the Network'), icon: 'sync' };
    }
    case 'cancel':
      return { label: l10n.t('Cancel Reading'), icon: 'close' };
    case 'checkTarget':
      return { label: labelOfAction(action), icon: 'pulse' };
    case 'openSettings':
      return { label: labelOfAction(action), icon: 'settings-gear' };
    default:
      return { label: labelOfAction(action), icon: 'arrow-right' };
  }
}

function sectionWords(section: SectionName, { inventory }: InventoryIndex): Words {
  switch (section) {
    case 'switches':
      return {
        label: l10n.t('Switches'),
        icon: 'layers',
        description: [String(inventory.switches.length)],
        opens: 'open',
      };
    case 'routers':
      return {
        label: l10n.t('Routers'),
        icon: 'compass',
        description: [String(inventory.routers.length)],
        opens: 'open',
      };
    case 'portGroups':
      return {
        label: l10n.t('Port Groups'),
        icon: 'checklist',
        description: [String(inventory.portGroups.length)],
      };
  }
}

function rowWords(element: RowElement): Words {
  const label = labelOf(element);
  switch (element.kind) {
    case 'switch': {
      const { row } = element;
      const acls = row.acls.length;
      return {
        label,
        icon: 'layers',
        description: [countPorts(row.ports.length), ...aclWords(acls), ...ownName(element)],
        tooltip: [
          l10n.t('logical switch {0}', row.name),
          ...friendly(row.friendlyName),
          l10n.t('{0}, {1} set on the switch itself', countPorts(row.ports.length), countAcls(acls)),
          row.uuid,
        ],
        spoken: l10n.t('switch {0}', label),
        context: acls > 0 ? 'switch.acls' : 'switch',
      };
    }
    case 'router': {
      const { row } = element;
      return {
        label,
        icon: row.enabled ? 'compass' : 'circle-slash',
        description: [
          ...(row.enabled ? [] : [l10n.t('disabled')]),
          countPorts(row.ports.length),
          ...ownName(element),
        ],
        tooltip: [
          l10n.t('logical router {0}', row.name),
          ...friendly(row.friendlyName),
          `${countPorts(row.ports.length)}, ${count(row.nats.length, l10n.t('1 NAT rule'), (all) => l10n.t('{0} NAT rules', all))}`,
          row.uuid,
        ],
        spoken: l10n.t('router {0}', label),
      };
    }
    case 'portGroup': {
      const { row, index } = element;
      const owner = ownerOfGroup(row.name, index);
      return {
        label,
        icon: 'checklist',
        description: [countPorts(row.ports.length), countAcls(row.acls.length)],
        tooltip: [l10n.t('port group {0}', row.name), ...(owner === null ? [] : [owner]), row.uuid],
        spoken: l10n.t('port group {0}', label),
        context: row.acls.length > 0 ? 'portGroup.acls' : 'portGroup',
      };
    }
    case 'port':
      return portWords(element.row, element);
    case 'routerPort':
      return routerPortWords(element.row, element.index);
    case 'acl':
      return aclRowWords(element.row);
  }
}

function portWords(port: LogicalSwitchPort, element: RowElement): Words {
  const { index } = element;
  const label = labelOf(element);
  const acls = aclsOfPort(port, index).length;
  const addresses = port.addresses.flatMap(({ mac, ips }) => (ips.length === 0 ? [mac] : ips));
  const behind = index.routerPortBehind(port);
  const state = stateOf(port);
  const groups = index.portGroupsOf(port.name).map(({ name }) => name);
  return {
    label,
    icon: state?.icon ?? (port.type === 'localnet' ? 'globe' : port.type === 'router' ? 'compass' : 'plug'),
    description: [
      ...(state === null ? [] : [state.word]),
      ...(port.type === '' ? [] : [port.type]),
      ...(behind === undefined ? addresses : [l10n.t('to {0}', behind.routerName)]),
      ...(port.unknownAddresses ? [l10n.t('any address')] : []),
      ...aclWords(acls),
      ...ownName(element),
    ],
    tooltip: [
      l10n.t('logical switch port {0} on {1}', port.name, port.switchName),
      ...friendly(port.friendlyName),
      ...(state === null ? [] : [state.sentence]),
      ...port.addresses.map(({ mac, ips }) => [mac, ...ips].join(' ')),
      ...(behind === undefined
        ? []
        : [l10n.t('leads to router port {0} of {1}', behind.name, behind.routerName)]),
      l10n.t(
        'port security: {0}',
        port.portSecurity.length === 0 ? l10n.t('none') : port.portSecurity.join('; '),
      ),
      ...(groups.length === 0 ? [] : [l10n.t('port groups: {0}', some(groups))]),
      l10n.t('{0} by its switch and port groups', countAcls(acls)),
      port.uuid,
    ],
    spoken: l10n.t('port {0}', label),
    // No packet starts at the port of a router, so nothing can be traced from there.
    context: `${port.type === 'router' ? 'wire' : 'port'}${acls > 0 ? '.acls' : ''}`,
  };
}

interface PortState {
  readonly word: string;
  readonly icon: string;
  readonly sentence: string;
}

/** Types whose ports are claimed by a chassis; of the others `up` says nothing. */
const boundTypes: ReadonlySet<string> = new Set(['', 'virtual', 'external', 'l2gateway', 'vtep', 'remote']);

/** `up` is empty until the port was bound for the first time, and then it is not up: ovn-nb(5). */
function stateOf({ enabled, up, type }: LogicalSwitchPort): PortState | null {
  if (!enabled) {
    return {
      word: l10n.t('disabled'),
      icon: 'circle-slash',
      sentence: l10n.t('disabled: its column enabled is false, and OVN drops what it sends and receives'),
    };
  }
  if (!boundTypes.has(type)) return null;
  return up === true
    ? { word: l10n.t('up'), icon: 'vm-active', sentence: l10n.t('up: a chassis has claimed it') }
    : { word: l10n.t('down'), icon: 'vm-outline', sentence: l10n.t('down: no chassis has claimed it') };
}

function routerPortWords(port: LogicalRouterPort, index: InventoryIndex): Words {
  const before = index.switchPortBefore(port.name);
  const leadsTo = before?.switchName ?? port.peer;
  return {
    label: port.name,
    icon: port.enabled ? 'plug' : 'circle-slash',
    description: [
      ...(port.enabled ? [] : [l10n.t('disabled')]),
      ...port.networks,
      ...(leadsTo === null ? [] : [l10n.t('to {0}', leadsTo)]),
      ...(port.gateway === 'unhosted' ? [l10n.t('no gateway chassis')] : []),
    ],
    tooltip: [
      l10n.t('logical router port {0} of {1}', port.name, port.routerName),
      [port.mac, ...port.networks].join(' '),
      ...(before === undefined
        ? []
        : [l10n.t('joined to {0} by its port {1}', before.switchName, before.name)]),
      ...(port.peer === null ? [] : [l10n.t('peer: {0}', port.peer)]),
      ...(port.gateway === 'hosted' ? [l10n.t('gateway port, hosted by a chassis')] : []),
      ...(port.gateway === 'unhosted' ? [l10n.t('gateway port that no chassis hosts')] : []),
      port.uuid,
    ],
    spoken: l10n.t('router port {0}', port.name),
  };
}

function aclRowWords(acl: Acl): Words {
  const label = labelOf({ kind: 'acl', row: acl });
  return {
    label,
    icon: aclIcon(acl),
    description: [describeAcl(acl)],
    tooltip: [label, describeAcl(acl), l10n.t('match: {0}', acl.match), acl.uuid],
    spoken: acl.name === null ? label : l10n.t('ACL {0}', label),
  };
}

/** `drop, to-lport, priority 900`. */
export function describeAcl({ action, direction, tier, priority }: Acl): string {
  return [
    action,
    direction,
    ...(tier === 0 ? [] : [l10n.t('tier {0}', tier)]),
    l10n.t('priority {0}', priority),
  ].join(', ');
}

export function aclIcon({ action }: Acl): string {
  if (action.startsWith('allow')) return 'pass';
  if (action === 'reject') return 'error';
  return action === 'drop' ? 'circle-slash' : 'arrow-right';
}

/** The message that fits the number: whole ones, as languages differ in more than an ending. */
function count(number: number, one: string, many: (number: string) => string): string {
  return number === 1 ? one : many(number.toLocaleString('en'));
}

function countPorts(number: number): string {
  return count(number, l10n.t('1 port'), (all) => l10n.t('{0} ports', all));
}

function countAcls(number: number): string {
  return count(number, l10n.t('1 ACL'), (all) => l10n.t('{0} ACLs', all));
}

function aclWords(acls: number): readonly string[] {
  return acls === 0 ? [] : [countAcls(acls)];
}

/** The name in OVN, where the line is called by another. */
function ownName(element: RowElement): readonly string[] {
  return labelOf(element) === element.name ? [] : [element.name];
}

function friendly(name: string | null): readonly string[] {
  return name === null ? [] : [l10n.t('known as {0}', name)];
}

const shownGroups = 20;

function some(names: readonly string[]): string {
  const more = names.length - shownGroups;
  return more <= 0
    ? names.join(', ')
    : l10n.t('{0} and {1} more', names.slice(0, shownGroups).join(', '), more);
}
