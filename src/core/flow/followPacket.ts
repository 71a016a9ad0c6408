import type { TraceHop } from '../trace/hop';
import type { TraceOutcome } from '../trace/outcome';
import { wayOf } from '../trace/ways';
import { backendsOf, splitBackend } from './choices';

/** Addresses and ports of a packet; null where the text does not tell what they were changed to. */
export interface Endpoints {
  readonly ipSrc: string | null;
  readonly srcPort: number | null;
  readonly ipDst: string | null;
  readonly dstPort: number | null;
}

/** A stage with the packet as it came in. */
export interface Passed {
  readonly hop: TraceHop;
  readonly packet: Endpoints;
}

export interface Followed {
  readonly passed: readonly Passed[];
  readonly end: Endpoints;
  /** The Ethernet source that the last router wrote; null when none did. */
  readonly ethSrc: string | null;
}

export interface FollowOptions {
  /** `--lb-dst` of the run. */
  readonly lbDst: string | null;
  /** Which of several backends the packet went to; null where that is not known. */
  readonly backendAmong: (backends: readonly string[]) => string | null;
}

/** Follows a packet along its branch from the first stage on, with what NAT and load balancers make of its addresses. */
export function followPacket(
  outcome: TraceOutcome,
  branch: number,
  start: Endpoints,
  options: FollowOptions,
): Followed {
  const passed: Passed[] = [];
  let packet = start;
  let ethSrc: string | null = null;
  for (const hop of wayOf(branch, outcome)) {
    passed.push({ hop, packet });
    for (const action of hop.actions) {
      packet = { ...packet, ...changeOf(action, packet, options) };
      ethSrc = /^eth\.src = ([0-9a-f:]{17});/.exec(action)?.[1] ?? ethSrc;
    }
  }
  return { passed, end: packet, ethSrc };
}

const nat = /^ct_([ds])nat(?:_in_czone)?\(([^,);]+)/;
const written = /^ip[46]\.(src|dst) = ([0-9a-fA-F.:]+);$/;
const moved = /^(ip[46]|tcp|udp|sctp)\.(src|dst)\b|<-> (?:ip[46]|tcp|udp|sctp)\.(?:src|dst);/;

function changeOf(action: string, packet: Endpoints, options: FollowOptions): Partial<Endpoints> {
  const [, kind, address] = nat.exec(action) ?? [];
  if (address !== undefined) return kind === 's' ? { ipSrc: address } : { ipDst: address };
  if (/^ct_lb\w*[;(]/.test(action)) return balance(action, packet, options);
  const [, end, ip] = written.exec(action) ?? [];
  if (ip !== undefined) return end === 'src' ? { ipSrc: ip } : { ipDst: ip };
  return moved.test(action) ? { ipSrc: null, srcPort: null, ipDst: null, dstPort: null } : {};
}

/** Without backends of its own a load-balancing action takes `--lb-dst`, as on an established connection. */
function balance(
  action: string,
  packet: Endpoints,
  { lbDst, backendAmong }: FollowOptions,
): Partial<Endpoints> {
  const offered = backendsOf(action);
  if (offered.length === 0 && lbDst === null) return {};
  const chosen = offered.length === 0 ? lbDst : offered.length === 1 ? offered[0] : backendAmong(offered);
  if (chosen === null || chosen === undefined) return { ipDst: null, dstPort: null };
  const { ip, port } = splitBackend(chosen);
  return { ipDst: ip, dstPort: port ?? packet.dstPort };
}
