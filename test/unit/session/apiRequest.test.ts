import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromTraceRequest, toTraceRequest } from '../../../src/core/session/apiRequest';
import { apiRequestSchema } from '../../../src/core/session/result';

const base = { in_port: 'vm1', ip_dst: '10.0.0.2' };
const portNumber = fc.integer({ min: 1, max: 65535 });

describe('A request of another program', () => {
  it('becomes a new connection unless it says otherwise', () => {
    const request = toTraceRequest(apiRequestSchema.parse({ ...base, protocol: 'tcp', dst_port: 22 }));
    assert.deepEqual(request.connection, { kind: 'new' });
    assert.deepEqual(request.destination, { kind: 'address', ip: '10.0.0.2' });
    assert.deepEqual(request.service, { protocol: 'tcp', dstPort: 22, srcPort: undefined });
  });

  it('means by a protocol number what the name means', () => {
    const service = (protocol: number) =>
      toTraceRequest(apiRequestSchema.parse({ ...base, protocol, dst_port: 5 })).service.protocol;
    assert.deepEqual([1, 58, 6, 17, 132, 47].map(service), ['icmp', 'icmp', 'tcp', 'udp', 'sctp', 'other']);
  });

  it('needs a port where the protocol has ports', () => {
    for (const protocol of ['tcp', 'udp', 'sctp', 6]) {
      assert.throws(() => toTraceRequest(apiRequestSchema.parse({ ...base, protocol })), {
        reason: 'bad-request',
      });
    }
  });

  it('comes back the same from the form the core has', () => {
    const service = fc.oneof(
      fc.record({
        protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
        dst_port: portNumber,
        src_port: portNumber,
      }),
      fc.record({ protocol: fc.constantFrom('icmp', 'arp') }),
      fc.record({ protocol: fc.constantFrom(0, 2, 47, 255) }),
    );
    const ends = fc.constantFrom(
      { to_port: 'vm2' },
      { to_port: 'vm2', ip_dst: '10.0.0.2' },
      { ip_dst: 'fd00::1' },
    );
    const connection = fc.oneof(
      fc.constantFrom('new', 'est', 'reply', 'related', 'invalid'),
      fc.array(fc.constantFrom('new', 'est,rpl'), { minLength: 1 }),
    );
    const choice = fc.constantFrom(
      {},
      { lb_dst: '10.0.0.1:80' },
      { every_backend: true },
      { select_id: 2 },
      { every_selection: true },
    );
    const ttls = fc.integer({ min: 1, max: 255 });
    fc.assert(
      fc.property(service, ends, connection, choice, ttls, (one, other, state, chosen, ttl) => {
        const request = apiRequestSchema.parse({
          ...{ in_port: 'vm1', connection: state, ttl },
          ...{ ...one, ...other, ...chosen },
        });
        assert.deepEqual(fromTraceRequest(toTraceRequest(request)), request);
      }),
    );
  });
});
