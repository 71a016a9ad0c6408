import assert from 'node:assert/strict';
import type { ReadDefinitions } from './load';
import { loadReader } from './load';
import { rulesOf } from './neutronSupport';

let read: ReadDefinitions;
before(async () => {
  read = await loadReader('terraform');
});

/** The prefix that an expression gives, told by the rule that has it; `?` where it is unknown. */
function prefixOf(expression: string, locals = ''): string {
  const text = `locals {
  n = { a = { cidr = "10.1.0.0/16" }, b = { cidr = "10.2.0.0/16" } }
  l = ["10.3.0.0/16", "10.4.0.0/16"]
${locals}
}
variable "typed" {
  type = map(object({ cidr = optional(string, "10.5.0.0/16"), other = optional(string) }))
  default = { x = {} }
}
resource "openstack_networking_subnet_v2" "s" {
  cidr = "10.6.0.0/16"
}
resource "openstack_networking_secgroup_rule_v2" "r" {
  direction = "ingress"
  ethertype = "IPv4"
  remote_ip_prefix = ${expression}
}
`;
  const [rule, ...more] = rulesOf(read({ file: 'x/main.tf', text }));
  assert.ok(rule && more.length === 0);
  const [form] = rule.forms;
  return form === undefined ? '?' : (/ip4\.src == (.*)$/.exec(form.match)?.[1] ?? 'none');
}

describe('values in Terraform', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['"10.0.0.0/${8}"', '10.0.0.0/8'],
    ['"${local.l[0]}"', '10.3.0.0/16'],
    ['local.l.1', '10.4.0.0/16'],
    ['local.n.a.cidr', '10.1.0.0/16'],
    ['local.n["b"].cidr', '10.2.0.0/16'],
    ['values(local.n).*.cidr[1]', '10.2.0.0/16'],
    ['values(local.n)[*].cidr[1]', '?'],
    ['[for k, v in local.n : v.cidr if k != "a"][0]', '10.2.0.0/16'],
    ['{ for k, v in local.n : upper(k) => v.cidr }["A"]', '10.1.0.0/16'],
    ['{ for c in local.l : "all" => c... }["all"][1]', '10.4.0.0/16'],
    ['lookup(local.n, "z", { cidr = "10.9.0.0/16" }).cidr', '10.9.0.0/16'],
    ['try(local.n.a.none, "10.9.0.0/16")', '10.9.0.0/16'],
    ['try(var.unset.none, "10.9.0.0/16")', '?'],
    ['coalesce(null, "", "10.9.0.0/16")', '10.9.0.0/16'],
    ['merge(local.n, { a = { cidr = "10.8.0.0/16" } }).a.cidr', '10.8.0.0/16'],
    ['element(concat(local.l, ["10.7.0.0/16"]), 2)', '10.7.0.0/16'],
    ['join("/", ["10.0.0.0", 8])', '10.0.0.0/8'],
    ['format("10.%d.0.0/%s", 1 + 2 * 3, "16")', '10.7.0.0/16'],
    ['format("10.%05d.0.0/16", 1)', '?'],
    ['split(",", "10.0.0.0/8,10.9.0.0/16")[1]', '10.9.0.0/16'],
    ['replace("10.0.0.0-8", "-", "/")', '10.0.0.0/8'],
    [
      'strcontains("a:b", ":") && startswith("a:b", "a") && !endswith("a:b", "a") ? "10.9.0.0/16" : null',
      '10.9.0.0/16',
    ],
    ['startswith(var.unset, "a") ? "10.9.0.0/16" : "10.8.0.0/16"', '?'],
    ['true && !false ? "10.9.0.0/16" : var.unset', '10.9.0.0/16'],
    ['length(local.l) >= 2 ? "10.9.0.0/16" : "none"', '10.9.0.0/16'],
    ['var.unset != "" ? "10.9.0.0/16" : "10.8.0.0/16"', '?'],
    ['var.typed.x.cidr', '10.5.0.0/16'],
    ['var.typed.x.other', 'none'],
    ['openstack_networking_subnet_v2.s.cidr', '10.6.0.0/16'],
    ['openstack_networking_subnet_v2.s.id', '?'],
    ['setproduct(["10.1", "10.2"], ["0.0/16"])[1][0] == "10.2" ? "10.9.0.0/16" : null', '10.9.0.0/16'],
    ['zipmap(["a"], ["10.9.0.0/16"]).a', '10.9.0.0/16'],
    ['flatten([["10.9.0.0/16"], []])[0]', '10.9.0.0/16'],
    ['sort(["10.9.0.0/16", "10.8.0.0/16"])[0]', '10.8.0.0/16'],
    ['keys({ b = 1, a = 2 })[0] == "a" ? "10.9.0.0/16" : null', '10.9.0.0/16'],
    ['contains(local.l, "10.3.0.0/16") ? "10.9.0.0/16" : null', '10.9.0.0/16'],
    ['concat(local.l...)[0]', '?'],
    ['cidrsubnet("10.0.0.0/8", 8, 1)', '?'],
    ['(local.n).a.cidr', '10.1.0.0/16'],
    ['{ (local.k) = "10.9.0.0/16", k = "10.8.0.0/16" }.key', '10.9.0.0/16'],
    ['local.k == "key" ? "10.9.0.0/16" : null', '10.9.0.0/16'],
    ['trimspace(<<-EOT\n    10.9.0.0/16\n  EOT\n  )', '10.9.0.0/16'],
    ['"%{ if true }10.9.0.0/16%{ endif }"', '?'],
    ['"\\u0031\\u0030.9.0.0/16"', '10.9.0.0/16'],
    ['null', 'none'],
    ['local.self', '?'],
    ['-1', '?'],
  ];
  for (const [expression, expected] of cases) {
    it(expression.replace(/\n/g, ' '), () => {
      assert.equal(prefixOf(expression, '  k = "key"\n  self = local.self'), expected);
    });
  }
});
