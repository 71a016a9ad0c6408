import assert from 'node:assert/strict';
import type { Definition } from '../../../src/core/definitions/definition';
import type { SourceText, WantedPacket } from '../../../src/core/definitions/format';
import { instanceAclFormat } from '../../../src/core/definitions/instanceAcl';
import { nameOf } from './kubernetesInventory';
import { indexDefinitions } from '../../../src/core/definitions/join';
import { liveGroups, type LiveAcl, type LiveGroups } from './liveGroups';
import type { ReadDefinitions } from './load';
import { loadReader } from './load';
import {
  allowAndRead,
  assertReadableInHalves,
  formatOf,
  ownersOf,
  places,
  rulesOf,
  webPacket,
} from './neutronSupport';

const format = formatOf('terraform');
let read: ReadDefinitions;
before(async () => {
  read = await loadReader('terraform');
});
const main = (text: string): SourceText => ({ file: 'infra/main.tf', text });
const meaning = (definitions: readonly Definition[]) =>
  rulesOf(definitions).map(({ label, forms }) => ({ label, forms }));

const web = `resource "incus_network_acl" "web" {
  name    = "web"
  project = "shop"

  ingress = [
    {
      action           = "allow"
      source           = "10.0.0.0/8,fd00::/8"
      destination_port = "22"
      protocol         = "tcp"
      description      = "SSH"
      state            = "logged"
    },
    {
      action    = "reject"
      protocol  = "icmp4"
      icmp_type = 8
      state     = "enabled"
    },
    { action = "drop", protocol = "udp", state = "disabled" }, # not now
  ]
  egress = [{ action = "drop", destination = "10.9.0.1-10.9.0.9", state = "enabled" }]
}
`;
const yaml = `name: web
ingress:
- {action: allow, source: "10.0.0.0/8,fd00::/8", destination_port: "22", protocol: tcp, state: logged}
- {action: reject, protocol: icmp4, icmp_type: "8", state: enabled}
- {action: drop, protocol: udp, state: disabled}
egress:
- {action: drop, destination: 10.9.0.1-10.9.0.9, state: enabled}
`;
const acl = (name: string, ingress: string, type = 'incus') =>
  `resource "${type}_network_acl" "${name}" {\n  name = "${name}"\n  ingress = ${ingress}\n}\n`;
const ssh = '{ action = "allow", protocol = "tcp", destination_port = "22", state = "logged" }';
const http = '{ action = "allow", protocol = "tcp", destination_port = "80", state = "logged" }';

describe('network ACLs in Terraform', () => {
  it('become what the same ACLs in YAML become', () => {
    const expected = meaning(instanceAclFormat.parse({ file: 'web.yaml', text: yaml }, []));
    assert.equal(expected.length, 3);
    assert.deepEqual(meaning(read(main(web))), expected);
    assert.deepEqual(meaning(read(main(web.replace('incus_', 'lxd_')))), expected);
  });
  it('stand where they are written', () => {
    const found = places(web, read(main(web)));
    assert.match(found[0] ?? '', /^resource "incus_network_acl" "web" \{.*\} <- "web"$/);
    assert.match(
      found[2] ?? '',
      /^\{ action = .* state = "logged" \} <- source = "10\.0\.0\.0\/8,fd00::\/8" destination_port = "22" protocol = "tcp"$/,
    );
    assert.match(found[3] ?? '', /<- protocol = "icmp4" icmp_type = 8$/);
    assert.match(found[4] ?? '', /^\{ action = "drop", .*\} <- destination = "10\.9\.0\.1-10\.9\.0\.9"$/);
  });
  it('may be of variables, locals, loops and names of each other', () => {
    const text = `variable "office" {\n  default = "10.0.0.0/8"\n}
locals {\n  ssh = [{ action = "allow", source = var.office, protocol = "tcp", destination_port = 22, state = "enabled" }]\n}
resource "lxd_network_acl" "db" {
  for_each = toset(["orders", "stock"])
  name     = "db-\${each.key}"
  ingress  = concat(local.ssh, [for port in ["80", "443"] : { action = "allow", source = incus_network_acl.web.name, protocol = "tcp", destination_port = port, state = "enabled" }])
}
${web}`;
    const definitions = read(main(text));
    const rules = rulesOf(definitions).filter(({ owner }) => owner.name === 'db-stock');
    assert.deepEqual(
      rules.map(({ forms }) => forms[0]?.match),
      [
        '(outport == @owner) && (ip4.src == 10.0.0.0/8) && (tcp) && (tcp.dst == 22)',
        '(outport == @owner) && (inport == @peer) && (tcp) && (tcp.dst == 80)',
        '(outport == @owner) && (inport == @peer) && (tcp) && (tcp.dst == 443)',
      ],
    );
    assert.deepEqual(
      ownersOf(definitions).map(({ owner }) => owner.name),
      ['db-orders', 'db-stock', 'web'],
    );
    const [first, second] = places(text, rules);
    assert.match(
      first ?? '',
      /^\{ action = "allow", source = var\.office, .*\} <- source = var\.office, .* = 22$/,
    );
    assert.equal(second, '"80" <- "80"');
  });
  it('are known by their index only where there is but one rule: the provider sorts them', () => {
    const identities = (ingress: string) =>
      rulesOf(read(main(acl('a', ingress)))).map((rule) =>
        rule.identities.map(({ columns }) => columns['name']),
      );
    assert.deepEqual(identities(`[${ssh}]`), [['incus_acl*-ingress-0', 'lxd_acl*-ingress-0']]);
    assert.deepEqual(identities(`[${ssh}, ${http}]`), [[], []]);
  });
  it('may be written as blocks', () => {
    const text = `resource "incus_network_acl" "web" {
  name = "web"
  ingress {
    action   = "allow"
    protocol = "tcp"
  }
  dynamic "ingress" {
    for_each = ["53"]
    content {
      action           = "allow"
      protocol         = "udp"
      destination_port = ingress.value
    }
  }
}
`;
    assert.deepEqual(
      rulesOf(read(main(text))).map(({ forms }) => forms[0]?.match),
      ['(outport == @owner) && (tcp)', '(outport == @owner) && (udp) && (udp.dst == 53)'],
    );
  });
  it('lose no more than what is computed', () => {
    const [computed, whole] = rulesOf(
      read(main(acl('a', `[{ action = "allow", source = var.unset, state = "enabled" }, ${ssh}]`))),
    );
    assert.deepEqual(computed?.forms, []);
    assert.equal(whole?.forms.length, 1);
    assert.deepEqual(rulesOf(read(main(acl('a', 'var.rules')))), []);
  });
  it('lose no more than the rule that is being written', () => {
    for (const broken of ['source =', 'source = ', 'source = "10.', 'source = "10.0.0.0/8']) {
      const text = acl(
        'a',
        `[\n    ${ssh},\n    {\n      action = "allow"\n      ${broken}\n    },\n    ${http},\n  ]`,
      );
      const forms = rulesOf(read(main(text + acl('b', `[${ssh}]`)))).map((rule) => rule.forms.length);
      assert.deepEqual(forms, [1, 0, 1, 1], broken);
    }
    const inLine = acl('a', `[${ssh.replace('"22"', '')}, ${http}]`);
    assert.deepEqual(
      rulesOf(read(main(inLine))).map((rule) => rule.forms.length),
      [0, 1],
    );
  });
  it('that are half written keep what is whole', () => {
    assertReadableInHalves(
      format,
      main(acl('a', `[\n    ${ssh},\n    ${http},\n  ]`) + acl('b', `[${ssh}]`)),
      12,
    );
  });
});

describe('live ACLs of network ACLs in Terraform', () => {
  const live = (group: string, name: string, port: number, index = 0): LiveAcl => ({
    match: `(outport == @${group}) && (tcp) && (tcp.dst == ${port})`,
    name: `${group}-ingress-${index}`,
    log: true,
    direction: 'to-lport',
    priority: 300,
    ...(name === '' ? {} : { externalIds: { incus_port_group: group } }),
  });
  const links = (text: string, groups: LiveGroups) => {
    const index = liveGroups(groups);
    const join = indexDefinitions(read(main(text)));
    return index.inventory.acls.map((each) =>
      join
        .aclLinks(each, index.entitiesOf(each), index)
        .map(
          ({ definition, confidence }) =>
            `${confidence} ${nameOf(definition)} ${definition.range.start.line + 1}`,
        ),
    );
  };
  const safeguard = (group: string): LiveAcl => ({
    match: `(inport == @${group} || outport == @${group})`,
    action: 'drop',
    priority: 0,
  });

  it('lead to the rule that becomes them', () => {
    const groups = { incus_acl7: [live('incus_acl7', '', 22), safeguard('incus_acl7')] };
    assert.deepEqual(links(acl('web', `[${ssh}]`), groups)[0], ['derived web/ingress rule 0 3']);
  });
  it('lead there also where the provider has sorted the rules', () => {
    const group = 'incus_acl7';
    const groups = { [group]: [live(group, '', 80, 0), live(group, '', 22, 1), safeguard(group)] };
    const text = acl('web', `[\n    ${ssh},\n    ${http},\n  ]`);
    assert.deepEqual(links(text, groups).slice(0, 2), [
      ['derived web/ingress rule 1 5'],
      ['derived web/ingress rule 0 4'],
    ]);
  });
  it('are candidates where two ACLs of the folder are alike', () => {
    const groups = { lxd_acl3: [live('lxd_acl3', '', 22), safeguard('lxd_acl3')] };
    const found = links(acl('a', `[${ssh}]`, 'lxd') + acl('b', `[${ssh}]`, 'lxd'), groups)[0] ?? [];
    assert.equal(found.length, 2);
    assert.ok(
      found.every((link) => !link.startsWith('exact')),
      found.join(),
    );
  });
  it('do not lead to rules that were edited', () => {
    const groups = { incus_acl7: [live('incus_acl7', '', 23), safeguard('incus_acl7')] };
    assert.deepEqual(links(acl('web', `[${ssh}]`), groups)[0], []);
  });
});

describe('a rule that allows a packet, in a network ACL in Terraform', () => {
  const add = (text: string, wanted: Partial<WantedPacket> = {}) => {
    const [beside] = read(main(text));
    return allowAndRead(format, main(text), beside!, { ...webPacket, ...wanted });
  };
  const becomes = '(outport == @owner) && (ip4.src == 10.0.0.5) && (tcp) && (tcp.dst == 443)';

  it('follows the last one, and its comment', () => {
    const result = add(web);
    assert.deepEqual(result?.becomes, [becomes]);
    assert.match(
      result.text,
      /\}, # not now\n {4}\{\n {6}action {11}= "allow"\n {6}source {11}= "10\.0\.0\.5"\n {6}protocol {9}= "tcp"\n {6}destination_port = "443"\n {6}state {12}= "enabled"\n {4}\},\n {2}\]/,
    );
  });
  it('follows one without a comma, is the first of an empty list, or brings its list', () => {
    for (const list of [`[${ssh}]`, `[\n    ${ssh} # last\n  ]`, '[]', '[\n  ]']) {
      assert.deepEqual(add(acl('web', list))?.becomes, [becomes], list);
    }
    const bare = 'resource "lxd_network_acl" "web" {\n  name = "web"\n}\n';
    assert.match(
      add(bare)?.text ?? '',
      /name = "web"\n {2}ingress = \[\n {4}\{\n {6}action .*\n {4}\},\n {2}\]\n\}\n$/s,
    );
    assert.deepEqual(
      add(bare, { direction: 'from-lport', protocol: 'icmp', icmp: { type: 8, code: 0 } })?.becomes,
      ['(inport == @owner) && (ip4.dst == 10.0.0.5) && (icmp4) && (icmp4.type == 8) && (icmp4.code == 0)'],
    );
  });
  it('keeps the ends of lines', () => {
    assert.ok(!/[^\r]\n/.test(add(web.replaceAll('\n', '\r\n'))?.text ?? '\n\n'));
  });
  it('is not offered beside a rule that drops, nor where rules are computed or many', () => {
    const drop = rulesOf(read(main(web))).find(({ label }) => label === 'egress rule 0');
    assert.equal(format.allow?.(main(web), drop!, webPacket), null);
    assert.equal(add(acl('web', `concat(local.a, [${ssh}])`)), null);
    assert.equal(add(acl('web', `[${ssh}]`).replace('  name', '  count = 2\n  name')), null);
    assert.equal(add(acl('web', `[${ssh}]`).slice(0, -2)), null);
  });
});
