import { ctStates, statesProblem } from '../../core/flow/conntrack';
import type { Connection, Service } from '../../core/flow/request';
import { answer, numberChoices, preferredFirst, remark } from './choices';
import { otherProtocols, portsOf } from './services';
import type { InputStep, PickStep } from './step';
import { hasConnection, hasPorts } from './wizardState';

/** The steps about what the packet carries and what conntrack knows of it. */

interface ProtocolText {
  readonly protocol: Service['protocol'];
  readonly label: string;
  readonly description: string;
}

const protocols: readonly ProtocolText[] = [
  { protocol: 'tcp', label: 'TCP', description: 'to a port' },
  { protocol: 'udp', label: 'UDP', description: 'to a port' },
  { protocol: 'icmp', label: 'ICMP', description: 'echo request (ping), ICMPv6 with IPv6 addresses' },
  { protocol: 'sctp', label: 'SCTP', description: 'to a port' },
  {
    protocol: 'arp',
    label: 'ARP / ND',
    description: 'who has this address? Neighbour solicitation with IPv6',
  },
  { protocol: 'other', label: 'Other', description: 'another IP protocol, by number' },
];

export const protocolStep: PickStep = {
  kind: 'pick',
  id: 'protocol',
  title: 'Protocol',
  prompt: 'What does the packet carry?',
  applies: () => true,
  isAnswered: (state) => state.protocol !== undefined,
  choices: (state, context, query) => {
    const wanted = query.trim().toLowerCase();
    const fitting = protocols.filter(({ label, description }) =>
      `${label} ${description}`.toLowerCase().includes(wanted),
    );
    if (fitting.length === 0)
      return [remark(`No protocol is called "${query.trim()}"; choose Other for a number`, 'error')];
    return preferredFirst(
      fitting.map(({ protocol, label, description }) => ({
        label,
        description,
        effect: answer(state, {
          protocol,
          // A port of TCP says nothing about UDP, but people compare the two.
          dstPort: hasPorts(protocol) ? state.dstPort : undefined,
        }),
      })),
      (index) => fitting[index]?.protocol === state.protocol,
      (index) => fitting[index]?.protocol === context.last.protocol,
    );
  },
};

export const protocolNumberStep: PickStep = {
  kind: 'pick',
  id: 'protocolNumber',
  title: 'Protocol Number',
  prompt: 'IP protocol by number, 0 to 255',
  applies: (state) => state.protocol === 'other',
  isAnswered: (state) => state.protocolNumber !== undefined,
  choices: (state, context, query) => {
    const range = { min: 0, max: 255, what: 'an IP protocol number' };
    const found = numberChoices(otherProtocols, range, query, (number) =>
      answer(state, { protocolNumber: number }),
    );
    return preferredFirst(
      found.map(({ choice }) => choice),
      (index) => query.trim() === '' && found[index]?.number === state.protocolNumber,
      (index) => query.trim() === '' && found[index]?.number === context.last.protocolNumber,
    );
  },
};

export const portStep: PickStep = {
  kind: 'pick',
  id: 'port',
  title: 'Port',
  prompt: 'Destination port: a name or a number from 1 to 65535',
  applies: (state) => hasPorts(state.protocol),
  isAnswered: (state) => state.dstPort !== undefined,
  choices: (state, context, query) => {
    if (!hasPorts(state.protocol)) return [];
    const range = { min: 1, max: 65535, what: 'a port number' };
    const remembered = [state.dstPort, context.last.dstPort].filter((port) => port !== undefined);
    const known = portsOf(state.protocol);
    const extra = [...new Set(remembered)]
      .filter((port) => !known.some(({ number }) => number === port))
      .map((number) => ({ number, name: '' }));
    const found = numberChoices([...known, ...extra], range, query, (number) =>
      answer(state, { dstPort: number }),
    );
    return preferredFirst(
      found.map(({ choice }) => choice),
      (index) => query.trim() === '' && found[index]?.number === state.dstPort,
      (index) => query.trim() === '' && found[index]?.number === context.last.dstPort,
    );
  },
};

interface ConnectionText {
  readonly connection: Connection;
  readonly label: string;
  readonly description: string;
}

const connections: readonly ConnectionText[] = [
  { connection: { kind: 'new' }, label: 'New', description: 'the first packet of a connection' },
  {
    connection: { kind: 'established' },
    label: 'Established',
    description: 'a later packet, from the side that opened the connection',
  },
  {
    connection: { kind: 'reply' },
    label: 'Reply',
    description: 'a packet back to the side that opened the connection',
  },
  {
    connection: { kind: 'related' },
    label: 'Related',
    description: 'an ICMP error about a connection, such as host unreachable',
  },
  {
    connection: { kind: 'invalid' },
    label: 'Invalid',
    description: 'a packet that fits no connection: one way of it went elsewhere, or it timed out',
  },
];

export const connectionStep: PickStep = {
  kind: 'pick',
  id: 'connection',
  title: 'Connection',
  prompt: 'What does conntrack know of the packet?',
  applies: hasConnection,
  isAnswered: (state) => state.connection !== undefined,
  choices: (state, context, query) => {
    const byHand: Connection = [state.connection, context.last.connection].find(
      (connection) => connection?.kind === 'states',
    ) ?? { kind: 'states', states: [] };
    const all = [
      ...connections,
      {
        connection: byHand,
        label: 'States by Hand…',
        description: 'one list of conntrack states for each lookup',
      },
    ];
    const wanted = query.trim().toLowerCase();
    const fitting = all.filter(({ label, description }) =>
      `${label} ${description}`.toLowerCase().includes(wanted),
    );
    if (fitting.length === 0) return [remark(`Nothing fits "${query.trim()}"`, 'error')];
    return preferredFirst(
      fitting.map(({ connection, label, description }) => ({
        label,
        description,
        effect: answer(state, { connection }),
      })),
      (index) => fitting[index]?.connection.kind === state.connection?.kind,
      (index) => fitting[index]?.connection.kind === context.last.connection?.kind,
    );
  },
};

export const statesStep: InputStep = {
  kind: 'input',
  id: 'states',
  title: 'Conntrack States',
  prompt:
    'States of each lookup, in order: comma between states, blank between lookups (est,rpl est,rpl). After the last, est',
  applies: (state) => hasConnection(state) && state.connection?.kind === 'states',
  isAnswered: (state) => state.connection?.kind === 'states' && state.connection.states.length > 0,
  initial: (state) => (state.connection?.kind === 'states' ? state.connection.states.join(' ') : ''),
  problem: (text) => {
    const lookups = splitStates(text);
    if (lookups.length === 0) return 'Give the states of at least one lookup, such as new or est,rpl.';
    if (lookups.some((lookup) => lookup.split(',').includes(''))) return 'A state is missing beside a comma.';
    const problem = statesProblem(lookups);
    return problem === null ? null : `${problem} There are ${ctStates.join(', ')}.`;
  },
  accept: (text, state) => answer(state, { connection: { kind: 'states', states: splitStates(text) } }),
};

function splitStates(text: string): readonly string[] {
  return text
    .trim()
    .split(/[\s;]+/)
    .filter((lookup) => lookup !== '');
}
