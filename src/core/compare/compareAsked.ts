import type { TracePlan } from '../flow/request';
import type { TraceReport } from '../session/report';
import type { TextChange } from './comparison';

/** What was asked, and where: all that differs in it. */
export function compareAsked(before: TraceReport, after: TraceReport): readonly TextChange[] {
  const changes = [
    change('Target', before.target, after.target),
    ...(before.ovnVersion === null || after.ovnVersion === null
      ? []
      : [change('OVN', before.ovnVersion, after.ovnVersion)]),
    change('From', inportOf(before), inportOf(after)),
    ...compareFlows(before.parsed.flow, after.parsed.flow),
    ...comparePlans(before, after),
  ].filter((field) => field.before !== field.after);
  if (changes.some(({ name }) => name !== 'Target' && name !== 'OVN')) return changes;
  // Whatever else is in the microflow is no field that ovn-trace prints.
  const [one, other] = [before.plan?.microflow ?? null, after.plan?.microflow ?? null];
  return one === other || one === null || other === null
    ? changes
    : [...changes, change('Microflow', one, other)];
}

/** Why the packets cannot be compared, where one of them is not known. */
export function limitsOfAsked(before: TraceReport, after: TraceReport): readonly string[] {
  return (before.parsed.flow === null) === (after.parsed.flow === null)
    ? before.parsed.flow === null
      ? ['Neither text says which packet it is about.']
      : []
    : [
        `The text ${before.parsed.flow === null ? 'before' : 'after'} does not say which packet it is about, so the packets are not compared.`,
      ];
}

function change(name: string, before: string | null, after: string | null): TextChange {
  return { name, before, after };
}

function inportOf({ request, outcome }: TraceReport): string | null {
  return request?.inport ?? outcome.hops[0]?.inport ?? null;
}

/** The fields of OpenFlow that people have a name for (ovs-fields(7)); IPv4 and IPv6 share theirs. */
const fieldNames: Readonly<Record<string, string>> = {
  dl_src: 'Source MAC',
  dl_dst: 'Destination MAC',
  nw_src: 'Source address',
  ipv6_src: 'Source address',
  nw_dst: 'Destination address',
  ipv6_dst: 'Destination address',
  tp_src: 'Source port',
  tp_dst: 'Destination port',
  nw_ttl: 'TTL',
  nw_proto: 'IP protocol',
  icmp_type: 'ICMP type',
  icmp_code: 'ICMP code',
  icmpv6_type: 'ICMP type',
  icmpv6_code: 'ICMP code',
};

/** The registers with OVN's numbers for the ports, which the same network made anew has otherwise (ovn-architecture(7)). */
const numberOfPort = /^reg1[45]$/;

function compareFlows(before: string | null, after: string | null): readonly TextChange[] {
  if (before === null || after === null) return [];
  const one = readFlow(before);
  const other = readFlow(after);
  const names = [...new Set([...one.keys(), ...other.keys()])].sort(
    (a, b) => orderOf(a) - orderOf(b) || (a < b ? -1 : 1),
  );
  return names.map((name) => change(name, one.get(name) ?? null, other.get(name) ?? null));
}

const order = ['Kind of packet', ...new Set(Object.values(fieldNames))];

function orderOf(name: string): number {
  const at = order.indexOf(name);
  return at < 0 ? order.length : at;
}

function readFlow(flow: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of flow.split(',')) {
    const equals = part.indexOf('=');
    const field = equals < 0 ? '' : part.slice(0, equals);
    if (numberOfPort.test(field)) continue;
    if (equals < 0) fields.set('Kind of packet', [fields.get('Kind of packet') ?? [], part].flat().join(','));
    else fields.set(fieldNames[field] ?? field, part.slice(equals + 1));
  }
  return fields;
}

/** What ovn-trace was told besides the packet. */
function comparePlans({ plan: before }: TraceReport, { plan: after }: TraceReport): readonly TextChange[] {
  if (before === null || after === null) return [];
  return [
    change('Conntrack states', statesOf(before), statesOf(after)),
    change('Backend', before.lbDst, after.lbDst),
    change('Member of the select', numberOf(before.selectId), numberOf(after.selectId)),
  ];
}

/** `new`, or `new, then est`: a last list that stands for all lookups after it is told once. */
function statesOf({ ct, repeatsCt }: TracePlan): string | null {
  const states = [...ct];
  while (repeatsCt === true && states.length > 1 && states.at(-1) === states.at(-2)) states.pop();
  return states.length === 0 ? null : states.join(', then ');
}

function numberOf(number: number | undefined): string | null {
  return number === undefined ? null : String(number);
}
