import { createRequire } from 'node:module';
import type { SourceText } from '../src/core/definitions/format';

/** Files of the workspace that the benches read. */
export const files = 1000;
export const rulesOfFile = 10;
const require = createRequire(`${process.cwd()}/`);
export const grammars = {
  treeSitter: require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  bash: require.resolve('tree-sitter-bash/tree-sitter-bash.wasm'),
  terraform: require.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'),
};

function script(number: number, ports: number): string {
  const lines = Array.from({ length: rulesOfFile }, (_, rule) => {
    const match = `outport == @pg_${number} && ip4.src == 10.${rule}.0.0/16 && tcp.dst == ${ports + rule}`;
    return `ovn-nbctl --name=rule-${rule} acl-add pg_${number} to-lport ${1000 + rule} \\\n    '${match}' allow-related`;
  });
  return `#!/bin/sh\nset -e\n${lines.join('\n')}\n`;
}

function policy(number: number, ports: number): string {
  const rules = Array.from(
    { length: rulesOfFile },
    (_, rule) =>
      `    - from:\n        - ipBlock:\n            cidr: 10.${rule}.0.0/16\n      ports:\n        - protocol: TCP\n          port: ${ports + rule}\n`,
  );
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: policy-${number}
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web-${number}
  policyTypes: [Ingress]
  ingress:
${rules.join('')}`;
}

function group(number: number, ports: number): string {
  const rules = Array.from(
    { length: rulesOfFile },
    (_, rule) => `resource "openstack_networking_secgroup_rule_v2" "web_${rule}" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = ${ports + rule}
  port_range_max    = ${ports + rule}
  remote_ip_prefix  = "10.${rule}.0.0/16"
  security_group_id = openstack_networking_secgroup_v2.web.id
}
`,
  );
  return `resource "openstack_networking_secgroup_v2" "web" {\n  name = "web-${number}"\n}\n\n${rules.join('\n')}`;
}

/** A third scripts, a third policies, a third Terraform, each in a folder of its own. */
export function writeSource(number: number, ports = 2000): SourceText {
  switch (number % 3) {
    case 0:
      return { file: `/w/${number}/acls.sh`, text: script(number, ports) };
    case 1:
      return { file: `/w/${number}/policy.yaml`, text: policy(number, ports) };
    default:
      return { file: `/w/${number}/main.tf`, text: group(number, ports) };
  }
}
