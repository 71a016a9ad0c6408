import assert from 'node:assert/strict';
import { describeStage, pipelineOfStage } from '../../src/core/ovn/stages';
import { releaseTables, tableOfStage } from '../../src/core/ovn/stageTables';
import { parseTables } from '../../src/core/ovn/ovsdbJson';
import { ovnVersions, withOvn } from '../support/ovn';

/** Something of everything that makes northd write flows of its own: NAT, load balancers, ACLs, policies, DHCP, DNS, QoS. */
const network = [
  'lr-add r',
  'lrp-add r r-in 0a:00:00:00:01:fe 10.0.1.254/24 fd00::fe/64',
  'lrp-add r r-out 0a:00:00:00:02:fe 172.16.0.1/24',
  'lrp-set-gateway-chassis r-out chassis',
  ...['in', 'out'].flatMap((name) => [
    `ls-add ${name}`,
    `lsp-add ${name} ${name}-r`,
    `lsp-set-type ${name}-r router`,
    `lsp-set-addresses ${name}-r router`,
    `lsp-set-options ${name}-r router-port=r-${name}`,
  ]),
  'lsp-add in vm',
  'lsp-set-addresses vm "0a:00:00:00:01:01 10.0.1.1"',
  'lsp-set-port-security vm "0a:00:00:00:01:01 10.0.1.1"',
  'lsp-add out wire',
  'lsp-set-type wire localnet',
  'lsp-set-addresses wire unknown',
  'acl-add in from-lport 1000 ip4 allow-related',
  '--apply-after-lb acl-add in from-lport 1000 ip6 drop',
  'acl-add in to-lport 1000 ip4 reject',
  'qos-add in from-lport 10 ip4 dscp=10 rate=1000',
  'lb-add lb 10.0.1.100:80 10.0.1.1:80',
  'ls-lb-add in lb',
  'lr-lb-add r lb',
  'set load_balancer lb options:affinity_timeout=60',
  'lr-nat-add r snat 172.16.0.1 10.0.1.0/24',
  'lr-nat-add r dnat_and_snat 172.16.0.10 10.0.1.1',
  '--ecmp lr-route-add r 0.0.0.0/0 172.16.0.253',
  '--ecmp lr-route-add r 0.0.0.0/0 172.16.0.254',
  'lr-policy-add r 10 ip4.src==10.0.1.9 drop',
];

for (const version of ovnVersions()) {
  it(`describes every stage of OVN ${version.name}`, async function () {
    this.timeout(60_000);
    await withOvn(version, async (ovn) => {
      await ovn.check(['bash', '-ec', network.map((command) => `ovn-nbctl ${command}`).join('\n')]);
      await ovn.sync();
      const columns = '--columns=pipeline,table_id,external_ids,logical_datapath,logical_dp_group';
      const text = await ovn.check(['ovn-sbctl', '--format=json', columns, 'list', 'Logical_Flow']);
      const flows = parseTables(text, ['Logical_Flow']).get('Logical_Flow') ?? [];
      const tables = releaseTables.find(({ release }) => release === version.name);
      const stages = new Map<string, number>();
      for (const flow of flows) {
        const stage = flow.map('external_ids')['stage-name'] ?? '';
        stages.set(stage, flow.optionalNumber('table_id') ?? 0);
        assert.equal(pipelineOfStage(stage)?.pipeline, flow.string('pipeline'), stage);
      }
      assert.ok(stages.size > 60, String(stages.size));
      for (const [stage, table] of stages) {
        assert.ok(describeStage(stage), stage);
        // a version that the reference does not list is described all the same
        if (tables !== undefined) assert.equal(tableOfStage(tables, stage), table, stage);
      }
      // northd writes flows for every table of a pipeline, so none of the reference is missing
      const listed = Object.values(tables?.tables ?? {}).flat().length;
      if (tables !== undefined) assert.equal(stages.size, listed);
    });
  });
}
