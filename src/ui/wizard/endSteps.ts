import * as l10n from '@vscode/l10n';
import type { Destination } from '../../core/flow/request';
import type { LogicalSwitchPort } from '../../core/ovn/northbound';
import { knownAddresses } from '../../core/flow/resolveEnds';
import { canonicalIp, familyOf } from '../../core/ovn/ip';
import { addressProblem, parseVip } from './address';
import { answer, describePort, preferredFirst, remark, withRemark } from './choices';
import { searchPorts } from './searchPorts';
import type { Choice, PickStep, WizardContext } from './step';
import type { WizardState } from './wizardState';

/** The steps about the two ends of the packet. */

export const targetStep: PickStep = {
  kind: 'pick',
  id: 'target',
  get title() {
    return l10n.t('Target');
  },
  get prompt() {
    return l10n.t('Where does ovn-trace run?');
  },
  applies: (_state, context) => context.targets.length > 1,
  isAnswered: (state, context) => context.targets.some((target) => target.name === state.target),
  choices: (state, context, query) => {
    const fitting = context.targets.filter((target) =>
      `${target.name} ${target.where}`.toLowerCase().includes(query.trim().toLowerCase()),
    );
    return preferredFirst(
      fitting.map((target) => ({
        label: target.name,
        description: target.where,
        icon: 'server-environment',
        // Another network: no answer of the old one means anything there.
        effect:
          target.name === state.target
            ? answer(state, {})
            : { kind: 'answer', state: { target: target.name } as const },
      })),
      (index) => fitting[index]?.name === state.target,
      (index) => fitting[index]?.name === context.last.target,
    );
  },
};

export const sourceStep: PickStep = {
  kind: 'pick',
  id: 'source',
  get title() {
    return l10n.t('Source');
  },
  get prompt() {
    return l10n.t('Port the packet comes from: search by name, IP, MAC or switch');
  },
  applies: () => true,
  isAnswered: (state, context) => sourcePort(state, context) !== undefined,
  choices: (state, context, query) => {
    const { index, last } = context;
    if (index === null) return [];
    const found = portChoices(context, query, [state.inport, last.inport], (port) =>
      answer(state, port.name === state.inport ? {} : { inport: port.name, ...noSource }),
    );
    if (found.length === 0) return [remark(nothingFound(query, index.inventory.switchPorts.length), 'error')];
    // Not left out: who swaps the ends begins with it. But last, since it is hardly ever meant.
    const destination = portOf(state.destination);
    return [
      ...found.filter(({ label }) => label !== destination),
      ...found
        .filter(({ label }) => label === destination)
        .map((choice) => withRemark(choice, l10n.t('the destination of this packet'))),
    ];
  },
};

const noSource: WizardState = { ipSrc: undefined, ethSrc: undefined, ethDst: undefined };

/** Asked when the port has several addresses, or none that is known. */
export const sourceAddressStep: PickStep = {
  kind: 'pick',
  id: 'sourceAddress',
  get title() {
    return l10n.t('Source Address');
  },
  get prompt() {
    return l10n.t('Address the packet comes from: choose one or type another');
  },
  applies: (state, context) => {
    const port = sourcePort(state, context);
    return port !== undefined && ipsOf(port).length !== 1;
  },
  isAnswered: (state) => state.ipSrc !== undefined,
  choices: (state, context, query) => {
    const port = sourcePort(state, context);
    const known =
      port === undefined
        ? []
        : addressChoices(port, query, (ip) => answer(state, { ipSrc: ip, ethDst: undefined }));
    const marked = preferredFirst(
      known,
      (index) => known[index]?.label === state.ipSrc,
      (index) => context.last.inport === state.inport && known[index]?.label === context.last.ipSrc,
    );
    return [
      ...typedAddress(query, marked, (ip) => answer(state, { ipSrc: ip, ethDst: undefined })),
      ...marked,
    ];
  },
};

export const destinationStep: PickStep = {
  kind: 'pick',
  id: 'destination',
  get title() {
    return l10n.t('Destination');
  },
  get prompt() {
    return l10n.t('A port, a load balancer address, or any IPv4 or IPv6 address');
  },
  applies: () => true,
  isAnswered: (state, context) =>
    state.destination?.kind === 'address' || destinationPort(state, context) !== undefined,
  choices: (state, context, query) => {
    const { index, last } = context;
    if (index === null) return [];
    const vips = vipChoices(state, context, query);
    const ports = portChoices(
      context,
      query,
      [portOf(state.destination), portOf(last.destination)],
      (port) => {
        const same = portOf(state.destination) === port.name;
        return answer(
          state,
          same
            ? {}
            : { destination: { kind: 'port', port: port.name }, ethDst: undefined, backend: undefined },
        );
      },
    ).filter((choice) => choice.label !== state.inport);
    const remembered = query === '' ? rememberedAddresses(state, last) : [];
    const typed = typedAddress(query, [], (ip) => toAddress(state, ip));
    const choices = [
      ...typed,
      ...remembered,
      ...withGroup(ports, l10n.t('ports')),
      ...withGroup(vips, l10n.t('load balancers')),
    ];
    return choices.length > 0
      ? choices
      : [remark(nothingFound(query, index.inventory.switchPorts.length), 'error')];
  },
};

/** Asked when the destination port has several addresses of the source's family. */
export const destinationAddressStep: PickStep = {
  kind: 'pick',
  id: 'destinationAddress',
  get title() {
    return l10n.t('Destination Address');
  },
  get prompt() {
    return l10n.t('Address of the destination port: choose one or type another');
  },
  applies: (state, context) => {
    const port = destinationPort(state, context);
    return port !== undefined && reachableIps(port, state, context).length !== 1;
  },
  isAnswered: (state) => state.destination?.kind === 'port' && state.destination.ip !== undefined,
  choices: (state, context, query) => {
    const port = destinationPort(state, context);
    if (port === undefined) return [];
    const reachable = reachableIps(port, state, context);
    const take = (ip: string) => answer(state, { destination: { kind: 'port', port: port.name, ip } });
    const known = addressChoices(port, query, take).filter((choice) => reachable.includes(choice.label));
    const current = state.destination?.kind === 'port' ? state.destination.ip : undefined;
    const last = context.last.destination;
    const marked = preferredFirst(
      known,
      (index) => known[index]?.label === current,
      (index) => last?.kind === 'port' && last.port === port.name && known[index]?.label === last.ip,
    );
    const source = sourceIp(state, context);
    const hint =
      reachable.length === 0 && source !== undefined && query === ''
        ? [
            remark(
              l10n.t('No {0} address of {1} is known; type the one it uses', familyWord(source), port.name),
            ),
          ]
        : [];
    return [...hint, ...typedAddress(query, marked, take), ...marked];
  },
};

function portChoices(
  context: WizardContext,
  query: string,
  [current, last]: readonly [string | undefined, string | undefined],
  effect: (port: LogicalSwitchPort) => Choice['effect'],
): readonly Choice[] {
  const { index } = context;
  if (index === null) return [];
  const { ports, more } = searchPorts(index.inventory, query);
  const names = query.trim() === '' ? [current, last] : [];
  const remembered = names.map((name) => (name === undefined ? undefined : index.port(name)));
  const shown = [...new Set([...remembered, ...ports])].filter((port) => port !== undefined);
  const choices = preferredFirst(
    shown.map((port) => ({ ...describePort(port), effect: effect(port) })),
    (index) => query.trim() === '' && shown[index]?.name === current,
    (index) => query.trim() === '' && shown[index]?.name === last,
  );
  return more === 0
    ? choices
    : [...choices, remark(l10n.t('{0} more ports: type to narrow the search', more))];
}

function addressChoices(
  port: LogicalSwitchPort,
  query: string,
  effect: (ip: string) => Choice['effect'],
): readonly Choice[] {
  return knownAddresses(port).flatMap(({ mac, ips }) =>
    ips
      .filter((ip) => ip.includes(query.trim()))
      .map((ip) => ({ label: ip, description: `${familyWord(ip)} ${mac}`, effect: effect(ip) })),
  );
}

/** A line for the typed address itself, or for what is wrong with it. */
function typedAddress(
  query: string,
  known: readonly Choice[],
  effect: (ip: string) => Choice['effect'],
): readonly Choice[] {
  const text = query.trim();
  const ip = canonicalIp(text);
  if (ip !== null) {
    if (known.some((choice) => choice.label === ip)) return [];
    return [
      {
        label: ip,
        description: l10n.t('{0} address as typed', familyWord(ip)),
        icon: 'edit',
        effect: effect(ip),
      },
    ];
  }
  const problem = addressProblem(text);
  return problem === null ? [] : [remark(problem, 'error')];
}

function rememberedAddresses(state: WizardState, last: WizardState): readonly Choice[] {
  const entries = [
    { destination: state.destination, words: l10n.t('as chosen') },
    { destination: last.destination, words: l10n.t('last time') },
  ];
  const shown = new Set<string>();
  return entries.flatMap(({ destination, words }) => {
    if (destination?.kind !== 'address' || shown.has(destination.ip)) return [];
    shown.add(destination.ip);
    return [
      {
        label: destination.ip,
        description: l10n.t('address, {0}', words),
        icon: 'edit',
        effect: toAddress(state, destination.ip),
      },
    ];
  });
}

function vipChoices(state: WizardState, context: WizardContext, query: string): readonly Choice[] {
  const wanted = query.trim().toLowerCase();
  return (context.index?.inventory.loadBalancers ?? [])
    .flatMap((balancer) =>
      Object.entries(balancer.vips).map(([vip, backends]) => ({
        balancer,
        vip,
        backends,
        parsed: parseVip(vip),
      })),
    )
    .filter(({ balancer, vip }) => `${balancer.name} ${vip}`.toLowerCase().includes(wanted))
    .slice(0, 50)
    .flatMap(({ balancer, vip, backends, parsed }) => {
      if (parsed === null) return [];
      const protocol = balancer.protocol ?? 'tcp';
      // A load balancer serves one service, so its protocol and port stand first in the later steps.
      const service: WizardState =
        parsed.port !== null && (protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp')
          ? { protocol, dstPort: parsed.port }
          : {};
      return [
        {
          label: vip,
          description: `${balancer.name}, ${protocol}`,
          detail: backends === '' ? l10n.t('no backends') : l10n.t('to {0}', backends),
          icon: 'list-tree',
          effect: answer(state, {
            destination: { kind: 'address', ip: parsed.ip },
            ethDst: undefined,
            backend: undefined,
            ...service,
          }),
        },
      ];
    });
}

function toAddress(state: WizardState, ip: string): Choice['effect'] {
  const same = state.destination?.kind === 'address' && state.destination.ip === ip;
  return answer(
    state,
    same ? {} : { destination: { kind: 'address', ip }, ethDst: undefined, backend: undefined },
  );
}

function withGroup(choices: readonly Choice[], group: string): readonly Choice[] {
  return choices.map((choice, index) => (index === 0 ? { ...choice, group } : choice));
}

function nothingFound(query: string, ports: number): string {
  return ports === 0
    ? l10n.t('This northbound database has no logical switch ports')
    : l10n.t('Nothing fits "{0}"', query.trim());
}

function familyWord(ip: string): 'IPv4' | 'IPv6' {
  return familyOf(ip) === 'ip4' ? 'IPv4' : 'IPv6';
}

function ipsOf(port: LogicalSwitchPort): readonly string[] {
  return knownAddresses(port).flatMap((address) => address.ips);
}

function sourcePort(state: WizardState, { index }: WizardContext): LogicalSwitchPort | undefined {
  return state.inport === undefined ? undefined : index?.port(state.inport);
}

function destinationPort(state: WizardState, { index }: WizardContext): LogicalSwitchPort | undefined {
  return state.destination?.kind === 'port' ? index?.port(state.destination.port) : undefined;
}

function portOf(destination: Destination | undefined): string | undefined {
  return destination?.kind === 'port' ? destination.port : undefined;
}

function sourceIp(state: WizardState, context: WizardContext): string | undefined {
  const port = sourcePort(state, context);
  return state.ipSrc ?? (port === undefined ? undefined : ipsOf(port)[0]);
}

/** Addresses of the destination port that a packet of the source's family can be sent to. */
function reachableIps(
  port: LogicalSwitchPort,
  state: WizardState,
  context: WizardContext,
): readonly string[] {
  const source = sourceIp(state, context);
  return ipsOf(port).filter((ip) => source === undefined || familyOf(ip) === familyOf(source));
}
