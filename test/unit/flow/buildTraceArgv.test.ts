import assert from 'node:assert/strict';
import { buildTraceArgv } from '../../../src/core/flow/buildTraceArgv';
import {
  conntrackFlags,
  mostLookups,
  statesProblem,
  withMoreLookups,
} from '../../../src/core/flow/conntrack';
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

  it('names the member of a select, and any member of a cluster where the leader is not to be had', () => {
    const target = targetSchema.parse({ type: 'local', name: 't', southbound: 'unix:/s' });
    assert.deepEqual(buildTraceArgv({ ...plan, ct: [], selectId: 2 }, target, { anyMember: true }), [
      ...['ovn-trace', '--db=unix:/s', '--no-leader-only', '--select-id=2', '--', '-s', 'inport == "a"'],
    ]);
  });

  it('asks the bridge that the target names', () => {
    const target = targetSchema.parse({ type: 'local', name: 't', openFlow: 'unix:/run/ovs/br-int.mgmt' });
    assert.ok(
      buildTraceArgv({ ...plan, openFlow: true }, target).includes('--ovs=unix:/run/ovs/br-int.mgmt'),
    );
    assert.ok(!buildTraceArgv(plan, target).some((word) => word.startsWith('--ovs')));
  });
});

describe('conntrackFlags', () => {
  it('gives one list for each lookup', () => {
    assert.deepEqual(conntrackFlags({ kind: 'established' }, 2), ['est', 'est']);
    assert.deepEqual(conntrackFlags({ kind: 'reply' }, 2), ['est,rpl', 'est,rpl']);
    assert.deepEqual(conntrackFlags({ kind: 'related' }, 1), ['rel,rpl']);
    assert.deepEqual(conntrackFlags({ kind: 'invalid' }, 1), ['inv']);
    assert.equal(conntrackFlags({ kind: 'new' }).length, 32);
  });

  it('keeps lists given by hand, however they are separated', () => {
    const states = ['new', 'est,rpl trk', 'inv'];
    assert.deepEqual(conntrackFlags({ kind: 'states', states }), states);
  });

  it('refuses what ovn-trace refuses or warns about', () => {
    for (const list of ['', ' , ', 'old', 'est|rpl', 'EST', 'new,est', 'new rpl', 'inv,new', 'inv,est']) {
      assert.throws(
        () => conntrackFlags({ kind: 'states', states: ['new', list] }),
        { reason: 'bad-request' },
        list,
      );
    }
  });

  it('takes what every release takes without a word', () => {
    for (const list of ['rel', 'rel,est', 'new,rel', 'inv,trk', 'rpl', 'trk', 'dnat', 'est,dnat,snat']) {
      assert.equal(statesProblem([list]), null, list);
    }
  });

  it('gives more lists where the last one holds for all, up to what a command can carry', () => {
    const plan = { datapath: 's', microflow: '', ct: ['new', 'est,rpl'], lbDst: null, openFlow: false };
    assert.equal(withMoreLookups(plan), null);
    assert.deepEqual(withMoreLookups({ ...plan, repeatsCt: true })?.ct, [
      'new',
      ...Array.from({ length: 7 }, () => 'est,rpl'),
    ]);
    const full = Array.from({ length: mostLookups }, () => 'rel,rpl');
    assert.equal(withMoreLookups({ ...plan, ct: full, repeatsCt: true }), null);
    const argv = buildTraceArgv({ ...plan, ct: full }, targetSchema.parse({ type: 'local', name: 't' }));
    assert.ok(argv.join(' ').length < 128 * 1024);
  });
});
