import * as l10n from '@vscode/l10n';
import { nameService } from '../../core/flow/nameService';
import type { Connection, Service, TraceRequest } from '../../core/flow/request';
import type { TraceReport } from '../../core/session/report';
import type { PacketFact, PacketModel } from '../../protocol/panelModel';
import { summarizeFlow, type FlowSummary } from '../../core/trace/flowSummary';
import type { PathEnds } from './path';

type Line = PacketFact['lines'][number];

/** The packet that was traced: what was asked where that is known, else what ovn-trace says it read. */
export function buildPacket(report: TraceReport): PacketModel {
  const fields = report.parsed.flow === null ? null : summarizeFlow(report.parsed.flow);
  const ends = findEnds(report);
  const facts: PacketFact[] = [];
  if (ends.source !== null) {
    facts.push({
      name: l10n.t('Source'),
      value: ends.source.name,
      lines: codeLines(ends.source.address, fields?.ethSrc),
    });
  }
  if (ends.destination !== null) {
    const { name, address } = ends.destination;
    facts.push({
      name: l10n.t('Destination'),
      value: name,
      lines: codeLines(address === name ? null : address),
    });
  }
  const protocol = buildProtocol(fields, report.request?.service ?? null);
  if (protocol !== null) facts.push(protocol);
  const connection = buildConnection(report.request?.connection ?? null, report.plan?.ct ?? null, report);
  if (connection !== null) facts.push(connection);
  return { facts, microflow: report.plan?.microflow ?? report.parsed.flow };
}

/** The packet of a request that could not be traced. */
export function buildRequestedPacket(request: TraceRequest): PacketModel {
  const destination = request.destination.kind === 'port' ? request.destination.port : request.destination.ip;
  const facts: PacketFact[] = [
    { name: l10n.t('Source'), value: request.inport, lines: codeLines(request.ipSrc, request.ethSrc) },
    {
      name: l10n.t('Destination'),
      value: destination,
      lines: codeLines(request.destination.kind === 'port' ? request.destination.ip : null, request.ethDst),
    },
    { name: l10n.t('Protocol'), value: nameService(request.service), lines: [] },
    { name: l10n.t('Connection'), value: nameConnection(request.connection), lines: [] },
  ];
  return { facts, microflow: null };
}

/** Both ends of the packet's way, from the request where there is one, else from the trace. */
export function findEnds(report: TraceReport): PathEnds {
  const { request, outcome, parsed } = report;
  const fields = parsed.flow === null ? null : summarizeFlow(parsed.flow);
  const inport = request?.inport ?? outcome.hops[0]?.inport ?? null;
  const source = inport === null ? null : { name: inport, address: fields?.ipSrc ?? request?.ipSrc ?? null };
  if (request !== null) {
    const wanted = request.destination;
    return wanted.kind === 'port'
      ? { source, destination: { name: wanted.port, address: fields?.ipDst ?? wanted.ip ?? null } }
      : { source, destination: { name: wanted.ip, address: wanted.ip } };
  }
  const address = fields?.ipDst ?? fields?.ethDst ?? null;
  const [arrival, ...others] = outcome.arrivals;
  if (arrival !== undefined && others.length === 0 && outcome.verdict === 'allow')
    return { source, destination: { name: arrival.port, address } };
  return { source, destination: address === null ? null : { name: address, address } };
}

function buildProtocol(fields: FlowSummary | null, service: Service | null): PacketFact | null {
  const asked = service === null ? null : nameService(service);
  const value = (fields === null ? null : nameSeen(fields)) ?? asked;
  if (value === null && fields === null) return null;
  const ttl = fields?.ttl ?? null;
  const detail = [fields?.family ?? null, ttl === null ? null : `TTL ${ttl}`].filter((part) => part !== null);
  const lines: Line[] = detail.length === 0 ? [] : [{ text: detail.join(', '), code: false }];
  const ethDst = fields?.ethDst ?? null;
  if (ethDst !== null) lines.push({ text: l10n.t('to {0}', ethDst), code: true });
  return { name: l10n.t('Protocol'), value: value ?? 'Ethernet', lines };
}

function nameSeen(fields: FlowSummary): string | null {
  const name = fields.protocol;
  if (name === null) return null;
  if (name === 'ICMP' || name === 'ICMPv6')
    return fields.icmpType === null ? name : l10n.t('{0} type {1}', name, fields.icmpType);
  return fields.dstPort === null || name === 'ARP'
    ? name
    : `${name} ${fields.srcPort ?? '?'} → ${fields.dstPort}`;
}

function nameConnection(connection: Connection): string {
  switch (connection.kind) {
    case 'new':
      return l10n.t('New connection');
    case 'established':
      return l10n.t('Established connection');
    case 'reply':
      return l10n.t('Reply');
    case 'related':
      return l10n.t('Related to a connection');
    case 'invalid':
      return l10n.t('Invalid');
    case 'states':
      return l10n.t('States given by hand');
  }
}

function buildConnection(
  connection: Connection | null,
  ct: readonly string[] | null,
  report: TraceReport,
): PacketFact | null {
  const lookedUp = report.outcome.hops.some((hop) => hop.ctState !== null);
  if (connection === null && ct === null && !lookedUp) return null;
  const lines: Line[] = [];
  const states = [...new Set(ct ?? [])];
  // A plan repeats the state as often as the trace may need it; the first time says it all.
  if (states.length === 1) lines.push({ text: l10n.t('assumed at every lookup'), code: false });
  lines.push(...states.slice(0, 3).map((state) => ({ text: `--ct=${state}`, code: true })));
  if (states.length > 3)
    lines.push({
      text:
        states.length === 4 ? l10n.t('and 1 more state') : l10n.t('and {0} more states', states.length - 3),
      code: false,
    });
  if (report.outcome.hops.some((hop) => hop.ctAssumed)) {
    lines.push({ text: l10n.t('ovn-trace assumed “established” itself'), code: false });
  }
  const value =
    connection === null
      ? lookedUp
        ? l10n.t('As in the output')
        : l10n.t('Not tracked')
      : nameConnection(connection);
  return { name: l10n.t('Connection'), value, lines };
}

function codeLines(...texts: readonly (string | null | undefined)[]): readonly Line[] {
  return texts.flatMap((text) =>
    text === null || text === undefined || text === '' ? [] : [{ text, code: true }],
  );
}
