import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { HopRow, PanelModel, PathChain } from '../../../src/protocol/panelModel';
import { loseCopies, writeFlood } from '../../../bench/flood';
import { interpretText } from '../../../src/core/session/interpretText';
import { runInSlices, type Steps } from '../../../src/core/slices';
import { buildPanelModel, buildPanelModelSteps } from '../../../src/ui/panel/model';
import { buildHopElementsSteps } from '../../../src/ui/views/hopNodes';
import {
  allowedReport,
  answeredReport,
  backendsReport,
  droppedReport,
  hostileReport,
  mixedReport,
  oneWayReport,
  readTrace,
  rejectedReport,
  reportOf,
  tcpRequest,
  undecidedReport,
  unresolvedReport,
} from '../../support/panelReports';
import { modelOf, panelContext } from '../../support/panelStates';

const lbAction = 'ct_lb_mark(backends=10.0.2.1:80,10.0.2.2:80);';

function rowsOf(model: PanelModel): readonly HopRow[] {
  const items = model.forward.hops.groups.flatMap(({ pipelines }) => pipelines.flatMap(({ items }) => items));
  return items.flatMap((item) => (item.kind === 'hop' ? [item.hop] : item.hops));
}

/** The path as text: nodes with their ends, forks in brackets. */
function sketch(chain: PathChain): string {
  const steps = chain.steps.map(({ edge, node }) => {
    const arrow = edge === null ? '' : edge.cut ? ' x ' : ' > ';
    const end = node.end === null ? '' : `(${node.end.text})`;
    return `${arrow}${node.name}${end}${node.missed ? '(missed)' : ''}`;
  });
  const branches = chain.branches.map(sketch);
  return steps.join('') + (branches.length === 0 ? '' : ` [${branches.join(' |')} ]`);
}

describe('panel model', () => {
  it('shows the verdict with its cause and where the rule is written', () => {
    const { banner, links } = modelOf(droppedReport());
    assert.equal(banner.word, 'Dropped');
    assert.deepEqual(banner.causes, ['ACL_DROP']);
    assert.deepEqual(
      banner.links.map((number) => links[number]?.label),
      ['security/db-acls.sh:12'],
    );
    assert.deepEqual(
      banner.facts.map(({ text }) => text),
      ['27 ms', 'ovn-lab', 'OVN 25.03.0', '10:24:06'],
    );
  });

  it('says at first sight that the reply does not come back, and which rule stops it', () => {
    const { banner, links, reply } = modelOf(oneWayReport());
    assert.deepEqual([banner.verdict, banner.word, banner.tone], ['allow', 'Allowed one way', 'mixed']);
    assert.match(banner.text, /arrives at db1, but its reply does not come back\. The ACL db-deny-all/);
    assert.deepEqual(banner.causes, ['ONE_WAY', 'ACL_DROP']);
    assert.deepEqual(
      banner.links.map((number) => links[number]?.label),
      ['security/db-acls.sh:12'],
    );
    assert.ok(reply.kind === 'traced' && reply.banner.word === 'Dropped');
  });

  it('says where an allow is missing, and not that the loss was written there', () => {
    const report = droppedReport();
    const links = (report.explanation.losses[0]?.definitions ?? []).map((link) => ({
      ...link,
      definition: {
        ...link.definition,
        kind: 'owner' as const,
        owner: { kind: 'security group', name: 'web', key: 'web', groups: [] },
        identities: [],
      },
    }));
    assert.ok(links.length > 0);
    const losses = report.explanation.losses.map((loss) => ({ ...loss, definitions: links }));
    const lacking = { ...report, explanation: { ...report.explanation, losses } };
    const namesOf = (shown: typeof report) =>
      modelOf(shown).forward.why.items[0]?.facts.map(({ name }) => name) ?? [];
    assert.ok(namesOf(report).includes('Defined in') && !namesOf(report).includes('Allow in'));
    assert.ok(namesOf(lacking).includes('Allow in') && !namesOf(lacking).includes('Defined in'));
  });

  it('says what the trace of a reply does not tell, and gives the reply no verdict then', () => {
    const { banner, reply } = modelOf(allowedReport());
    assert.deepEqual([banner.verdict, banner.word], ['allow', 'Allowed']);
    assert.match(banner.notes.map(({ text }) => text).join(' '), /cannot be told/);
    assert.ok(reply.kind === 'traced');
    const { word, tone, icon, causes, text } = reply.banner;
    assert.deepEqual([word, tone, icon, causes], ['Undecided', 'unknown', 'unknown', []]);
    assert.match(text, /cannot be told/);
    assert.match(reply.note ?? '', /^The trace as ovn-trace could make it: ./);
  });

  it('says which stage of which datapath answers, also where the answer goes on through others', () => {
    const answering = (name: string) => {
      const model = modelOf(reportOf(readTrace(name), null));
      const [item] = model.forward.why.items;
      const rows = rowsOf(model);
      return [item?.sentence, rows.find(({ index }) => index === item?.hop)?.stage];
    };
    assert.deepEqual(answering('123-run23-arp-responder'), [
      'sw0 answers by itself: ARP reply to vm1.',
      'ls_in_arp_rsp',
    ]);
    assert.deepEqual(answering('242-run25-ext-arp-in'), [
      'lr0 answers by itself: ARP reply to ln-pub.',
      'lr_in_ip_input',
    ]);
    assert.equal(modelOf(rejectedReport()).forward.why.items.length, 1);
  });

  it('does not say again below what the banner says, where the ACLs that were asked stand there', () => {
    const report = droppedReport();
    const [loss] = report.explanation.losses;
    assert.ok(loss && loss.askedAcls.length > 0);
    assert.equal(modelOf(report).forward.why.items[0]?.sentence, loss.cause.sentence);
    const { sentence } = loss.cause;
    const same = { ...report, explanation: { ...report.explanation, sentence } };
    assert.equal(modelOf(same).banner.text, sentence);
    assert.equal(modelOf(same).forward.why.items[0]?.sentence, '');
    const alone = { ...same.explanation, losses: [{ ...loss, askedAcls: [] }] };
    assert.equal(modelOf({ ...same, explanation: alone }).forward.why.items[0]?.sentence, sentence);
  });

  it('says once that the text ends too soon', () => {
    const { banner } = modelOf(undecidedReport());
    assert.match(banner.text, /ends before/);
    assert.deepEqual(banner.notes, []);
  });

  it('lists the traces through all backends, and shows the first that is lost', () => {
    const { banner, choices, forward } = modelOf(backendsReport());
    assert.ok(choices);
    assert.equal(banner.word, 'Mixed');
    assert.match(banner.text, /^2 of 3 backends are reached; 10\.0\.2\.12:5432 is not: /);
    assert.match(banner.text, /The reply does not come back from 10\.0\.2\.13:5432\./);
    assert.deepEqual(
      choices.rows.map(({ name, badge, shown }) => [name, badge.text, shown]),
      [
        ['10.0.2.11:5432', 'Allowed', false],
        ['10.0.2.12:5432', 'Dropped', true],
        ['10.0.2.13:5432', 'Allowed one way', false],
      ],
    );
    assert.match(choices.notes.join(' '), /10\.0\.2\.14:5432 is offline/);
    assert.equal(choices.canTraceEach, false);
    assert.equal(forward.why.heading, 'Why it is dropped');
  });

  it('offers the other backends and members where OVN chose one', () => {
    const request = tcpRequest(80, { kind: 'address', ip: '10.0.9.9' });
    const balanced = reportOf(readTrace('lab-dropped').replace('ct_next(dnat);', lbAction), request);
    const { choices } = modelOf(balanced);
    assert.deepEqual([choices?.kind, choices?.canTraceEach, choices?.rows], ['backend', true, []]);
    assert.match(choices?.sentence ?? '', /on web sends each connection to one of 2; this trace took one/);
    assert.equal(modelOf(droppedReport()).choices, null);
    assert.equal(modelOf({ ...balanced, request: null }).choices, null);
  });

  it('numbers the definitions as the host keeps them', () => {
    const { model, definitions } = buildPanelModel(droppedReport(), {
      displayPath: (file) => file,
      displayTime: String,
    });
    assert.equal(model.links.length, definitions.length);
    for (const [number, link] of model.links.entries()) {
      assert.equal(link.label, `security/db-acls.sh:${definitions[number]!.definition.range.start.line + 1}`);
    }
  });

  it('reads the packet from the flow that ovn-trace printed', () => {
    const facts = modelOf(droppedReport()).packet.facts.map(({ name, value }) => `${name}: ${value}`);
    assert.deepEqual(facts, [
      'Source: web1',
      'Destination: db1',
      'Protocol: TCP 40000 → 80',
      'Connection: New connection',
    ]);
    const [source] = modelOf(reportOf(readTrace('lab-dropped'), null)).packet.facts;
    assert.deepEqual(
      source?.lines.map(({ text }) => text),
      ['10.0.1.11', 'fa:16:3e:00:01:01'],
    );
  });

  it('draws the path to where it ends', () => {
    assert.equal(
      sketch(modelOf(droppedReport()).forward.path.chain),
      'web1 > web > r0 > db(Stops here, table 8) x db1(missed)',
    );
    assert.equal(
      sketch(modelOf(rejectedReport()).forward.path.chain),
      'web1 > web > r0 > db(Turns back, table 8) x db1(missed)',
    );
    assert.equal(
      sketch(modelOf(allowedReport()).forward.path.chain),
      'web1 > web > r0 > db > db1(Delivered)',
    );
    assert.equal(
      sketch(modelOf(answeredReport()).forward.path.chain),
      'vm1 > sw0(Answers: ARP reply) > vm1(Receives the answer)',
    );
  });

  it('draws forks with the lost branch first', () => {
    assert.equal(
      sketch(modelOf(mixedReport()).forward.path.chain),
      'web2 > sw1 [ x unk2(Stops here, table 9)(missed) | > unk1(Delivered) ]',
    );
  });

  it('keeps packets that OVN made apart from the path', () => {
    const { asides } = modelOf(rejectedReport()).forward.path;
    assert.deepEqual(
      asides.map(({ text, way, end }) => [text, way, end?.text]),
      [['db also sends a TCP reset', 'db → r0 → web', 'to web1']],
    );
    assert.match(sketch(modelOf(unresolvedReport()).forward.path.chain), /r0\(MAC of the next hop unknown\)/);
  });

  it('names what NAT and load balancers changed', () => {
    const changes = (chain: PathChain): readonly string[] => [
      ...chain.steps.flatMap(({ edge }) => edge?.changes ?? []),
      ...chain.branches.flatMap(changes),
    ];
    assert.deepEqual(changes(modelOf(unresolvedReport()).forward.path.chain), ['source 192.0.2.1']);
    assert.deepEqual(changes(modelOf(allowedReport()).forward.path.chain), [
      'destination a backend of 10.0.2.100',
    ]);
  });

  it('shows decisive stages and folds runs of two or more others', () => {
    const { hops } = modelOf(droppedReport()).forward;
    const items = hops.groups.flatMap(({ pipelines }) => pipelines.flatMap((pipeline) => pipeline.items));
    for (const item of items) {
      if (item.kind === 'fold') {
        assert.ok(item.hops.length >= 2);
        assert.ok(item.hops.every((hop) => !hop.decisive));
      }
    }
    const results = rowsOf(modelOf(droppedReport())).filter((row) => row.decisive);
    assert.deepEqual(
      results.map((row) => row.result?.text),
      [
        'Connection: new',
        'Allowed by web-egress',
        'To port web-r0',
        'To r0-db, directly connected',
        'Next-hop MAC fa:16:3e:00:02:01',
        'To port db1',
        'Connection: new',
        'Drop decided by db-deny-all',
        'Packet discarded',
      ],
    );
    assert.equal(hops.count, 43);
    assert.equal(hops.decisive, 9);
  });

  it('marks the stage that decided, not the one that carried it out', () => {
    const deciding = rowsOf(modelOf(droppedReport())).filter((row) => row.deciding);
    assert.deepEqual(
      deciding.map((row) => row.stage),
      ['ls_out_acl_eval'],
    );
    const facts = deciding[0]?.facts.map(({ name, text }) => `${name}: ${text}`) ?? [];
    assert.ok(facts.includes('reg0[9]: ACLs that drop or reject may match'));
    assert.ok(facts.includes('reg8[17]: An ACL drops the packet'));
    assert.ok(facts.includes('Northbound row: ACL db-deny-all on port group pg_db'));
    assert.ok(facts.includes('Priority: 2001 in the flow, 1001 in the ACL (northd adds 1000)'));
  });

  it('lists the ACLs that were asked, with what they lack', () => {
    const [item] = modelOf(droppedReport()).forward.why.items;
    assert.deepEqual(
      item?.asked.map(({ name, answer, term, decides }) => [name, answer, term, decides]),
      [
        ['db-no-ssh', 'No match, needs', 'tcp.dst == 22', false],
        ['db-from-web', 'No match, needs', 'tcp.dst == 5432', false],
        ['db-deny-all', 'Decides:', 'outport == @pg_db && ip', true],
      ],
    );
  });

  it('says by which ACLs a packet was allowed', () => {
    const { why } = modelOf(allowedReport()).forward;
    assert.deepEqual(
      why.items.map(({ sentence }) => sentence),
      [
        'Allowed by web-egress in the ingress pipeline of web.',
        'Allowed by db-from-web in the egress pipeline of db.',
      ],
    );
  });

  it('folds copies that arrive, and never one that is lost', () => {
    const folded = modelOf(hostileReport(12)).forward.hops.groups.filter((group) => group.folded);
    assert.equal(folded.length, 9);
    assert.ok(modelOf(mixedReport()).forward.hops.groups.every((group) => !group.folded));
  });

  it('marks output that ends early', () => {
    const model = modelOf(undecidedReport());
    assert.equal(model.banner.verdict, 'unknown');
    assert.match(model.forward.hops.note ?? '', /ends here/);
    assert.equal(model.can.again, false);
  });

  it('explains why formats without stages have none', () => {
    const model = modelOf(reportOf('# ip,reg14=0x1\nip.ttl--;\noutput("db 1");\n', tcpRequest(80)));
    assert.match(model.forward.hops.note ?? '', /do not print the stages/);
    assert.equal(sketch(model.forward.path.chain), 'web1 > db 1(Delivered)');
  });

  it('never takes a text for markup or changes a name', () => {
    const model = modelOf(hostileReport(2));
    const text = JSON.stringify(model);
    assert.ok(text.includes('<img src=x onerror=alert(1)>'));
    assert.ok(!text.includes('&lt;'));
  });

  it('is plain data, and points only at hops and links that there are', () => {
    const folder = join(__dirname, '../../../fixtures/traces');
    const reports = [droppedReport(), rejectedReport(), allowedReport(), mixedReport(), unresolvedReport()];
    for (const name of readdirSync(folder)) {
      if (name.endsWith('.txt')) reports.push(reportOf(readTrace(name.slice(0, -4)), null));
    }
    for (const report of reports) {
      const model = modelOf(report);
      assert.deepEqual(JSON.parse(JSON.stringify(model)), model);
      assert.deepEqual(
        rowsOf(model)
          .map((row) => row.index)
          .sort((a, b) => a - b),
        report.outcome.hops.map((hop) => hop.index),
      );
    }
  });

  it('can be made of any part of a trace', () => {
    const texts = ['lab-dropped', 'lab-rejected', 'lab-allowed-snat', '174-run23-mc-unknown'].map(readTrace);
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(400), fc.nat(400), (text, from, length) => {
        const lines = text.split('\n').slice(from, from + length);
        modelOf(reportOf(lines.join('\n'), null));
      }),
      { numRuns: 150 },
    );
  });

  it('stays small for a flood to thousands of ports', () => {
    const { path } = modelOf(hostileReport(3000)).forward;
    assert.equal(path.chain.branches.length + path.chain.omitted, 3000);
    assert.ok(path.chain.branches.length < 100);
  });
});

describe('a panel model made in slices', () => {
  const { text } = writeFlood(2_000_000);
  const countPauses = async <Result>(steps: Steps<Result>): Promise<readonly [Result, number]> => {
    let pauses = 0;
    const result = await runInSlices(steps, () => {
      pauses++;
      return Promise.resolve();
    });
    return [result, pauses];
  };

  for (const [what, flood] of [
    ['that arrives', text],
    ['that is lost', loseCopies(text)],
  ] as const) {
    it(`is the same, with pauses on the way, for a flood ${what}`, async () => {
      const report = interpretText(flood, Date);
      const [built, pauses] = await countPauses(buildPanelModelSteps(report, panelContext, null));
      assert.deepEqual(built, buildPanelModel(report, panelContext));
      const { hops } = report.outcome;
      assert.equal(built.model.forward.hops.count, hops.length);
      assert.equal(built.model.raw[0]?.lines, flood.split('\n').length - 1);
      assert.ok(pauses > hops.length / 500, `${pauses} pauses for ${hops.length} hops`);
      const [, viewPauses] = await countPauses(buildHopElementsSteps(report));
      assert.ok(viewPauses > hops.length / 500, `${viewPauses} pauses for ${hops.length} hops`);
    });
  }

  it('is there at once for a trace of usual size, with its reply', async () => {
    const [, pauses] = await countPauses(buildPanelModelSteps(oneWayReport(), panelContext, null));
    assert.equal(pauses, 0);
  });
});
