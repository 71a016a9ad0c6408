import assert from 'node:assert/strict';
import { targetSchema } from '../../../src/core/session/target';
import { connectionMethods } from '../../../src/core/ovn/databaseArguments';
import { readRemote, readServers } from '../../../src/target/resident/remote';

const tls = { privateKey: '/k', certificate: '/c', caCertificate: '/ca' };

describe('where a database is', () => {
  it('is what its connection method says', () => {
    assert.deepEqual(readRemote('unix:/run/a:b.sock', undefined), { type: 'unix', path: '/run/a:b.sock' });
    assert.deepEqual(readRemote('tcp:10.0.0.1:6642', undefined), {
      type: 'tcp',
      host: '10.0.0.1',
      port: 6642,
    });
    assert.deepEqual(readRemote('tcp:[fd00::1]:6642', undefined), {
      type: 'tcp',
      host: 'fd00::1',
      port: 6642,
    });
    assert.deepEqual(readRemote('tcp:db.example', undefined), {
      type: 'tcp',
      host: 'db.example',
      port: 6640,
    });
    assert.deepEqual(readRemote('ssl:10.0.0.1:6642', tls), {
      type: 'ssl',
      host: '10.0.0.1',
      port: 6642,
      ...tls,
    });
  });

  it('is not told by a method that is none, or lacks its certificates', () => {
    for (const method of [
      '',
      'unix:',
      'punix:/x',
      'ptcp:6641',
      'tcp:a:b',
      'tcp:h:70000',
      'ssl:10.0.0.1:6642',
    ]) {
      assert.equal(readRemote(method, undefined), null, method);
    }
  });

  it('is what the target sets, else its environment, else the place of OVN itself', () => {
    const target = (more: object) => targetSchema.parse({ type: 'local', name: 'here', ...more });
    const ofCluster = target({ southbound: 'tcp:a:1, tcp:b:1' });
    const methods = connectionMethods(ofCluster, 'southbound', { OVN_SB_DB: 'tcp:c:1' });
    assert.deepEqual(
      readServers(methods, undefined).map(({ method }) => method),
      ['tcp:a:1', 'tcp:b:1'],
    );
    assert.equal(connectionMethods(target({}), 'northbound', { OVN_NB_DB: 'tcp:c:1' }), 'tcp:c:1');
    assert.equal(
      connectionMethods(target({}), 'northbound', { OVN_RUNDIR: '/opt' }),
      'unix:/opt/ovnnb_db.sock',
    );
    assert.equal(connectionMethods(target({}), 'southbound', {}), 'unix:/var/run/ovn/ovnsb_db.sock');
  });
});
