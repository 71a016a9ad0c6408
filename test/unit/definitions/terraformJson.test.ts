import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDefinitions } from '../../../src/core/definitions/format';
import type { ReadDefinitions } from './load';
import { formats, loadReader } from './load';
import { assertReadableInHalves, formatOf, places, rulesOf, summary, webPacket } from './neutronSupport';

const format = formatOf('terraform');
let read: ReadDefinitions;
before(async () => {
  read = await loadReader('terraform');
});
const file = 'infra/main.tf.json';
const generated = readFileSync(join(__dirname, '../../../fixtures/definitions/generated.tf.json'), 'utf8');
const one = (body: object, type = 'openstack_networking_secgroup_rule_v2') =>
  JSON.stringify({ resource: { [type]: { a: body } } }, null, 2);
const ssh = {
  direction: 'ingress',
  ethertype: 'IPv4',
  protocol: 'tcp',
  port_range_min: 22,
  port_range_max: 22,
};

describe("Terraform's JSON syntax", () => {
  it('is claimed by its resources, and by no other format', async () => {
    assert.ok(format.matches(file, generated));
    assert.ok(
      !format.matches('main.json', generated) && !format.matches(file, '{"resource":{"aws_vpc":{}}}'),
    );
    const text = one({ ...ssh, security_group_id: '00000000-0000-4000-8000-000000000001' });
    const found = await findDefinitions(formats, { file, text }, () => Promise.resolve([]));
    assert.deepEqual(
      found.map((each) => each.format),
      ['terraform'],
    );
  });
  it('is one text with the other files of the folder', () => {
    const text = one({
      ...ssh,
      remote_ip_prefix: '${local.office}',
      security_group_id: '${openstack_networking_secgroup_v2.web.id}',
    });
    const other = {
      file: 'infra/web.tf',
      text: 'locals {\n  office = "10.0.0.0/8"\n}\nresource "openstack_networking_secgroup_v2" "web" {\n  name = "web"\n}\n',
    };
    const [rule] = rulesOf(read({ file, text }, [other]));
    assert.deepEqual(summary([rule!]), [
      'web: rule a: in ip4 && ip4.src == 10.0.0.0/8 && tcp && tcp.dst == 22',
    ]);
    const [group] = read(other, [{ file, text }]);
    assert.ok(group?.kind === 'owner' && group.owner.key === rule?.owner.key);
  });
  it('guesses nothing where a text is written otherwise than in the other syntax', () => {
    const text = one({ ...ssh, remote_ip_prefix: '${lookup({ a = "10.0.0.0/8" }, "a")}' });
    assert.deepEqual(rulesOf(read({ file, text }))[0]?.forms, []);
    assert.deepEqual(rulesOf(read({ file, text: one({ ...ssh, protocol: '${' }) }))[0]?.forms, []);
  });
  it('keeps what is whole where it is half written', () => {
    places(generated, read({ file, text: generated }));
    assertReadableInHalves(format, { file, text: one({ ...ssh, '//': 'x' }) }, 2);
    const broken = generated.replace('"port_range_max": 22,', '"port_range_max": ');
    assert.equal(
      rulesOf(read({ file, text: broken })).length,
      rulesOf(read({ file, text: generated })).length,
    );
  });
  it('is not edited', () => {
    for (const beside of read({ file, text: generated })) {
      assert.equal(format.allow?.({ file, text: generated }, beside, webPacket), null);
    }
  });
});
