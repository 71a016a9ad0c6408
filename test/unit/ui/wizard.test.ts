import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TraceFailure } from '../../../src/core/failure';
import { planTrace } from '../../../src/core/flow/planTrace';
import { UndecidableMac } from '../../../src/core/flow/undecidableMac';
import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { addressProblem, macProblem, parseVip } from '../../../src/ui/wizard/address';
import { foldMicroflow, microflowProblem } from '../../../src/ui/wizard/microflow';
import { wizardSteps } from '../../../src/ui/wizard/reviewSteps';
import { runWizard } from '../../../src/ui/wizard/runWizard';
import type { StartAt, StepFrame, StepResult } from '../../../src/ui/wizard/runWizard';
import { searchPorts } from '../../../src/ui/wizard/searchPorts';
import type { Choice, StepId, WizardContext } from '../../../src/ui/wizard/step';
import { TypingGuard } from '../../../src/ui/wizard/typingGuard';
import { requestOf, stateOfRequest, stateOfSeed } from '../../../src/ui/wizard/wizardState';
import type { WizardState } from '../../../src/ui/wizard/wizardState';
import { inventoryOf, loadBalancer, port, twoTiers } from './inventory';

function contextOf(index: InventoryIndex | null, more: Partial<WizardContext> = {}): WizardContext {
  return {
    targets: [{ name: 'lab', where: 'local' }],
    index,
    last: {},
    plan: (request) => {
      try {
        return { kind: 'plan', plan: planTrace(request, index!) };
      } catch (error) {
        if (error instanceof UndecidableMac) {
          return {
            kind: 'ask-mac',
            field: error.field,
            message: error.message,
            candidates: error.candidates,
          };
        }
        if (error instanceof TraceFailure) return { kind: 'refused', message: error.message };
        throw error;
      }
    },
    ...more,
  };
}

/** What a person does at a step: types and takes the first choice, takes a choice by its label, or leaves. */
type Move =
  | { readonly at: StepId; readonly type: string }
  | { readonly at: StepId; readonly take: string }
  | { readonly at: StepId; readonly do: 'back' | 'leave' };

interface Played {
  readonly state: WizardState | undefined;
  readonly frames: readonly { readonly id: StepId; readonly number: number; readonly total: number }[];
}

/** Plays the moves through the real steps; fails when another step is shown than the move expects. */
async function play(
  moves: readonly Move[],
  context: WizardContext,
  initial: WizardState = {},
  startAt?: StartAt,
): Promise<Played> {
  const frames: { id: StepId; number: number; total: number }[] = [];
  const rest = [...moves];
  const show = (frame: StepFrame): Promise<StepResult> => {
    const move = rest.shift();
    assert.equal(frame.step.id, move?.at);
    frames.push({ id: frame.step.id, number: frame.number, total: frame.total });
    return Promise.resolve(resultOf(frame, move!, context));
  };
  const state = await runWizard(wizardSteps, initial, () => context, { show }, startAt);
  assert.deepEqual(rest, []);
  return { state, frames };
}

function resultOf({ step, state }: StepFrame, move: Move, context: WizardContext): StepResult {
  if ('do' in move) return { kind: move.do };
  if (step.kind === 'input') {
    const text = 'type' in move ? move.type : step.initial(state, context);
    assert.equal(step.problem(text, state, context), null);
    return step.accept(text, state, context);
  }
  const choices = step.choices(state, context, 'type' in move ? move.type : '');
  const choice =
    'take' in move
      ? choices.find(({ label }) => label === move.take)
      : choices.find(({ effect }) => effect !== null);
  assert.ok(choice?.effect, `no such choice at ${step.id}: ${choices.map(({ label }) => label).join(', ')}`);
  return choice.effect;
}

function choicesAt(id: StepId, state: WizardState, context: WizardContext, query = ''): readonly Choice[] {
  const step = wizardSteps.find((candidate) => candidate.id === id);
  assert.equal(step?.kind, 'pick');
  return step.choices(state, context, query);
}

const labels = (choices: readonly Choice[]) => choices.map(({ label }) => label);

const toWeb2: readonly Move[] = [
  { at: 'source', type: 'web1' },
  { at: 'destination', type: 'web2' },
  { at: 'protocol', take: 'TCP' },
  { at: 'port', type: 'ssh' },
  { at: 'connection', take: 'New' },
];

describe('The wizard', () => {
  it('leads from the source to the review and makes the request', async () => {
    const { state, frames } = await play(
      [...toWeb2, { at: 'review', take: 'Run Trace' }],
      contextOf(twoTiers),
    );
    assert.deepEqual(requestOf(state!)?.destination, { kind: 'port', port: 'web2' });
    assert.deepEqual(requestOf(state!)?.service, { protocol: 'tcp', dstPort: 22, srcPort: undefined });
    assert.deepEqual(
      frames.map(({ number, total }) => `${number}/${total}`),
      ['1/5', '2/5', '3/5', '4/6', '5/6', '6/6'],
    );
  });

  it('asks for the target only where there are several', async () => {
    const several = contextOf(twoTiers, {
      targets: [
        { name: 'lab', where: 'local' },
        { name: 'far', where: 'ssh far1' },
      ],
    });
    const { state } = await play(
      [{ at: 'target', take: 'far' }, ...toWeb2, { at: 'review', take: 'Run Trace' }],
      several,
    );
    assert.equal(state?.target, 'far');
  });

  it('goes back step by step, and keeps what was answered', async () => {
    const { state } = await play(
      [
        ...toWeb2,
        { at: 'review', do: 'back' },
        { at: 'connection', do: 'back' },
        { at: 'port', do: 'back' },
        { at: 'protocol', take: 'UDP' },
        { at: 'port', type: '53' },
        { at: 'connection', type: '' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
    );
    assert.deepEqual(requestOf(state!)?.service, { protocol: 'udp', dstPort: 53, srcPort: undefined });
  });

  for (let step = 0; step <= toWeb2.length; step++) {
    const at = [...toWeb2, { at: 'review' as const }][step]!.at;
    it(`is left without a trace by Esc at the step ${at}`, async () => {
      const { state } = await play([...toWeb2.slice(0, step), { at, do: 'leave' }], contextOf(twoTiers));
      assert.equal(state, undefined);
    });
  }

  it('asks for one of several source addresses, and for a destination of the same family', async () => {
    const { state } = await play(
      [
        { at: 'source', type: 'web2' },
        { at: 'sourceAddress', take: 'fd00::12' },
        { at: 'destination', type: 'fd00::99' },
        { at: 'protocol', take: 'ICMP' },
        { at: 'connection', take: 'New' },
        { at: 'nextHopMac', type: '0a:00:00:00:00:99' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
    );
    assert.deepEqual(requestOf(state!), {
      inport: 'web2',
      ipSrc: 'fd00::12',
      ethSrc: undefined,
      destination: { kind: 'address', ip: 'fd00::99' },
      service: { protocol: 'icmp', type: undefined, code: undefined },
      connection: { kind: 'new' },
      ethDst: '0a:00:00:00:00:99',
      ttl: undefined,
      lbDst: undefined,
    });
  });

  it('asks for address and MAC of a port of which nothing is known', async () => {
    const { state } = await play(
      [
        { at: 'source', type: 'bare' },
        { at: 'sourceAddress', type: '10.0.1.77' },
        { at: 'destination', type: 'web1' },
        { at: 'protocol', take: 'TCP' },
        { at: 'port', type: '80' },
        { at: 'connection', take: 'New' },
        { at: 'sourceMac', type: '0A:00:00:00:00:77' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
    );
    assert.equal(state?.ethSrc, '0a:00:00:00:00:77');
  });

  it('returns to the review after one answer was changed', async () => {
    const { state } = await play(
      [
        ...toWeb2,
        { at: 'review', take: 'Port' },
        { at: 'port', type: '443' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
    );
    assert.equal(state?.dstPort, 443);
  });

  it('asks again what a changed answer has made void', async () => {
    const { state } = await play(
      [
        ...toWeb2,
        { at: 'review', take: 'Source' },
        { at: 'source', type: 'web2' },
        { at: 'sourceAddress', take: '10.0.1.12' },
        { at: 'review', take: 'Destination' },
        { at: 'destination', type: 'web1' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
    );
    assert.equal(state?.ipSrc, '10.0.1.12');
  });

  it('begins at the review to edit a trace, and Back leads into it', async () => {
    const request = requestOf(
      (await play([...toWeb2, { at: 'review', take: 'Run Trace' }], contextOf(twoTiers))).state!,
    )!;
    const { state } = await play(
      [
        { at: 'review', do: 'back' },
        { at: 'connection', take: 'Established' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
      stateOfRequest(request, 'lab'),
      'review',
    );
    assert.deepEqual(state?.connection, { kind: 'established' });
  });

  it('begins at the first question that a command has left open, and asks no answered one', async () => {
    const from = await play(
      [
        { at: 'destination', type: 'web2' },
        { at: 'protocol', take: 'TCP' },
        { at: 'port', type: 'ssh' },
        { at: 'connection', take: 'New' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
      { inport: 'web1' },
      'firstOpen',
    );
    assert.equal(from.frames[0]?.number, 2);
    const to = await play(
      [
        { at: 'source', type: 'web1' },
        { at: 'protocol', do: 'back' },
        { at: 'destination', do: 'leave' },
      ],
      contextOf(twoTiers),
      { destination: { kind: 'port', port: 'web2' } },
      'firstOpen',
    );
    assert.equal(to.state, undefined);
  });

  it('keeps what it does not ask for when a trace is edited', () => {
    fc.assert(
      fc.property(
        fc.record({
          srcPort: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
          ttl: fc.option(fc.integer({ min: 1, max: 255 }), { nil: undefined }),
        }),
        ({ srcPort, ttl }) => {
          const request = {
            inport: 'web1',
            ipSrc: undefined,
            ethSrc: undefined,
            destination: { kind: 'address', ip: '10.0.0.1' },
            service: { protocol: 'udp', dstPort: 53, srcPort },
            connection: { kind: 'states', states: ['est,rpl'] },
            ethDst: undefined,
            ttl,
            lbDst: '10.0.0.9:53',
          } as const;
          assert.deepEqual(requestOf(stateOfRequest(request, 'lab')), request);
        },
      ),
    );
  });

  it('runs a microflow written by hand as it is written', async () => {
    const { state } = await play(
      [
        ...toWeb2,
        { at: 'review', take: 'Edit Microflow by Hand…' },
        { at: 'microflow', type: 'inport == "web1" && ip4' },
      ],
      contextOf(twoTiers),
    );
    assert.equal(state?.microflow, 'inport == "web1" && ip4');
  });

  it('takes conntrack states by hand', async () => {
    const { state } = await play(
      [
        ...toWeb2.slice(0, 4),
        { at: 'connection', take: 'States by Hand…' },
        { at: 'states', type: ' est,rpl  new ' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
    );
    assert.deepEqual(state?.connection, { kind: 'states', states: ['est,rpl', 'new'] });
  });

  it('asks for no port with ICMP and for no connection with ARP', async () => {
    const { frames } = await play(
      [
        { at: 'source', type: 'web1' },
        { at: 'destination', type: 'web2' },
        { at: 'protocol', take: 'ARP / ND' },
        { at: 'review', take: 'Run Trace' },
      ],
      contextOf(twoTiers),
    );
    assert.deepEqual(
      frames.map(({ id }) => id),
      ['source', 'destination', 'protocol', 'review'],
    );
  });

  it('offers a load balancer, and its service first', async () => {
    const context = contextOf(twoTiers);
    const { state } = await play(
      [
        { at: 'source', type: 'web1' },
        { at: 'destination', take: '198.51.100.80:443' },
        { at: 'protocol', type: '' },
        { at: 'port', type: '' },
        { at: 'connection', do: 'leave' },
      ],
      context,
    );
    assert.equal(state, undefined);
    const after: WizardState = { protocol: 'tcp', dstPort: 443 };
    assert.equal(choicesAt('port', after, context)[0]?.label, '443');
    assert.ok(
      labels(choicesAt('destination', { inport: 'web1' }, context, 'shop')).includes('[fd00::80]:80'),
    );
  });

  it('asks for a backend where a load balancer has several', async () => {
    const { inventory } = twoTiers;
    const context = contextOf(
      inventoryOf(inventory.switchPorts, {
        loadBalancers: [loadBalancer('shop', { '198.51.100.80:443': '10.0.1.11:443,10.0.1.12:443' })],
      }),
    );
    const toShop = async (take: string) => {
      const { state } = await play(
        [
          { at: 'source', type: 'web1' },
          { at: 'destination', take: '198.51.100.80:443' },
          { at: 'protocol', type: '' },
          { at: 'port', type: '' },
          { at: 'connection', take: 'New' },
          { at: 'backend', take },
          { at: 'nextHopMac', type: '0a:00:00:00:00:99' },
          { at: 'review', take: 'Run Trace' },
        ],
        context,
      );
      const { lbDst, everyBackend } = requestOf(state!)!;
      return [lbDst, everyBackend];
    };
    assert.deepEqual(await toShop('Let OVN Choose'), [undefined, undefined]);
    assert.deepEqual(await toShop('Each Backend'), [undefined, true]);
    assert.deepEqual(await toShop('10.0.1.12:443'), ['10.0.1.12:443', undefined]);
    const named = choicesAt(
      'backend',
      { destination: { kind: 'address', ip: '198.51.100.80' }, protocol: 'tcp', dstPort: 443 },
      context,
      'front',
    );
    assert.deepEqual(labels(named), ['10.0.1.12:443']);
  });

  it('knows what conntrack may say, each with what it means', () => {
    const choices = choicesAt('connection', {}, contextOf(twoTiers));
    assert.deepEqual(labels(choices), [
      ...['New', 'Established', 'Reply', 'Related', 'Invalid', 'States by Hand…'],
    ]);
    for (const { description } of choices) assert.ok(description);
  });

  it('says what is wrong with states by hand', () => {
    const step = wizardSteps.find(({ id }) => id === 'states');
    assert.ok(step?.kind === 'input');
    const problem = (text: string) => step.problem(text, {}, contextOf(twoTiers));
    assert.equal(problem('new est,rpl rel,rpl'), null);
    assert.match(problem('new,est')!, /never new and est at once/);
    assert.match(problem('est, rpl')!, /missing beside a comma/);
    assert.match(problem('old')!, /“old” is not a connection tracking state .*There are new, est/);
    assert.match(problem(' ')!, /at least one lookup/);
  });

  it('puts what was chosen last time first', () => {
    const last: WizardState = {
      inport: 'web2',
      destination: { kind: 'address', ip: '203.0.113.9' },
      protocol: 'udp',
      dstPort: 8125,
      connection: { kind: 'reply' },
    };
    const context = contextOf(twoTiers, { last });
    const firsts = (['source', 'destination', 'protocol', 'port', 'connection'] as const).map(
      (id) => choicesAt(id, { protocol: 'udp' }, context)[0]?.label,
    );
    assert.deepEqual(firsts, ['web2', '203.0.113.9', 'UDP', '8125', 'Reply']);
  });

  it('says what is wrong while it is typed, in a line that cannot be taken', () => {
    const context = contextOf(twoTiers);
    const wrong: readonly (readonly [StepId, WizardState, string, RegExp])[] = [
      ['source', {}, 'no such port', /Nothing fits "no such port"/],
      ['destination', { inport: 'web1' }, '10.0.0.300', /300 is above 255/],
      ['destination', { inport: 'web1' }, '10.0.0.0/24', /is a network/],
      ['port', { protocol: 'tcp' }, '0', /not a port number: 1 to 65535/],
      ['port', { protocol: 'tcp' }, '65536', /not a port number/],
      ['port', { protocol: 'tcp' }, '-1', /not a port number/],
      ['port', { protocol: 'tcp' }, '80.5', /not a port number/],
      ['port', { protocol: 'tcp' }, 'nonsense', /"nonsense" is not a port number/],
      ['protocolNumber', {}, '256', /0 to 255/],
    ];
    for (const [id, state, query, sentence] of wrong) {
      const choices = choicesAt(id, state, context, query);
      assert.deepEqual(
        choices.map(({ effect }) => effect),
        [null],
        `${id} ${query}`,
      );
      assert.match(choices[0]!.label, sentence);
    }
  });

  it('takes every port number and no other number', () => {
    const context = contextOf(twoTiers);
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 70000 }), (number) => {
        const taken = choicesAt('port', { protocol: 'tcp' }, context, String(number))[0]?.effect;
        if (number < 1 || number > 65535) assert.equal(taken, null);
        else assert.deepEqual(taken, { kind: 'answer', state: { protocol: 'tcp', dstPort: number } });
      }),
    );
  });

  it('marks the port that the packet goes to among the sources, and puts it last', () => {
    const toWeb1: WizardState = { destination: { kind: 'port', port: 'web1' } };
    const choices = choicesAt('source', toWeb1, contextOf(twoTiers));
    assert.deepEqual(labels(choices), ['web2', 'bare', 'wire', 'web1']);
    assert.match(choices.at(-1)?.description ?? '', /, the destination of this packet$/);
    assert.doesNotMatch(choices[0]?.description ?? '', /destination/);
  });

  it('waits without choices while the inventory is read', () => {
    assert.deepEqual(choicesAt('source', {}, contextOf(null)), []);
    assert.deepEqual(choicesAt('destination', {}, contextOf(null)), []);
  });

  it('starts from a seed of another command', () => {
    assert.deepEqual(stateOfSeed({ inport: 'web1', toAddress: '10.0.0.1', protocol: 'tcp' }), {
      inport: 'web1',
      protocol: 'tcp',
      destination: { kind: 'address', ip: '10.0.0.1' },
    });
  });
});

describe('The search for ports', () => {
  it('finds by name, friendly name, address, MAC and switch, every word counting', () => {
    const found = (query: string) => searchPorts(twoTiers.inventory, query).ports.map(({ name }) => name);
    assert.deepEqual(found('WEB2'), ['web2']);
    assert.deepEqual(found('front'), ['web2']);
    assert.deepEqual(found('10.0.1.11'), ['web1']);
    assert.deepEqual(found('00:12'), ['web2']);
    assert.deepEqual(found('web 10.0.1.12'), ['web2']);
    assert.deepEqual(found('FD00:0::12'), ['web2']);
    assert.deepEqual(found('web nothing'), []);
  });

  it('finds an address that the database has in another notation, by both', () => {
    const mac = '0a:00:00:00:00:01';
    const { inventory } = inventoryOf([port('a', { addresses: [{ mac, ips: ['FD00:0:0::00AB'] }] })]);
    for (const query of ['fd00::ab', 'FD00:0:0::00AB', 'fd00:0:0:0:0:0:0:ab', '0:0::00a'])
      assert.equal(searchPorts(inventory, query).ports.length, 1, query);
    assert.equal(searchPorts(inventory, 'fd00::ac').ports.length, 0);
  });

  it('shows guests before wires, and no port of a router', () => {
    const found = searchPorts(twoTiers.inventory, '').ports.map(({ name }) => name);
    assert.deepEqual(found, ['web1', 'web2', 'bare', 'wire']);
  });

  it('puts the port of that name first', () => {
    const { inventory } = inventoryOf(['xdb', 'db10', 'db1', 'db'].map((name) => port(name)));
    assert.deepEqual(
      searchPorts(inventory, 'db').ports.map(({ name }) => name),
      ['db', 'db10', 'db1', 'xdb'],
    );
  });

  it('shows a hundred of ten thousand and says how many more there are', () => {
    const { inventory } = inventoryOf(Array.from({ length: 10_000 }, (_, index) => port(`vm${index}`)));
    const { ports, more } = searchPorts(inventory, 'vm');
    assert.equal(ports.length, 100);
    assert.equal(more, 9_900);
    const context = contextOf(inventoryOf(inventory.switchPorts));
    assert.equal(
      choicesAt('source', {}, context).at(-1)?.label,
      '9900 more ports: type to narrow the search',
    );
  });
});

describe('Enter behind a typed letter', () => {
  it('means the first line, whatever line the editor names while the list is on its way', () => {
    const guard = new TypingGuard();
    assert.equal(guard.meansFirst(0), false);
    guard.typed(1000);
    guard.activeChanged(1020);
    assert.equal(guard.meansFirst(1030), true);
  });

  it('means the active line after an arrow key, and after a while', () => {
    const guard = new TypingGuard();
    guard.typed(1000);
    guard.activeChanged(1200);
    assert.equal(guard.meansFirst(1210), false);
    guard.typed(2000);
    assert.equal(guard.meansFirst(2010), true);
    assert.equal(guard.meansFirst(3000), false);
  });
});

describe('Texts in the wizard', () => {
  it('tells an address being typed from a search', () => {
    for (const text of ['10.0', 'web', 'a:b', '10.0.0.1', 'fd00::1', ''])
      assert.equal(addressProblem(text), null, text);
    for (const text of ['10.0.0.256', '1.2.3.4.5', 'fd00:::1', '10.0.0.1/24']) {
      assert.ok(addressProblem(text)?.startsWith(text), text);
    }
  });

  it('reads the virtual addresses of load balancers', () => {
    assert.deepEqual(parseVip('10.0.0.1:80'), { ip: '10.0.0.1', port: 80 });
    assert.deepEqual(parseVip('[fd00::1]:80'), { ip: 'fd00::1', port: 80 });
    assert.deepEqual(parseVip('fd00::1'), { ip: 'fd00::1', port: null });
    assert.equal(parseVip('^VIP:^PORT'), null);
  });

  it('refuses MAC addresses of groups and of the wrong length', () => {
    assert.equal(macProblem('0a:00:00:00:00:01'), null);
    assert.match(macProblem('01:00:5e:00:00:01')!, /group address/);
    assert.match(macProblem('0a:00:00:00:00')!, /six pairs/);
  });

  it('sees what is plainly wrong with a microflow, and not brackets in names', () => {
    assert.equal(microflowProblem('inport == "a\\"(b" && (ip4 || ip6)'), null);
    for (const text of ['', 'ip4', 'inport == "a', 'inport == "a" && (ip4', 'inport == "a"\n&& ip4']) {
      assert.notEqual(microflowProblem(text), null, text);
    }
  });

  it('folds a microflow without losing a letter', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 60 }), { minLength: 1 }), (terms) => {
        const microflow = terms.join(' && ');
        assert.equal(foldMicroflow(microflow).join(' '), microflow);
      }),
    );
  });
});
