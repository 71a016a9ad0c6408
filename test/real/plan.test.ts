import assert from 'node:assert/strict';
import { buildTraceArgv } from '../../src/core/flow/buildTraceArgv';
import { planTrace } from '../../src/core/flow/planTrace';
import type { Connection, Service, TraceRequest } from '../../src/core/flow/request';
import { reverseRequest } from '../../src/core/flow/reverseRequest';
import type { RunCommand } from '../../src/core/command';
import { indexInventory, type InventoryIndex } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import { toolFailure } from '../../src/core/ovn/toolFailure';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { judgeTrace } from '../../src/core/trace/judge';
import type { TraceOutcome } from '../../src/core/trace/outcome';
import { parseTrace } from '../../src/core/trace/parse';
import type { ParsedTrace } from '../../src/core/trace/tree';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { hostileStrings } from '../support/hostileStrings';
import { ovnVersions } from '../support/ovn';

/** Port names that a microflow gets wrong when it does not quote them as OVN does. */
const hostilePorts = [
  ...new Set([...hostileStrings, 'p "q" && ip4', '^TEMPLATE', '@pg', '$as', 'lsp-ü']),
].filter((name) => name !== '');

for (const version of ovnVersions()) {
  describe(`planned traces on OVN ${version.name}`, function () {
    this.timeout(120_000);
    let ovn: PrivateOvn;
    let target: TargetConfig;
    const run: RunCommand = (argv) => ovn.run(argv);
    let index: InventoryIndex;

    before(async () => {
      ovn = await startPrivateOvn({ programs: version.programs });
      target = targetSchema.parse({
        type: 'local',
        name: 'lab',
        northbound: ovn.northbound,
        southbound: ovn.southbound,
      });
      const nbctl = (...words: readonly string[]): Promise<string> => ovn.check(['ovn-nbctl', ...words]);
      await nbctl('lr-add', 'r');
      for (const [name, subnet] of [
        ['web', 1],
        ['-db', 2],
      ] as const) {
        await nbctl('--', 'ls-add', name);
        for (const host of [1, 2]) {
          const port = `${name.replace('-', '')}${host}`;
          const mac = `0a:00:00:00:0${subnet}:0${host}`;
          await nbctl('--', 'lsp-add', name, port);
          await nbctl('lsp-set-addresses', port, `${mac} 10.0.${subnet}.${host} fd00:${subnet}::${host}`);
          await nbctl('lsp-set-port-security', port, `${mac} 10.0.${subnet}.${host} fd00:${subnet}::${host}`);
        }
        const [inner, outer] = [`r${subnet}`, `to-r${subnet}`];
        await nbctl(
          'lrp-add',
          'r',
          inner,
          `0a:00:00:00:ff:0${subnet}`,
          `10.0.${subnet}.254/24`,
          `fd00:${subnet}::ff/64`,
        );
        await nbctl('--', 'lsp-add', name, outer, '--', 'lsp-set-type', outer, 'router');
        await nbctl(
          'lsp-set-addresses',
          outer,
          'router',
          '--',
          'lsp-set-options',
          outer,
          `router-port=${inner}`,
        );
        await nbctl('--', '--name=stateful', 'acl-add', name, 'to-lport', '1', 'ip', 'allow-related');
      }
      await nbctl(
        'ls-add',
        'names',
        '--',
        'lsp-add',
        'names',
        'sink',
        '--',
        'lsp-set-addresses',
        'sink',
        '0a:00:00:00:00:ff 10.0.9.9',
      );
      await nbctl(
        ...hostilePorts.flatMap((name, at) => [
          '--',
          `--id=@port${at}`,
          'create',
          'Logical_Switch_Port',
          `name=${JSON.stringify(name)}`,
          '--',
          'add',
          'Logical_Switch',
          'names',
          'ports',
          `@port${at}`,
        ]),
      );
      await ovn.sync();
      index = indexInventory(await readInventory(run, target, { now: () => 0 }));
    });
    after(() => ovn.stop());

    async function trace(request: TraceRequest): Promise<{ parsed: ParsedTrace; outcome: TraceOutcome }> {
      const result = await ovn.run(buildTraceArgv(planTrace(request, index), target));
      assert.equal(result.exitCode, 0, result.stderr);
      const parsed = parseTrace(result.stdout);
      assert.equal(parsed.refusal, null);
      return { parsed, outcome: judgeTrace(parsed, { complete: true }) };
    }

    const services: readonly Service[] = [
      { protocol: 'tcp', dstPort: 443 },
      { protocol: 'udp', dstPort: 53, srcPort: 5353 },
      { protocol: 'sctp', dstPort: 65535 },
      { protocol: 'icmp' },
      { protocol: 'icmp', type: 3, code: 4 },
      { protocol: 'other', number: 0 },
      { protocol: 'other', number: 255 },
    ];
    const connections: readonly Connection[] = [
      { kind: 'new' },
      { kind: 'established' },
      { kind: 'reply' },
      { kind: 'states', states: ['new trk', 'est,rpl'] },
    ];
    const questions = [
      ...services.map((service) => ({ service, connection: connections[0] ?? assert.fail() })),
      ...connections.slice(1).map((connection) => ({ service: services[0] ?? assert.fail(), connection })),
    ];
    for (const question of questions) {
      it(`${JSON.stringify(question)} in both families, on the link and routed`, async () => {
        for (const [ip, port] of [
          ['10.0.2.1', 'db1'],
          ['fd00:2::1', 'db1'],
          ['10.0.1.2', 'web2'],
          ['fd00:1::2', 'web2'],
        ] as const) {
          const { outcome } = await trace({
            inport: 'web1',
            destination: { kind: 'address', ip },
            ...question,
          });
          assert.deepEqual(
            outcome.arrivals.map((arrival) => arrival.port),
            [port],
            ip,
          );
          assert.equal(
            outcome.hops.some(({ ctAssumed }) => ctAssumed),
            false,
            'ovn-trace had to assume a conntrack state',
          );
        }
      });
    }

    it('the way back of a new connection', async () => {
      const request: TraceRequest = {
        inport: 'web1',
        destination: { kind: 'port', port: 'db2' },
        service: { protocol: 'tcp', dstPort: 5432 },
        connection: { kind: 'new' },
      };
      const reply = reverseRequest(request, index);
      assert.ok(reply);
      const { parsed, outcome } = await trace(reply);
      assert.deepEqual(
        outcome.arrivals.map(({ port }) => port),
        ['web1'],
      );
      assert.match(
        parsed.flow ?? '',
        /nw_src=10\.0\.2\.2,nw_dst=10\.0\.1\.1,.*tp_src=5432,tp_dst=40000,tcp_flags=syn\|ack/,
      );
      assert.deepEqual(outcome.hops.at(-1)?.ctState, ['est', 'rpl', 'trk']);
    });

    const resolution = (ip: string): TraceRequest => ({
      inport: 'web1',
      destination: { kind: 'address', ip },
      service: { protocol: 'arp' },
      connection: { kind: 'new' },
    });

    it('an ARP request, which OVN answers', async () => {
      const { outcome } = await trace(resolution('10.0.1.254'));
      assert.deepEqual([outcome.verdict, outcome.answers.map(({ kind }) => kind)], ['answer', ['arp']]);
    });

    it('a neighbour solicitation, which OVN answers for the port', async () => {
      const { outcome } = await trace(resolution('fd00:1::2'));
      assert.deepEqual([outcome.verdict, outcome.answers.map(({ kind }) => kind)], ['answer', ['nd']]);
    });

    it('a neighbour solicitation to a router, at which ovn-trace breaks', async () => {
      const argv = buildTraceArgv(planTrace(resolution('fd00:1::ff'), index), target);
      const failure = toolFailure(await ovn.run(argv), argv, target);
      assert.equal(failure.reason, 'tool-failed');
      assert.match(failure.message, /neighbour solicitation/);
    });

    it('a group, with a conntrack state for each of its members', async () => {
      const { outcome } = await trace({
        inport: 'web1',
        destination: { kind: 'address', ip: '239.1.2.3' },
        service: { protocol: 'udp', dstPort: 5000 },
        connection: { kind: 'new' },
      });
      assert.ok(outcome.arrivals.some(({ port }) => port === 'web2'));
      assert.equal(
        outcome.hops.some(({ ctAssumed }) => ctAssumed),
        false,
      );
    });

    it('a switch whose name begins with a dash', async () => {
      const { outcome } = await trace({
        inport: 'db1',
        destination: { kind: 'port', port: 'web1' },
        service: { protocol: 'icmp' },
        connection: { kind: 'new' },
      });
      assert.deepEqual(
        outcome.arrivals.map(({ port }) => port),
        ['web1'],
      );
    });

    it(`ports with ${hostilePorts.length} hostile names`, async () => {
      for (const inport of hostilePorts) {
        const { outcome } = await trace({
          inport,
          ipSrc: '10.0.9.1',
          ethSrc: '0a:00:00:00:00:01',
          destination: { kind: 'port', port: 'sink' },
          service: { protocol: 'udp', dstPort: 9 },
          connection: { kind: 'new' },
        });
        assert.deepEqual(
          outcome.arrivals.map(({ port }) => port),
          ['sink'],
          JSON.stringify(inport),
        );
      }
    });
  });
}
