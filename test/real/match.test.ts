import fc from 'fast-check';
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { canonicalMatch } from '../../src/core/ovn/match/canonical';
import { evaluateMatch } from '../../src/core/ovn/match/evaluate';
import { symbolNamed, symbolNames } from '../../src/core/ovn/match/fields';
import { packetFromFlow } from '../../src/core/ovn/match/packet';
import { parseMatch } from '../../src/core/ovn/match/parser';
import { startPrivateOvn, type PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions } from '../support/ovn';
import { knownSets, matchText, samplePacket, setMembers, slightlyBroken } from '../unit/match/generate';
import { oddities } from '../unit/match/oddities';

const seed = 20_260_401;
const sample = <T>(values: fc.Arbitrary<T>, numRuns: number): readonly T[] =>
  fc.sample(values, { numRuns, seed });
const matches = [...new Set(sample(fc.oneof(matchText(0), matchText(1), matchText(2)), 260))];
const packets = sample(samplePacket, 50);
const suspects = [
  ...new Set([...oddities, ...sample(slightlyBroken(fc.oneof(matchText(0), matchText(1))), 700)]),
].filter(isDecidable);

/** Names of the symbol table, which is that of all releases, that a release does not have yet or has no more. */
const absent: Readonly<Record<string, readonly string[]>> = {
  '23.03': [
    ...[
      'localnet',
      'tunnel_rx',
      'icmp_snat',
      'from_ctrl',
      'unsnat_new',
      'unsnat_not_tracked',
      'igmp_loopback',
    ].map((name) => `flags.${name}`),
    ...['flags.pkt_sampled', 'flags.network_id', 'nd_ns_mcast'],
    ...['obs_stage', 'allow_established', 'obs_collector_id'].map((name) => `ct_mark.${name}`),
    ...['nf', 'tun_if', 'nf_id', 'acl_id', 'tun_if_id', 'obs_point_id', 'obs_unused'].map(
      (name) => `ct_label.${name}`,
    ),
  ],
  '25.03': [
    ...['flags.igmp_loopback', 'flags.pkt_sampled', 'flags.network_id'],
    ...[
      'blocked',
      'natted',
      'skip_snat',
      'force_snat',
      'nf',
      'tun_if',
      'nf_id',
      'ecmp_reply_port',
      'tun_if_id',
    ].map((name) => `ct_label.${name}`),
  ],
};
const fieldTests = symbolNames().map((name) => `${name} == ${symbolNamed(name)?.width === 0 ? '"x"' : '1'}`);

/** Stages of one datapath, out of the 24 and more that OVN has room for. */
const stages = 22;
const switches = Array.from({ length: Math.ceil(matches.length / stages) }, (_, i) => ({
  name: `sw${i}`,
  flows: matches.slice(i * stages, (i + 1) * stages),
}));

/**
 * Logical flows go straight into the southbound database (northd, which would wrap the matches in conditions of its own, is
 * paused): one match in each stage, so that one trace shows for every one of them whether it matched.
 */
for (const version of ovnVersions()) {
  describe(`match expressions on OVN ${version.name}`, function () {
    this.timeout(60_000);
    let ovn: PrivateOvn;
    let folder = '';

    before(async () => {
      ovn = await startPrivateOvn({ programs: version.programs });
      folder = ovn.southbound.replace(/^unix:(.*)\/[^/]*$/, '$1');
      await ovn.check(['ovn-appctl', '-t', `${folder}/northd.ctl`, 'pause']);
      await insertAll([['Address_Set', { name: 'as', addresses: ['set', setMembers.as] }]]);
      await insertDatapath(
        'suspects',
        1,
        suspects.map((match, i) => ({ table: 1, priority: i + 1, match })),
      );
      await insertDatapath(
        'fields',
        switches.length + 2,
        fieldTests.map((match, i) => ({ table: 1, priority: i + 1, match })),
      );
      for (const [i, { name, flows }] of switches.entries()) {
        const rows = flows.map((match, table) => ({ table, priority: 1, match: onSwitch(match, name) }));
        await insertDatapath(name, i + 2, rows);
      }
    });

    after(async () => ovn.stop());

    it('refuses what OVN refuses, and nothing else', async () => {
      const { stderr } = await ovn.run(['ovn-trace', 'suspects', 'inport == "vm1.suspects"']);
      const differing = suspects.filter((text) => {
        const refused = stderr.includes(`|WARN|${text}: parsing expression failed`);
        return parseMatch(text).ok === refused;
      });
      assert.deepEqual(differing, []);
      const refused = suspects.filter((text) => !parseMatch(text).ok).length;
      assert.ok(
        refused > 300 && refused < suspects.length - 150,
        `${refused} of ${suspects.length} are refused`,
      );
    });

    it('has every field of this release, with the names that OVN has', async () => {
      const { stderr } = await ovn.run(['ovn-trace', 'fields', 'inport == "vm1.fields"']);
      const refused = symbolNames().filter((_, i) =>
        stderr.includes(`|WARN|${fieldTests[i] ?? ''}: parsing expression failed (Syntax error`),
      );
      assert.deepEqual([...refused].sort(), [...(absent[version.name] ?? [])].sort());
    });

    it('finds true and false where a real trace shows the flow, and does not', async () => {
      await ovn.check([
        'ovn-trace',
        ...['--detach', '--no-chdir', `--pidfile=${folder}/trace.pid`],
        ...[`--unixctl=${folder}/trace.ctl`, `--log-file=${folder}/trace.log`],
      ]);
      const wrong: unknown[] = [];
      const counts = { true: 0, false: 0, unknown: 0 };
      try {
        for (const { name, flows } of switches) {
          for (const { microflow, fields } of packets) {
            const trace = await ask(`${ovn.directory}/trace.ctl`, 'trace', name, onSwitch(microflow, name));
            const header = /^# .*$/m.exec(trace)?.[0] ?? assert.fail(trace);
            const packet = { ...fields, ...packetFromFlow(header, {}) };
            for (const [stage, text] of flows.entries()) {
              const matched = new RegExp(`^ *${stage}\\. stage${stage}: .*, priority 1,`, 'm').test(trace);
              const { result, failing } = evaluateMatch(parse(text), packet, knownSets);
              counts[result]++;
              if (result === 'unknown' && text.includes('igmp')) continue;
              if (result !== String(matched)) wrong.push({ text, microflow, result, matched });
              assert.equal(failing !== null, result === 'false');
            }
          }
        }
      } finally {
        await ask(`${ovn.directory}/trace.ctl`, 'exit');
      }
      assert.deepEqual(wrong.slice(0, 20), []);
      assert.ok(counts.true > 2000 && counts.false > 2000, JSON.stringify(counts));
    });

    async function insertAll(rows: readonly (readonly [table: string, row: object])[]): Promise<string> {
      const operations = rows.map(([table, row]) => ({ op: 'insert', table, row }));
      const transaction = JSON.stringify(['OVN_Southbound', ...operations]);
      const answer = await ovn.check(['ovsdb-client', 'transact', ovn.southbound, transaction]);
      assert.doesNotMatch(answer, /"error"/);
      return answer;
    }

    async function insertDatapath(
      name: string,
      key: number,
      flows: readonly { readonly table: number; readonly priority: number; readonly match: string }[],
    ): Promise<void> {
      const names = [
        ['name', name],
        ['logical-switch', `00000000-0000-4000-8000-${String(key).padStart(12, '0')}`],
      ];
      const answer = await insertAll([
        ['Datapath_Binding', { tunnel_key: key, external_ids: ['map', names] }],
      ]);
      const datapath = ['uuid', /"uuid","([0-9a-f-]{36})"/.exec(answer)?.[1] ?? assert.fail(answer)];
      await insertAll([
        ['Port_Group', { name: `${key}_pg`, ports: ['set', setMembers.pg.map((port) => `${port}.${name}`)] }],
        ...['vm1', 'vm2', 'vm3'].map(
          (port, i) =>
            ['Port_Binding', { datapath, logical_port: `${port}.${name}`, tunnel_key: i + 1 }] as const,
        ),
      ]);
      const fallback = Array.from({ length: stages + 1 }, (_, table) => ({ table, priority: 0, match: '1' }));
      // A flow that always matches and does nothing but go on is not shown, hence the register.
      const rows = [...flows, ...fallback].map(({ table, priority, match }) => {
        const row = { pipeline: 'ingress', table_id: table, priority, match, actions: 'reg9 = 0; next;' };
        const external = ['map', [['stage-name', `stage${table}`]]];
        return ['Logical_Flow', { logical_datapath: datapath, external_ids: external, ...row }] as const;
      });
      // One argument of a command has room for 128 kB.
      for (let i = 0; i < rows.length; i += 50) await insertAll(rows.slice(i, i + 50));
    }
  });
}

describe('canonical forms of matches', () => {
  it('are the same only for matches that agree on every packet', () => {
    const byForm = new Map<string, string>();
    for (const text of matches) {
      const results = packets
        .map(({ fields }) => evaluateMatch(parse(text), fields, knownSets).result)
        .join();
      const form = canonicalMatch(parse(text), knownSets);
      assert.equal(byForm.get(form) ?? results, results, text);
      byForm.set(form, results);
    }
    assert.ok(byForm.size < matches.length, 'no two matches were equal');
  });
});

/** Asks a daemon of OVN over its control socket, which speaks JSON-RPC: a program for each trace would take minutes. */
async function ask(socketPath: string, method: string, ...params: readonly string[]): Promise<string> {
  const socket = connect(socketPath);
  socket.write(JSON.stringify({ method, params, id: 0 }));
  let answer = '';
  for await (const piece of socket) {
    answer += String(piece);
    // Nothing but the braces tells where an answer ends, and a string may hold braces.
    const end = answer.endsWith('}') ? tryParse(answer) : null;
    if (end !== null) {
      socket.destroy();
      return end;
    }
  }
  return answer;
}

function tryParse(text: string): string | null {
  try {
    const { result, error } = JSON.parse(text) as { result: unknown; error: unknown };
    assert.equal(error, null);
    return String(result);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function parse(text: string) {
  const parsed = parseMatch(text);
  assert.ok(parsed.ok, text);
  return parsed.expr;
}

/** A port is on one switch only, so each has ports of its own. */
function onSwitch(text: string, name: string): string {
  return text.replace(/(v(?:m|\\u006d)[123])"/g, `$1.${name}"`);
}

/** Whether the database has the sets that the text names: OVN refuses the others, which the text alone cannot tell. */
function isDecidable(text: string): boolean {
  return [...text.matchAll(/([$@])([\w.]+)/g)].every(
    ([, sign, name]) => name === (sign === '$' ? 'as' : 'pg'),
  );
}
