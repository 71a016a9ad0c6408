import assert from 'node:assert/strict';
import { writeFlood } from '../../../bench/flood';
import { runInSlices } from '../../../src/core/slices';
import { parseSteps, parseTrace } from '../../../src/core/trace/parse';
import type { ParsedTrace, TraceNode } from '../../../src/core/trace/tree';
import { readTrace, traces } from './fixtures';

const header = '# ip,reg14=0x1,vlan_tci=0x0000,dl_src=00:00:00:00:00:01,dl_dst=00:00:00:00:00:02';

/** Titles, stages and outputs, one a line, each level two blanks further right. */
function outline({ sections }: ParsedTrace): string[] {
  const rows: string[] = [];
  const add = (nodes: readonly TraceNode[], indent: string) => {
    for (const node of nodes) {
      rows.push(indent + nameNode(node));
      if ('children' in node) add(node.children, `${indent}  `);
    }
  };
  for (const { roots } of sections) add(roots, '');
  return rows;
}

function nameNode(node: TraceNode): string {
  switch (node.kind) {
    case 'pipeline':
      return `${node.pipeline} ${node.datapath}`;
    case 'multicast':
      return `multicast ${node.group}`;
    case 'table':
      return node.stage ?? String(node.table);
    case 'transformation':
      return node.name;
    case 'output':
      return node.port === null ? node.what : `output ${node.port}`;
    default:
      return node.text;
  }
}

describe('a trace parsed in slices', () => {
  it('gives the same tree, with pauses on the way', async () => {
    const { text } = writeFlood(3_000_000);
    let pauses = 0;
    const parsed = await runInSlices(parseSteps(text), () => {
      pauses++;
      return Promise.resolve();
    });
    assert.deepEqual(parsed, parseTrace(text));
    assert.ok(pauses > text.length / 1_000_000, `${pauses} pauses in ${text.length} characters`);
  });

  it('gives the same tree of every fixture', async () => {
    for (const { file, text } of traces) {
      assert.deepEqual(await runInSlices(parseSteps(text), () => Promise.resolve()), parseTrace(text), file);
    }
  });
});

describe('the blocks of ovn-trace', () => {
  const titles = [
    'ct_next(ct_state=new|trk)',
    'ct_next(ct_state=est|trk /* default (use --ct to customize) */)',
    'ct_lb',
    'ct_lb /* default (use --ct to customize) */',
    'ct_lb_mark',
    'ct_lb_mark_local',
    'ct_dnat(ip4.dst=10.0.0.1)',
    'ct_snat(ip6.src=fd00::1)',
    'ct_dnatin_czone(ip4.dst=10.0.0.1)',
    'ct_snatin_czone /* assuming no un-snat entry, so no change */',
    'ct_dnat /* assuming no un-dnat entry, so no change */',
    'ct_commit_nat /* assuming no un-nat entry, so no change */',
    'ct_commit_to_zone(dnat)',
    'select: reg8[16..31] = 1 /* Randomly selected. Use --select-id to specify. */',
    'clone',
    'arp',
    'nd_na',
    'nd_ns',
    'icmp4',
    'icmp6',
    'tcp_reset',
    'sctp_abort',
    'LOG: ACL name=<unnamed>, direction=IN, verdict=drop, severity=info, packet="tcp,reg0=0x1"',
  ];

  for (const title of titles) {
    it(`${title} is known in each format`, () => {
      const detailed = parseTrace(
        `${header}\n\ningress(dp="a", inport="b")\n${'-'.repeat(27)}\n 0. ls_in_x (northd.c:1): 1, priority 0, uuid 00000000\n    next;\n\n${title}\n${'-'.repeat(title.length)}\n`,
      );
      const blocks = parseTrace(
        `${header}\ningress(dp="a", inport="b") {\n    ${title} {\n        next;\n    };\n};\n`,
      );
      const empty = parseTrace(
        `${header}\ningress(dp="a", inport="b") {\n    ${title.includes(' ') || title.includes('(') ? title : `${title} {\n    }`};\n};\n`,
      );
      for (const parsed of [detailed, blocks, empty]) {
        const nodes = parsed.sections[0]?.roots[0];
        assert.ok(nodes && 'children' in nodes);
        const node = nodes.children
          .flatMap((child) => ['children' in child ? child.children : [], child])
          .flat();
        const found = node.find((child) => child.kind === 'transformation');
        assert.ok(found?.kind === 'transformation');
        assert.notEqual(found.name, 'other');
        assert.equal(found.title, title);
        assert.equal(found.assumed, title.includes('default (use'));
        assert.deepEqual(parsed.foreignLines, []);
      }
    });
  }

  it('LOG stands among the actions, at the column of either', () => {
    for (const column of ['', '    ']) {
      const log = 'LOG: ACL name=a, direction=IN, verdict=drop, severity=info, packet="tcp"';
      const parsed = parseTrace(
        `${header}\n\ningress(dp="a", inport="b")\n${'-'.repeat(27)}\n 0. ls_in_acl (northd.c:1): 1, priority 0, uuid 00000000\n    log(name="a", verdict=drop);\n\n${column}${log}\n${column}${'-'.repeat(log.length)}\n${column === '' ? '' : '    next;\n'} 1. ls_in_y (northd.c:1): 1, priority 0, uuid 00000000\n    drop;\n`,
      );
      assert.deepEqual(outline(parsed), [
        'ingress a',
        '  ls_in_acl',
        '    log(name="a", verdict=drop);',
        '    log',
        ...(column === '' ? [] : ['    next;']),
        '  ls_in_y',
        '    drop;',
      ]);
      assert.deepEqual(parsed.gaps, []);
    }
  });

  it('of a name that nobody knows yet are kept', () => {
    const detailed = parseTrace(
      `${header}\n\ningress(dp="a", inport="b")\n---------------------------\n 0. ls_in_x (northd.c:1): 1, priority 0, uuid 00000000\n    next;\n\nct_wonder of 2030\n-----------------\n 1. ls_in_y (northd.c:1): 1, priority 0, uuid 00000000\n    drop;\n`,
    );
    assert.deepEqual(outline(detailed).slice(3), ['  other', '    ls_in_y', '      drop;']);
  });

  it('nested 100,000 deep are read', () => {
    const depth = 100_000;
    const parsed = parseTrace(`${header}\n${'clone {\n'.repeat(depth)}${'};\n'.repeat(depth)}`);
    let found = 0;
    for (let node = parsed.sections[0]?.roots[0]; node && 'children' in node; node = node.children[0])
      found++;
    assert.equal(found, depth);
  });
});

describe('what is missing in a text is said', () => {
  const whole = readTrace('194-run23-routed.txt');
  const lines = whole.split('\n');

  it('nothing, of a whole trace', () => {
    for (const { file, text } of traces) {
      const { gaps, cutAtStart, cutAtEnd, foreignLines, flat } = parseTrace(text);
      assert.deepEqual({ gaps, cutAtStart, cutAtEnd, foreignLines, flat }, nothing, file);
    }
  });

  const nothing = { gaps: [], cutAtStart: false, cutAtEnd: false, foreignLines: [], flat: false };

  for (const mark of [
    '...',
    '…',
    '[...]',
    '(...)',
    '<snip>',
    '[snip]',
    '--- 8< ---',
    '[ 12 lines omitted ]',
    '....Skip More....',
  ]) {
    it(`by ${mark}`, () => {
      const middle = [...lines.slice(0, 20), mark, ...lines.slice(26)].join('\n');
      assert.deepEqual(parseTrace(middle).gaps.slice(0, 1), [20]);
      assert.equal(parseTrace(`${lines.slice(0, 20).join('\n')}\n${mark}\n`).cutAtEnd, true);
      assert.equal(parseTrace(`${mark}\n${lines.slice(12).join('\n')}`).cutAtStart, true);
    });
  }

  it('by a line that breaks off', () => {
    for (let line = 5; line < lines.length - 1; line++) {
      const [last = ''] = lines.slice(line, line + 1);
      if (!/[;)]$|uuid/.test(last)) continue;
      const torn = [...lines.slice(0, line), last.slice(0, -3)].join('\n');
      assert.equal(parseTrace(torn).cutAtEnd, true, last.slice(0, -3));
    }
  });

  it('by a stage that breaks off in the middle: its actions are its own', () => {
    const at = lines.findIndex((line) => line.includes('ls_in_l2_lkup'));
    const torn = lines.with(at, lines[at]!.slice(0, 30)).join('\n');
    assert.deepEqual(outline(parseTrace(torn)), outline(parseTrace(whole)));
  });

  it('by an action that breaks off', () => {
    const text = `${header}\n\ningress(dp="a", inport="b")\n---------------------------\n 0. ls_in_x (northd.c:1): 1, priority 0, uuid 00000000\n    reject { outport <-> inport;`;
    assert.equal(parseTrace(text).cutAtEnd, true);
  });

  it('by a title without which its stages stand too deep', () => {
    const text = readTrace('174-run23-mc-unknown.txt');
    const missing = text.replace(/^multicast.*\n-+\n/m, '').replace(/^ +egress.*\n +-+\n/m, '');
    assert.notDeepEqual(parseTrace(missing).gaps, []);
  });

  it('but words of people behind a trace cut nothing off', () => {
    for (const words of [
      'Any idea?',
      'Thanks',
      'what is wrong with my acl here',
      '-- \nBob',
      '[root@node1 ~]# ',
      '$',
      'bash-5.1$ exit',
    ]) {
      const { cutAtEnd, gaps } = parseTrace(`${whole}\n${words}`);
      assert.deepEqual({ cutAtEnd, gaps }, { cutAtEnd: false, gaps: [] }, words);
    }
  });
});

describe('more than one trace in a text', () => {
  const detailed = readTrace('101-run23-acl-allow-new.txt');
  const summary = readTrace('100-run23-acl-allow-new-summary.txt');

  it('of the same packet in other formats is one', () => {
    const { sections, furtherTraces } = parseTrace(
      `$ ovn-trace sw0\n${detailed}$ ovn-trace --summary sw0\n${summary}`,
    );
    assert.deepEqual(
      sections.map(({ format }) => format),
      ['detailed', 'summary'],
    );
    assert.equal(furtherTraces, 0);
  });

  it('of the same format is another one', () => {
    assert.equal(parseTrace(detailed + detailed).furtherTraces, 1);
    assert.equal(parseTrace(detailed + readTrace('194-run23-routed.txt')).furtherTraces, 1);
  });
});

describe('names that hold quotes', () => {
  it('are outputs all the same', () => {
    const { sections, foreignLines } = parseTrace(`${header}\noutput("p", type "patch" */");\n`);
    assert.equal(sections[0]?.format, 'minimal');
    assert.deepEqual(outline({ ...parseTrace(''), sections }), ['output("p", type "patch" */")']);
    assert.deepEqual(foreignLines, []);
  });
});

describe('an action with the raw name of a port', () => {
  for (const action of ['mirror("p") {");', 'mirror("p; }");']) {
    it(`${action} is one action`, () => {
      const parsed = parseTrace(
        `${header}\n\negress(dp="a", inport="b", outport="c")\n${'-'.repeat(39)}\n 9. ls_out_mirror (northd.c:1): 1, priority 100, uuid 00000000\n    ${action}\n    next;\n`,
      );
      assert.deepEqual(parsed.foreignLines, []);
      assert.ok(outline(parsed).some((row) => row.trim() === action));
    });
  }
});
