import assert from 'node:assert/strict';
import { buildTraceArgv } from '../../../src/core/flow/buildTraceArgv';
import { conntrackFlags } from '../../../src/core/flow/conntrack';
import { targetSchema } from '../../../src/core/session/target';

describe('buildTraceArgv', () => {
  const plan = {
    datapath: '-s',
    microflow: 'inport == "a"',
    ct: ['new', 'est,rpl'],
    lbDst: null,
    openFlow: false,
  };

  it('leaves to OVN what the target leaves open, and ends the options before names', () => {
    assert.deepEqual(buildTraceArgv(plan, targetSchema.parse({ type: 'local', name: 't' })), [
      'ovn-trace',
      '--ct=new',
      '--ct=est,rpl',
      '--',
      '-s',
      'inport == "a"',
    ]);
  });

  it('names the database, the certificates and everything the plan asks for', () => {
    const target = targetSchema.parse({
      type: 'local',
      name: 't',
      southbound: 'ssl:192.0.2.1:6642,ssl:192.0.2.2:6642',
      tls: { privateKey: '/k', certificate: '/c', caCertificate: '/ca' },
    });
    assert.deepEqual(
      buildTraceArgv({ ...plan, ct: [], lbDst: '10.0.0.1:80', openFlow: true, exactNames: true }, target),
      [
        'ovn-trace',
        '--db=ssl:192.0.2.1:6642,ssl:192.0.2.2:6642',
        '--private-key=/k',
        '--certificate=/c',
        '--ca-cert=/ca',
        '--no-friendly-names',
        '--lb-dst=10.0.0.1:80',
        '--ovs',
        '--',
        '-s',
        'inport == "a"',
      ],
    );
  });
});

describe('conntrackFlags', () => {
  it('gives one list for each lookup', () => {
    assert.deepEqual(conntrackFlags({ kind: 'established' }, 2), ['est', 'est']);
    assert.deepEqual(conntrackFlags({ kind: 'reply' }, 2), ['est,rpl', 'est,rpl']);
    assert.equal(conntrackFlags({ kind: 'new' }).length, 32);
  });

  it('keeps lists given by hand, however they are separated', () => {
    const states = ['new', 'est,rpl trk', 'inv'];
    assert.deepEqual(conntrackFlags({ kind: 'states', states }), states);
  });

  it('refuses an empty list', () => {
    assert.throws(() => conntrackFlags({ kind: 'states', states: [''] }), { reason: 'bad-request' });
  });
});
