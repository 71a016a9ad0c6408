import { createRequire } from 'node:module';
import { compareNetworkSteps } from '../src/core/definitions/compareNetwork';
import type { Definition } from '../src/core/definitions/definition';
import { findDefinitions, type SourceText } from '../src/core/definitions/format';
import { indexFilesSteps } from '../src/core/definitions/join';
import { indexInventory } from '../src/core/ovn/inventoryIndex';
import { runInSlices } from '../src/core/slices';
import { createDefinitionFormats } from '../src/definitionsLoader';
import { rounds, summarize, timeSlices, writeRows } from './measure';
import { inventoryOf, makeNetwork } from './network';

const files = 1000;
const rulesOfFile = 10;
const require = createRequire(`${process.cwd()}/`);
const grammars = {
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
function source(number: number, ports = 2000): SourceText {
  switch (number % 3) {
    case 0:
      return { file: `/w/${number}/acls.sh`, text: script(number, ports) };
    case 1:
      return { file: `/w/${number}/policy.yaml`, text: policy(number, ports) };
    default:
      return { file: `/w/${number}/main.tf`, text: group(number, ports) };
  }
}

/** Each group has the rules of a file, one that lets out, and one that drops the rest. */
const size = { switches: 100, ports: 10_000, groups: files, aclsOfGroup: rulesOfFile + 2 };

interface Round {
  readonly parsing: number;
  readonly longestFile: number;
  readonly indexing: number;
  readonly longestSlice: number;
  readonly edit: number;
  readonly comparing: number;
  readonly longestComparison: number;
}

async function measure(round: number): Promise<Round> {
  // Grammars are loaded once in the life of a window, but code is warm only after the first files.
  const formats = createDefinitionFormats(grammars);
  const alone = () => Promise.resolve([]);
  const sources = Array.from({ length: files }, (_, number) => source(number));
  const parsed: (readonly Definition[])[] = [];
  let longestFile = 0;
  const start = performance.now();
  for (const each of sources) {
    const begun = performance.now();
    parsed.push(await findDefinitions(formats, each, alone));
    if (parsed.length > 1) longestFile = Math.max(longestFile, performance.now() - begun);
  }
  const parsing = performance.now() - start;
  const all = parsed.flat();
  if (all.length < files * rulesOfFile) throw new Error(`Only ${all.length} definitions were found.`);
  const indexed = await timeSlices(indexFilesSteps(parsed, null));

  const edited = 300 + (round % 3);
  const begun = performance.now();
  const now = await findDefinitions(formats, source(edited, 3000 + round), alone);
  await runInSlices(indexFilesSteps(parsed.with(edited, now), indexed.result), () => Promise.resolve());
  const edit = performance.now() - begun;

  const network = indexInventory(inventoryOf(makeNetwork(size)));
  const compared = await timeSlices(compareNetworkSteps(all, indexed.result.join, network));
  return {
    parsing,
    longestFile,
    indexing: indexed.took,
    longestSlice: indexed.longest,
    edit,
    comparing: compared.took,
    longestComparison: compared.longest,
  };
}

async function main(): Promise<void> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure(round));
  const row = (what: string, pick: (round: Round) => number) => summarize(what, 'ms', measured.map(pick));
  writeRows([
    row(`parse ${files} files with ${files * rulesOfFile} definitions`, ({ parsing }) => parsing),
    row('longest file', ({ longestFile }) => longestFile),
    row('index them', ({ indexing }) => indexing),
    row('longest slice: index them', ({ longestSlice }) => longestSlice),
    row('an edit: read its file again, and index it', ({ edit }) => edit),
    row(`compare with ${size.groups * size.aclsOfGroup} ACLs`, ({ comparing }) => comparing),
    row('longest slice: compare', ({ longestComparison }) => longestComparison),
  ]);
}

void main();
