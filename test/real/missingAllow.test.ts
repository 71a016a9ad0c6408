import assert from 'node:assert/strict';
import type { Definition, DefinitionLink } from '../../src/core/definitions/definition';
import { findDefinitions, type RuleEdit, type SourceText } from '../../src/core/definitions/format';
import { indexDefinitions } from '../../src/core/definitions/join';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions, withOvn } from '../support/ovn';
import { ask, aSwitch, build } from '../support/smallNetwork';
import { formats } from '../unit/definitions/load';

/** Groups and policies that let port 443 through to `b`; the packet to port 80 meets the platform's default. */
interface Platform {
  readonly name: string;
  readonly source: SourceText;
  /** What the platform makes of it, as commands of ovn-nbctl. */
  readonly commands: readonly string[];
  /** Text that the link has to begin at. */
  readonly at: string;
  readonly confidence: DefinitionLink['confidence'];
  /** ACL that the platform makes of the proposed rule. */
  readonly allowed: string;
}

const group = 'pg_5d0f0d2e_0000_4000_8000_000000000001';
const platforms: readonly Platform[] = [
  {
    name: 'Neutron, by Terraform',
    source: {
      file: 'infra/groups.tf',
      text: `resource "openstack_networking_secgroup_v2" "other" {
  name                 = "other"
  delete_default_rules = true
}

resource "openstack_networking_secgroup_v2" "web" {
  name                 = "web"
  delete_default_rules = true
}

resource "openstack_networking_secgroup_rule_v2" "https" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 443
  port_range_max    = 443
  remote_ip_prefix  = "10.0.0.0/8"
  security_group_id = openstack_networking_secgroup_v2.web.id
}
`,
    },
    commands: [
      `pg-add ${group} b`,
      `set Port_Group ${group} external_ids={"neutron:security_group_id"="5d0f0d2e-0000-4000-8000-000000000001"}`,
      `--type=port-group acl-add ${group} to-lport 1002 outport~==~@${group}~&&~ip4~&&~ip4.src~==~10.0.0.0/8~&&~tcp~&&~tcp.dst~==~443 allow-related`,
      'pg-add neutron_pg_drop b',
      '--type=port-group acl-add neutron_pg_drop to-lport 1001 outport~==~@neutron_pg_drop~&&~ip drop',
    ],
    at: 'resource "openstack_networking_secgroup_v2" "web"',
    confidence: 'derived',
    allowed: `--type=port-group acl-add ${group} to-lport 1002 outport~==~@${group}~&&~ip4~&&~ip4.src~==~10.0.1.1/32~&&~tcp~&&~tcp.dst~==~80 allow-related`,
  },
  {
    name: 'ovn-kubernetes',
    source: {
      file: 'policies/web.yaml',
      text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: other
  namespace: elsewhere
spec:
  podSelector: {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
    - from:
        - ipBlock:
            cidr: 10.0.0.0/8
      ports:
        - protocol: TCP
          port: 443
`,
    },
    commands: [
      'pg-add a123 b',
      'set Port_Group a123 external_ids={"k8s.ovn.org/owner-type"="NetworkPolicy","k8s.ovn.org/name"="shop:web"}',
      'pg-add a124 b',
      'set Port_Group a124 external_ids={"k8s.ovn.org/owner-type"="NetpolNamespace","k8s.ovn.org/name"="shop"}',
      '--type=port-group acl-add a123 to-lport 1001 ip4.src~==~10.0.0.0/8~&&~tcp~&&~tcp.dst==443~&&~outport~==~@a123 allow-related',
      '--id=@deny create ACL direction=to-lport priority=1000 match="outport~==~@a124" action=drop external_ids={"k8s.ovn.org/owner-type"="NetpolNamespace","k8s.ovn.org/name"="shop","direction"="Ingress"} -- add Port_Group a124 acls @deny',
    ],
    at: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: web',
    confidence: 'exact',
    allowed:
      '--type=port-group acl-add a123 to-lport 1001 ip4.src~==~10.0.1.1/32~&&~tcp~&&~tcp.dst==80~&&~outport~==~@a123 allow-related',
  },
];

function applyEdit(text: string, { range, newText }: RuleEdit): string {
  return text.slice(0, range.start.offset) + newText + text.slice(range.end.offset);
}

async function read(source: SourceText): Promise<readonly Definition[]> {
  return findDefinitions(formats, source, () => Promise.resolve([]));
}

async function makeNetwork(ovn: PrivateOvn, commands: readonly string[]): Promise<void> {
  await build(ovn, 'lr-add r', ...aSwitch('sa', 1, [['a', 1]]), ...aSwitch('sb', 2, [['b', 1]]));
  for (const command of commands) await build(ovn, command);
}

describe('A missing allow', function () {
  this.timeout(60_000);
  const cases = ovnVersions().flatMap((version) => platforms.map((platform) => ({ version, ...platform })));
  for (const { version, name, source, commands, at, confidence, allowed } of cases) {
    it(`leads to the group or policy that lacks it, and the rule that is proposed is the one: ${name}, ${version.name}`, () =>
      withOvn(version, async (ovn) => {
        await makeNetwork(ovn, commands);
        const definitions = await read(source);
        const join = indexDefinitions(definitions);
        const passed = await ask(ovn, { service: { protocol: 'tcp', dstPort: 443 } }, ovn.southbound, join);
        assert.equal(passed.outcome.verdict, 'allow');
        const report = await ask(ovn, {}, ovn.southbound, join);
        assert.equal(report.outcome.verdict, 'drop');
        const [loss] = report.explanation.losses;
        assert.ok(loss);
        const [link, ...more] = loss.definitions;
        assert.ok(link, loss.cause.sentence);
        assert.deepEqual(
          more.map(({ definition }) => definition.range.start.line),
          [],
        );
        assert.equal(link.definition.kind, 'owner');
        assert.equal(link.definition.range.start.offset, source.text.indexOf(at));
        assert.equal(link.confidence, confidence, link.because);

        const format = formats.find(({ id }) => id === link.definition.format);
        assert.ok(loss.wanted && format);
        const edit = format.allow?.(source, link.definition, loss.wanted) ?? null;
        assert.ok(edit);
        const edited = { ...source, text: applyEdit(source.text, edit) };
        await build(ovn, allowed);
        const again = await ask(ovn, {}, ovn.southbound, indexDefinitions(await read(edited)));
        assert.equal(again.outcome.verdict, 'allow');
        // The ACL that lets it through now is that of the proposed rule.
        const step = again.explanation.aclSteps.findLast(({ verdict }) => verdict === 'allow');
        const [rule] = again.explanation.definitions[step?.acls[0]?.acl.uuid ?? ''] ?? [];
        assert.equal(rule?.definition.kind, 'rule');
        const start = rule.definition.range.start.offset;
        const [from, to] = [edit.range.start.offset, edit.range.start.offset + edit.newText.length];
        assert.ok(start >= from && start <= to, edited.text.slice(start, rule.definition.range.end.offset));
      }));
  }
});
