import assert from 'node:assert/strict';
import { targetSchema } from '../../../src/core/session/target';

const accepts = (more: object): boolean =>
  targetSchema.safeParse({ type: 'ssh', name: 'lab', host: 'h', ...more }).success;

describe('The definition of a target', () => {
  it('takes every way to connect to a database', () => {
    for (const method of [
      'unix:/run/ovn/ovnnb_db.sock',
      'tcp:10.0.0.5:6641',
      'tcp:[fd00::5]:6641,tcp:[fd00::6]:6641',
      'ssl:ovn.example.net:6641, ssl:p1.example.net:6641',
      'unix:/run/punix:/x',
    ]) {
      assert.ok(accepts({ northbound: method, southbound: method, openFlow: method }), method);
    }
  });

  it('takes none with which a tool would listen, and remove a file first', () => {
    for (const method of [
      'punix:/etc/passwd',
      'ptcp:6641',
      'pssl:6641',
      'tcp:h:1,punix:/x',
      'tcp:h:1, PTCP:1',
    ]) {
      for (const field of ['northbound', 'southbound', 'openFlow']) {
        assert.ok(!accepts({ [field]: method }), `${field} ${method}`);
      }
    }
  });

  it('takes no command in the options of ovn-nbctl and ovn-sbctl', () => {
    const variables = ['OVN_NBCTL_OPTIONS', 'OVN_SBCTL_OPTIONS'];
    for (const name of variables) {
      for (const value of ['', '--db=unix:/x', ' --no-leader-only  -vconsole:off\n']) {
        assert.ok(accepts({ environment: { [name]: value } }), value);
      }
      for (const value of [
        'ls-add x',
        '--no-leader-only ls-add x --',
        '-- ls-add x --',
        '--if-exists destroy Logical_Switch x',
        "--'' ls-add",
        '"ls-add" x',
        "-v'\u0020'ls-add",
        '--db=x\tls-add',
        '--db=x\\ ls-add',
      ]) {
        assert.ok(!accepts({ environment: { [name]: value } }), value);
      }
    }
    assert.ok(accepts({ environment: { OVN_NB_DB: 'unix:/x y', LC_ALL: 'C' } }));
    assert.ok(!accepts({ environment: { '-i': 'x' } }));
    assert.ok(!accepts({ environment: { 'A=B; touch x': 'x' } }));
    assert.ok(!accepts({ environment: { 'A\nB': 'x' } }));
  });

  it('takes no text that no command can hold', () => {
    const tls = { privateKey: 'k', certificate: 'c', caCertificate: 'a' };
    for (const more of [
      { name: 'a\0' },
      { host: 'a\0' },
      { username: 'a\0' },
      { identityFile: 'a\0' },
      { commandPrefix: ['sudo', 'a\0'] },
      { northbound: 'unix:\0' },
      { openFlow: 'unix:\0' },
      { environment: { A: '\0' } },
      { tls: { ...tls, certificate: '\0' } },
    ]) {
      assert.ok(!accepts(more), JSON.stringify(more));
    }
    assert.ok(accepts({ tls }));
  });
});
