import assert from 'node:assert/strict';
import type { RunCommand } from '../../src/core/command';
import { indexDefinitions } from '../../src/core/definitions/join';
import { instanceAclFormat } from '../../src/core/definitions/instanceAcl';
import { ovnJsonFormat } from '../../src/core/definitions/ovnJson';
import { indexInventory, type InventoryIndex } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import { targetSchema } from '../../src/core/session/target';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions, withOvn } from '../support/ovn';
import { formats, loadScriptReader, slice } from '../unit/definitions/load';

const web = `name: web
description: Web servers
ingress:
- action: allow
  source: 10.0.0.0/8,2001:db8::/32,10.9.0.1-10.9.0.9
  protocol: tcp
  destination_port: 22,8080-8090
  state: logged
- action: allow
  source: '@internal'
  protocol: icmp4
  icmp_type: "8"
  state: enabled
- action: reject
  source: db
  state: enabled
- action: drop
  protocol: udp
  state: disabled
egress:
- action: drop
  destination: $blocked
  protocol: udp
  source_port: "53"
  state: enabled
config: {}
`;

/** What Incus adds for it with number 7 on a network with number 5: group, priority, action, match. */
function rowsOfWeb(): readonly (readonly [string, number, string, string])[] {
  const others = ['ingress', 'ingress_reversed', 'egress', 'egress_reversed'];
  const fromDb = others.map((each) => `inport == @incus_acl8_${each}`).join(' || ');
  return ['', '_reversed'].flatMap((suffix) => {
    const [ingress, egress] = [`incus_acl7_ingress${suffix}`, `incus_acl7_egress${suffix}`];
    const [allow, drop] = suffix === '' ? [300, 500] : [500, 300];
    const sources =
      '(ip4.src == 10.0.0.0/8 || ip6.src == 2001:db8::/32 || (ip4.src >= 10.9.0.1 && ip4.src <= 10.9.0.9))';
    return [
      [
        ingress,
        allow,
        'allow-related',
        `(outport == @${ingress}) && ${sources} && (tcp) && (tcp.dst == 22 || (tcp.dst >= 8080 && tcp.dst <= 8090))`,
      ],
      [
        'incus_acl7_net5',
        allow,
        'allow-related',
        `(outport == @${ingress}) && (inport == @incus_net5) && (icmp4) && (icmp4.type == 8)`,
      ],
      [ingress, 400, 'reject', `(outport == @${ingress}) && (${fromDb})`],
      [ingress, 0, 'drop', `(inport == @${ingress} || outport == @${ingress})`],
      [
        egress,
        drop,
        'drop',
        `(inport == @${egress}) && (ip6.dst == $incus_set3_ip6 || ip4.dst == $incus_set3_ip4) && (udp) && (udp.src == 53)`,
      ],
      [egress, 0, 'drop', `(inport == @${egress} || outport == @${egress})`],
    ] as const;
  });
}

async function inventoryOf(ovn: PrivateOvn): Promise<InventoryIndex> {
  const { northbound, southbound } = ovn;
  const target = targetSchema.parse({ type: 'local', name: 'lab', northbound, southbound });
  const run: RunCommand = (argv) => ovn.run(argv);
  return indexInventory(await readInventory(run, target, { now: () => Date.now() }));
}

async function fillLikeIncus(ovn: PrivateOvn): Promise<void> {
  const groups = [7, 8].flatMap((id) =>
    ['ingress', 'ingress_reversed', 'egress', 'egress_reversed'].map((each) => `incus_acl${id}_${each}`),
  );
  await ovn.check([
    'ovn-nbctl',
    'ls-add',
    'incus-net5-ls-int',
    '--',
    'lsp-add',
    'incus-net5-ls-int',
    'incus-net5-instance-0-eth0',
  ]);
  for (const group of [...groups, 'incus_acl7_net5', 'incus_net5']) {
    await ovn.check(['ovn-nbctl', 'pg-add', group, 'incus-net5-instance-0-eth0']);
  }
  for (const [group, priority, action, match] of rowsOfWeb()) {
    const isLogged = match.includes('tcp.dst == 22');
    await ovn.check([
      'ovn-nbctl',
      ...['--id=@acl', 'create', 'ACL', 'direction=to-lport', `priority=${priority}`, `action=${action}`],
      ...[`match=${JSON.stringify(match)}`, `external_ids:incus_port_group=${group}`],
      ...(isLogged ? ['log=true', `name=${group}-ingress-0`] : []),
      ...['--', 'add', 'port_group', group, 'acl', '@acl'],
    ]);
  }
}

for (const version of ovnVersions()) {
  describe(`network ACLs of instances on OVN ${version.name}`, function () {
    this.timeout(60_000);

    it('what Incus writes leads to the rules of the file, and a dump of it to its own rows', async () => {
      await withOvn(version, async (ovn) => {
        await fillLikeIncus(ovn);
        const live = await inventoryOf(ovn);
        assert.equal(live.inventory.acls.length, rowsOfWeb().length);
        const index = indexDefinitions(instanceAclFormat.parse({ file: 'web.yaml', text: web }, []));
        const labels = live.inventory.acls.map((acl) => {
          const [link, ...more] = index.aclLinks(acl, live.entitiesOf(acl), live);
          assert.ok(link?.definition.kind === 'rule' && more.length === 0, acl.match);
          assert.equal(link.confidence, 'derived', link.because);
          return link.definition.label;
        });
        assert.deepEqual([...new Set(labels)].sort(), [
          'default drop',
          'egress rule 0',
          'ingress rule 0',
          'ingress rule 1',
          'ingress rule 2',
        ]);

        const dump = await ovn.check([
          'ovsdb-client',
          'dump',
          '-f',
          'json',
          ovn.northbound,
          'OVN_Northbound',
        ]);
        const listed = await ovn.check(['ovn-nbctl', '--format=json', 'list', 'ACL']);
        const strings = await ovn.check(['ovn-nbctl', '--format=json', '--data=string', 'list', 'ACL']);
        const backup = await ovn.check(['ovsdb-client', 'backup', ovn.northbound, 'OVN_Northbound']);
        for (const text of [dump, listed, strings, backup]) {
          const rows = ovnJsonFormat.parse({ file: 'nb.json', text }, []);
          assert.equal(rows.length, live.inventory.acls.length, text.slice(0, 500));
          const join = indexDefinitions(rows);
          for (const acl of live.inventory.acls) {
            const [link, ...more] = join.aclLinks(acl, live.entitiesOf(acl), live);
            assert.ok(link?.definition.kind === 'acl' && more.length === 0);
            const { match, priority, direction, action, name, matchRange } = link.definition;
            assert.equal(link.confidence, 'exact');
            assert.deepEqual(
              [match, priority, direction, action, name],
              [acl.match, acl.priority, acl.direction, acl.action, acl.name],
            );
            assert.ok(slice(text, matchRange).startsWith('('));
          }
        }
        const [row] = ovnJsonFormat.parse({ file: 'nb.json', text: dump }, []);
        assert.ok(row?.kind === 'acl' && row.entity?.name.startsWith('incus_acl7'));
      });
    });

    it('a script with the rule that was missing adds it', async () => {
      const text = `set -e
ovn-nbctl ls-add sw0 -- lsp-add sw0 web1 -- pg-add pg web1 \\
  -- --log --name=deny acl-add pg to-lport 900 'outport == @pg' drop
ovn-nbctl --id=@d create ACL direction=from-lport priority=5 match='"inport == @pg"' action=drop -- add port_group pg acls @d
`;
      const read = await loadScriptReader();
      const script = formats.find(({ id }) => id === 'ovn-nbctl');
      const packet = { family: 4, protocol: 'tcp', dstPort: 22, icmp: null, peer: '10.0.0.5' } as const;
      let edited = text;
      for (const direction of ['to-lport', 'from-lport'] as const) {
        const beside = read(edited).find((each) => each.direction === direction && each.action === 'drop');
        assert.ok(beside);
        const edit = script?.allow?.({ file: 'a.sh', text: edited }, beside, { ...packet, direction });
        assert.ok(edit);
        edited =
          edited.slice(0, edit.range.start.offset) + edit.newText + edited.slice(edit.range.end.offset);
      }
      await withOvn(version, async (ovn) => {
        await ovn.check(['bash', '-s'], edited);
        const live = await inventoryOf(ovn);
        const rules = live.inventory.acls.map(
          ({ priority, match, action }) => `${priority} ${match} ${action}`,
        );
        assert.deepEqual(rules.sort(), [
          '5 inport == @pg drop',
          '6 inport == @pg && ip4.dst == 10.0.0.5 && tcp.dst == 22 allow-related',
          '900 outport == @pg drop',
          '901 outport == @pg && ip4.src == 10.0.0.5 && tcp.dst == 22 allow-related',
        ]);
        const join = indexDefinitions(read(edited));
        for (const acl of live.inventory.acls) {
          const [link] = join.aclLinks(acl, live.entitiesOf(acl), live);
          assert.equal(link?.confidence, 'exact', acl.match);
        }
      });
    });
  });
}
