import assert from 'node:assert/strict';
import { indexDefinitions } from '../../../src/core/definitions/join';
import { instanceAclFormat } from '../../../src/core/definitions/instanceAcl';
import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { liveGroups, type LiveAcl, type LiveGroups } from './liveGroups';

const web = `name: web
ingress:
- action: allow
  source: 10.0.0.0/8,fd00::/8
  protocol: tcp
  destination_port: "22"
  state: logged
- action: allow
  source: '@external'
  state: enabled
- action: reject
  source: web,db
  protocol: udp
  state: enabled
egress:
- action: drop
  destination: 10.9.0.1-10.9.0.9
  state: enabled
`;
/** The same first rule, and another one. */
const old = `name: web-old
ingress:
- action: allow
  source: 10.0.0.0/8,fd00::/8
  protocol: tcp
  destination_port: "22"
  state: logged
- action: allow
  protocol: tcp
  destination_port: "23"
  state: enabled
`;

const safeguard = (group: string): LiveAcl => ({
  match: `(inport == @${group} || outport == @${group})`,
  action: 'drop',
  priority: 0,
});
const ssh = (group: string): LiveAcl => ({
  match: `(outport == @${group}) && (ip4.src == 10.0.0.0/8 || ip6.src == fd00::/8) && (tcp) && (tcp.dst == 22)`,
  name: `${group}-ingress-0`,
  log: true,
});
const egressDrop = (group: string, priority: number): LiveAcl => ({
  match: `(inport == @${group}) && ((ip4.dst >= 10.9.0.1 && ip4.dst <= 10.9.0.9))`,
  action: 'drop',
  priority,
});

/** As LXD, and Incus up to 6.15, write the ACL `web`. */
function oneGroup(platform: 'incus' | 'lxd', id: number): LiveGroups {
  const group = `${platform}_acl${id}`;
  return {
    [group]: [
      ssh(group),
      {
        match: `(outport == @${group}) && (inport == @${group} || inport == @${platform}_acl3) && (udp)`,
        action: 'reject',
        priority: 400,
      },
      egressDrop(group, 500),
      safeguard(group),
    ],
    [`${group}_net5`]: [
      { match: `(outport == @${group}) && (inport == "${platform}-net5-ls-int-lsp-router")` },
    ],
    [`${platform}_acl3`]: [],
    [`${platform}_net5`]: [
      { match: `inport == "${platform}-net5-instance-0-eth0"`, action: 'reject', priority: 111 },
      { match: `outport == "${platform}-net5-instance-0-eth0"`, action: 'reject', priority: 100 },
    ],
  };
}

/** As Incus from 6.16 on does: groups by direction, and such for NICs that allow by default. */
function directedGroups(id: number): LiveGroups {
  const peers = ['ingress', 'ingress_reversed', 'egress', 'egress_reversed'].flatMap((each) =>
    [id, 3].map((acl) => `inport == @incus_acl${acl}_${each}`),
  );
  const ingress = (group: string): readonly LiveAcl[] => [
    ssh(group),
    { match: `(outport == @${group}) && (${peers.join(' || ')}) && (udp)`, action: 'reject', priority: 400 },
    safeguard(group),
  ];
  const external = (group: string): LiveAcl => ({
    match: `(outport == @${group}) && (inport == "incus-net5-ls-int-lsp-router")`,
  });
  const name = `incus_acl${id}`;
  return {
    [`${name}_ingress`]: ingress(`${name}_ingress`),
    [`${name}_ingress_reversed`]: ingress(`${name}_ingress_reversed`).map((acl) =>
      acl.priority === undefined ? { ...acl, priority: 500 } : acl,
    ),
    [`${name}_egress`]: [egressDrop(`${name}_egress`, 500), safeguard(`${name}_egress`)],
    [`${name}_egress_reversed`]: [
      egressDrop(`${name}_egress_reversed`, 300),
      safeguard(`${name}_egress_reversed`),
    ],
    [`${name}_net5`]: [
      external(`${name}_ingress`),
      { ...external(`${name}_ingress_reversed`), priority: 500 },
    ],
  };
}

function definitionsOf(...texts: readonly string[]) {
  return texts.flatMap((text, index) => instanceAclFormat.parse({ file: `${index}.yaml`, text }, []));
}

/** What the links of each ACL say, for each distinct ACL. */
function joined(live: InventoryIndex, ...texts: readonly string[]): readonly string[] {
  const join = indexDefinitions(definitionsOf(...texts));
  return live.inventory.acls.map((acl) =>
    join
      .aclLinks(acl, live.entitiesOf(acl), live)
      .map(({ definition, confidence }) =>
        definition.kind === 'rule'
          ? `${confidence} ${definition.owner.name} ${definition.label}`
          : `${confidence} ${definition.kind}`,
      )
      .join(', '),
  );
}

const derived = [
  'derived web ingress rule 0',
  'derived web ingress rule 2',
  'derived web egress rule 0',
  'derived web default drop',
  'derived web ingress rule 1',
];

describe('network ACLs of instances in OVN', () => {
  for (const platform of ['incus', 'lxd'] as const) {
    it(`are known by their rules in the one group of ${platform}`, () => {
      const live = liveGroups(oneGroup(platform, 7));
      assert.deepEqual(joined(live, web, old), [...derived, '', '']);
    });
  }

  it('are known in the groups of both directions', () => {
    const live = liveGroups(directedGroups(12));
    assert.deepEqual(new Set(joined(live, web, old)), new Set(derived));
  });

  it('are where a missing allow has to stand', () => {
    const live = liveGroups({ ...directedGroups(12), incus_acl8: [safeguard('incus_acl8')] });
    const join = indexDefinitions(definitionsOf(web, old));
    const owners = (group: string): readonly string[] =>
      join
        .ownerLinks(group, live)
        .map(({ definition, confidence }) =>
          definition.kind === 'owner' ? `${confidence} ${definition.owner.name}` : definition.kind,
        );
    assert.deepEqual(owners('incus_acl12_ingress'), ['derived web']);
    assert.deepEqual(owners('incus_acl12_egress_reversed'), ['derived web']);
    // An ACL of nobody's: the drop that all have tells nothing.
    assert.deepEqual(owners('incus_acl8'), []);
  });

  it('that are edited by now are candidates but for what is logged', () => {
    const group = 'incus_acl7';
    const live = liveGroups({
      [group]: [ssh(group), { match: `(outport == @${group}) && (icmp4)` }, safeguard(group)],
    });
    assert.deepEqual(joined(live, web)[0], 'derived web ingress rule 0');
    const unlogged = liveGroups({
      [group]: [
        { ...ssh(group), name: null },
        { match: `(outport == @${group}) && (icmp4)` },
        safeguard(group),
      ],
    });
    assert.deepEqual(joined(unlogged, web)[0], 'candidate web ingress rule 0');
    assert.deepEqual(joined(unlogged, web)[1], '');
  });

  it('that are alike are never exact', () => {
    const live = liveGroups({ ...oneGroup('lxd', 7), ...oneGroup('lxd', 8) });
    for (const links of joined(live, web, web)) assert.ok(!links.includes('exact'), links);
  });

  it('do not take another verdict, list or group for their own', () => {
    const group = 'incus_acl7';
    const live = liveGroups({
      [group]: [
        { ...ssh(group), action: 'drop', priority: 500, name: null },
        { match: ssh(group).match.replace('outport', 'inport'), name: `${group}-egress-0` },
      ],
      pg: [{ match: ssh('pg_other').match }],
    });
    assert.deepEqual(joined(live, web), ['', '', '']);
  });

  it('are many in a big cluster', () => {
    const groups: Record<string, readonly LiveAcl[]> = {};
    const texts: string[] = [];
    for (let id = 1; id <= 300; id++) {
      const group = `incus_acl${id}`;
      const port = (at: number): number => 1000 + ((id * 7 + at) % 3000);
      const rules = Array.from({ length: 10 }, (_, at) => port(at));
      groups[group] = [
        ...rules.map((dst, at) => ({
          match: `(outport == @${group}) && (tcp) && (tcp.dst == ${dst})`,
          name: `${group}-ingress-${at}`,
        })),
        safeguard(group),
      ];
      const lines = rules.map(
        (dst) => `- {action: allow, protocol: tcp, destination_port: "${dst}", state: logged}\n`,
      );
      texts.push(`name: acl${id}\ningress:\n${lines.join('')}`);
    }
    const links = joined(liveGroups(groups), ...texts);
    assert.equal(links.length, 3300);
    assert.ok(links.every((link, index) => link.startsWith(`derived acl${1 + Math.floor(index / 11)} `)));
  });
});
