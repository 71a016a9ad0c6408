import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AclStep } from '../../../src/core/acl/step';
import type { Acl } from '../../../src/core/ovn/northbound';
import { noDefinitions } from '../../../src/core/definitions/definition';
import { describeField } from '../../../src/core/ovn/match/fieldWords';
import { matchErrorOf } from '../../../src/core/ovn/match/parser';
import { explainRegisters } from '../../../src/core/ovn/registers';
import { describeStage, listDescribedStages } from '../../../src/core/ovn/stages';
import type { CauseFacts } from '../../../src/core/trace/causeFacts';
import { explainOutcome } from '../../../src/core/trace/explain';
import { causeCodes } from '../../../src/core/trace/explanation';
import type { TraceHop } from '../../../src/core/trace/hop';
import { judgeTrace } from '../../../src/core/trace/judge';
import { noFacts } from '../../../src/core/trace/networkCauses';
import { parseTrace } from '../../../src/core/trace/parse';
import { refusalSentence } from '../../../src/core/trace/refusal';
import { wordCause } from '../../../src/core/trace/sentences';
import { englishIn, speakPseudoLanguage } from '../../support/pseudoLanguage';
import { oddities } from '../match/oddities';

const folder = join('fixtures', 'traces');
const texts = readdirSync(folder)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => parseTrace(readFileSync(join(folder, file), 'utf8')));

const names: CauseFacts['names'] = {
  source: 'web1',
  destination: 'db1',
  ipSrc: '10.0.0.1',
  ipDst: '10.0.0.2',
  service: 'TCP',
  askedFor: '10.0.0.9',
  ethSrc: '0a:00:00:00:00:01',
  ethDst: '0a:00:00:00:00:02',
  callPort: (port) => port,
  callDatapath: (datapath) => datapath,
};
const unnamed = { ...names, ipSrc: null, ipDst: null, askedFor: null, ethSrc: null, ethDst: null };

const acl: Acl = {
  uuid: '11111111-0000-4000-8000-000000000001',
  name: 'deny',
  direction: 'to-lport',
  priority: 1000,
  match: 'ip4',
  action: 'drop',
  tier: 1,
  log: false,
  severity: null,
  label: 0,
  options: {},
  externalIds: {},
};

/** Hops of the fixtures, one of each datapath kind, pipeline and stage, and one that the text does not show. */
function listHops(): readonly (TraceHop | null)[] {
  const hops = new Map<string, TraceHop>();
  for (const parsed of texts) {
    for (const hop of judgeTrace(parsed).hops)
      hops.set(`${hop.datapathKind} ${hop.stage} ${hop.match === '1'}`, hop);
  }
  return [null, ...hops.values()];
}

function listFacts(): readonly CauseFacts[] {
  const vip = { loadBalancer: 'lb', ip: '10.0.0.2', serves: ['TCP'], setOn: ['r'], backends: ['10.0.0.5'] };
  const step: AclStep = {
    hop: 0,
    verdict: 'drop',
    builtIn: null,
    acls: [{ acl, entities: [{ type: 'switch', name: 'web' }], owner: null }],
    tier: 1,
  };
  const bare: CauseFacts = {
    ...noFacts,
    names: unnamed,
    loss: { hop: 0, decidedBy: null, kind: 'drop', branch: 0 },
    hop: null,
    decidedBy: null,
    aclStep: null,
    passedBy: [],
    scopes: [],
    nearest: null,
    heading: null,
    balancedInText: false,
  };
  const full: CauseFacts = {
    ...bare,
    names,
    aclStep: step,
    passedBy: ['acl1'],
    scopes: ['pg1'],
    nearest: { name: 'acl2', failing: 'tcp.dst == 22' },
    heading: { gateway: '10.0.0.254', destination: '10.0.0.2' },
    balancedInText: true,
    inwardSwitch: 'web',
    danglingPort: 'p1',
    disabledUnknownPort: 'p2',
    allowedAddresses: ['10.0.0.7'],
  };
  const kinds = ['port', 'router port', 'router'] as const;
  const faults = ['other-port', 'not-applied', 'established', 'no-backend'] as const;
  return [
    ...listHops().flatMap((hop) => [
      { ...bare, hop },
      { ...full, hop },
      { ...full, hop, loss: { ...bare.loss, kind: 'rejected' as const } },
    ]),
    ...kinds.map((kind) => ({ ...full, disabled: { kind, name: 'x' } })),
    ...faults.map((fault) => ({ ...full, vip: { ...vip, fault } })),
    { ...full, vip: { ...vip, fault: 'no-backend', backends: ['10.0.0.5', '10.0.0.6'], setOn: [] } },
    { ...full, vip: { ...vip, fault: 'no-backend', backends: [] } },
  ];
}

function assertTranslated(sentences: Iterable<string>): void {
  for (const sentence of sentences) assert.deepEqual(englishIn(sentence), [], sentence);
}

describe('In another language', () => {
  speakPseudoLanguage();

  it('the sentence and the advice of every cause are', () => {
    const facts = listFacts();
    for (const code of causeCodes) {
      const words = facts.map((each) => wordCause(code, each));
      assertTranslated(new Set(words.flatMap(({ sentence, advice }) => [sentence, ...advice])));
    }
  });

  it('what is said of every fixture is', () => {
    for (const parsed of texts) {
      const outcome = judgeTrace(parsed);
      const explanation = explainOutcome(parsed, outcome, {
        request: null,
        lbDst: null,
        index: null,
        flows: new Map(),
        join: noDefinitions,
        stderr: '',
      });
      const notes = [...explanation.assumptions, ...explanation.warnings];
      // What ovn-trace itself refused with stays as it said it.
      if (outcome.refusal === null) assertTranslated([explanation.sentence]);
      assertTranslated(notes.map(({ message }) => message));
    }
  });

  it('what ovn-trace refuses is, with its own words in it', () => {
    for (const refusal of [
      'unknown datapath "x"',
      'unknown port "x"',
      'in_key failed',
      'ovn-trace: not found',
    ])
      assertTranslated([refusalSentence(refusal)]);
    assert.match(refusalSentence('error parsing flow: Syntax error.'), /Syntax error/);
  });

  it('stages, registers and fields are, though their tables were loaded before', () => {
    for (const stage of listDescribedStages()) {
      const { title, about } = describeStage(stage) ?? { title: '', about: '' };
      assert.doesNotMatch(`${title} ${about}`, /[a-z]{3}/, stage);
    }
    const registers = explainRegisters('switch', ['reg0[1] == 1 && reg8[17]', 'reg8[30..31]']);
    assert.equal(registers.length, 3);
    for (const { meaning } of registers) assert.doesNotMatch(meaning, /[a-z]{3}/);
    for (const field of ['inport', 'ip4.src', 'ct.est', 'tcp.dst', 'reg0[3]', 'ip4.mcast'])
      assertTranslated([describeField(field)?.about ?? '']);
  });

  it('what is wrong with a match is', () => {
    const errors = oddities.map(matchErrorOf).filter((error) => error !== null);
    assert.ok(errors.length > 40);
    assertTranslated(errors.map(({ message }) => message));
  });
});
