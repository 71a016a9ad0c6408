import { all } from './gress';
import type { ManifestValue } from './manifestValue';

/** A port of a rule; the whole protocol when `low` is null; `high` differs in a range. */
export interface RulePort {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly low: number | null;
  readonly high: number | null;
  /** Each pod has its own number for it. */
  readonly isNamed: boolean;
}

/** The ports of a rule of a NetworkPolicy or an EgressFirewall; empty for all; null when the file does not tell them. */
export function readPorts(ports: ManifestValue): readonly RulePort[] | null {
  return readEach(ports, (port) => readPort(port.get('protocol'), port.get('port'), port.get('endPort')));
}

/** The same of an AdminNetworkPolicy. */
export function readAdminPorts(ports: ManifestValue): readonly RulePort[] | null {
  return readEach(ports, (port) => {
    const number = port.get('portNumber');
    if (number.isMap) return readPort(number.get('protocol'), number.get('port'), null);
    const range = port.get('portRange');
    if (range.isMap) return readPort(range.get('protocol'), range.get('start'), range.get('end'));
    const isNamed = typeof port.get('namedPort').text() === 'string';
    return isNamed ? { protocol: 'tcp', low: null, high: null, isNamed } : null;
  });
}

function readEach(
  ports: ManifestValue,
  read: (port: ManifestValue) => RulePort | null,
): readonly RulePort[] | null {
  if (ports.isMissing) return [];
  if (!ports.isList || ports.hasTemplate) return null;
  const found: RulePort[] = [];
  for (const item of ports.items()) {
    const port = item.isMap ? read(item) : null;
    if (port === null) return null;
    found.push(port);
  }
  return found;
}

function readPort(
  protocolValue: ManifestValue,
  portValue: ManifestValue,
  endValue: ManifestValue | null,
): RulePort | null {
  const protocol = protocolOf(protocolValue);
  if (protocol === null) return null;
  const low = portValue.integer();
  const high = endValue?.integer();
  if (low === undefined)
    return high === undefined ? { protocol, low: null, high: null, isNamed: false } : null;
  if (low === null) {
    const isNamed = high === undefined && /[a-z]/i.test(portValue.text() ?? '');
    return isNamed ? { protocol, low: null, high: null, isNamed } : null;
  }
  if (high === null || !isPort(low) || !isPort(high ?? low) || (high ?? low) < low) return null;
  return { protocol, low, high: high ?? low, isNamed: false };
}

function protocolOf(value: ManifestValue): RulePort['protocol'] | null {
  const text = value.text();
  if (text === undefined) return 'tcp';
  switch (text) {
    case 'TCP':
      return 'tcp';
    case 'UDP':
      return 'udp';
    case 'SCTP':
      return 'sctp';
    default:
      return null;
  }
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65535;
}

/** Each port alone, as kube-ovn and older ovn-kubernetes write them; the one empty match for all. */
export function portByPort(ports: readonly RulePort[]): readonly string[] {
  if (ports.length === 0) return [''];
  return [...new Set(ports.filter(({ isNamed }) => !isNamed).map(matchOf))];
}

/**
 * The ports of each protocol together. ovn-kubernetes knows no named ports in a NetworkPolicy: it leaves them out, and a
 * protocol that has no others is allowed whole.
 */
export function protocolByProtocol(ports: readonly RulePort[]): readonly string[] {
  if (ports.length === 0) return [''];
  const protocols = new Map<string, RulePort[]>();
  for (const port of ports) {
    const known = protocols.get(port.protocol);
    if (known === undefined) protocols.set(port.protocol, [port]);
    else known.push(port);
  }
  return [...protocols].map(([protocol, members]) => {
    const numbered = members.filter(({ low }) => low !== null);
    const ranges = numbered.map(rangeOf);
    if (ranges.length < 2) return all(protocol, ...ranges);
    return `${protocol} && (${ranges.join(' || ')})`;
  });
}

/** All ports in one match, as an EgressFirewall has them: a protocol without a port is all of it, whatever else is said. */
export function allPorts(ports: readonly RulePort[]): string {
  const whole = new Set(ports.filter(({ low }) => low === null).map(({ protocol }) => protocol));
  const matches = ports.map((port) => (whole.has(port.protocol) ? port.protocol : matchOf(port)));
  return ports.length === 0 ? '' : `(${[...new Set(matches)].map((match) => `(${match})`).join(' || ')})`;
}

function matchOf(port: RulePort): string {
  return port.low === null ? port.protocol : all(port.protocol, rangeOf(port));
}

function rangeOf({ protocol, low, high }: RulePort): string {
  return low === high
    ? `${protocol}.dst == ${String(low)}`
    : `${String(low)} <= ${protocol}.dst <= ${String(high)}`;
}
