import { aclsOfPort } from '../../core/acl/portAcls';
import { ownerOfGroup } from '../../core/acl/ownerOf';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { Acl, LogicalRouterPort, LogicalSwitchPort } from '../../core/ovn/northbound';
import { failureActionLabels } from '../failureActions';
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
      return { label: 'Reading the northbound database…', icon: 'loading~spin', description: [] };
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
        label: 'This northbound database has no switches, routers or port groups.',
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
      return { label, icon: 'ellipsis', description: [String(element.rows.length)] };
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
          count(index.inventory.switches.length, 'switch', 'switches'),
          count(index.inventory.routers.length, 'router'),
          count(index.inventory.switchPorts.length, 'port'),
        ].join(', ');
  const reading =
    state.kind === 'reading'
      ? 'reading…'
      : state.kind === 'failed'
        ? index === null
          ? 'not read'
          : 'not up to date'
        : index === null
          ? 'not read yet'
          : null;
  return {
    label: target,
    icon: state.kind === 'failed' && state.failure.reason !== 'cancelled' ? 'warning' : 'server-environment',
    description: [inUse ? 'in use' : null, reading, counts, where].filter((word) => word !== null),
    tooltip: [
      `${target}: ${where}`,
      ...(index === null
        ? ['Open it to read its northbound database.']
        : [`Read at ${new Date(index.inventory.readAt).toLocaleString()}`]),
      ...(state.kind === 'failed' ? [state.failure.message] : []),
    ],
    spoken: `target ${target}`,
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
      return { label: isAgain ? 'Try Again' : 'Read the Network', icon: 'sync' };
    }
    case 'cancel':
      return { label: 'Cancel Reading', icon: 'close' };
    case 'checkTarget':
      return { label: failureActionLabels[action], icon: 'pulse' };
    case 'openSettings':
      return { label: failureActionLabels[action], icon: 'settings-gear' };
    default:
      return { label: failureActionLabels[action], icon: 'arrow-right' };
  }
}

function sectionWords(section: SectionName, { inventory }: InventoryIndex): Words {
  switch (section) {
    case 'switches':
      return {
        label: 'Switches',
        icon: 'layers',
        description: [String(inventory.switches.length)],
        opens: 'open',
      };
    case 'routers':
      return {
        label: 'Routers',
        icon: 'compass',
        description: [String(inventory.routers.length)],
        opens: 'open',
      };
    case 'portGroups':
      return {
        label: 'Port Groups',
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
        description: [count(row.ports.length, 'port'), ...aclWords(acls), ...ownName(element)],
        tooltip: [
          `logical switch ${row.name}`,
          ...friendly(row.friendlyName),
          `${count(row.ports.length, 'port')}, ${count(acls, 'ACL')} set on the switch itself`,
          row.uuid,
        ],
        spoken: `switch ${label}`,
        context: acls > 0 ? 'switch.acls' : 'switch',
      };
    }
    case 'router': {
      const { row } = element;
      return {
        label,
        icon: row.enabled ? 'compass' : 'circle-slash',
        description: [
          ...(row.enabled ? [] : ['disabled']),
          count(row.ports.length, 'port'),
          ...ownName(element),
        ],
        tooltip: [
          `logical router ${row.name}`,
          ...friendly(row.friendlyName),
          `${count(row.ports.length, 'port')}, ${count(row.nats.length, 'NAT rule')}`,
          row.uuid,
        ],
        spoken: `router ${label}`,
      };
    }
    case 'portGroup': {
      const { row, index } = element;
      const owner = ownerOfGroup(row.name, index);
      return {
        label,
        icon: 'checklist',
        description: [count(row.ports.length, 'port'), count(row.acls.length, 'ACL')],
        tooltip: [`port group ${row.name}`, ...(owner === null ? [] : [owner]), row.uuid],
        spoken: `port group ${label}`,
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
      ...(behind === undefined ? addresses : [`to ${behind.routerName}`]),
      ...(port.unknownAddresses ? ['any address'] : []),
      ...aclWords(acls),
      ...ownName(element),
    ],
    tooltip: [
      `logical switch port ${port.name} on ${port.switchName}`,
      ...friendly(port.friendlyName),
      ...(state === null ? [] : [state.sentence]),
      ...port.addresses.map(({ mac, ips }) => [mac, ...ips].join(' ')),
      ...(behind === undefined ? [] : [`leads to router port ${behind.name} of ${behind.routerName}`]),
      `port security: ${port.portSecurity.length === 0 ? 'none' : port.portSecurity.join('; ')}`,
      ...(groups.length === 0 ? [] : [`port groups: ${some(groups)}`]),
      `${count(acls, 'ACL')} by its switch and port groups`,
      port.uuid,
    ],
    spoken: `port ${label}`,
    // No packet starts at the port of a router, so nothing can be traced from there.
    context: `${port.type === 'router' ? 'wire' : 'port'}${acls > 0 ? '.acls' : ''}`,
  };
}

interface PortState {
  readonly word: 'up' | 'down' | 'disabled';
  readonly icon: string;
  readonly sentence: string;
}

/** Types whose ports are claimed by a chassis; of the others `up` says nothing. */
const boundTypes: ReadonlySet<string> = new Set(['', 'virtual', 'external', 'l2gateway', 'vtep', 'remote']);

/** `up` is empty until the port was bound for the first time, and then it is not up: ovn-nb(5). */
function stateOf({ enabled, up, type }: LogicalSwitchPort): PortState | null {
  if (!enabled) {
    return {
      word: 'disabled',
      icon: 'circle-slash',
      sentence: 'disabled: its column enabled is false, and OVN drops what it sends and receives',
    };
  }
  if (!boundTypes.has(type)) return null;
  return up === true
    ? { word: 'up', icon: 'vm-active', sentence: 'up: a chassis has claimed it' }
    : { word: 'down', icon: 'vm-outline', sentence: 'down: no chassis has claimed it' };
}

function routerPortWords(port: LogicalRouterPort, index: InventoryIndex): Words {
  const before = index.switchPortBefore(port.name);
  const leadsTo = before?.switchName ?? port.peer;
  return {
    label: port.name,
    icon: port.enabled ? 'plug' : 'circle-slash',
    description: [
      ...(port.enabled ? [] : ['disabled']),
      ...port.networks,
      ...(leadsTo === null ? [] : [`to ${leadsTo}`]),
      ...(port.gateway === 'unhosted' ? ['no gateway chassis'] : []),
    ],
    tooltip: [
      `logical router port ${port.name} of ${port.routerName}`,
      [port.mac, ...port.networks].join(' '),
      ...(before === undefined ? [] : [`joined to ${before.switchName} by its port ${before.name}`]),
      ...(port.peer === null ? [] : [`peer: ${port.peer}`]),
      ...(port.gateway === 'hosted' ? ['gateway port, hosted by a chassis'] : []),
      ...(port.gateway === 'unhosted' ? ['gateway port that no chassis hosts'] : []),
      port.uuid,
    ],
    spoken: `router port ${port.name}`,
  };
}

function aclRowWords(acl: Acl): Words {
  const label = labelOf({ kind: 'acl', row: acl });
  return {
    label,
    icon: aclIcon(acl),
    description: [describeAcl(acl)],
    tooltip: [label, describeAcl(acl), `match: ${acl.match}`, acl.uuid],
    spoken: acl.name === null ? label : `ACL ${label}`,
  };
}

/** `drop, to-lport, priority 900`. */
export function describeAcl({ action, direction, tier, priority }: Acl): string {
  return [action, direction, ...(tier === 0 ? [] : [`tier ${tier}`]), `priority ${priority}`].join(', ');
}

export function aclIcon({ action }: Acl): string {
  if (action.startsWith('allow')) return 'pass';
  if (action === 'reject') return 'error';
  return action === 'drop' ? 'circle-slash' : 'arrow-right';
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

function aclWords(acls: number): readonly string[] {
  return acls === 0 ? [] : [count(acls, 'ACL')];
}

/** The name in OVN, where the line is called by another. */
function ownName(element: RowElement): readonly string[] {
  return labelOf(element) === element.name ? [] : [element.name];
}

function friendly(name: string | null): readonly string[] {
  return name === null ? [] : [`known as ${name}`];
}

const shownGroups = 20;

function some(names: readonly string[]): string {
  const more = names.length - shownGroups;
  return more <= 0 ? names.join(', ') : `${names.slice(0, shownGroups).join(', ')} and ${more} more`;
}
