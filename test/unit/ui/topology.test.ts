import assert from 'node:assert/strict';
import { aclsOfPort } from '../../../src/core/acl/portAcls';
import { TraceFailure } from '../../../src/core/failure';
import { indexInventory } from '../../../src/core/ovn/inventoryIndex';
import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { aclsOfRow } from '../../../src/ui/topology/aclsOfRow';
import { searchTopology } from '../../../src/ui/topology/searchTopology';
import { rowArgument, targetArgument } from '../../../src/ui/topology/topologyArgument';
import {
  childrenOf,
  elementOf,
  hasChildren,
  labelOf,
  pageSize,
  targetElement,
} from '../../../src/ui/topology/topologyElements';
import type { ReadingState, TargetElement, TopologyElement } from '../../../src/ui/topology/topologyElements';
import { lineOf } from '../../../src/ui/topology/topologyLine';
import { indexNetwork, makeAcl } from '../inventory/network';

const deny = makeAcl({ match: 'outport == @db', name: 'deny', priority: 900 });
const allow = makeAcl({ match: 'outport == @db && tcp', action: 'allow-related', priority: 1000 });
const ofSwitch = makeAcl({ match: 'ip6', direction: 'from-lport', tier: 1 });

const network = indexNetwork({
  switches: [
    {
      name: 'web',
      ports: [
        'web10 0a:00:00:00:00:10 10.0.1.10',
        'web2 0a:00:00:00:00:02 10.0.1.2 fd00::2',
        'web-r -> r-web',
        { name: 'wire', type: 'localnet', up: false },
        { name: 'off', enabled: false, up: true },
        { name: 'late', up: null, friendlyName: 'shop front' },
      ],
      acls: [ofSwitch],
    },
    { name: 'db', ports: ['db1 0a:00:00:00:00:21 10.0.2.1'] },
    { name: 'bare' },
  ],
  routers: [{ name: 'edge', ports: ['r-web 0a:00:00:00:ff:01 10.0.1.254/24', 'r-out 0a:00:00:00:ff:02'] }],
  portGroups: [
    { name: 'db', ports: ['db1', 'web2'], acls: [deny, allow, ofSwitch] },
    { name: 'idle', ports: ['web2'] },
  ],
});

function rootOf(index: InventoryIndex | null, state: ReadingState = { kind: 'idle' }): TargetElement {
  return targetElement({ target: 'lab', where: 'local', inUse: false, state, index });
}

function labelsBelow(element: TopologyElement | undefined): readonly string[] {
  assert.ok(element);
  return childrenOf(element).map((child) => lineOf(child).label);
}

function find(root: TargetElement, name: string): TopologyElement {
  const hit = searchTopology(network.inventory, name).found.find((row) => row.row.name === name);
  assert.ok(hit, name);
  const element = elementOf(root, hit);
  assert.ok(element, name);
  return element;
}

describe('The Topology view', () => {
  const root = rootOf(network);

  it('goes from a target to switches, routers and port groups, and from them to what they hold', () => {
    assert.deepEqual(
      childrenOf(root).map((child) => `${lineOf(child).label} ${lineOf(child).description}`),
      ['Switches 3', 'Routers 1', 'Port Groups 2'],
    );
    assert.deepEqual(labelsBelow(childrenOf(root)[0]), ['bare', 'db', 'web']);
    assert.deepEqual(labelsBelow(find(root, 'edge')), ['r-out', 'r-web']);
    assert.deepEqual(
      labelsBelow(find(root, 'web')),
      ['web-r', 'wire', 'off', 'shop front', 'web2', 'web10'],
      'what joins it to others first, then by name and number',
    );
    const group = childrenOf(childrenOf(root)[2]!)[0];
    assert.deepEqual(
      labelsBelow(group),
      [labelOf({ kind: 'acl', row: ofSwitch }), labelOf({ kind: 'acl', row: allow }), 'deny'],
      'in the order in which OVN asks them',
    );
    assert.equal(hasChildren(find(root, 'bare')), false);
  });

  it('says the state of a port by icon and in words', () => {
    const words = (name: string) => {
      const { icon, description } = lineOf(find(root, name));
      return [icon, description];
    };
    assert.deepEqual(words('web10'), ['vm-active', 'up, 10.0.1.10, 1 ACL']);
    assert.deepEqual(words('late'), ['vm-outline', 'down, 1 ACL, late']);
    assert.deepEqual(words('off'), ['circle-slash', 'disabled, 1 ACL']);
    assert.deepEqual(words('wire'), ['globe', 'localnet, 1 ACL'], 'no chassis claims such a port');
    assert.deepEqual(words('web-r'), ['compass', 'router, to edge, 1 ACL']);
    assert.deepEqual(words('r-web'), ['plug', '10.0.1.254/24, to web']);
    assert.equal(lineOf(find(root, 'web2')).spoken, 'port web2, up, 10.0.1.2, fd00::2, 3 ACLs');
  });

  it('tells addresses, friendly name and port security of a port', () => {
    const { tooltip } = lineOf(find(root, 'late'));
    assert.ok(tooltip.includes('logical switch port late on web'));
    assert.ok(tooltip.includes('known as shop front'));
    assert.ok(tooltip.includes('port security: none'));
    assert.ok(lineOf(find(root, 'web2')).tooltip.includes('0a:00:00:00:00:02 10.0.1.2 fd00::2'));
    assert.ok(lineOf(find(root, 'web2')).tooltip.includes('port groups: db, idle'));
  });

  it('offers traces where a packet can start, and ACLs where there are some', () => {
    const contexts = ['web2', 'web-r', 'web', 'db1', 'bare'].map((name) => lineOf(find(root, name)).context);
    assert.deepEqual(contexts, ['port.acls', 'wire.acls', 'switch.acls', 'port.acls', 'switch']);
  });

  it('counts an ACL once, whatever carries it, and lists them in order', () => {
    const port = network.port('web2')!;
    assert.equal(aclsOfPort(port, network).length, 3);
    const both = aclsOfPort(port, network).find(({ acl }) => acl === ofSwitch);
    assert.deepEqual(
      both?.entities.map(({ type, name }) => `${type} ${name}`),
      ['switch web', 'port-group db'],
    );
    const listed = (kind: 'port' | 'switch' | 'portGroup' | 'acl', name: string) =>
      aclsOfRow({ kind, target: 'lab', name }, network).map(({ acl }) => acl);
    assert.deepEqual(listed('port', 'web2'), [ofSwitch, allow, deny]);
    assert.deepEqual(listed('port', 'web10'), [ofSwitch]);
    assert.deepEqual(listed('switch', 'web'), [ofSwitch]);
    assert.deepEqual(listed('portGroup', 'db'), [ofSwitch, allow, deny]);
    assert.deepEqual(listed('acl', deny.uuid), [deny]);
    assert.deepEqual(listed('port', 'gone'), []);
  });

  it('has an id of its own for every line, the same in the next inventory', () => {
    const all = (element: TopologyElement): readonly TopologyElement[] => [
      element,
      ...childrenOf(element).flatMap(all),
    ];
    const ids = all(root).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      all(rootOf(network, { kind: 'reading' })).map(({ id }) => id),
      ids,
    );
  });

  it('says how the reading stands, and what to do about it', () => {
    const failure = new TraceFailure('connection-refused', 'Nobody answers.', { advice: 'Look there.' });
    const cancelled = new TraceFailure('cancelled', 'Reading was cancelled.');
    assert.deepEqual(labelsBelow(rootOf(null)), ['Read the Network']);
    assert.deepEqual(labelsBelow(rootOf(null, { kind: 'reading' })), [
      'Reading the northbound database…',
      'Cancel Reading',
    ]);
    const failed = rootOf(null, { kind: 'failed', failure });
    assert.deepEqual(labelsBelow(failed), ['Nobody answers.', 'Try Again', 'Check Target', 'Open Settings']);
    assert.equal(lineOf(failed).icon, 'warning');
    assert.equal(lineOf(childrenOf(failed)[0]!).spoken, 'Nobody answers. Look there.');
    assert.deepEqual(labelsBelow(rootOf(null, { kind: 'failed', failure: cancelled })), [
      'Reading was cancelled.',
      'Try Again',
    ]);
    const old = rootOf(network, { kind: 'failed', failure });
    assert.match(lineOf(old).description, /^not up to date/);
    assert.deepEqual(labelsBelow(old).slice(0, 2), ['Nobody answers.', 'Try Again']);
    assert.deepEqual(labelsBelow(rootOf(indexNetwork({}))), [
      'This northbound database has no switches, routers or port groups.',
    ]);
  });

  it('takes its lines as arguments of commands, and names of targets, and nothing else', () => {
    assert.deepEqual(rowArgument(find(root, 'web2')), { kind: 'port', target: 'lab', name: 'web2' });
    assert.equal(targetArgument(root), 'lab');
    assert.equal(targetArgument('lab'), 'lab');
    for (const value of [undefined, null, 7, {}, [], { kind: 'port' }]) {
      assert.equal(rowArgument(value), undefined);
      assert.equal(targetArgument(value), undefined);
    }
    assert.equal(rowArgument(root), undefined);
  });
});

describe('Find in Topology', () => {
  const found = (query: string) => searchTopology(network.inventory, query).found.map(({ row }) => row.name);

  it('finds everything by name, friendly name, address and what it is on', () => {
    assert.deepEqual(found('fd00::2'), ['web2']);
    for (const form of ['FD00:0:0:0:0:0:0:2', 'fd00:0000::0002', 'fd00::0.0.0.2'])
      assert.deepEqual(found(form), ['web2'], form);
    assert.deepEqual(found('0A:00:00:00:00:10'), ['web10']);
    assert.deepEqual(found('front'), ['late']);
    assert.deepEqual(found('r-web'), ['r-web']);
    assert.deepEqual(found('10.0.1.254'), ['web-r', 'r-web'], 'of the router and of the port before it');
    assert.deepEqual(found('edge')[0], 'edge', 'the name itself before what belongs to it');
    assert.deepEqual(found('db'), ['db', 'db', 'db1']);
    assert.deepEqual(found('nowhere'), []);
  });

  it('leads to each line that it finds', () => {
    const root = rootOf(network);
    for (const row of searchTopology(network.inventory, '').found) {
      const element = elementOf(root, row);
      assert.ok(element && 'row' in element && element.row === row.row, labelOf(row));
      for (let at: TopologyElement = element; at.parent !== null; at = at.parent) {
        assert.ok(childrenOf(at.parent).includes(at), 'each is a child of its parent');
      }
    }
  });
});

describe('Ten thousand ports', () => {
  const many = indexNetwork({
    switches: [
      {
        name: 'big',
        ports: [
          'up -> r-big',
          ...Array.from({ length: 9_999 }, (_, at) => `vm${at + 1} 0a:00:00:00:00:01 10.1.0.1`),
        ],
      },
      ...Array.from({ length: 600 }, (_, at) => ({ name: `net${at}` })),
    ],
    routers: [{ name: 'r', ports: ['r-big 0a:00:00:00:ff:01 10.1.255.254/16'] }],
    portGroups: [
      { name: 'all', ports: Array.from({ length: 9_999 }, (_, at) => `vm${at + 1}`), acls: [deny] },
    ],
  });
  const root = rootOf(many);

  it('come in ranges by name, none of which has more lines than the editor takes at once', () => {
    const row = many.inventory.switches.find(({ name }) => name === 'big')!;
    const big = elementOf(root, { kind: 'switch', row })!;
    const ranges = childrenOf(big);
    assert.equal(ranges.length, 10_000 / pageSize);
    assert.deepEqual([lineOf(ranges[1]!).label, lineOf(ranges[1]!).description], ['vm500 … vm999', '500']);
    assert.deepEqual(labelsBelow(ranges[0]).slice(0, 3), ['up', 'vm1', 'vm2']);
    const ports = ranges.flatMap((range) => childrenOf(range));
    assert.equal(new Set(ports.map(({ id }) => id)).size, 10_000);
    for (const range of ranges) assert.ok(childrenOf(range).length <= pageSize);
    assert.deepEqual(labelsBelow(childrenOf(root)[0]), ['big … net498', 'net499 … net599']);
  });

  it('are not made before they are asked for', () => {
    const before = rootOf(many);
    const [switches] = childrenOf(before);
    const [first] = childrenOf(switches!);
    const [big] = childrenOf(first!);
    assert.equal(lineOf(big!).description, '10,000 ports');
    assert.ok(hasChildren(big!));
    assert.equal(childrenOf(big!)[0]?.kind, 'range');
  });

  it('are found in their range', () => {
    const [row] = searchTopology(many.inventory, 'vm7777').found;
    const element = elementOf(root, row!);
    assert.equal(element?.parent?.kind, 'range');
    assert.ok(childrenOf(element.parent).includes(element));
    assert.equal(searchTopology(many.inventory, 'vm').more, 9_999 - 100);
  });

  it('keep their line when others come and shift them to another range', () => {
    const more = indexNetworkWith(many, 'aaa');
    const [row] = searchTopology(many.inventory, 'vm999').found;
    const [before, after] = [root, rootOf(more)].map((each) => elementOf(each, row!));
    assert.equal(before?.id, after?.id);
    assert.notEqual(before?.parent?.id, after?.parent?.id);
  });
});

/** The same network with one more port on its big switch. */
function indexNetworkWith(index: InventoryIndex, name: string): InventoryIndex {
  const { inventory } = index;
  const first = inventory.switchPorts[1]!;
  return indexInventory({
    ...inventory,
    switchPorts: [...inventory.switchPorts, { ...first, uuid: 'another', name }],
    switches: inventory.switches.map((row) =>
      row.name === 'big' ? { ...row, ports: [...row.ports, name] } : row,
    ),
  });
}
