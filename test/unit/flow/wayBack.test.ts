import assert from 'node:assert/strict';
import { followPacket } from '../../../src/core/flow/followPacket';
import type { TracePlan } from '../../../src/core/flow/request';
import { mendReplyLookups } from '../../../src/core/flow/wayBack';
import { judgeTrace } from '../../../src/core/trace/judge';
import type { TraceOutcome } from '../../../src/core/trace/outcome';
import { parseTrace } from '../../../src/core/trace/parse';

const underlined = (title: string): string => `\n${title}\n${'-'.repeat(title.length)}\n`;
const commit =
  ' 12. ls_out_stateful (northd.c:1): reg0[1] == 1, priority 100, uuid 00000012\n    ct_commit { ct_mark.blocked = 0; };\n    next;\n';
const deliver = (port: string): string =>
  `15. ls_out_apply_port_sec (northd.c:1): 1, priority 0, uuid 00000015\n    output;\n    /* output to "${port}", type "" */\n`;

/** UDP from switch `sa` through a router to port `b` of switch `sb`, which commits it with or without a lookup. */
function forward(isLookedUp: boolean): TraceOutcome {
  const lookup = ` 4. ls_out_pre_stateful (northd.c:1): reg0[0] == 1, priority 100, uuid 00000004\n    ct_next;\n${underlined('ct_next(ct_state=new|trk)')}`;
  return judgeTrace(
    parseTrace(
      `# udp,reg14=0x1\n${underlined('ingress(dp="sa", inport="a")')} 6. ls_in_pre_stateful (northd.c:1): reg0[0] == 1, priority 100, uuid 00000001\n    ct_next;\n${underlined('ct_next(ct_state=new|trk)')}28. ls_in_l2_lkup (northd.c:1): eth.dst == 0a:00:00:00:00:01, priority 50, uuid 00000002\n    outport = "b";\n    output;\n${underlined('egress(dp="sb", inport="sb-r", outport="b")')}${isLookedUp ? lookup : ''}${commit.trimStart()}${deliver('b')}`,
    ),
  );
}

const reply = judgeTrace(
  parseTrace(
    `# udp,reg14=0x1\n${underlined('ingress(dp="sb", inport="b")')} 6. ls_in_pre_stateful (northd.c:1): reg0[0] == 1, priority 100, uuid 00000021\n    ct_next;\n${underlined('ct_next(ct_state=est|rpl|trk)')}28. ls_in_l2_lkup (northd.c:1): eth.dst == 0a:00:00:00:00:02, priority 50, uuid 00000022\n    outport = "sb-r";\n    output;\n${underlined('egress(dp="sb", inport="b", outport="sb-r")')}${deliver('sb-r')}`,
  ),
);

const plan: TracePlan = {
  datapath: 'sb',
  microflow: '',
  ct: ['est,rpl', 'est,rpl'],
  lbDst: null,
  openFlow: false,
};

function mended(isLookedUp: boolean): readonly string[] | null {
  const outcome = forward(isLookedUp);
  const start = { ipSrc: '10.0.1.1', srcPort: 40000, ipDst: '10.0.2.1', dstPort: 53 };
  const branch = outcome.arrivals[0]?.branch ?? assert.fail('it does not arrive');
  const back = {
    request: {
      inport: 'b',
      destination: { kind: 'port', port: 'a' },
      service: { protocol: 'udp', dstPort: 40000 },
      connection: { kind: 'reply' },
    },
    sender: 'a',
    forward: followPacket(outcome, branch, start, { lbDst: null, backendAmong: () => null }),
    start: { ipSrc: '10.0.2.1', srcPort: 53, ipDst: '10.0.1.1', dstPort: 40000 },
    rewritten: false,
  } as const;
  return mendReplyLookups(back, plan, reply)?.ct ?? null;
}

describe('the states that a reply meets', () => {
  it('are those of a connection where the packet was looked up and committed', () => {
    assert.equal(mended(true), null);
  });

  it('are those of a new one where ovn-trace commits what it only remembers as new from another switch', () => {
    assert.deepEqual(mended(false), ['new', 'est,rpl']);
  });
});
