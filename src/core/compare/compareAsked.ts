import * as l10n from '@vscode/l10n';
import type { TracePlan } from '../flow/request';
import type { TraceReport } from '../session/report';
import type { TextChange } from './comparison';

/** What was asked, and where: all that differs in it. */
export function compareAsked(before: TraceReport, after: TraceReport): readonly TextChange[] {
  const where = [
    change(l10n.t('Target'), before.target, after.target),
    ...(before.ovnVersion === null || after.ovnVersion === null
      ? []
      : [change('OVN', before.ovnVersion, after.ovnVersion)]),
  ].filter(isChanged);
  const asked = [
    change(
      l10n.t({ message: 'From', comment: ['The port that a packet comes from'] }),
      inportOf(before),
      inportOf(after),
    ),
    ...compareFlows(before.parsed.flow, after.parsed.flow),
    ...comparePlans(before, after),
  ].filter(isChanged);
  const changes = [...where, ...asked];
  if (asked.length > 0) return changes;
  // Whatever else is in the microflow is no field that ovn-trace prints.
  const [one, other] = [before.plan?.microflow ?? null, after.plan?.microflow ?? null];
  return one === other || one === null || other === null
    ? changes
    : [...changes, change(l10n.t('Microflow'), one, other)];
}

/** Why the packets cannot be compared, where one of them is not known. */
export function limitsOfAsked(before: TraceReport, after: TraceReport): readonly string[] {
  return (before.parsed.flow === null) === (after.parsed.flow === null)
    ? before.parsed.flow === null
      ? [l10n.t('Neither text says which packet it is about.')]
      : []
    : [
        before.parsed.flow === null
          ? l10n.t('The text before does not say which packet it is about, so the packets are not compared.')
          : l10n.t('The text after does not say which packet it is about, so the packets are not compared.'),
      ];
}

function change(name: string, before: string | null, after: string | null): TextChange {
  return { name, before, after };
}

function isChanged({ before, after }: TextChange): boolean {
  return before !== after;
}

function inportOf({ request, outcome }: TraceReport): string | null {
  return request?.inport ?? outcome.hops[0]?.inport ?? null;
}

/** The fields of OpenFlow that people have a name for (ovs-fields(7)); IPv4 and IPv6 share theirs. */
const fieldNames = (): Readonly<Record<string, string>> => ({
  dl_src: l10n.t('Source MAC'),
  dl_dst: l10n.t('Destination MAC'),
  nw_src: l10n.t('Source address'),
  ipv6_src: l10n.t('Source address'),
  nw_dst: l10n.t('Destination address'),
  ipv6_dst: l10n.t('Destination address'),
  tp_src: l10n.t('Source port'),
  tp_dst: l10n.t('Destination port'),
  nw_ttl: 'TTL',
  nw_proto: l10n.t('IP protocol'),
  icmp_type: l10n.t('ICMP type'),
  icmp_code: l10n.t('ICMP code'),
  icmpv6_type: l10n.t('ICMP type'),
  icmpv6_code: l10n.t('ICMP code'),
});

/** The registers with OVN's numbers for the ports, which the same network made anew has otherwise (ovn-architecture(7)). */
const numberOfPort = /^reg1[45]$/;

function compareFlows(before: string | null, after: string | null): readonly TextChange[] {
  if (before === null || after === null) return [];
  const one = readFlow(before);
  const other = readFlow(after);
  const order = [kindOfPacket(), ...new Set(Object.values(fieldNames()))];
  const orderOf = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const names = [...new Set([...one.keys(), ...other.keys()])].sort(
    (a, b) => orderOf(a) - orderOf(b) || (a < b ? -1 : 1),
  );
  return names.map((name) => change(name, one.get(name) ?? null, other.get(name) ?? null));
}

const kindOfPacket = (): string => l10n.t('Kind of packet');

function readFlow(flow: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const kind = kindOfPacket();
  const called = fieldNames();
  for (const part of flow.split(',')) {
    const equals = part.indexOf('=');
    const field = equals < 0 ? '' : part.slice(0, equals);
    if (numberOfPort.test(field)) continue;
    if (equals < 0) fields.set(kind, [fields.get(kind) ?? [], part].flat().join(','));
    else fields.set(called[field] ?? field, part.slice(equals + 1));
  }
  return fields;
}

/** What ovn-trace was told besides the packet. */
function comparePlans({ plan: before }: TraceReport, { plan: after }: TraceReport): readonly TextChange[] {
  if (before === null || after === null) return [];
  return [
    change(l10n.t('Conntrack states'), statesOf(before), statesOf(after)),
    change(l10n.t('Backend'), before.lbDst, after.lbDst),
    change(l10n.t('Member of the select'), numberOf(before.selectId), numberOf(after.selectId)),
  ];
}

/** `new`, or `new, then est`: a last list that stands for all lookups after it is told once. */
function statesOf({ ct, repeatsCt }: TracePlan): string | null {
  const states = [...ct];
  while (repeatsCt === true && states.length > 1 && states.at(-1) === states.at(-2)) states.pop();
  return states.length === 0
    ? null
    : states.reduce((before, state) => l10n.t('{0}, then {1}', before, state));
}

function numberOf(number: number | undefined): string | null {
  return number === undefined ? null : String(number);
}
