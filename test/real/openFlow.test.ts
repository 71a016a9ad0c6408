import assert from 'node:assert/strict';
import type { TraceRequest } from '../../src/core/flow/request';
import { indexInventory, type InventoryIndex } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import type { TraceReport } from '../../src/core/session/report';
import { runThrough } from '../../src/core/slices';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { tracePacket } from '../../src/core/session/tracePacket';
import type { Verdict } from '../../src/core/trace/outcome';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { buildHopsSteps } from '../../src/ui/panel/hops';
import { LinkTable } from '../../src/ui/panel/linkTable';
import { indexReport } from '../../src/ui/panel/reportIndex';
import { startOpenVswitch, type OpenVswitch } from '../support/openVswitch';
import { ovnVersions, withOvn } from '../support/ovn';
import { noDefinitions } from '../../src/core/definitions/definition';

const clock = { now: () => 0 };

/** Two switches behind a router; the database lets in its own service, refuses SSH and drops the rest. */
const network = [
  'lr-add r',
  'lrp-add r r-front 0a:00:00:00:01:fe 10.0.1.254/24',
  'lrp-add r r-back 0a:00:00:00:02:fe 10.0.2.254/24',
  ...['front', 'back'].flatMap((name) => [
    `ls-add ${name}`,
    `lsp-add ${name} ${name}-r`,
    `lsp-set-type ${name}-r router`,
    `lsp-set-addresses ${name}-r router`,
    `lsp-set-options ${name}-r router-port=r-${name}`,
  ]),
  ...[
    ['front', 'web1', '0a:00:00:00:01:01 10.0.1.1'],
    ['front', 'web2', '0a:00:00:00:01:02 10.0.1.2'],
    ['back', 'db1', '0a:00:00:00:02:01 10.0.2.1'],
  ].flatMap(([name, port, addresses]) => [
    `lsp-add ${name!} ${port!}`,
    `lsp-set-addresses ${port!} "${addresses!}"`,
  ]),
  'lsp-set-port-security web2 "0a:00:00:00:01:02 10.0.1.2"',
  'pg-add dbs db1',
  'acl-add dbs to-lport 1002 "outport == @dbs && tcp.dst == 5432" allow-related',
  'acl-add dbs to-lport 1001 "outport == @dbs && tcp.dst == 22" reject',
  'acl-add dbs to-lport 1000 "outport == @dbs && ip" drop',
  'acl-add front from-lport 1000 "inport == \\"web2\\" && udp" drop',
];
const ports = ['web1', 'web2', 'db1'];

const toDatabase = (dstPort: number): Pick<TraceRequest, 'destination' | 'service'> => ({
  destination: { kind: 'port', port: 'db1' },
  service: { protocol: 'tcp', dstPort },
});
const fresh = { kind: 'new' } as const;

/** What is traced, the verdict, and the ports from which the bridge sends the packet, or its answer, out. */
const packets: readonly (readonly [
  name: string,
  request: TraceRequest,
  verdict: Verdict,
  leaves: readonly string[],
])[] = [
  ['an allowed service', { inport: 'web1', ...toDatabase(5432), connection: fresh }, 'allow', ['db1']],
  ['a service without a rule', { inport: 'web1', ...toDatabase(80), connection: fresh }, 'drop', []],
  ['a refused service', { inport: 'web1', ...toDatabase(22), connection: fresh }, 'reject', []],
  [
    'an established connection',
    { inport: 'web1', ...toDatabase(5432), connection: { kind: 'established' } },
    'allow',
    ['db1'],
  ],
  [
    'a reply',
    {
      inport: 'db1',
      destination: { kind: 'port', port: 'web1' },
      service: { protocol: 'tcp', srcPort: 5432, dstPort: 40000 },
      connection: { kind: 'reply' },
    },
    'allow',
    ['web1'],
  ],
  [
    'a neighbour on the same switch',
    {
      inport: 'web1',
      destination: { kind: 'port', port: 'web2' },
      service: { protocol: 'icmp' },
      connection: fresh,
    },
    'allow',
    ['web2'],
  ],
  [
    'a rule on the way in',
    {
      inport: 'web2',
      destination: { kind: 'port', port: 'web1' },
      service: { protocol: 'udp', dstPort: 53 },
      connection: fresh,
    },
    'drop',
    [],
  ],
  [
    'a borrowed address',
    {
      inport: 'web2',
      ipSrc: '10.0.1.77',
      destination: { kind: 'port', port: 'web1' },
      service: { protocol: 'tcp', dstPort: 80 },
      connection: fresh,
    },
    'drop',
    [],
  ],
  [
    'an address nobody routes to',
    {
      inport: 'web1',
      destination: { kind: 'address', ip: '192.0.2.9' },
      service: { protocol: 'tcp', dstPort: 80 },
      connection: fresh,
    },
    'drop',
    [],
  ],
  [
    'an address nobody has',
    {
      inport: 'db1',
      destination: { kind: 'address', ip: '10.0.2.99' },
      ethDst: '0a:00:00:00:02:99',
      service: { protocol: 'tcp', dstPort: 80 },
      connection: fresh,
    },
    'drop',
    [],
  ],
  [
    'a packet at the end of its life',
    { inport: 'web1', ...toDatabase(5432), connection: fresh, ttl: 1 },
    'reject',
    [],
  ],
  [
    'a ping of the router',
    {
      inport: 'web1',
      destination: { kind: 'address', ip: '10.0.1.254' },
      service: { protocol: 'icmp' },
      connection: fresh,
    },
    'answer',
    ['web1'],
  ],
  [
    'a question for a MAC',
    {
      inport: 'web1',
      destination: { kind: 'port', port: 'web2' },
      service: { protocol: 'arp' },
      connection: fresh,
    },
    'answer',
    ['web1'],
  ],
];

for (const version of ovnVersions()) {
  describe(`ovn-trace --ovs on OVN ${version.name}`, function () {
    this.timeout(60_000);
    let ovn: PrivateOvn;
    let chassis: OpenVswitch;
    let index: InventoryIndex;

    before(async () => {
      ovn = await startPrivateOvn({ programs: version.programs });
      index = await buildNetwork(ovn);
      chassis = await startOpenVswitch(ovn, ports);
    });
    after(async () => {
      await chassis.stop();
      await ovn.stop();
    });

    for (const [name, request, verdict, leaves] of packets) {
      it(`agrees with the bridge about ${name}`, async () => {
        const report = await trace(ovn, index, { ...request, openFlow: true });
        assert.deepEqual(report.explanation.warnings, []);
        assert.equal(report.outcome.verdict, verdict);
        assert.deepEqual(await bridgeOutputs(chassis, report), leaves);

        const without = await trace(ovn, index, request);
        assert.deepEqual(withoutFlows(report), withoutFlows(without));
        assert.ok(without.outcome.hops.every(({ openFlows }) => openFlows.length === 0));
      });
    }

    it('shows under each stage the flows that the bridge has of it', async () => {
      const flows = new Map<string, string[]>();
      for (const flow of await chassis.dumpFlows()) {
        const cookie = cookieOf(flow);
        flows.set(cookie, [...(flows.get(cookie) ?? []), withoutCounters(flow)]);
      }
      let shown = 0;
      for (const [name, request] of packets) {
        const { outcome } = await trace(ovn, index, { ...request, openFlow: true });
        for (const { openFlows, uuid, stage } of outcome.hops) {
          const expected = uuid === null ? [] : (flows.get(Number.parseInt(uuid, 16).toString(16)) ?? []);
          assert.deepEqual(openFlows.map(withoutCounters).sort(), [...expected].sort(), `${name}: ${stage!}`);
          shown += openFlows.length;
        }
      }
      assert.ok(shown > 100, String(shown));
    });

    it('hands the flows to the panel', async () => {
      const report = await trace(ovn, index, { ...packets[0]![1], openFlow: true });
      const rows = runThrough(buildHopsSteps(indexReport(report), new LinkTable((file) => file), null))
        .groups.flatMap(({ pipelines }) => pipelines)
        .flatMap(({ items }) => items)
        .flatMap((item) => (item.kind === 'hop' ? [item.hop] : item.hops));
      assert.deepEqual(
        rows.map(({ openFlows }) => openFlows),
        report.outcome.hops.map(({ openFlows }) => openFlows),
      );
    });

    it('says why there are none when the bridge is elsewhere, and finds it where the target says', async () => {
      const request = { ...packets[0]![1], openFlow: true };
      const elsewhere = await trace(ovn, index, request, { openFlow: 'unix:/nowhere/br-int.mgmt' });
      assert.equal(elsewhere.outcome.verdict, 'allow');
      assert.match(
        elsewhere.explanation.warnings.map(({ message }) => message).join(),
        /^No OpenFlow flows are shown: .* unix:\/nowhere\/br-int\.mgmt \(No such file or directory\)\. .*$/,
      );
      const named = await trace(ovn, index, request, { openFlow: chassis.remote });
      assert.ok(named.outcome.hops.some(({ openFlows }) => openFlows.length > 0));
      assert.deepEqual(named.explanation.warnings, []);
    });
  });

  it(`says on OVN ${version.name} that the bridge of another chassis has none of the flows`, async function () {
    this.timeout(60_000);
    await withOvn(version, async (ovn) => {
      const index = await buildNetwork(ovn);
      const chassis = await startOpenVswitch(ovn, []);
      try {
        const report = await trace(ovn, index, { ...packets[0]![1], openFlow: true });
        assert.equal(report.outcome.verdict, 'allow');
        assert.match(
          report.explanation.warnings.map(({ message }) => message).join(),
          /^No OpenFlow flows are shown: the integration bridge has none of this trace\./,
        );
      } finally {
        await chassis.stop();
      }
    });
  });
}

async function buildNetwork(ovn: PrivateOvn): Promise<InventoryIndex> {
  await ovn.check(['bash', '-ec', network.map((command) => `ovn-nbctl ${command}`).join('\n')]);
  await ovn.sync();
  return indexInventory(await readInventory((argv) => ovn.run(argv), targetOf(ovn), clock));
}

function targetOf(ovn: PrivateOvn, fields: Partial<TargetConfig> = {}): TargetConfig {
  return targetSchema.parse({
    type: 'local',
    name: 'lab',
    northbound: ovn.northbound,
    southbound: ovn.southbound,
    ...fields,
  });
}

function trace(
  ovn: PrivateOvn,
  index: InventoryIndex,
  request: TraceRequest,
  fields: Partial<TargetConfig> = {},
): Promise<TraceReport> {
  const tracing = {
    target: targetOf(ovn, fields),
    run: (argv: readonly [string, ...string[]]) => ovn.run(argv),
    clock,
    currentInventory: () => Promise.resolve(index),
    join: noDefinitions,
    ovnVersion: null,
  };
  return tracePacket(request, index, tracing, false);
}

/** Everything the trace says but for the OpenFlow flows and where they stood. */
function withoutFlows({ outcome, explanation }: TraceReport): unknown {
  const { verdict, arrivals, losses } = outcome;
  return {
    verdict,
    arrivals: arrivals.map(({ port, type }) => ({ port, type })),
    losses: losses.map(({ hop, decidedBy, kind }) => ({ hop, decidedBy, kind })),
    hops: outcome.hops.map(({ stage, match, priority, uuid, actions }) => [
      ...[stage, match, priority, uuid],
      actions,
    ]),
    causes: explanation.losses.map(({ cause }) => cause),
    acls: explanation.aclSteps.map(({ hop, verdict: step, acls }) => [
      ...[hop, step],
      acls.map(({ acl }) => acl.uuid),
    ]),
  };
}

/** The ports from which the bridge sends the same packet, with the same answers of connection tracking. */
async function bridgeOutputs(chassis: OpenVswitch, report: TraceReport): Promise<readonly string[]> {
  const { parsed, plan, request } = report;
  const inPort = chassis.ofports.get(request?.inport ?? '');
  assert.ok(parsed.flow !== null && plan !== null && inPort !== undefined);
  const [protocol] = parsed.flow.split(',');
  const flow = parsed.flow
    .replace(/\breg14=0x[0-9a-f]+/, `in_port=${inPort}`)
    // printed so for every protocol, and read so for TCP alone
    .replace(/\btp_(src|dst)=/g, protocol === 'udp' ? 'udp_$1=' : 'tp_$1=');
  const text = await chassis.traceFlow(
    flow,
    plan.ct.slice(0, 8).map((state) => `trk,${state}`),
  );
  const numbers = [...text.matchAll(/^\s*output:(\d+)$/gm)].map(([, number]) => Number(number));
  return numbers.map(
    (number) => ports.find((port) => chassis.ofports.get(port) === number) ?? String(number),
  );
}

function cookieOf(flow: string): string {
  return /cookie=0x([0-9a-f]+)/.exec(flow)?.[1] ?? '';
}

/** Counters and ages change from one look to the next. */
function withoutCounters(flow: string): string {
  return flow.trim().replace(/(?:duration|n_packets|n_bytes|idle_age|hard_age)=[^,]*, /g, '');
}
