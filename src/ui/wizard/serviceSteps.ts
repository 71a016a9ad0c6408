import * as l10n from '@vscode/l10n';
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

const protocolTexts = (): readonly ProtocolText[] => [
  { protocol: 'tcp', label: 'TCP', description: l10n.t('to a port') },
  { protocol: 'udp', label: 'UDP', description: l10n.t('to a port') },
  { protocol: 'icmp', label: 'ICMP', description: l10n.t('echo request (ping), ICMPv6 with IPv6 addresses') },
  { protocol: 'sctp', label: 'SCTP', description: l10n.t('to a port') },
  {
    protocol: 'arp',
    label: 'ARP / ND',
    description: l10n.t('who has this address? Neighbour solicitation with IPv6'),
  },
  { protocol: 'other', label: l10n.t('Other'), description: l10n.t('another IP protocol, by number') },
];

export const protocolStep: PickStep = {
  kind: 'pick',
  id: 'protocol',
  get title() {
    return l10n.t('Protocol');
  },
  get prompt() {
    return l10n.t('What does the packet carry?');
  },
  applies: () => true,
  isAnswered: (state) => state.protocol !== undefined,
  choices: (state, context, query) => {
    const wanted = query.trim().toLowerCase();
    const fitting = protocolTexts().filter(({ label, description }) =>
      `${label} ${description}`.toLowerCase().includes(wanted),
    );
    if (fitting.length === 0)
      return [
        remark(l10n.t('No protocol is called "{0}"; choose Other for a number', query.trim()), 'error'),
      ];
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
  get title() {
    return l10n.t('Protocol Number');
  },
  get prompt() {
    return l10n.t('IP protocol by number, 0 to 255');
  },
  applies: (state) => state.protocol === 'other',
  isAnswered: (state) => state.protocolNumber !== undefined,
  choices: (state, context, query) => {
    const range = { min: 0, max: 255, what: l10n.t('an IP protocol number') };
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
  get title() {
    return l10n.t('Port');
  },
  get prompt() {
    return l10n.t('Destination port: a name or a number from 1 to 65535');
  },
  applies: (state) => hasPorts(state.protocol),
  isAnswered: (state) => state.dstPort !== undefined,
  choices: (state, context, query) => {
    if (!hasPorts(state.protocol)) return [];
    const range = { min: 1, max: 65535, what: l10n.t('a port number') };
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

const connectionTexts = (): readonly ConnectionText[] => [
  {
    connection: { kind: 'new' },
    label: l10n.t('New'),
    description: l10n.t('the first packet of a connection'),
  },
  {
    connection: { kind: 'established' },
    label: l10n.t('Established'),
    description: l10n.t('a later packet, from the side that opened the connection'),
  },
  {
    connection: { kind: 'reply' },
    label: l10n.t('Reply'),
    description: l10n.t('a packet back to the side that opened the connection'),
  },
  {
    connection: { kind: 'related' },
    label: l10n.t('Related'),
    description: l10n.t('an ICMP error about a connection, such as host unreachable'),
  },
  {
    connection: { kind: 'invalid' },
    label: l10n.t('Invalid'),
    description: l10n.t('a packet that fits no connection: one way of it went elsewhere, or it timed out'),
  },
];

export const connectionStep: PickStep = {
  kind: 'pick',
  id: 'connection',
  get title() {
    return l10n.t('Connection');
  },
  get prompt() {
    return l10n.t('What does conntrack know of the packet?');
  },
  applies: hasConnection,
  isAnswered: (state) => state.connection !== undefined,
  choices: (state, context, query) => {
    const byHand: Connection = [state.connection, context.last.connection].find(
      (connection) => connection?.kind === 'states',
    ) ?? { kind: 'states', states: [] };
    const all = [
      ...connectionTexts(),
      {
        connection: byHand,
        label: l10n.t('States by Hand…'),
        description: l10n.t('one list of conntrack states for each lookup'),
      },
    ];
    const wanted = query.trim().toLowerCase();
    const fitting = all.filter(({ label, description }) =>
      `${label} ${description}`.toLowerCase().includes(wanted),
    );
    if (fitting.length === 0) return [remark(l10n.t('Nothing fits "{0}"', query.trim()), 'error')];
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
  get title() {
    return l10n.t('Conntrack States');
  },
  get prompt() {
    return l10n.t(
      'States of each lookup, in order: comma between states, blank between lookups (est,rpl est,rpl). After the last, est',
    );
  },
  applies: (state) => hasConnection(state) && state.connection?.kind === 'states',
  isAnswered: (state) => state.connection?.kind === 'states' && state.connection.states.length > 0,
  initial: (state) => (state.connection?.kind === 'states' ? state.connection.states.join(' ') : ''),
  problem: (text) => {
    const lookups = splitStates(text);
    if (lookups.length === 0)
      return l10n.t('Give the states of at least one lookup, such as new or est,rpl.');
    if (lookups.some((lookup) => lookup.split(',').includes('')))
      return l10n.t('A state is missing beside a comma.');
    const problem = statesProblem(lookups);
    return problem === null ? null : l10n.t('{0} There are {1}.', problem, ctStates.join(', '));
  },
  accept: (text, state) => answer(state, { connection: { kind: 'states', states: splitStates(text) } }),
};

function splitStates(text: string): readonly string[] {
  return text
    .trim()
    .split(/[\s;]+/)
    .filter((lookup) => lookup !== '');
}
