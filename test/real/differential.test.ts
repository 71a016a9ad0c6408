import assert from 'node:assert/strict';
import { judgeTrace } from '../../src/core/trace/judge';
import { parseTrace } from '../../src/core/trace/parse';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions } from '../support/ovn';
import { makeNetwork, makePacket, Random } from '../support/randomNetwork';

const networks = Number(process.env.OVN_TRACE_NETWORKS ?? 4);
const packets = Number(process.env.OVN_TRACE_PACKETS ?? 60);
const seed = Number(process.env.OVN_TRACE_SEED ?? 20261122);

/** Ports that the minimal format outputs to, outside of the blocks of generated packets: an oracle of a few lines. */
function minimalOutputs(text: string): string[] {
  const ports: string[] = [];
  const blocks: boolean[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed.endsWith('{'))
      blocks.push(/^(?:arp|nd_ns|nd_na|icmp[46]|tcp_reset|sctp_abort) \{$/.test(trimmed));
    else if (trimmed === '};') blocks.pop();
    const port = /^output\("(.*)"\);$/.exec(trimmed)?.[1];
    if (port !== undefined && !blocks.includes(true)) ports.push(port);
  }
  return ports.sort();
}

for (const { name, programs } of ovnVersions()) {
  describe(`random packets in random networks on OVN ${name}`, function () {
    this.timeout(300_000);
    let ovn: PrivateOvn;
    const verdicts = new Set<string>();
    beforeEach(async () => {
      ovn = await startPrivateOvn({ programs });
    });
    afterEach(() => ovn.stop());

    for (let number = 0; number < networks; number++) {
      it(`network ${number}: the three formats tell the same outcome`, async () => {
        const random = new Random(seed + number);
        const network = makeNetwork(random);
        for (const command of network.commands) await ovn.check(['ovn-nbctl', ...command]);
        await ovn.sync();
        for (let count = 0; count < packets; count++) {
          const packet = makePacket(random, network);
          const state = random.pick(['new', 'new', 'est', 'est,rpl']);
          const ct = Array.from({ length: 16 }, () => `--ct=${state}`);
          const datapath = /"(s\d)p/.exec(packet)?.[1] ?? 's0';
          const run = async (format: string) =>
            await ovn.check(['ovn-trace', format, ...ct, datapath, packet]);
          const text = await run('--detailed');
          const outcome = judgeTrace(parseTrace(text), { complete: true });
          const pasted = judgeTrace(parseTrace(text));
          const summary = judgeTrace(parseTrace(await run('--summary')));
          const minimal = await run('--minimal');
          const { verdict } = outcome;
          verdicts.add(verdict);
          const context = `${packet}\n--ct=${state}\n${text}`;
          assert.notEqual(verdict, 'error', context);
          assert.deepEqual(parseTrace(text).foreignLines, [], context);
          assert.ok(
            pasted.verdict === verdict || pasted.verdict === 'unknown',
            `pasted: ${pasted.verdict}\n${context}`,
          );
          // `select` and load balancers choose anew in each run.
          if (/^select: |ct_lb(?:_mark)?\(backends=.*,/m.test(text)) continue;
          // Without stages a router's copy of a broadcast looks like any other lost branch.
          const broadcast = outcome.hops.some(({ match }) => match === 'eth.bcast');
          if (!broadcast) assert.equal(summary.verdict, verdict, context);
          const arrived = outcome.arrivals.map(({ port }) => port);
          const answered = outcome.answers.flatMap((answer) =>
            isGenerated(answer.kind) ? [] : answer.ports,
          );
          const unresolved = outcome.losses.some(({ kind }) => kind === 'unresolved');
          if (!unresolved)
            assert.deepEqual([...arrived, ...answered].sort(), minimalOutputs(minimal), context);
        }
      });
    }

    it('met with every verdict there is', () => {
      for (const verdict of ['allow', 'drop', 'reject', 'answer', 'mixed']) {
        assert.ok(verdicts.has(verdict), `none was ${verdict}`);
      }
    });
  });
}

function isGenerated(kind: string): boolean {
  return ['nd', 'tcp_reset', 'sctp_abort', 'icmp4', 'icmp6'].includes(kind);
}
