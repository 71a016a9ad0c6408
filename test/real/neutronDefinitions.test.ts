import assert from 'node:assert/strict';
import type { RunCommand } from '../../src/core/command';
import type { DefinitionFormatId } from '../../src/core/definitions/definition';
import { indexDefinitions } from '../../src/core/definitions/join';
import { indexInventory } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import { targetSchema } from '../../src/core/session/target';
import { ovnVersions, withOvn } from '../support/ovn';
import { loadReader } from '../unit/definitions/load';
import { uuid } from '../unit/definitions/neutronSupport';

const terraform = `resource "openstack_networking_secgroup_v2" "web" {
  name = "web"
}
resource "openstack_networking_secgroup_rule_v2" "ports" {
  for_each          = toset(["80", "443"])
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = each.value
  port_range_max    = each.value
  remote_ip_prefix  = "0.0.0.0/0"
  security_group_id = openstack_networking_secgroup_v2.web.id
}
resource "openstack_networking_secgroup_rule_v2" "db" {
  direction         = "ingress"
  ethertype         = "IPv6"
  protocol          = "tcp"
  port_range_min    = 5000
  port_range_max    = 5010
  remote_group_id   = openstack_networking_secgroup_v2.web.id
  security_group_id = openstack_networking_secgroup_v2.web.id
}
resource "openstack_networking_secgroup_rule_v2" "ping" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "icmp"
  port_range_min    = 8
  port_range_max    = 0
  remote_ip_prefix  = "10.1.2.3/16"
  security_group_id = openstack_networking_secgroup_v2.web.id
}
`;

const listing = JSON.stringify([
  {
    ID: uuid(22),
    'IP Protocol': 'tcp',
    'IP Range': '0.0.0.0/0',
    'Port Range': '443:443',
    'Security Group': uuid(1),
  },
]);

/** A port group with the columns and external ids that Neutron writes. */
const groups = `set -e
add() { # GROUP RULE DIRECTION MATCH
  ovn-nbctl --id=@acl create ACL direction=$3 priority=1002 action=allow-related match="\\"$4\\"" \\
    'external_ids:"neutron:security_group_rule_id"'=$2 -- add Port_Group $1 acls @acl
}
for n in 1 2; do
  id=00000000-0000-4000-8000-00000000000$n
  pg=pg_$(echo $id | tr - _)
  ovn-nbctl pg-add $pg
  ovn-nbctl set Port_Group $pg 'external_ids:"neutron:security_group_id"'=$id
  add $pg ${uuid(10)} from-lport "inport == @$pg && ip4"
  add $pg ${uuid(11)} from-lport "inport == @$pg && ip6"
done
pg=pg_${uuid(1).replaceAll('-', '_')}
add $pg ${uuid(21)} to-lport "outport == @$pg && ip4 && ip4.src == 0.0.0.0/0 && tcp && tcp.dst == 80"
add $pg ${uuid(22)} to-lport "outport == @$pg && ip4 && ip4.src == 0.0.0.0/0 && tcp && tcp.dst == 443"
add $pg ${uuid(23)} to-lport "outport == @$pg && ip6 && ip6.src == \\$\${pg}_ip6 && tcp && tcp.dst >= 5000 && tcp.dst <= 5010"
add $pg ${uuid(24)} to-lport "outport == @$pg && ip4 && ip4.src == 10.1.0.0/16 && icmp4 && icmp4.type == 8 && icmp4.code == 0"
ovn-nbctl pg-add neutron_pg_drop
ovn-nbctl acl-add neutron_pg_drop to-lport 1001 "outport == @neutron_pg_drop && ip" drop
`;

for (const version of ovnVersions()) {
  describe(`definitions of security groups on OVN ${version.name}`, function () {
    this.timeout(60_000);
    it('join what Neutron writes', async () => {
      await withOvn(version, async (ovn) => {
        const shell = await ovn.run(['bash', '-s'], groups);
        assert.equal(shell.exitCode, 0, shell.stderr);
        const { northbound, southbound } = ovn;
        const target = targetSchema.parse({ type: 'local', name: 'lab', northbound, southbound });
        const run: RunCommand = (argv) => ovn.run(argv);
        const live = indexInventory(await readInventory(run, target, { now: () => Date.now() }));
        const join = async (
          id: DefinitionFormatId,
          file: string,
          text: string,
        ): Promise<readonly string[]> => {
          const index = indexDefinitions((await loadReader(id))({ file, text }));
          const links = live.inventory.acls.flatMap((acl) =>
            index.aclLinks(acl, [], live).map(({ definition, confidence }) => {
              const label = definition.kind === 'rule' ? definition.label : definition.kind;
              return `${live.entitiesOf(acl)[0]?.name.slice(-1)} ${confidence} ${label}`;
            }),
          );
          return links.sort();
        };
        assert.deepEqual(await join('terraform', 'main.tf', terraform), [
          '1 derived default egress rule for IPv4',
          '1 derived default egress rule for IPv6',
          '1 derived rule db',
          '1 derived rule ping',
          '1 derived rule ports["443"]',
          '1 derived rule ports["80"]',
        ]);
        assert.deepEqual(await join('neutron-json', 'rules.json', listing), [`1 exact rule ${uuid(22)}`]);
      });
    });
  });
}
