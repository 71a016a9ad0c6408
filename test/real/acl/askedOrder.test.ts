import fc from 'fast-check';
import assert from 'node:assert/strict';
import { readAclStage } from '../../../src/core/acl/aclStages';
import type { OrderedAcl } from '../../../src/core/acl/askedAcls';
import type { AclStep } from '../../../src/core/acl/step';
import { ovnVersions } from '../../support/ovn';
import { AclLab, type Traced } from './aclLab';
import { randomAcls, randomPacket, type RandomAcl } from './randomAcls';

const seed = 20_260_402;
/** So many networks; `OVN_ACL_NETWORKS` asks for more by hand. */
const networks = Number(process.env['OVN_ACL_NETWORKS'] ?? 30);
const carriers = ['Logical_Switch s', 'Port_Group pg_both', 'Port_Group pg_b'].map((row) => row.split(' '));

/** What a trace shows of one ACL stage. */
interface Reached {
  readonly stage: string;
  /** The steps of the stage, tier by tier; the last one is final. */
  readonly steps: readonly AclStep[];
  readonly list: readonly OrderedAcl[];
  /** The packet there: whether it is tracked and load-balanced hangs on the ACLs that are left. */
  readonly packet: string;
}

/**
 * What decides is taken away, again and again: each time OVN must go on to the ACL that the list, made before anything was taken
 * away, has next.
 */
for (const version of ovnVersions()) {
  describe(`the order in which OVN ${version.name} asks ACLs`, function () {
    this.timeout(120_000);
    let lab: AclLab;

    before(async () => {
      lab = await AclLab.start(version);
      await lab.nbctl(
        ['ls-add', 's'],
        ...['a', 'b', 'c'].flatMap((port, at) => [
          ['lsp-add', 's', port],
          ['lsp-set-addresses', port, `0a:00:00:00:00:0${at + 1} 10.0.0.${at + 1}`],
        ]),
        ['ls-add', 'other'],
        ['lsp-add', 'other', 'd'],
        ['pg-add', 'pg_both', 'a', 'b'],
        ['pg-add', 'pg_b', 'b'],
        ['pg-add', 'nothing'],
        ['pg-add', 'elsewhere', 'd'],
        ['create', 'Address_Set', 'name=targets', 'addresses="10.0.0.2","10.0.0.100"'],
        ['create', 'Address_Set', 'name=nobody'],
        ['lb-add', 'lb', '10.0.0.100:80', '10.0.0.2:8080', 'tcp'],
        ['ls-lb-add', 's', 'lb'],
      );
    });
    after(() => lab.stop());

    it('is the order of the list', async () => {
      const drawn = fc.sample(fc.tuple(randomAcls(version.name !== '23.03'), randomPacket), {
        numRuns: networks,
        seed,
      });
      let taken = 0;
      for (const [acls, packet] of drawn) taken += await takeAway(acls, packet);
      assert.ok(taken > networks, `only ${taken} deciding ACLs were taken away`);
    });

    /** @returns how many ACLs decided before none was left that does. */
    async function takeAway(acls: readonly RandomAcl[], packet: readonly string[]): Promise<number> {
      await lab.nbctl(...carriers.map((row) => ['clear', ...row, 'acls']));
      await lab.nbctl(...acls.map(create));
      const index = await lab.index();
      const lists = new Map<string, Reached>();
      const gone = new Set<string>();
      for (;;) {
        const traced = await lab.run(['ovn-trace', ...packet], index);
        const deciding = readStages(traced).flatMap((reached) => {
          const known = lists.get(reached.stage);
          const { list } = known?.packet === reached.packet ? known : reached;
          lists.set(reached.stage, { ...reached, list });
          return assertDecides(
            list.filter(({ acl }) => !gone.has(acl.uuid)),
            reached,
            () => [...packet, ...acls.map((acl) => JSON.stringify(acl)), traced.text].join('\n'),
          );
        });
        if (deciding.length === 0) return gone.size;
        for (const uuid of deciding) gone.add(uuid);
        await lab.nbctl(
          ...deciding.flatMap((uuid) =>
            carriers.map((row) => ['--if-exists', 'remove', ...row, 'acls', uuid]),
          ),
        );
      }
    }
  });
}

function create(acl: RandomAcl, at: number): readonly string[] {
  const { on, direction, afterLb, tier, priority, match, action } = acl;
  const columns = [
    `direction=${direction}`,
    `priority=${priority}`,
    `match=${JSON.stringify(match)}`,
    `action=${action}`,
    ...(tier > 0 ? [`tier=${tier}`] : []),
    ...(afterLb ? ['options:apply-after-lb=true'] : []),
  ];
  const row = on === 'switch' ? ['Logical_Switch', 's'] : ['Port_Group', on];
  return [`--id=@acl${at}`, 'create', 'ACL', ...columns, '--', 'add', ...row, 'acls', `@acl${at}`];
}

/** The stages that asked ACLs, on the packet's own way. */
function readStages({ outcome, steps, asked, packetAt }: Traced): readonly Reached[] {
  const byStage = new Map<string, AclStep[]>();
  for (const step of steps) {
    const hop = outcome.hops[step.hop];
    const stage = readAclStage(hop?.stage ?? null);
    if (stage === null || stage.part === 'pre') continue;
    if (step.builtIn !== null && step.builtIn !== 'default') continue;
    const name = `${stage.direction}${stage.afterLb ? ' after lb' : ''}`;
    byStage.set(name, [...(byStage.get(name) ?? []), step]);
  }
  return [...byStage].flatMap(([stage, found]) => {
    const [step] = found;
    const hop = outcome.hops[step?.hop ?? -1];
    if (step === undefined || hop === undefined) return [];
    const packet = [hop.ctState, ...Object.entries(packetAt(hop))].join('; ');
    return [{ stage, steps: found, list: asked(step), packet }];
  });
}

/** Compares with the list, tier by tier; returns the ACL to take away. */
function assertDecides(
  list: readonly OrderedAcl[],
  { stage, steps }: Reached,
  describe: () => string,
): readonly string[] {
  const undecided = list.filter(({ fits }) => fits === null).map(({ acl }) => acl.match);
  assert.deepEqual(undecided, [], describe());
  const found = steps.filter(({ acls }) => acls.length > 0);
  for (const tier of [0, 1, 2, 3]) {
    const fitting = list.filter(({ acl, fits }) => acl.tier === tier && fits === true).map(({ acl }) => acl);
    // Between equal priorities OVN's choice is not defined.
    const expected = fitting.filter(({ priority }) => priority === fitting[0]?.priority);
    const step = found.find((other) => other.tier === tier);
    const where = (): string => `${stage}, tier ${tier}\n${describe()}`;
    if (step === undefined) assert.deepEqual(expected, [], where());
    else
      for (const { acl } of step.acls)
        assert.ok(
          expected.some(({ uuid }) => uuid === acl.uuid),
          where(),
        );
    if (step !== undefined && step.verdict !== 'pass') break;
  }
  return (
    found
      .at(-1)
      ?.acls.slice(0, 1)
      .map(({ acl }) => acl.uuid) ?? []
  );
}
