import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Tree } from 'web-tree-sitter';
import type { Definition } from '../../../src/core/definitions/definition';
import { readSyntax } from '../../../src/core/definitions/terraform/readSyntax';
import type { ReadDefinitions } from './load';
import { loadReader, slice } from './load';
import { rulesOf } from './neutronSupport';

let read: ReadDefinitions;
before(async () => {
  read = await loadReader('terraform');
});

const header = 'resource "openstack_networking_secgroup_v2" "web" {\n  name = "web"\n}\n\n';
const rule = (name: string, more = '') => `resource "openstack_networking_secgroup_rule_v2" "${name}" {
  direction         = "ingress" ${more}
  ethertype         = "IPv4"
  protocol          = "tcp"
  # one port
  port_range_min    = 22

  port_range_max    = 22
  remote_ip_prefix  = local.office
  security_group_id = openstack_networking_secgroup_v2.web.id
}
`;
/** Longer than what is read at once. */
const filler = `# ${'-'.repeat(97)}\n`.repeat(1100);
const seen = (text: string) =>
  rulesOf(read({ file: 'a/main.tf', text }, [])).map((definition: Definition) => [
    slice(text, definition.range),
    slice(text, definition.matchRange),
    definition.kind === 'rule' && definition.forms.map(({ match }) => match),
  ]);

describe('long Terraform texts', () => {
  const locals = 'locals {\n  office = "10.0.0.0/8"\n}\n';
  it('say the same as short ones', () => {
    const block = fc.constantFrom(
      rule('plain'),
      rule('comment', '# from outside'),
      rule('windows').replaceAll('\n', '\r\n'),
      rule('counted').replace('direction', 'count = 2\n  direction'),
      rule('computed').replace('= "tcp"', '= lower("TCP")'),
      rule('broken').replace('= "tcp"', '= ='),
      rule('unclosed').replace('}\n', '\n'),
      rule('behind').replace('}\n', '} # end\n'),
      rule('oneline').replace('}\n', '} x = 1\n'),
      `# resource\n${rule('indented').replace('resource', '  resource')}`,
      `resource "local_file" "text" {\n  content = <<-EOT\n${rule('text')}  EOT\n}\n`,
      'output "o" {\n  value = "\n}\n',
      'variable "x" { default = 1 }\n',
    );
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), (blocks) => {
        const text =
          header + locals + blocks.map((each, i) => each.replace('_v2" "', `_v2" "r${i}_`)).join('\n');
        assert.deepEqual(seen(filler + text), seen(text));
      }),
      { numRuns: 150 },
    );
  });
  it('are read in parts that are far from the time after which the grammar gives up', () => {
    const lengths: number[] = [];
    const nothing = (text: string): Tree | null => {
      lengths.push(text.length);
      return null;
    };
    const comments = Array.from({ length: 4000 }, (_, i) => rule(`r${i}`, '# computed')).join('\n');
    assert.equal(readSyntax(comments, nothing), null);
    assert.ok(comments.length > 1_000_000 && Math.max(...lengths) < 60_000, String(lengths));
    assert.equal(lengths.length, 1);
  });
  it('keep what was read before it took too long', () => {
    const plain = Array.from({ length: 1000 }, (_, i) => rule(`r${i}`)).join('\n');
    const syntax = readSyntax(plain + rule('last', '# computed'), () => null);
    assert.equal(syntax?.blocks.length, 1000);
  });
});

describe('rules that Terraform would multiply', () => {
  it('are not read for ever', () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `  a${i + 1} = [local.a${i}, local.a${i}]`).join(
      '\n',
    );
    const many = 'for_each = range(9999)';
    const text = `locals {
  a0 = { action = "allow", state = "enabled" }
${doubling}
}
resource "incus_network_acl" "web" {
  name    = "web"
  ingress = local.a40
  egress  = flatten(local.a12)
}
resource "kubernetes_manifest" "web" {
  manifest = { apiVersion = "networking.k8s.io/v1", kind = "NetworkPolicy", spec = { ingress = local.a40 } }
}
resource "kubernetes_network_policy" "web" {
  for_each = toset(["a", "b"])
  spec {
    dynamic "ingress" {
      ${many}
      content {
        dynamic "ports" {
          ${many}
          content {
            port = ports.value
          }
        }
      }
    }
  }
}
resource "openstack_compute_secgroup_v2" "web" {
  count = 9999
  dynamic "rule" {
    ${many}
    content {
      from_port = rule.value
    }
  }
}
`;
    assert.ok(read({ file: 'a/main.tf', text }, []).length < 500_000);
  }).timeout(60_000);
  it('never fail, whatever is written', () => {
    const folder = join(__dirname, '../../../fixtures/definitions');
    const texts = ['kubernetes-policies.tf', 'network-acls.tf'].map((name) =>
      readFileSync(join(folder, name), 'utf8'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(2500),
        fc.nat(60),
        fc.oneof(
          fc.string({ maxLength: 12 }),
          fc.constantFrom('{', '}', ']', '[', '"', '=', '${', '<<EOT\n'),
        ),
        (text, at, length, junk) => {
          const broken = text.slice(0, at) + junk + text.slice(at + length);
          for (const { range, matchRange } of read({ file: 'a/main.tf', text: broken }, [])) {
            assert.ok(
              range.start.offset <= matchRange.start.offset && matchRange.end.offset <= range.end.offset,
            );
            assert.ok(range.end.offset <= broken.length && matchRange.start.offset <= matchRange.end.offset);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
