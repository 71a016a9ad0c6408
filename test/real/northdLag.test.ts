import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describeLag, findNorthdLag, stillBehind } from '../../src/core/ovn/northdLag';
import { targetSchema } from '../../src/core/session/target';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions, withOvn } from '../support/ovn';
import { applyNetwork } from '../support/randomNetwork/apply';
import { makeNetwork } from '../support/randomNetwork/network';
import { Random } from '../support/randomNetwork/random';
import { readNorthboundSchema } from '../support/randomNetwork/schema';
import { build } from '../support/smallNetwork';

const networks = Number(process.env.OVN_TRACE_NETWORKS ?? 6);

/** What is told of ovn-northd after two looks. */
async function lagOf(ovn: PrivateOvn): Promise<string | null> {
  const { northbound, southbound } = ovn;
  const target = targetSchema.parse({ type: 'local', name: 'lab', northbound, southbound });
  const look = () => findNorthdLag((argv) => ovn.run(argv), target, {});
  const before = await look();
  if (before.length === 0) return null;
  await delay(500);
  return describeLag(stillBehind(await look(), before));
}

async function endNorthd(ovn: PrivateOvn): Promise<void> {
  // As the programs see the folder, which may lie in a tree of their own.
  const folder = ovn.northbound.replace(/^unix:(.*)\/nb\.sock$/, '$1');
  await ovn.check(['ovn-appctl', '-t', `${folder}/northd.ctl`, 'exit']);
}

/** Changes the network without waiting for a northd. */
async function change(ovn: PrivateOvn, ...words: readonly string[]): Promise<void> {
  await ovn.check(['ovn-nbctl', '--no-wait', ...words.map((word) => word.replaceAll('~', ' '))]);
}

const port = (name: string): readonly string[] => [`lsp-add sw ${name}`];
const network = [
  'ls-add sw',
  ...['a', 'b', 'c'].flatMap(port),
  'ls-add other',
  'lsp-add other x',
  'pg-add web a b',
  'pg-add twin c x',
  'acl-add sw to-lport 900 ip4 drop',
  'acl-add web to-lport 1001 outport==@web~&&~tcp.dst=={80,443} allow-related',
];

for (const version of ovnVersions()) {
  describe(`ovn-northd that is behind with ACLs alone, on OVN ${version.name}`, function () {
    this.timeout(120_000);

    it('is never seen where it works, whatever ACLs there are', async () => {
      await withOvn(version, async (ovn) => {
        await build(ovn, ...network);
        const says: (string | null)[] = [await lagOf(ovn)];
        const step = async (...commands: readonly string[]): Promise<void> => {
          await build(ovn, ...commands);
          says.push(await lagOf(ovn));
        };
        await step(
          'acl-add sw from-lport 0 ip allow',
          'acl-add sw from-lport 32767 inport=="a"~&&~(ip4.src==10.0.0.1~||~(ip6)) allow-stateless',
          'acl-add other from-lport 5 arp drop',
          'acl-add web from-lport 77 ip4&&udp reject',
          '--apply-after-lb acl-add web from-lport 78 ip4~&&~tcp reject',
          '--log --name=with"quote acl-add web to-lport 79 ip4.src=={10.0.0.1,10.0.0.2} drop',
          '--label=7 acl-add web to-lport 80 ip4.src==10.0.0.9 allow-related',
          // Cannot be read, is no match, and applies to nobody.
          'acl-add web to-lport 950 outport==@web~&&~tcp~&&~!icmp6 drop',
          'acl-add web to-lport 951 no~such~(thing drop',
          'pg-add empty',
          'acl-add empty to-lport 1 outport==@empty drop',
          'ls-add bare',
          'acl-add bare to-lport 1 ip4 drop',
        );
        if (version.name !== '23.03')
          await step('--tier=2 acl-add sw to-lport 10 ip6 pass', '--tier=1 acl-add sw to-lport 10 ip6 drop');
        // One flow for several; then the one whose hint it bears goes, and comes again under another UUID.
        const twins = ['web', 'twin', 'sw'].map((name) => `acl-add ${name} to-lport 500 udp.dst==53 drop`);
        await step(...twins);
        await step('acl-del web to-lport 500 udp.dst==53');
        await step('acl-del web', 'acl-del twin', 'acl-del sw', ...twins, ...network.slice(-2));
        await step('dhcp-options-create 10.0.0.0/24', 'lsp-set-addresses a 0a:00:00:00:00:01~10.0.0.1');
        const options = (await ovn.check(['ovn-nbctl', 'dhcp-options-list'])).trim();
        await step(
          `dhcp-options-set-options ${options} server_id=10.0.0.254 server_mac=0a:00:00:00:00:fe lease_time=60`,
          `lsp-set-dhcpv4-options a ${options}`,
          'lb-add lb 10.9.9.9:80 10.0.0.1:80 tcp',
          'ls-lb-add sw lb',
        );
        await step('acl-del web', 'acl-del twin', 'acl-del sw');
        assert.deepEqual(
          says.filter((text) => text !== null),
          [],
        );
      });
    });

    it('is never seen in random networks', async () => {
      for (let seed = 1; seed <= networks; seed++) {
        await withOvn(version, async (ovn) => {
          const network = makeNetwork(new Random(seed), await readNorthboundSchema(ovn));
          await applyNetwork(ovn, network);
          assert.equal(await lagOf(ovn), null, `network ${seed}`);
        });
      }
    });

    const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
      [
        'an added ACL',
        ['acl-add', 'web', 'to-lport', '1002', 'outport==@web~&&~udp', 'drop'],
        /no flow of the ACL to-lport 1002 "outport==@web && udp" as it now is/,
      ],
      [
        'several added ACLs, one with a name',
        [
          ...['--name=no-dns', 'acl-add', 'sw', 'to-lport', '5', 'udp.dst==53', 'drop', '--'],
          ...['acl-add', 'sw', 'to-lport', '6', 'udp.dst==54', 'drop'],
        ],
        /no flow of the ACL .* \(and 1 more\) as it now is/,
      ],
      [
        'an edited match',
        ['set', 'ACL', 'KEPT', 'match="ip4~&&~udp"'],
        /no flow of the ACL to-lport 900 "ip4 && udp"/,
      ],
      ['an edited priority', ['set', 'ACL', 'KEPT', 'priority=901'], /no flow of the ACL to-lport 901 "ip4"/],
      [
        'a removed ACL',
        ['acl-del', 'web'],
        /still has flows of an ACL that is no longer in the northbound one: .*outport==@web && tcp/,
      ],
      [
        'the removal of every ACL',
        ['acl-del', 'web', '--', 'acl-del', 'sw'],
        /still has flows.* \(and 1 more\)/,
      ],
      [
        'an ACL put on another group',
        ['--', 'acl-add', 'twin', 'to-lport', '3', 'sctp', 'drop'],
        /no flow of the ACL to-lport 3 "sctp"/,
      ],
    ];
    it('is seen by what was changed after it ended', async () => {
      for (const [what, words, text] of cases) {
        await withOvn(version, async (ovn) => {
          await build(ovn, ...network);
          const rows = ['--bare', '--columns=_uuid', 'find', 'ACL', 'priority=900'] as const;
          const kept = (await ovn.check(['ovn-nbctl', ...rows])).trim();
          await endNorthd(ovn);
          assert.equal(await lagOf(ovn), null, 'nothing was changed');
          await change(ovn, ...words.map((word) => (word === 'KEPT' ? kept : word)));
          assert.match((await lagOf(ovn)) ?? 'nothing', text, what);
        });
      }
    });

    it('is seen by the first ACL of a network', async () => {
      await withOvn(version, async (ovn) => {
        await build(ovn, 'ls-add sw', 'lsp-add sw a');
        await endNorthd(ovn);
        await change(ovn, 'acl-add', 'sw', 'to-lport', '1', 'ip4', 'drop');
        assert.match((await lagOf(ovn)) ?? 'nothing', /no flow of the ACL to-lport 1 "ip4"/);
      });
    });
  });
}
