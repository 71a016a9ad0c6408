import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AclStep, AppliedAcl } from '../../src/core/acl/step';
import type { DefinitionLink } from '../../src/core/definitions/definition';
import { TraceFailure } from '../../src/core/failure';
import type { TraceRequest } from '../../src/core/flow/request';
import type { Acl } from '../../src/core/ovn/northbound';
import { summarizeChoices } from '../../src/core/session/choiceSentence';
import type { TraceReport } from '../../src/core/session/report';
import type { AskedAcl, Explanation } from '../../src/core/trace/explanation';
import { judgeTrace } from '../../src/core/trace/judge';
import { parseTrace } from '../../src/core/trace/parse';

/** Reports as a session makes them: real output of ovn-trace, the explanation written by hand. */

const folder = join(__dirname, '../../fixtures/traces');

export function readTrace(name: string): string {
  return readFileSync(join(folder, `${name}.txt`), 'utf8');
}

export const emptyExplanation: Explanation = {
  sentence: 'The packet arrives.',
  losses: [],
  aclSteps: [],
  definitions: {},
  assumptions: [],
  warnings: [],
};

/** A report of a text, as if `request` had been traced on a target. */
export function reportOf(
  text: string,
  request: TraceRequest | null,
  explanation: Partial<Explanation> = {},
): TraceReport {
  const parsed = parseTrace(text);
  const ran = request !== null;
  const microflow =
    'inport == "web1" && eth.src == fa:16:3e:00:01:01 && ip4.src == 10.0.1.11 && tcp.dst == 80';
  return {
    id: `report-${text.length}-${explanation.sentence ?? ''}`,
    request,
    plan: ran
      ? { datapath: 'web', microflow, ct: Array(12).fill('new') as string[], lbDst: null, openFlow: false }
      : null,
    target: ran ? 'ovn-lab' : null,
    argv: ran ? ['ovn-trace', '--ct=new', 'web', microflow] : null,
    ovnVersion: ran ? 'ovn-trace 25.03.0' : null,
    output: text,
    stderr: '',
    parsed,
    outcome: judgeTrace(parsed, { complete: true }),
    explanation: { ...emptyExplanation, ...explanation },
    startedAt: Date.UTC(2026, 10, 22, 10, 24, 6),
    durationMs: 27,
    reply: null,
  };
}

export function tcpRequest(
  dstPort: number,
  destination: TraceRequest['destination'] = { kind: 'port', port: 'db1' },
): TraceRequest {
  return {
    inport: 'web1',
    destination,
    service: { protocol: 'tcp', dstPort, srcPort: 40000 },
    connection: { kind: 'new' },
  };
}

function acl(
  name: string | null,
  priority: number,
  match: string,
  action: string,
  direction: Acl['direction'] = 'to-lport',
): Acl {
  const digits = ((direction === 'to-lport' ? 0x43b10000 : 0x8e2f0000) + priority).toString(16);
  return {
    uuid: `${digits}-aa0d-44c7-8fac-6240aa544c4d`,
    name,
    direction,
    priority,
    match,
    action,
    tier: 0,
    log: action === 'drop',
    severity: null,
    label: 0,
    options: {},
    externalIds: {},
  };
}

function definition(line: number, file = 'security/db-acls.sh'): DefinitionLink {
  const position = { line: line - 1, character: 0, offset: line * 80 };
  const range = { start: position, end: { ...position, character: 70, offset: position.offset + 70 } };
  return {
    definition: {
      kind: 'acl',
      identities: [],
      format: 'ovn-nbctl',
      file,
      range,
      matchRange: range,
      entity: { type: 'port-group', name: 'pg_db' },
      direction: 'to-lport',
      priority: 1001,
      match: 'outport == @pg_db && ip',
      action: 'drop',
      tier: 0,
      name: 'db-deny-all',
    },
    confidence: 'exact',
    because: 'same port group, direction, priority and match',
    differs: [],
  };
}

const inDb = (row: Acl): AppliedAcl => ({
  acl: row,
  entities: [{ type: 'port-group', name: 'pg_db' }],
  owner: null,
});

const noSsh = inDb(acl('db-no-ssh', 1003, 'outport == @pg_db && tcp.dst == 22', 'reject'));
const fromWeb = inDb(
  acl(
    'db-from-web',
    1002,
    'outport == @pg_db && ip4 && ip4.src == 10.0.1.0/24 && tcp && tcp.dst == 5432',
    'allow-related',
  ),
);
const denyAll = inDb(acl('db-deny-all', 1001, 'outport == @pg_db && ip', 'drop'));
const webEgress: AppliedAcl = {
  acl: acl('web-egress', 1002, 'inport == @pg_web && ip4', 'allow-related', 'from-lport'),
  entities: [{ type: 'port-group', name: 'pg_web' }],
  owner: null,
};

const asked = (
  applied: AppliedAcl,
  answer: AskedAcl['asked'],
  failing: string | null,
  line: number,
): AskedAcl => ({
  ...applied,
  asked: answer,
  failing,
  misses: failing === null ? 0 : 1,
  definitions: [definition(line)],
});

const assumptions: Explanation['assumptions'] = [
  { message: 'The connection is new at every lookup.', severity: 'info' },
  {
    message:
      'Ports are up. Port db1 is down in the northbound database; ovn-trace does not look at port state.',
    severity: 'warning',
  },
  {
    message: 'Only the logical network counts: tunnels, MTU and host firewalls are not checked.',
    severity: 'info',
  },
];

/** Finds the hop of a stage on a datapath, so that the explanation can name it. */
function hopAt(text: string, datapath: string, stage: string, match = ''): number {
  const hops = judgeTrace(parseTrace(text), { complete: true }).hops;
  const hop = hops.find((h) => h.datapath === datapath && h.stage === stage && h.match.includes(match));
  if (hop === undefined) throw new Error(`no hop ${stage} on ${datapath}`);
  return hop.index;
}

function step(
  text: string,
  datapath: string,
  stage: string,
  applied: readonly AppliedAcl[],
  verdict: AclStep['verdict'],
): AclStep {
  return {
    hop: hopAt(text, datapath, stage),
    verdict,
    acls: applied,
    builtIn: applied.length === 0 ? 'default' : null,
    tier: 0,
  };
}

export function droppedReport(): TraceReport {
  const text = readTrace('lab-dropped');
  const deny = step(text, 'db', 'ls_out_acl_eval', [denyAll], 'drop');
  return reportOf(text, tcpRequest(80), {
    sentence: 'Switch db drops the packet on its way to db1: ACL db-deny-all of port group pg_db says so.',
    aclSteps: [
      step(text, 'web', 'ls_in_acl_eval', [webEgress], 'allow'),
      step(text, 'web', 'ls_out_acl_eval', [], 'allow'),
      step(text, 'db', 'ls_in_acl_eval', [], 'allow'),
      deny,
    ],
    losses: [
      {
        loss: 0,
        wanted: null,
        cause: {
          code: 'ACL_DROP',
          sentence:
            'ACL db-deny-all matches all IP traffic to the ports of pg_db, and no ACL above it allows this packet.',
          advice: [
            'If web1 should reach db1, add an allow-related ACL for tcp.dst == 80 to port group pg_db, above priority 1001.',
            'If the block is intended, nothing needs to change.',
          ],
          command:
            "ovn-nbctl --type=port-group --name=db-http \\\n  acl-add pg_db to-lport 1002 \\\n  'outport == @pg_db && ip4.src == 10.0.1.0/24 && tcp.dst == 80' \\\n  allow-related",
        },
        aclStep: deny,
        askedAcls: [
          asked(noSsh, 'no', 'tcp.dst == 22', 8),
          asked(fromWeb, 'no', 'tcp.dst == 5432', 10),
          asked(denyAll, 'decides', null, 12),
        ],
        definitions: [definition(12)],
      },
    ],
    definitions: { [denyAll.acl.uuid]: [definition(12)] },
    assumptions,
    warnings: [
      {
        message:
          'ACL db-icmp has no effect: OVN cannot read its match (Nominal predicate icmp6 may only be tested positively).',
        acl: denyAll.acl.uuid,
      },
    ],
  });
}

/** The same packet before and after a rule for it was added, as OVN traces it: dropped, then delivered. */
export function changedReports(): { readonly before: TraceReport; readonly after: TraceReport } {
  const http = inDb(acl('db-http', 1005, 'outport == @pg_db && ip4 && tcp.dst == 80', 'allow-related'));
  const text = changedText();
  const after = reportOf(text, tcpRequest(80), {
    sentence: 'TCP port 80 from web1 arrives at db1.',
    aclSteps: [
      step(text, 'web', 'ls_in_acl_eval', [webEgress], 'allow'),
      step(text, 'web', 'ls_out_acl_eval', [], 'allow'),
      step(text, 'db', 'ls_in_acl_eval', [], 'allow'),
      step(text, 'db', 'ls_out_acl_eval', [http], 'allow'),
    ],
    definitions: { [http.acl.uuid]: [definition(11)] },
    assumptions,
    warnings: droppedReport().explanation.warnings,
  });
  return { before: droppedReport(), after: { ...after, startedAt: after.startedAt + 252_000 } };
}

/** The trace of the dropped packet as OVN goes on once a rule allows it. */
function changedText(): string {
  const text = readTrace('lab-dropped');
  const end = text.lastIndexOf(' 6. ls_out_acl_eval');
  return `${text.slice(0, end)} 6. ls_out_acl_eval (northd.c:7072): reg0[7] == 1 && (outport == @pg_db && ip4 && tcp.dst == 80), priority 2005, uuid 5f1c2a77
    reg8[16] = 1;
    reg0[1] = 1;
    next;
 8. ls_out_acl_action (northd.c:7225): reg8[16] == 1, priority 1000, uuid 0d6f5c11
    reg8[16] = 0;
    reg8[17] = 0;
    reg8[18] = 0;
    next;
10. ls_out_stateful (northd.c:8264): reg0[1] == 1 && reg0[13] == 0, priority 100, uuid 9a95e3b4
    ct_commit { ct_mark.blocked = 0; ct_mark.allow_established = reg0[20]; ct_label.acl_id = reg2[16..31]; };
    next;
11. ls_out_check_port_sec (northd.c:5835): 1, priority 0, uuid 0702f90b
    reg0[15] = check_out_port_sec();
    next;
12. ls_out_apply_port_sec (northd.c:5843): 1, priority 0, uuid 92fa9363
    output;
    /* output to "db1", type "" */
`;
}

export function rejectedReport(): TraceReport {
  const text = readTrace('lab-rejected');
  const refuse = step(text, 'db', 'ls_out_acl_eval', [noSsh], 'reject');
  return reportOf(text, tcpRequest(22), {
    sentence: 'Switch db refuses the packet to db1 (ACL db-no-ssh) and answers web1 with a TCP reset.',
    aclSteps: [step(text, 'web', 'ls_in_acl_eval', [webEgress], 'allow'), refuse],
    losses: [
      {
        loss: 0,
        wanted: null,
        cause: {
          code: 'ACL_REJECT',
          sentence: 'ACL db-no-ssh rejects TCP port 22 to the ports of pg_db.',
          advice: ['If web1 should reach db1 over SSH, allow it above priority 1003.'],
          command: null,
        },
        aclStep: refuse,
        askedAcls: [
          asked(noSsh, 'decides', null, 8),
          asked(fromWeb, 'later', null, 10),
          asked(denyAll, 'later', null, 12),
        ],
        definitions: [definition(8)],
      },
    ],
    assumptions: assumptions.slice(0, 1),
  });
}

export function allowedReport(): TraceReport {
  const text = readTrace('lab-mixed-lb-db1');
  const report = reportOf(text, tcpRequest(5432, { kind: 'address', ip: '10.0.2.100' }), {
    sentence: 'The packet arrives at db1.',
    aclSteps: [
      step(text, 'web', 'ls_in_acl_eval', [webEgress], 'allow'),
      step(text, 'db', 'ls_out_acl_eval', [fromWeb], 'allow'),
    ],
    definitions: { [fromWeb.acl.uuid]: [definition(10)] },
    assumptions: assumptions.slice(0, 1),
  });
  return {
    ...report,
    reply: { ...droppedReport(), id: 'reply' },
    replyNote:
      'Whether the reply comes back cannot be told: its trace ends on web, where it has other addresses in reality. NAT or a load balancer changed those of the packet, and ovn-trace does not change them back.',
  };
}

/** A packet that arrives, and the reply of which an ACL stops. */
export function oneWayReport(): TraceReport {
  const text = readTrace('lab-mixed-lb-db1');
  const report = reportOf(text, tcpRequest(5432), {
    sentence: `TCP port 5432 from web1 arrives at db1, but its reply does not come back. ${stopsReply}`,
    warnings: [
      {
        code: 'ONE_WAY',
        message: `The reply does not come back to web1. ${stopsReply}`,
        acl: denyAll.acl.uuid,
      },
    ],
    assumptions: assumptions.slice(0, 1),
  });
  return { ...report, reply: { ...droppedReport(), id: 'reply' } };
}

const stopsReply = 'The ACL db-deny-all of port group pg_db drops TCP port 40000 from db1 to web1.';

/** Each backend of a load balancer: one is reached, one is not, one cannot answer. */
export function backendsReport(): TraceReport {
  const to = { kind: 'address', ip: '10.0.2.100' } as const;
  const lost = { ...droppedReport(), request: tcpRequest(5432, to) };
  const reached = { ...allowedReport(), reply: null };
  return summarizeChoices(
    { ...tcpRequest(5432, to), everyBackend: true },
    {
      kind: 'backend',
      datapath: 'web',
      traced: [
        { option: '10.0.2.11:5432', report: reached },
        { option: '10.0.2.12:5432', report: lost },
        { option: '10.0.2.13:5432', report: oneWayReport() },
      ],
      omitted: 0,
      offline: ['10.0.2.14:5432'],
    },
  );
}

export function mixedReport(): TraceReport {
  const text = readTrace('174-run23-mc-unknown').replace(
    /(outport="unk2"[\s\S]*?)            output;\n.*unk2.*\n/,
    '$1            drop;\n',
  );
  return reportOf(text, null, {
    sentence: 'One of two copies arrives, at unk1; the copy to unk2 is dropped.',
    losses: [
      {
        loss: 0,
        wanted: null,
        cause: {
          code: 'PORT_SECURITY_OUT',
          sentence: 'Port security of unk2 does not take this destination MAC.',
          advice: ['Add the MAC address to the port security of unk2.'],
          command: null,
        },
        aclStep: null,
        askedAcls: [],
        definitions: [],
      },
    ],
  });
}

export function answeredReport(): TraceReport {
  return reportOf(readTrace('123-run23-arp-responder'), null, {
    sentence: 'OVN itself answers: an ARP reply goes back to vm1.',
  });
}

export function unresolvedReport(): TraceReport {
  return reportOf(readTrace('lab-allowed-snat'), tcpRequest(443, { kind: 'address', ip: '203.0.113.80' }), {
    sentence: 'Router r0 does not know the MAC of the next hop 192.0.2.254.',
    losses: [
      {
        loss: 0,
        wanted: null,
        cause: {
          code: 'ARP_UNRESOLVED',
          sentence:
            'No MAC binding for 192.0.2.254 is known, so r0 asks for it by ARP and this packet does not go on.',
          advice: ['Trace again once a packet was sent, or add a static MAC binding.'],
          command: null,
        },
        aclStep: null,
        askedAcls: [],
        definitions: [],
      },
    ],
  });
}

export function undecidedReport(): TraceReport {
  const text = readTrace('lab-dropped');
  return reportOf(text.slice(0, text.indexOf('egress(dp="db"') + 30), null, {
    sentence: 'The text ends before the packet does, so there is no verdict.',
  });
}

/** A flood to many ports, and names that try to deceive. */
export function hostileReport(copies: number): TraceReport {
  const name = (index: number): string => `p${index} \u202egnp.exe\u001b[31m <img src=x onerror=alert(1)>`;
  const title = (text: string): string => `    ${text}\n    ${'-'.repeat(text.length)}\n`;
  const branches = Array.from({ length: copies }, (_, index) =>
    [
      '\n',
      title(`egress(dp="sw1", inport="web2", outport="${name(index)}")`),
      '         8. ls_out_check_port_sec (northd.c:5772): 1, priority 0, uuid 0ffa5385\n',
      '            reg0[15] = check_out_port_sec();\n            next;\n',
      '         9. ls_out_apply_port_sec (northd.c:5777): 1, priority 0, uuid c63e4b4b\n',
      '            output;\n',
      `            /* output to "${name(index)}", type "" */\n`,
    ].join(''),
  ).join('');
  const head = readTrace('174-run23-mc-unknown');
  const start = head.indexOf('    egress(dp="sw1"');
  return reportOf(head.slice(0, start).trimEnd() + '\n' + branches, null, {
    sentence: `The packet arrives at ${copies} ports, ${name(0)} first.`,
  });
}

export function connectionFailure(): TraceFailure {
  return new TraceFailure('database', 'ovn-trace could not connect to the southbound database of ovn-lab.', {
    advice:
      'Check that the southbound database listens on tcp:127.0.0.1:6642, or that the port-forward is up.',
    detail: 'ovn-trace: tcp:127.0.0.1:6642: database connection failed (Connection refused)\nexit status 1',
  });
}

/** A packet of unknown destination in thousands of copies, which all arrive, or are all dropped by an ACL of their own. */
export function floodReport(fate: 'delivered' | 'lost', copies: number): TraceReport {
  const flood = readTrace('174-run23-mc-unknown');
  const start = flood.indexOf('    egress(dp="sw1"');
  const next = flood.indexOf('    egress(dp="sw1"', start + 10);
  const copy = `${flood.slice(next).trimEnd()}\n\n`;
  const evaluation =
    '         4. ls_out_acl_eval (northd.c:7072): ip && (outport == @pg_db), priority 2001, uuid b052e63d\n' +
    '            reg8[17] = 1;\n            next;\n';
  const shown =
    fate === 'delivered'
      ? copy
      : copy.replace(/output;[^]*$/, 'drop;\n\n').replace(/^ +8\. /m, (line) => `${evaluation}${line}`);
  return reportOf(flood.slice(0, start) + shown.replaceAll('"unk2"', '"lost"').repeat(copies), null);
}

/** Output that was cut in the middle, as of a program that was ended. */
export function partialReport(): TraceReport {
  const text = readTrace('lab-dropped');
  return reportOf(text.slice(0, text.indexOf('ls_out_pre_stateful') + 30), null, {
    sentence: 'It cannot be said what becomes of the packet: the output ends in the middle.',
  });
}
