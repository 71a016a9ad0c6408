import * as l10n from '@vscode/l10n';
import { nameService } from '../flow/nameService';
import type { TraceRequest } from '../flow/request';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { summarizeFlow, type FlowSummary } from './flowSummary';
import type { TraceOutcome } from './outcome';
import type { PacketNames } from './causeFacts';
import type { ParsedTrace } from './tree';

/** The names that the sentences about this packet use: what the user chose, else what the databases and the text say. */
export function namePacket(
  parsed: ParsedTrace,
  outcome: TraceOutcome,
  request: TraceRequest | null,
  index: InventoryIndex | null,
): PacketNames {
  const flow = parsed.flow === null ? null : summarizeFlow(parsed.flow);
  const inport = request?.inport ?? firstInport(parsed, outcome);
  const ipDst = flow?.ipDst ?? (request?.destination.kind === 'address' ? request.destination.ip : null);
  return {
    source: inport === null ? (flow?.ipSrc ?? flow?.ethSrc ?? l10n.t('the source')) : friendly(inport, index),
    destination: nameDestination(request, outcome, ipDst, flow, index),
    ipSrc: flow?.ipSrc ?? null,
    ipDst,
    service: nameTraffic(flow, request),
    askedFor: parsed.flow === null ? null : askedFor(parsed.flow),
    ethSrc: flow?.ethSrc ?? null,
    ethDst: flow?.ethDst ?? null,
    callPort: (port) => friendly(port, index),
    callDatapath: (datapath) => callDatapath(datapath, index),
  };
}

function askedFor(flow: string): string | null {
  if (/\barp_op=1\b/.test(flow)) return /\barp_tpa=([^,]+)/.exec(flow)?.[1] ?? null;
  return /\bicmp_type=135\b/.test(flow) ? (/\bnd_target=([^,]+)/.exec(flow)?.[1] ?? null) : null;
}

function firstInport(parsed: ParsedTrace, outcome: TraceOutcome): string | null {
  const [root] = parsed.sections[0]?.roots ?? [];
  const name = root?.kind === 'pipeline' ? root.inport : (outcome.hops[0]?.inport ?? null);
  return name === '' ? null : name;
}

function friendly(port: string, index: InventoryIndex | null): string {
  return index?.port(port)?.friendlyName ?? port;
}

function callDatapath(datapath: string, index: InventoryIndex | null): string {
  const rows = index?.datapaths(datapath) ?? [];
  return (rows.length === 1 ? rows[0]?.row.friendlyName : null) ?? datapath;
}

function nameDestination(
  request: TraceRequest | null,
  outcome: TraceOutcome,
  ipDst: string | null,
  flow: FlowSummary | null,
  index: InventoryIndex | null,
): string {
  if (request?.destination.kind === 'port') return friendly(request.destination.port, index);
  if (ipDst !== null) {
    const ports = index?.portsWithIp(ipDst).filter((port) => port.type !== 'router') ?? [];
    const [port] = ports;
    if (port && ports.length === 1) return port.friendlyName ?? port.name;
    const [vip] = index?.vips(ipDst) ?? [];
    if (vip) return l10n.t('{0} (load balancer {1})', ipDst, vip.loadBalancer.name);
    return ipDst;
  }
  const [arrival] = outcome.arrivals;
  return arrival ? friendly(arrival.port, index) : (flow?.ethDst ?? l10n.t('the destination'));
}

function nameTraffic(flow: FlowSummary | null, request: TraceRequest | null): string {
  if (flow) {
    if (flow.dstPort !== null && flow.dstPort !== '0' && /^(?:TCP|UDP|SCTP)$/.test(flow.protocol ?? '')) {
      return l10n.t('{0} port {1}', flow.protocol ?? '', flow.dstPort);
    }
    return flow.protocol ?? l10n.t('the frame');
  }
  return request ? nameService(request.service) : l10n.t('the packet');
}
