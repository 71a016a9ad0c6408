import type { AclDefinition, DefinitionLink } from '../../../src/core/definitions/definition';
import type { TraceRequest } from '../../../src/core/flow/request';
import type { Acl } from '../../../src/core/ovn/northbound';
import { interpretText } from '../../../src/core/session/interpretText';
import type { TraceReport } from '../../../src/core/session/report';
import type { AskedAcl, ExplainedLoss } from '../../../src/core/trace/explanation';

/** A trace as OVN 23.03 prints it where an ACL drops the packet on the way out of the switch. */
export const droppedText = `# ip,reg14=0x1,vlan_tci=0x0000,dl_src=0a:00:00:00:00:01,dl_dst=0a:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_proto=6,nw_tos=0,nw_ecn=0,nw_ttl=64

ingress(dp="sw0", inport="vm1")
-------------------------------
 0. ls_in_check_port_sec (northd.c:8587): 1, priority 50, uuid 7aab1e25
    reg0[15] = check_in_port_sec();
    next;
25. ls_in_l2_lkup (northd.c:9418): eth.dst == 0a:00:00:00:00:02, priority 50, uuid 2ea2b5a0
    outport = "vm2";
    output;

egress(dp="sw0", inport="vm1", outport="vm2")
---------------------------------------------
 4. ls_out_acl (northd.c:6746): reg0[10] == 1 && (outport == @pg && ip), priority 1900, uuid 0c2ae2f0
    ct_commit { ct_mark.blocked = 1; };
`;

export const request: TraceRequest = {
  inport: 'vm1',
  destination: { kind: 'port', port: 'vm2' },
  service: { protocol: 'tcp', dstPort: 22 },
  connection: { kind: 'new' },
};

export function acl(name: string, more: Partial<Acl> = {}): Acl {
  return {
    uuid: `${name}-uuid`,
    name,
    direction: 'to-lport',
    priority: 900,
    match: 'outport == @pg && ip',
    action: 'drop',
    tier: 0,
    log: false,
    severity: null,
    label: 0,
    options: {},
    externalIds: {},
    ...more,
  };
}

export function link(
  file: string,
  line: number,
  confidence: DefinitionLink['confidence'] = 'exact',
): DefinitionLink {
  const at = (character: number) => ({ line, character, offset: line * 100 + character });
  const definition: AclDefinition = {
    kind: 'acl',
    identities: [],
    format: 'ovn-nbctl',
    file,
    range: { start: at(0), end: at(60) },
    matchRange: { start: at(30), end: at(50) },
    entity: null,
    direction: null,
    priority: null,
    match: null,
    action: null,
    tier: null,
    name: null,
  };
  return { definition, confidence, because: 'same match', differs: [] };
}

export function loss(
  definitions: readonly DefinitionLink[],
  askedAcls: readonly AskedAcl[] = [],
): ExplainedLoss {
  return {
    loss: 0,
    wanted: null,
    cause: { code: 'ACL_DROP', sentence: 'ACL deny drops it.', advice: ['Allow it.'], command: null },
    aclStep: {
      hop: 2,
      verdict: 'drop',
      acls: [{ acl: acl('deny'), entities: [{ type: 'port-group', name: 'pg' }], owner: null }],
      builtIn: null,
      tier: 0,
    },
    askedAcls,
    definitions,
  };
}

/** The dropped trace as a report of a request, with this much of an explanation. */
export function reportOf(
  losses: readonly ExplainedLoss[],
  more: Partial<TraceReport> = {},
  explained: Partial<TraceReport['explanation']> = {},
): TraceReport {
  const read = interpretText(droppedText, { now: () => 1_700_000_000_000 });
  return {
    ...read,
    request,
    plan: { datapath: 'sw0', microflow: 'inport == "vm1"', ct: ['new'], lbDst: null, openFlow: false },
    target: 'lab',
    argv: ['ovn-trace', 'sw0', 'inport == "vm1"'],
    explanation: { ...read.explanation, losses, ...explained },
    ...more,
  };
}
