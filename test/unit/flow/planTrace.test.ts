import assert from 'node:assert/strict';
import { TraceFailure } from '../../../src/core/failure';
import { planTrace } from '../../../src/core/flow/planTrace';
import type { TraceRequest } from '../../../src/core/flow/request';
import { UndecidableMac } from '../../../src/core/flow/undecidableMac';
import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { indexNetwork, type NetworkSketch } from '../inventory/network';

const tiers: NetworkSketch = {
  switches: [
    {
      name: 'web',
      ports: [
        'web1 0a:00:00:00:01:0b 10.0.1.11 fd00:1::b',
        'web2 0a:00:00:00:01:0c 10.0.1.12',
        'web-r -> r-web',
        { name: 'bare' },
        { name: 'secured', portSecurity: ['0a:00:00:00:01:0d 10.0.1.13/24'] },
      ],
    },
    { name: 'db', ports: ['db1 0a:00:00:00:02:0b 10.0.2.11 fd00:2::b', 'db-r -> r-db'] },
  ],
  routers: [
    {
      name: 'r',
      ports: [
        'r-web 0a:00:00:00:ff:01 10.0.1.1/24 fd00:1::1/64',
        'r-db 0a:00:00:00:ff:02 10.0.2.1/24 fd00:2::1/64',
      ],
    },
  ],
};

const request: TraceRequest = {
  inport: 'web1',
  destination: { kind: 'port', port: 'db1' },
  service: { protocol: 'tcp', dstPort: 5432 },
  connection: { kind: 'new' },
};

const index = indexNetwork(tiers);
const plan = (
  changes: Partial<TraceRequest>,
  network: InventoryIndex = index,
): ReturnType<typeof planTrace> => planTrace({ ...request, ...changes }, network);

/** The value of a field in the microflow; null when it is not there. */
function field(name: string, changes: Partial<TraceRequest>, network: InventoryIndex = index): string | null {
  const terms = plan(changes, network).microflow.split(' && ');
  return terms.find((term) => term.startsWith(`${name} == `))?.slice(name.length + 4) ?? null;
}

function failure(changes: Partial<TraceRequest>, network: InventoryIndex = index): TraceFailure {
  try {
    plan(changes, network);
  } catch (error) {
    assert.ok(error instanceof TraceFailure, String(error));
    return error;
  }
  return assert.fail('it was planned');
}

describe('planTrace', () => {
  it('writes every field of a routed TCP packet', () => {
    assert.deepEqual(plan({}), {
      datapath: 'web',
      microflow:
        'inport == "web1" && eth.src == 0a:00:00:00:01:0b && eth.dst == 0a:00:00:00:ff:01 && ip4 && ip4.src == 10.0.1.11 && ' +
        'ip4.dst == 10.0.2.11 && ip.ttl == 64 && tcp && tcp.flags == 2 && tcp.src == 40000 && tcp.dst == 5432',
      ct: Array.from({ length: 32 }, () => 'new'),
      repeatsCt: true,
      lbDst: null,
      openFlow: false,
    });
  });

  it('takes IPv6 when an address says so', () => {
    const { microflow } = plan({ destination: { kind: 'address', ip: 'FD00:2:0::B' } });
    assert.match(
      microflow,
      /eth\.dst == 0a:00:00:00:ff:01 && ip6 && ip6\.src == fd00:1::b && ip6\.dst == fd00:2::b && ip\.ttl == 64/,
    );
  });

  const protocols: readonly [TraceRequest['service'], TraceRequest['connection']['kind'], string][] = [
    [{ protocol: 'udp', dstPort: 53, srcPort: 1234 }, 'new', 'udp && udp.src == 1234 && udp.dst == 53'],
    [{ protocol: 'sctp', dstPort: 9 }, 'new', 'sctp && sctp.src == 40000 && sctp.dst == 9'],
    [
      { protocol: 'tcp', dstPort: 9 },
      'established',
      'tcp && tcp.flags == 16 && tcp.src == 40000 && tcp.dst == 9',
    ],
    [{ protocol: 'tcp', dstPort: 9 }, 'reply', 'tcp && tcp.flags == 18 && tcp.src == 40000 && tcp.dst == 9'],
    [{ protocol: 'icmp' }, 'new', 'icmp4 && icmp4.type == 8 && icmp4.code == 0'],
    [{ protocol: 'icmp' }, 'reply', 'icmp4 && icmp4.type == 0 && icmp4.code == 0'],
    [{ protocol: 'icmp', type: 3, code: 4 }, 'new', 'icmp4 && icmp4.type == 3 && icmp4.code == 4'],
    [{ protocol: 'other', number: 47 }, 'new', 'ip.proto == 47'],
  ];
  for (const [service, kind, terms] of protocols) {
    it(`writes ${kind} ${JSON.stringify(service)}`, () => {
      assert.ok(
        plan({
          service,
          connection: kind === 'new' ? { kind } : { kind: kind as 'reply' },
        }).microflow.endsWith(`ip.ttl == 64 && ${terms}`),
      );
    });
  }

  it('asks for an address by ARP, and by neighbour solicitation', () => {
    const arp = plan({ service: { protocol: 'arp' } });
    assert.equal(
      arp.microflow,
      'inport == "web1" && eth.src == 0a:00:00:00:01:0b && eth.dst == ff:ff:ff:ff:ff:ff && arp && arp.op == 1 && ' +
        'arp.sha == 0a:00:00:00:01:0b && arp.spa == 10.0.1.11 && arp.tha == 00:00:00:00:00:00 && arp.tpa == 10.0.2.11',
    );
    assert.deepEqual(arp.ct, []);
    const nd = plan({
      service: { protocol: 'arp' },
      destination: { kind: 'address', ip: 'fd00:1::1:2:3456' },
    });
    assert.equal(
      nd.microflow,
      'inport == "web1" && eth.src == 0a:00:00:00:01:0b && eth.dst == 33:33:ff:02:34:56 && ip6 && ip6.src == fd00:1::b && ' +
        'ip6.dst == ff02::1:ff02:3456 && ip.ttl == 255 && icmp6 && icmp6.type == 135 && icmp6.code == 0 && ' +
        'nd.target == fd00:1::1:2:3456 && nd.sll == 0a:00:00:00:01:0b',
    );
  });

  it('passes TTL, backend and OpenFlow on', () => {
    const { microflow, lbDst, openFlow } = plan({ ttl: 1, lbDst: '10.0.2.11:5432', openFlow: true });
    assert.match(microflow, /ip\.ttl == 1 /);
    assert.deepEqual([lbDst, openFlow], ['10.0.2.11:5432', true]);
  });

  it('quotes what people call a port', () => {
    const name = 'a "b" \\ $x; `é`\n';
    const network = indexNetwork({
      switches: [{ name: '-s', ports: [`p 0a:00:00:00:00:01 10.0.0.1`, { name }] }],
    });
    assert.equal(
      field(
        'inport',
        {
          inport: name,
          ipSrc: '10.0.0.9',
          ethSrc: '0a:00:00:00:00:09',
          destination: { kind: 'port', port: 'p' },
        },
        network,
      ),
      '"a \\"b\\" \\\\ $x; `é`\\n"',
    );
  });

  describe('destination MAC', () => {
    it('is that of a port on the same link, by name or by address', () => {
      assert.equal(field('eth.dst', { destination: { kind: 'port', port: 'web2' } }), '0a:00:00:00:01:0c');
      assert.equal(
        field('eth.dst', { destination: { kind: 'address', ip: '10.0.1.12' } }),
        '0a:00:00:00:01:0c',
      );
      assert.equal(
        field('eth.dst', { destination: { kind: 'address', ip: '10.0.1.1' } }),
        '0a:00:00:00:ff:01',
      );
    });

    it('is that of the router for everything else', () => {
      assert.equal(
        field('eth.dst', { destination: { kind: 'address', ip: '192.0.2.1' } }),
        '0a:00:00:00:ff:01',
      );
      assert.equal(
        field('eth.dst', { destination: { kind: 'address', ip: '192.0.2.1' }, ipSrc: '172.16.0.1' }),
        '0a:00:00:00:ff:01',
        'even for a source that no network of the router holds',
      );
    });

    it('is the mapped one for groups and broadcasts', () => {
      const macs = ['224.0.0.251', '239.129.2.3', '255.255.255.255', '10.0.1.255', 'ff02::fb'].map((ip) =>
        field('eth.dst', { destination: { kind: 'address', ip } }),
      );
      assert.deepEqual(macs, [
        '01:00:5e:00:00:fb',
        '01:00:5e:01:02:03',
        'ff:ff:ff:ff:ff:ff',
        'ff:ff:ff:ff:ff:ff',
        '33:33:00:00:00:fb',
      ]);
    });

    it('brings conntrack states enough for each member of a group', () => {
      assert.ok(plan({ destination: { kind: 'address', ip: '224.0.0.1' } }).ct.length >= 32 + 5);
    });

    it('is the given one where one is given', () => {
      assert.equal(field('eth.dst', { ethDst: '2:0:0:0:0:A' }), '02:00:00:00:00:0a');
      assert.equal(failure({ ethDst: 'router' }).reason, 'bad-request');
    });

    it('goes through the router from one network to another on the same switch', () => {
      const network = indexNetwork({
        switches: [
          {
            name: 's',
            ports: ['a 0a:00:00:00:00:01 10.0.1.1', 'b 0a:00:00:00:00:02 10.0.2.1', 's-r -> lrp'],
          },
        ],
        routers: [{ name: 'r', ports: ['lrp 0a:00:00:00:ff:01 10.0.1.254/24 10.0.2.254/24'] }],
      });
      assert.equal(
        field('eth.dst', { inport: 'a', destination: { kind: 'port', port: 'b' } }, network),
        '0a:00:00:00:ff:01',
      );
    });

    it('asks when two routers serve the network', () => {
      const network = indexNetwork({
        switches: [{ name: 's', ports: ['a 0a:00:00:00:00:01 10.0.1.1', 's-1 -> lrp1', 's-2 -> lrp2'] }],
        routers: [
          { name: 'r1', ports: ['lrp1 0A:00:00:00:ff:01 10.0.1.254/24'] },
          { name: 'r2', ports: ['lrp2 0a:00:00:00:ff:02 10.0.1.253/24'] },
        ],
      });
      const error = failure({ inport: 'a', destination: { kind: 'address', ip: '192.0.2.1' } }, network);
      assert.ok(error instanceof UndecidableMac);
      assert.deepEqual(
        [error.reason, error.field, error.candidates.map(({ mac }) => mac)],
        ['undecidable-mac', 'ethDst', ['0a:00:00:00:ff:01', '0a:00:00:00:ff:02']],
      );
      assert.match(error.advice, /lrp2 of r2, 10\.0\.1\.253\/24/);
    });

    it('goes to the one of two routers that leads to the destination', () => {
      const network = indexNetwork({
        switches: [
          { name: 's', ports: ['a 0a:00:00:00:00:01 10.0.1.1', 's-1 -> lrp1', 's-2 -> lrp2'] },
          { name: 't', ports: ['b 0a:00:00:00:00:02 10.0.2.1', 't-2 -> lrp3'] },
        ],
        routers: [
          { name: 'r1', ports: ['lrp1 0a:00:00:00:ff:01 10.0.1.254/24'] },
          {
            name: 'r2',
            ports: ['lrp2 0a:00:00:00:ff:02 10.0.1.253/24', 'lrp3 0a:00:00:00:ff:03 10.0.2.254/24'],
          },
        ],
      });
      assert.equal(
        field('eth.dst', { inport: 'a', destination: { kind: 'port', port: 'b' } }, network),
        '0a:00:00:00:ff:02',
      );
    });

    it('asks for an address of the own network that nobody has', () => {
      const error = failure({ destination: { kind: 'address', ip: '10.0.1.77' } });
      assert.equal(error.reason, 'undecidable-mac');
      assert.match(error.message, /10\.0\.1\.77 is in the network of port web1/);
    });

    it('asks where there is no router', () => {
      const network = indexNetwork({ switches: [{ name: 's', ports: ['a 0a:00:00:00:00:01 10.0.1.1'] }] });
      const error = failure({ inport: 'a', destination: { kind: 'address', ip: '10.9.9.9' } }, network);
      assert.ok(error instanceof UndecidableMac);
      assert.deepEqual(error.candidates, []);
    });

    it('offers the localport of the switch for a link-local service', () => {
      const network = indexNetwork({
        switches: [
          {
            name: 's',
            ports: [
              'a 0a:00:00:00:00:01 10.0.1.1',
              {
                name: 'meta',
                type: 'localport',
                addresses: [{ mac: '0a:00:00:00:00:02', ips: ['10.0.1.2'] }],
              },
            ],
          },
        ],
      });
      const error = failure(
        { inport: 'a', destination: { kind: 'address', ip: '169.254.169.254' } },
        network,
      );
      assert.ok(error instanceof UndecidableMac);
      assert.deepEqual(error.candidates, [{ mac: '0a:00:00:00:00:02', label: 'localport meta, 10.0.1.2' }]);
    });

    it('is the one that a distributed NAT answers with, from outside', () => {
      const network = indexNetwork({
        switches: [
          {
            name: 'public',
            ports: [{ name: 'ln', type: 'localnet', unknownAddresses: true }, 'p-1 -> lrp1'],
          },
        ],
        routers: [
          {
            name: 'r1',
            ports: ['lrp1 0a:00:00:00:ff:01 192.0.2.1/24'],
            nats: [
              {
                uuid: 'n',
                type: 'dnat_and_snat',
                externalIp: '192.0.2.50',
                logicalIp: '10.0.0.1',
                externalMac: '0A:00:00:00:EE:01',
              },
            ],
          },
        ],
      });
      const { microflow } = plan(
        {
          inport: 'ln',
          ethSrc: '0a:00:00:00:00:99',
          ipSrc: '203.0.113.1',
          destination: { kind: 'address', ip: '192.0.2.50' },
        },
        network,
      );
      assert.match(microflow, /eth\.dst == 0a:00:00:00:ee:01/);
    });

    it('is that of the router with the NAT or load balancer address, from outside', () => {
      const network = indexNetwork({
        switches: [
          {
            name: 'public',
            ports: [{ name: 'ln', type: 'localnet', unknownAddresses: true }, 'p-1 -> lrp1', 'p-2 -> lrp2'],
          },
        ],
        routers: [
          { name: 'r1', ports: ['lrp1 0a:00:00:00:ff:01 192.0.2.1/24'] },
          {
            name: 'r2',
            ports: ['lrp2 0a:00:00:00:ff:02 192.0.2.2/24'],
            nats: [{ uuid: 'n', type: 'dnat_and_snat', externalIp: '192.0.2.50', logicalIp: '10.0.0.1' }],
            loadBalancers: ['lb'],
          },
        ],
        loadBalancers: [
          {
            uuid: 'lb',
            name: 'lb',
            protocol: 'tcp',
            vips: { '198.51.100.1:80': '10.0.0.1:80' },
            externalIds: {},
          },
        ],
      });
      const outside = { inport: 'ln', ethSrc: '0a:00:00:00:00:99' };
      for (const [ipSrc, ip] of [
        ['203.0.113.1', '192.0.2.50'],
        ['192.0.2.77', '192.0.2.50'],
        ['203.0.113.1', '198.51.100.1'],
      ] as const) {
        assert.equal(
          field('eth.dst', { ...outside, ipSrc, destination: { kind: 'address', ip } }, network),
          '0a:00:00:00:ff:02',
        );
      }
    });
  });

  describe('source', () => {
    it('falls back on port security', () => {
      assert.equal(field('ip4.src', { inport: 'secured' }), '10.0.1.13');
      assert.equal(field('eth.src', { inport: 'secured' }), '0a:00:00:00:01:0d');
    });

    it('asks for the MAC of a port without addresses', () => {
      const error = failure({ inport: 'bare', ipSrc: '10.0.1.99' });
      assert.ok(error instanceof UndecidableMac);
      assert.equal(error.field, 'ethSrc');
    });

    it('says which end lacks an address', () => {
      assert.match(failure({ inport: 'bare' }).message, /source port bare/);
      assert.match(failure({ destination: { kind: 'port', port: 'bare' } }).message, /destination port bare/);
    });
  });

  describe('refuses', () => {
    const refusals: readonly [string, Partial<TraceRequest>, string, RegExp][] = [
      ['an unknown port, with what comes near', { inport: 'wbe1' }, 'unknown-port', /web1/],
      ['a router port', { inport: 'r-web' }, 'unknown-port', /web-r/],
      [
        'mixed families',
        { ipSrc: 'fd00:1::b', destination: { kind: 'address', ip: '10.0.2.11' } },
        'bad-request',
        /both IPv4/,
      ],
      [
        'a port without that family',
        { inport: 'web2', destination: { kind: 'address', ip: 'fd00:2::b' } },
        'bad-request',
        /both IPv4/,
      ],
      [
        'what is no address',
        { destination: { kind: 'address', ip: '10.0.2.0/24' } },
        'bad-request',
        /without prefix/,
      ],
      ['a short address', { destination: { kind: 'address', ip: '10.1' } }, 'bad-request', /10\.0\.1\.11/],
      ['port 0', { service: { protocol: 'tcp', dstPort: 0 } }, 'bad-request', /./],
      ['port 65536', { service: { protocol: 'udp', dstPort: 65536 } }, 'bad-request', /./],
      ['half a port', { service: { protocol: 'udp', dstPort: 1.5 } }, 'bad-request', /./],
      ['a protocol above 255', { service: { protocol: 'other', number: 256 } }, 'bad-request', /./],
      [
        'an unknown state',
        { connection: { kind: 'states', states: ['new', 'bogus'] } },
        'bad-request',
        /established|est/,
      ],
      ['a backend that is none', { lbDst: 'db1:80' }, 'bad-request', /IP:PORT/],
    ];
    for (const [what, changes, reason, advice] of refusals) {
      it(what, () => {
        const error = failure(changes);
        assert.equal(error.reason, reason);
        assert.match(error.advice, advice);
        assert.match(error.message, /\.$/);
      });
    }
  });

  describe('names', () => {
    const called = (name: string, friendlyName: string): { name: string; friendlyName: string } => ({
      name,
      friendlyName,
    });

    it('takes a friendly name that means one port, and asks for more when it means two', () => {
      const network = indexNetwork({
        switches: [
          {
            name: 's',
            ports: [
              'b 0a:00:00:00:00:02 10.0.0.2',
              { ...called('u1', 'web'), addresses: [{ mac: '0a:00:00:00:00:01', ips: ['10.0.0.1'] }] },
              called('u2', 'db'),
              called('u3', 'db'),
            ],
          },
        ],
      });
      assert.equal(
        field('inport', { inport: 'web', destination: { kind: 'port', port: 'b' } }, network),
        '"u1"',
      );
      const error = failure({ inport: 'db', destination: { kind: 'port', port: 'b' } }, network);
      assert.equal(error.reason, 'ambiguous');
      assert.match(error.advice, /u2, u3/);
    });

    it('names the datapath by UUID where its name could mean another', () => {
      const port = (name: string): string => `${name} 0a:00:00:00:00:01 10.0.0.1`;
      const network = indexNetwork({
        switches: [
          { name: 'twice', ports: [port('a')] },
          { name: 'twice', ports: [port('b')] },
          { name: 'beef', ports: [port('c')] },
          { name: 'friend', friendlyName: 'once', ports: [port('d')] },
          { name: 'once', ports: [port('e')] },
          { name: 'plain', ports: [port('f')] },
        ],
      });
      const datapaths = ['a', 'b', 'c', 'd', 'e', 'f'].map(
        (inport) => plan({ inport, destination: { kind: 'address', ip: '224.0.0.1' } }, network).datapath,
      );
      assert.equal(datapaths.filter((name) => /^[0-9a-f]{8}-/.test(name)).length, 4);
      assert.deepEqual([datapaths[3], datapaths[5]], ['friend', 'plain']);
    });

    it('asks ovn-trace for exact names where friendly ones hide who is who', () => {
      const neutron = indexNetwork({
        switches: [
          {
            name: 'neutron-0b2d5b6c-5b1e-4a3a-9d8e-6a8f5a4b3c2d',
            ports: ['a 0a:00:00:00:00:01 10.0.0.1', 'b 0a:00:00:00:00:02 10.0.0.2'],
          },
        ],
      });
      assert.equal(plan({ inport: 'a', destination: { kind: 'port', port: 'b' } }, neutron).exactNames, true);
      assert.equal(plan({}).exactNames, undefined);
    });
  });
});
