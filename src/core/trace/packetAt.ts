import type { PacketFields } from '../ovn/match/evaluate';
import { conntrackFlags } from '../ovn/match/fields';
import { readNumber } from '../ovn/match/numbers';
import { packetFromFlow } from '../ovn/match/packet';
import type { TraceHop } from './hop';
import type { TraceOutcome } from './outcome';
import { wayTo } from './ways';

type Fields = Record<string, bigint | string | undefined>;
type Side = 'src' | 'dst';

/** Fields of the packet itself; an assignment to anything else is the pipeline's own bookkeeping. */
const header = /^(?:eth|ip4|ip6|ip|tcp|udp|sctp|icmp4|icmp6|arp|nd)\.\w+$/;

/**
 * What is known of the packet when it enters a hop: the fields it began with, as they were rewritten on its way. One that was
 * rewritten with something the text does not show is unknown.
 * @param lbDst `--lb-dst` of the run, which a load-balancing action without backends takes.
 */
export function packetAt(
  hop: TraceHop,
  outcome: TraceOutcome,
  flow: string | null,
  lbDst: string | null,
): PacketFields {
  if (flow === null) return {};
  const fields: Fields = { ...packetFromFlow(flow, {}) };
  for (const earlier of wayTo(hop, outcome)) {
    if (earlier.stage?.endsWith('_acl_hint') === true) noteState(fields, earlier.match);
    for (const action of earlier.actions) {
      rewrite(fields, action, lbDst);
      if (/^ct_(?!commit\b)/.test(action)) forgetState(fields, action);
    }
  }
  return fields;
}

/** The hint stage tells the conntrack state where the title of a block does not: `ct.new && !ct.est`. */
function noteState(fields: Fields, match: string): void {
  for (const [, not, flag = ''] of match.matchAll(/(?:^|&& )(!?)ct\.(\w+)(?= &&|$)/g)) {
    fields[`ct.${flag}`] = not === '' ? 1n : 0n;
    fields['ct.trk'] ??= 1n;
  }
}

function forgetState(fields: Fields, action: string): void {
  for (const flag of conntrackFlags) fields[`ct.${flag}`] = undefined;
  fields['ct_state'] = action === 'ct_clear;' ? 0n : undefined;
}

function rewrite(fields: Fields, action: string, lbDst: string | null): void {
  const [, left = '', right] = /^([\w.]+) = ([^;]*);$/.exec(action) ?? [];
  if (right !== undefined && header.test(left)) {
    fields[left] = valueOf(right);
    return;
  }
  const [, one = '', other = ''] = /^([\w.]+) <-> ([\w.]+);$/.exec(action) ?? [];
  if (header.test(one) && header.test(other)) {
    [fields[one], fields[other]] = [fields[other], fields[one]];
    return;
  }
  const ttl = fields['ip.ttl'];
  if (action === 'ip.ttl--;') fields['ip.ttl'] = typeof ttl === 'bigint' ? ttl - 1n : undefined;
  if (/^get_(?:arp|nd)\(/.test(action)) fields['eth.dst'] = undefined;
  const binding = /^\/\* MAC binding to (\S+)\. \*\/$/.exec(action)?.[1];
  if (binding !== undefined) fields['eth.dst'] = valueOf(binding);
  translate(fields, action, lbDst);
}

/**
 * NAT and load balancing. Without arguments the conntrack actions look for an entry that undoes an earlier change, of which
 * ovn-trace has none ("assuming no un-dnat entry, so no change").
 */
function translate(fields: Fields, action: string, lbDst: string | null): void {
  const [, side, address] = /^ct_([sd])nat(?:_in_czone)?\(([^,)]+)(?=[,)])/.exec(action) ?? [];
  if (address !== undefined) setEnd(fields, side === 's' ? 'src' : 'dst', address, action.includes(','));
  const balanced = /^ct_lb(?:_mark)?(?:_local)?(?:\((.*)\))?;$/.exec(action);
  if (balanced === null) return;
  const [, given] = balanced;
  // Up to 20.03 the backends stand there without a name.
  const backends = given === undefined ? lbDst : (/^(?:backends=)?([^;]*)/.exec(given)?.[1] ?? '');
  if (backends === null) return;
  const isGiven = lbDst !== null && backends.split(',').some((backend) => backend.trim() === lbDst);
  setBackend(fields, isGiven ? lbDst : backends);
}

/** Of several backends ovn-trace takes one at random and does not say which. */
function setBackend(fields: Fields, backends: string): void {
  const [, ipv6, ipv6Port, ipv4, ipv4Port] =
    /^(?:\[([^\]]+)\](?::(\d+))?|([\d.]+)(?::(\d+))?)$/.exec(backends.trim()) ?? [];
  setEnd(fields, 'dst', ipv6 ?? ipv4 ?? '', false);
  const port = ipv6Port ?? ipv4Port;
  if (port !== undefined || (ipv6 ?? ipv4) === undefined) setPort(fields, 'dst', port);
}

function setEnd(fields: Fields, side: Side, address: string, maybePort: boolean): void {
  for (const family of ['ip4', 'ip6']) {
    const name = `${family}.${side}`;
    if (fields[name] !== undefined) fields[name] = valueOf(address);
  }
  if (maybePort) setPort(fields, side, undefined);
}

function setPort(fields: Fields, side: Side, port: string | undefined): void {
  for (const protocol of ['tcp', 'udp', 'sctp']) {
    const name = `${protocol}.${side}`;
    if (fields[name] !== undefined) fields[name] = port === undefined ? undefined : valueOf(port);
  }
}

function valueOf(text: string): bigint | undefined {
  const number = readNumber(text.trim());
  return 'wrong' in number ? undefined : number.value;
}
