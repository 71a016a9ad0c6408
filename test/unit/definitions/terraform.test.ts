import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceText } from '../../../src/core/definitions/format';
import { indexDefinitions } from '../../../src/core/definitions/join';
import type { ReadDefinitions } from './load';
import { loadReader, slice } from './load';
import {
  allowAndRead,
  assertReadableInHalves,
  formatOf,
  joined,
  lettingOut,
  neutronNetwork,
  ownersOf,
  places,
  rulesOf,
  summary,
  uuid,
  webPacket,
} from './neutronSupport';

const format = formatOf('terraform');
let read: ReadDefinitions;
before(async () => {
  read = await loadReader('terraform');
});

const group = (name: string, more = '') =>
  `resource "openstack_networking_secgroup_v2" "${name}" {\n  name = "${name}"\n${more}}\n`;
const rule = (name: string, args: string, sg = 'openstack_networking_secgroup_v2.web.id') =>
  `resource "openstack_networking_secgroup_rule_v2" "${name}" {
  direction         = "ingress"
  ethertype         = "IPv4"
${args}
  security_group_id = ${sg}
}
`;
const main = (text: string, file = 'infra/main.tf'): SourceText => ({ file, text });
const becomes = (text: string, ...siblings: readonly SourceText[]) =>
  summary(rulesOf(read(main(text), siblings))).map((line) => line.replace(/^\S+: rule /, ''));

const network = `# Security of the shop.
resource "openstack_networking_secgroup_v2" "web" {
  name        = "\${var.stage}-web"
  description = "Web servers"
}

resource "openstack_networking_secgroup_rule_v2" "web_http" {
  for_each = toset(["80", "443"])

  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = each.value
  port_range_max    = each.value
  remote_ip_prefix  = "0.0.0.0/0"
  security_group_id = openstack_networking_secgroup_v2.web.id
}

resource "openstack_networking_secgroup_rule_v2" "web_ssh" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 22
  port_range_max    = 22
  remote_group_id   = openstack_networking_secgroup_v2.bastion.id # over the bastion only
  security_group_id = openstack_networking_secgroup_v2.web.id
}
`;

describe('security groups in Terraform', () => {
  it('are read with rules and defaults', () => {
    const variables = { file: 'infra/variables.tf', text: 'variable "stage" {\n  default = "prod"\n}\n' };
    const definitions = read(main(network), [variables]);
    assert.deepEqual(summary(definitions), [
      'group prod-web',
      'prod-web: default egress rule for IPv4 (implicit): out ip4',
      'prod-web: default egress rule for IPv6 (implicit): out ip6',
      'prod-web: rule web_http["80"]: in ip4 && ip4.src == 0.0.0.0/0 && tcp && tcp.dst == 80',
      'prod-web: rule web_http["443"]: in ip4 && ip4.src == 0.0.0.0/0 && tcp && tcp.dst == 443',
      'prod-web: rule web_ssh: in ip4 && ip4.src == $peer && tcp && tcp.dst == 22',
    ]);
    const found = places(network, definitions);
    assert.match(
      found[0] ?? '',
      /^resource "openstack_networking_secgroup_v2" "web" \{.*\} <- "\$\{var\.stage\}-web"$/,
    );
    assert.deepEqual(found.slice(3, 5), ['"80" <- "80"', '"443" <- "443"']);
    assert.match(
      found[5] ?? '',
      /^resource .*\} <- protocol = "tcp" .* remote_group_id = openstack_networking_secgroup_v2\.bastion\.id$/,
    );
  });
  it('have one owner in all files of the folder, and others in others', () => {
    const groups = main(group('web'), 'infra/groups.tf');
    const rules = main(rule('a', '  protocol = "tcp"'), 'infra/rules.tf');
    const [owner] = ownersOf(read(groups, [rules]));
    const [written] = rulesOf(read(rules, [groups]));
    assert.equal(written?.owner.key, owner?.owner.key);
    assert.equal(written?.owner.name, 'web');
    const elsewhere = ownersOf(read({ ...groups, file: 'other/groups.tf' }))[0];
    assert.notEqual(elsewhere?.owner.key, owner?.owner.key);
  });
  it('may begin without rules', () => {
    assert.deepEqual(summary(read(main(group('web', '  delete_default_rules = true\n')))), ['group web']);
    assert.equal(read(main(group('web', '  delete_default_rules = var.x\n'))).length, 3);
  });
  it('may be stateless', () => {
    const text = group('web', '  stateful = false\n') + rule('a', '  protocol = "tcp"');
    for (const definition of read(main(text))) {
      if (definition.kind === 'rule')
        assert.deepEqual(definition.forms[0]?.actions, ['allow-stateless', 'allow-related']);
    }
  });
  it('are several with for_each and count', () => {
    const text = `${group('web', '  for_each = toset(["a", "b"])\n')}${group('n', '  count = 2\n')}${rule(
      'x',
      '  protocol = "udp"',
      'openstack_networking_secgroup_v2.web["b"].id',
    )}${rule('y', '  protocol = "udp"\n  count = 2', 'openstack_networking_secgroup_v2.n[count.index].id')}`;
    const definitions = read(main(text));
    const keys = ownersOf(definitions).map(({ owner }) => owner.key.replace(/^.*_v2\./, ''));
    assert.deepEqual(keys, ['web["a"]', 'web["b"]', 'n[0]', 'n[1]']);
    assert.deepEqual(
      rulesOf(definitions).map(({ owner }) => owner.key.replace(/^.*_v2\./, '')),
      ['web["b"]', 'n[0]', 'n[1]'],
    );
  });
});

describe('the group of a rule in Terraform', () => {
  const groupsOf = (sg: string, more = '') =>
    rulesOf(read(main(more + rule('a', '  protocol = "tcp"', sg)))).map(({ owner }) => owner);
  it('is known by a literal id, wherever it is written', () => {
    const [owner] = groupsOf(`"${uuid(1)}"`);
    assert.equal(owner?.key, `neutron:${uuid(1)}`);
    assert.deepEqual(owner.groups, [
      { by: 'id', columns: { 'external_ids:neutron:security_group_id': uuid(1) } },
      { by: 'id', columns: { name: `pg_${uuid(1).replaceAll('-', '_')}` } },
    ]);
  });
  it('is known by the id of a data source or an import', () => {
    const data = `data "openstack_networking_secgroup_v2" "d" {\n  secgroup_id = "${uuid(2)}"\n}\n`;
    assert.equal(groupsOf('data.openstack_networking_secgroup_v2.d.id', data)[0]?.key, `neutron:${uuid(2)}`);
    const imported = `${group('web')}import {\n  to = openstack_networking_secgroup_v2.web\n  id = "${uuid(3)}"\n}\n`;
    const [owner] = groupsOf('openstack_networking_secgroup_v2.web.id', imported);
    assert.deepEqual([owner?.key, owner?.name], [`neutron:${uuid(3)}`, 'web']);
  });
  it('is one of its own where only Terraform knows', () => {
    const data = 'data "openstack_networking_secgroup_v2" "d" {\n  name = "default"\n}\n';
    const [named] = groupsOf('data.openstack_networking_secgroup_v2.d.id', data);
    assert.deepEqual([named?.name, named?.groups], ['default', []]);
    assert.deepEqual(groupsOf('module.base.group_id')[0]?.name, 'module.base.group_id');
    assert.deepEqual(groupsOf('var.group_id')[0]?.name, 'var.group_id');
    const odd = groupsOf('cidrhost(var.x, 1)')[0];
    assert.match(odd?.key ?? '', /main\.tf:openstack_networking_secgroup_rule_v2\.a/);
  });
});

describe('rules in Terraform', () => {
  it('take a port of 0 for none, and for ICMP either way', () => {
    const ports = (protocol: string, min: number, max: number) =>
      becomes(rule('a', `  protocol = "${protocol}"\n  port_range_min = ${min}\n  port_range_max = ${max}`));
    assert.deepEqual(ports('tcp', 0, 0), ['a: in ip4 && tcp']);
    assert.deepEqual(ports('tcp', 1, 65535), [
      'a: in ip4 && tcp | in ip4 && tcp && tcp.dst >= 1 && tcp.dst <= 65535',
    ]);
    assert.deepEqual(ports('icmp', 8, 0), [
      'a: in ip4 && icmp4 && icmp4.type == 8 && icmp4.code == 0 | in ip4 && icmp4 && icmp4.type == 8',
    ]);
  });
  it('lose host bits, and are of any protocol when it is empty', () => {
    assert.deepEqual(becomes(rule('a', '  protocol = ""\n  remote_ip_prefix = "10.1.2.3/8"')), [
      'a: in ip4 && ip4.src == 10.0.0.0/8',
    ]);
  });
  it('take variables from other files, and their values from tfvars', () => {
    const text = rule('a', '  remote_ip_prefix = var.cidr\n  protocol = local.protocol');
    const variables = main(
      'variable "cidr" {\n  default = "10.0.0.0/8"\n}\nlocals {\n  protocol = "udp"\n}\n',
      'infra/v.tf',
    );
    const set = (value: string, file: string): SourceText => ({ file, text: `cidr = "${value}"\n` });
    assert.deepEqual(becomes(text, variables), ['a: in ip4 && ip4.src == 10.0.0.0/8 && udp']);
    const settings = [
      set('172.16.0.0/12', 'infra/z.auto.tfvars'),
      set('192.168.0.0/16', 'infra/terraform.tfvars'),
    ];
    assert.deepEqual(becomes(text, variables, ...settings), ['a: in ip4 && ip4.src == 172.16.0.0/12 && udp']);
    assert.deepEqual(becomes(text, variables, ...settings.slice(1)), [
      'a: in ip4 && ip4.src == 192.168.0.0/16 && udp',
    ]);
    assert.deepEqual(becomes(text), ['a: ?']);
    const files = ['infra/terraform.tfvars', 'x/y.tf', 'a.auto.tfvars', 'infra/prod.tfvars', 'main.sh'];
    assert.deepEqual(
      files.filter((file) => format.isSibling?.(file)),
      files.slice(0, 3),
    );
  });
  it('are where their members of a collection are, if that is in the file', () => {
    const rules =
      'locals {\n  open = {\n    dns = { port = 53, protocol = "udp" }\n    ntp = { port = 123, protocol = "udp" }\n  }\n}\n';
    const text = rule(
      'a',
      '  for_each = local.open\n  protocol = each.value.protocol\n  port_range_min = each.value.port\n  port_range_max = each.value.port',
    );
    const here = read(main(rules + text));
    assert.deepEqual(
      here.map(({ range }) => slice(rules + text, range)),
      ['dns = { port = 53, protocol = "udp" }', 'ntp = { port = 123, protocol = "udp" }'],
    );
    const there = read(main(text), [main(rules, 'infra/locals.tf')]);
    assert.deepEqual(summary(there).length, 2);
    assert.ok(there.every(({ range }) => slice(text, range) === text.trim()));
  });
  it('are unknown where values are', () => {
    assert.deepEqual(becomes(rule('a', '  for_each = var.rules\n  protocol = each.value.protocol')), [
      'a: ?',
    ]);
    assert.deepEqual(becomes(rule('a', '  protocol = var.protocol')), ['a: ?']);
    assert.deepEqual(becomes(rule('a', '  remote_group_id = each.value.group')), ['a: ?']);
    assert.deepEqual(becomes(rule('a', '  count = 0\n  protocol = "tcp"')), []);
    assert.deepEqual(becomes(rule('a', '  remote_group_id = module.lb.group')), [
      'a: in ip4 && ip4.src == $peer',
    ]);
  });
  it('have ids by import', () => {
    const text = `${rule('a', '  protocol = "tcp"')}import {\n  to = openstack_networking_secgroup_rule_v2.a\n  id = "${uuid(7)}"\n}\n`;
    assert.deepEqual(rulesOf(read(main(text)))[0]?.identities, [
      { by: 'id', columns: { 'external_ids:neutron:security_group_rule_id': uuid(7) } },
    ]);
  });
});

const compute = `resource "openstack_compute_secgroup_v2" "old" {
  name        = "old"
  description = "Before Neutron"

  rule {
    from_port   = 22
    to_port     = 22
    ip_protocol = "tcp"
    cidr        = "10.0.0.0/8"
  }

  rule {
    from_port   = -1
    to_port     = -1
    ip_protocol = "icmp"
    self        = true
  }

  dynamic "rule" {
    for_each = [8080, 9090]
    iterator = port
    content {
      from_port   = port.value
      to_port     = port.value
      ip_protocol = "tcp"
      cidr        = "::/0"
    }
  }
}
`;

describe("Nova's security groups in Terraform", () => {
  it('have rules within', () => {
    const definitions = read(main(compute));
    assert.deepEqual(summary(rulesOf(definitions)), [
      'old: rule 0: in ip4 && ip4.src == 10.0.0.0/8 && tcp && tcp.dst == 22',
      'old: rule 1: in ip4 && ip4.src == $peer && icmp4',
      'old: rule 2: in ip6 && ip6.src == ::/0 && tcp && tcp.dst == 8080',
      'old: rule 3: in ip6 && ip6.src == ::/0 && tcp && tcp.dst == 9090',
    ]);
    assert.equal(definitions.length, 7);
    const found = places(compute, rulesOf(definitions));
    assert.match(
      found[0] ?? '',
      /^rule \{ from_port = 22 .* \} <- from_port = 22 .* cidr = "10\.0\.0\.0\/8"$/,
    );
    assert.equal(found[2], '8080 <- 8080');
  });
});

describe('joining rules of Terraform', () => {
  const web = {
    id: uuid(1),
    rules: [
      ...lettingOut(10),
      { id: uuid(21), match: 'ip4 && ip4.src == 0.0.0.0/0 && tcp && tcp.dst == 80' },
      { id: uuid(22), match: 'ip4 && ip4.src == 0.0.0.0/0 && tcp && tcp.dst == 443' },
      { id: uuid(23), match: 'ip4 && ip4.src == $pg_b_ip4 && tcp && tcp.dst == 22' },
    ],
  };
  const alike = { id: uuid(2), rules: [...web.rules.slice(0, 3), { id: uuid(31), match: 'ip4 && udp' }] };
  const expected = [
    ['derived web default egress rule for IPv4'],
    ['derived web default egress rule for IPv6'],
    ['derived web rule web_http["80"]'],
    ['derived web rule web_http["443"]'],
    ['derived web rule web_ssh'],
  ];
  const variables = main('variable "stage" {\n  default = "web"\n}\n', 'infra/v.tf');
  const definitions = () => read(main(network.replace('${var.stage}-web', 'web')), [variables]);
  it('is derived for the group that has them all, and never exact', () => {
    const links = joined(definitions(), neutronNetwork(web, alike));
    assert.deepEqual(links.slice(0, 5), expected);
    for (const confidence of links.slice(5).flat()) assert.match(confidence, /^candidate /);
    assert.deepEqual(links.slice(9), [[], []]);
  });
  it('is derived for a group without the rules that Neutron adds', () => {
    const live = neutronNetwork({ ...web, rules: web.rules.slice(2) });
    assert.deepEqual(joined(definitions(), live).slice(0, 3), expected.slice(2));
  });
  it('is a candidate for one of two twins', () => {
    const links = joined(definitions(), neutronNetwork({ ...web, rules: web.rules.slice(2, 4) }));
    assert.deepEqual(links.slice(0, 2), [
      ['candidate web rule web_http["80"]'],
      ['candidate web rule web_http["443"]'],
    ]);
  });
  it('keeps to the group whose id is written', () => {
    const text = rule('a', '  protocol = "tcp"', `"${uuid(1)}"`);
    const live = neutronNetwork(
      { id: uuid(1), rules: [{ id: uuid(41), match: 'ip4 && tcp' }] },
      { id: uuid(2), rules: [{ id: uuid(42), match: 'ip4 && tcp' }] },
    );
    assert.deepEqual(joined(read(main(text)), live).slice(0, 2), [[`derived ${uuid(1)} rule a`], []]);
  });
  it('is exact by the id of an import only', () => {
    const text = `${rule('a', '  protocol = "tcp"')}import {\n  to = openstack_networking_secgroup_rule_v2.a\n  id = "${uuid(41)}"\n}\n`;
    const live = neutronNetwork({
      id: uuid(1),
      rules: [
        { id: uuid(41), match: 'ip4 && tcp' },
        { id: uuid(42), match: 'ip4 && tcp' },
      ],
    });
    assert.deepEqual(joined(read(main(text)), live).slice(0, 2), [
      ['exact openstack_networking_secgroup_v2.web.id rule a'],
      [],
    ]);
  });
  it('finds the group whose allow is missing', () => {
    const live = neutronNetwork(web, alike);
    const links = indexDefinitions(definitions()).ownerLinks(`pg_${uuid(1).replaceAll('-', '_')}`, live);
    assert.deepEqual(
      links.map(({ definition, confidence }) => [definition.kind, confidence]),
      [['owner', 'derived']],
    );
  });
});

describe('a rule that Terraform lacks', () => {
  const wanted = 'ip4 && ip4.src == 10.0.0.5 && tcp && tcp.dst == 443';
  const add = (text: string, packet = webPacket, index = 0) => {
    const beside = ownersOf(read(main(text)))[index];
    assert.ok(beside);
    return allowAndRead(format, main(text), beside, packet);
  };
  it('goes behind the last rule of the group', () => {
    const result = add(`${network}\noutput "x" {}\n`);
    assert.deepEqual(result?.becomes, [wanted]);
    assert.ok(
      result.text.startsWith(`${network.trimEnd()}

resource "openstack_networking_secgroup_rule_v2" "web_allow_tcp_443_from_10_0_0_5" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 443
  port_range_max    = 443
  remote_ip_prefix  = "10.0.0.5/32"
  security_group_id = openstack_networking_secgroup_v2.web.id
}

output`),
    );
    assert.equal(add(result.text)?.text.match(/_from_10_0_0_5_2"/g)?.length, 1);
  });
  it('goes to the instance that is meant', () => {
    const text = group('web', '  for_each = toset(["a", "b"])\n');
    const result = add(
      text,
      { ...webPacket, direction: 'from-lport', family: 6, peer: '2001:db8::5', dstPort: 53, protocol: 'udp' },
      1,
    );
    assert.match(result?.owner ?? '', /web\["b"\]$/);
    assert.deepEqual(result?.becomes, ['ip6 && ip6.dst == 2001:db8::5 && udp && udp.dst == 53']);
  });
  it('may be of ICMP, or a protocol without name', () => {
    assert.ok(
      add(network, {
        ...webPacket,
        protocol: 'icmp',
        dstPort: null,
        icmp: { type: 8, code: 0 },
      })?.becomes.includes('ip4 && ip4.src == 10.0.0.5 && icmp4 && icmp4.type == 8 && icmp4.code == 0'),
    );
    assert.deepEqual(add(network, { ...webPacket, protocol: 112, dstPort: null })?.becomes, [
      'ip4 && ip4.src == 10.0.0.5 && ip.proto == 112',
    ]);
  });
  it("goes into Nova's group", () => {
    const result = add(compute);
    assert.deepEqual(result?.becomes, [wanted]);
    assert.match(result.text, /\n {2}\}\n {2}rule \{\n {4}from_port {3}= 443\n[^}]*\n {2}\}\n\}\n$/);
    assert.equal(add(compute, { ...webPacket, direction: 'from-lport' }), null);
    assert.equal(add(compute, { ...webPacket, protocol: 'sctp' }), null);
  });
  it('keeps the ends of lines', () => {
    const result = add(network.replaceAll('\n', '\r\n'));
    assert.deepEqual(result?.becomes, [wanted]);
    assert.ok(!/[^\r]\n/.test(result.text));
  });
  it('is not offered where it is not safe', () => {
    assert.equal(add(network, { ...webPacket, dstPort: null }), null);
    assert.equal(add(network, { ...webPacket, peer: 'fe80::1' }), null);
    assert.equal(add(group('web', '  for_each = var.groups\n')), null);
    assert.equal(add(network.slice(0, network.indexOf('}\n\n'))), null);
    const [beside] = rulesOf(read(main(network)));
    assert.equal(format.allow?.(main(network), beside!, webPacket), null);
  });
});

describe('Terraform texts', () => {
  it('are claimed by their resources', () => {
    assert.ok(format.matches('a/b.tf', network) && format.matches('b.tofu', compute));
    assert.ok(
      !format.matches('b.tf', 'resource "aws_security_group" "x" {}') && !format.matches('b.txt', network),
    );
  });
  it('that are half written keep what is whole', () => {
    const [port, more] = ['  protocol = "tcp"', '  remote_ip_prefix = "10.0.0.0/8" # office'];
    const rules = rule('a', port) + rule('b', more) + rule('c', port + '\n' + more);
    assertReadableInHalves(format, main(`${group('web')}\n${rules}`), 1);
    assertReadableInHalves(format, main(compute.slice(0, compute.indexOf('  dynamic'))), 1);
  });
  it('lose a broken block only', () => {
    const broken = network.replace('  port_range_min    = 22\n', '  port_range_min    = = 22 {\n');
    const labels = rulesOf(read(main(broken + rule('after', '  protocol = "udp"')))).map(
      ({ label }) => label,
    );
    assert.ok(labels.includes('rule web_http["443"]') && labels.includes('rule after'), labels.join());
    const unclosed = network.replace(
      'openstack_networking_secgroup_v2.web.id\n}\n\nresource',
      'x\n\nresource',
    );
    assert.deepEqual(
      rulesOf(read(main(unclosed))).map(({ label }) => label),
      ['rule web_http["80"]', 'rule web_http["443"]', 'rule web_ssh'],
    );
  });
  it('never fail', () => {
    const text = network + compute;
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(60), fc.string({ maxLength: 12 }), (at, length, junk) => {
        read(main(text.slice(0, at) + junk + text.slice(at + length)));
      }),
      { numRuns: 300 },
    );
  });
  it('are not read for ever', () => {
    const doubling = Array.from(
      { length: 40 },
      (_, i) => `  a${i + 1} = "\${local.a${i}}\${local.a${i}}"`,
    ).join('\n');
    const multiplying =
      '  m = flatten([for a in range(9999) : [for b in range(9999) : [for c in range(9999) : a]]])';
    const cycle = '  x = local.y\n  y = local.x';
    const text = `locals {\n  a0 = "x"\n${doubling}\n${multiplying}\n${cycle}\n}\n${rule('a', '  protocol = local.a40\n  remote_ip_prefix = local.x\n  port_range_min = length(local.m)')}`;
    assert.deepEqual(becomes(text), ['a: ?']);
    for (const deep of ['(', '[', '{a=', '!', '-', 'f(', '"${', 'a ? '])
      read(main(rule('a', `  protocol = ${deep.repeat(5000)}`)));
    read(main(`${network}\0\0`));
  });
});
