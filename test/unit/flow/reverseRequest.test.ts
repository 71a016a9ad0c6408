import assert from 'node:assert/strict';
import type { TraceRequest } from '../../../src/core/flow/request';
import { reverseRequest } from '../../../src/core/flow/reverseRequest';
import { indexNetwork } from '../inventory/network';

const index = indexNetwork({
  switches: [
    {
      name: 's',
      ports: [
        'web1 0a:00:00:00:00:01 10.0.0.1 fd00::1',
        'db1 0a:00:00:00:00:02 10.0.0.2 fd00::2',
        {
          name: 'u1',
          friendlyName: 'shop/web',
          addresses: [{ mac: '0a:00:00:00:00:03', ips: ['10.0.0.3'] }],
        },
      ],
    },
  ],
});

const request: TraceRequest = {
  inport: 'web1',
  destination: { kind: 'port', port: 'db1' },
  service: { protocol: 'tcp', dstPort: 5432 },
  connection: { kind: 'new' },
};

describe('reverseRequest', () => {
  it('swaps ends and ports of a new connection and asks for its reply', () => {
    assert.deepEqual(
      reverseRequest({ ...request, ttl: 9, openFlow: true, ethDst: '0a:00:00:00:00:02' }, index),
      {
        inport: 'db1',
        ipSrc: '10.0.0.2',
        destination: { kind: 'port', port: 'web1', ip: '10.0.0.1' },
        service: { protocol: 'tcp', srcPort: 5432, dstPort: 40000 },
        connection: { kind: 'reply' },
        ttl: 9,
        openFlow: true,
      },
    );
  });

  it('comes back to the same packet when done twice', () => {
    const once = reverseRequest(request, index);
    assert.ok(once);
    const twice = reverseRequest(once, index);
    assert.deepEqual(twice, {
      ...request,
      ipSrc: '10.0.0.1',
      destination: { kind: 'port', port: 'db1', ip: '10.0.0.2' },
      service: { protocol: 'tcp', srcPort: 40000, dstPort: 5432 },
      connection: { kind: 'established' },
    });
  });

  it('finds the port of a destination given by address', () => {
    assert.equal(
      reverseRequest({ ...request, destination: { kind: 'address', ip: 'fd00::2' } }, index)?.inport,
      'db1',
    );
  });

  it('leaves an error about a connection what it is', () => {
    const back = reverseRequest(
      { ...request, service: { protocol: 'icmp' }, connection: { kind: 'related' } },
      index,
    );
    assert.deepEqual(back?.connection, { kind: 'related' });
  });

  it('turns echo requests into echo replies', () => {
    const service = { protocol: 'icmp', type: 8 } as const;
    assert.deepEqual(reverseRequest({ ...request, service }, index)?.service, { protocol: 'icmp', type: 0 });
    assert.deepEqual(reverseRequest({ ...request, service: { protocol: 'icmp' } }, index)?.service, {
      protocol: 'icmp',
    });
  });

  it('has nothing to give where nobody answers that way', () => {
    const unanswered: readonly Partial<TraceRequest>[] = [
      { service: { protocol: 'arp' } },
      { service: { protocol: 'icmp', type: 3 } },
      { destination: { kind: 'address', ip: '192.0.2.1' } },
      { destination: { kind: 'address', ip: '224.0.0.1' } },
    ];
    for (const changes of unanswered) assert.equal(reverseRequest({ ...request, ...changes }, index), null);
  });
});
