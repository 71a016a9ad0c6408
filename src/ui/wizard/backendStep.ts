import * as l10n from '@vscode/l10n';
import { canonicalIp } from '../../core/ovn/ip';
import { splitBackend } from '../../core/flow/choices';
import { answer, preferredFirst, remark } from './choices';
import type { PickStep, WizardContext } from './step';
import type { BackendAnswer, WizardState } from './wizardState';

/** Asked when the destination is an address of a load balancer that has several backends to choose from. */
export const backendStep: PickStep = {
  kind: 'pick',
  id: 'backend',
  get title() {
    return l10n.t('Backend');
  },
  get prompt() {
    return l10n.t('To which backend shall the load balancer send the packet?');
  },
  applies: (state, context) => state.connection?.kind === 'new' && backendsOf(state, context).length > 1,
  isAnswered: ({ backend, ...state }, context) =>
    backend !== undefined && (backend.kind !== 'one' || backendsOf(state, context).includes(backend.address)),
  choices: (state, context, query) => {
    const backends = backendsOf(state, context);
    const wanted = query.trim().toLowerCase();
    const all: readonly { backend: BackendAnswer; label: string; description: string }[] = [
      {
        backend: { kind: 'any' },
        label: l10n.t('Let OVN Choose'),
        description: l10n.t('one of {0}, by chance', backends.length),
      },
      {
        backend: { kind: 'each' },
        label: l10n.t('Each Backend'),
        description: l10n.t('{0} traces, one after the other', backends.length),
      },
      ...backends.map((address) => ({
        backend: { kind: 'one', address } as const,
        label: address,
        description: portsAt(address, context),
      })),
    ];
    const fitting = all.filter(({ label, description }) =>
      `${label} ${description}`.toLowerCase().includes(wanted),
    );
    if (fitting.length === 0) return [remark(l10n.t('Nothing fits "{0}"', query.trim()), 'error')];
    const is = (index: number, other: BackendAnswer | undefined): boolean =>
      other !== undefined && JSON.stringify(fitting[index]?.backend) === JSON.stringify(other);
    return preferredFirst(
      fitting.map(({ backend, label, description }) => ({
        label,
        ...(description === '' ? {} : { description }),
        effect: answer(state, { backend }),
      })),
      (index) => is(index, state.backend),
      (index) => is(index, context.last.backend),
    );
  },
};

/** What the review says of the answer. */
export function describeBackend(backend: BackendAnswer | undefined): string {
  switch (backend?.kind) {
    case 'each':
      return l10n.t('each backend');
    case 'one':
      return backend.address;
    case 'any':
      return l10n.t('as OVN chooses');
    case undefined:
      return '';
  }
}

function backendsOf(state: WizardState, { index }: WizardContext): readonly string[] {
  const { destination, dstPort, protocol } = state;
  if (index === null || destination === undefined) return [];
  const ip = destination.ip ?? onlyAddress(destination.kind === 'port' ? destination.port : '', index);
  const vips = ip === undefined ? [] : index.vips(ip);
  const fitting = vips.filter(
    ({ port, loadBalancer }) =>
      port === null || (port === dstPort && (loadBalancer.protocol ?? 'tcp') === protocol),
  );
  return [...new Set(fitting.flatMap(({ backends }) => backends))];
}

function onlyAddress(port: string, index: NonNullable<WizardContext['index']>): string | undefined {
  const ips = index.port(port)?.addresses.flatMap((address) => address.ips) ?? [];
  return ips.length === 1 ? ips[0] : undefined;
}

function portsAt(backend: string, { index }: WizardContext): string {
  const ip = canonicalIp(splitBackend(backend).ip);
  const ports = ip === null ? [] : (index?.portsWithIp(ip) ?? []);
  return ports.map(({ name, friendlyName }) => friendlyName ?? name).join(', ');
}
