import assert from 'node:assert/strict';
import { findDefinitions } from '../../../src/core/definitions/format';
import { formats } from './load';

/** What makes each format look at a text. */
const heads = [
  'kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\n',
  'apiVersion: kubeovn.io/v1\nkind: SecurityGroup\n',
  'name: web\ningress:\n- action: allow\negress: []\n',
  'heat_template_version: 2021-04-16\nresources: {a: {type: "OS::Neutron::SecurityGroup"}}\n',
  '- openstack.cloud.security_group_rule: {}\n',
  'resource "kubernetes_manifest" "a" {\n  manifest = ',
  '# Ethertype Direction ID "IP Protocol"\n',
];
const deep: readonly (readonly [string, string])[] = [
  ['brackets', '['.repeat(20_000)],
  ['braces', '{"a":'.repeat(20_000)],
  ['dashes', `${'- '.repeat(20_000)}x`],
  ['keys', `${'? '.repeat(20_000)}x`],
  ['indentation', Array.from({ length: 1500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
];

describe('a text that nests without end', () => {
  for (const [what, text] of deep) {
    it(`of ${what} is read as nothing, by every format`, async () => {
      for (const head of heads) {
        for (const file of ['a.yaml', 'a.json', 'a.tf', 'a.tf.json', 'a.sh']) {
          for (const format of formats) await format.prepare?.();
          const alone = () => Promise.resolve([]);
          assert.ok(Array.isArray(await findDefinitions(formats, { file, text: head + text }, alone)));
          for (const format of formats) format.parse({ file, text: head + text }, []);
        }
      }
    }).timeout(60_000);
  }
});
