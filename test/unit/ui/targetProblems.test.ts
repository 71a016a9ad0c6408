import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTargets } from '../../../src/ui/settings/targetProblems';

function problemsOf(value: unknown): readonly string[] {
  return checkTargets(value).problems.map(({ message }) => message);
}

describe('The setting ovnTrace.targets', () => {
  it('gives the good entries and one sentence for each bad one', () => {
    const { targets, problems } = checkTargets([
      { name: 'lab', type: 'local' },
      { name: 'far', type: 'ssh' },
      { name: 'near', type: 'ssh', host: 'near1' },
    ]);
    assert.deepEqual(
      targets.map(({ name }) => name),
      ['lab', 'near'],
    );
    assert.deepEqual(
      problems.map(({ reason, message }) => [reason, message]),
      [
        [
          'config-invalid',
          'Target "far" of the setting ovnTrace.targets cannot be used: the field "host" is missing.',
        ],
      ],
    );
  });

  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['no list', { name: 'lab' }, /is not a list/],
    ['no object', ['lab'], /^Target 1 .*: it is not an object\.$/],
    ['no name', [{ type: 'local' }], /^Target 1 .*the field "name" is missing/],
    ['an empty name', [{ name: '', type: 'local' }], /the field "name" is empty/],
    ['no type', [{ name: 'lab' }], /the field "type" is missing \("ssh" or "local"\)/],
    ['another type', [{ name: 'lab', type: 'telnet' }], /the field "type" must be "ssh" or "local"/],
    ['a word for the port', [{ name: 'a', type: 'ssh', host: 'h', port: 'x' }], /"port" must be a number/],
    [
      'a port too large',
      [{ name: 'a', type: 'ssh', host: 'h', port: 70000 }],
      /"port" must be at most 65535/,
    ],
    ['a field that is none', [{ name: 'a', type: 'local', hots: 'h' }], /there is no field "hots"/],
    ['host of a local target', [{ name: 'a', type: 'local', host: 'h' }], /there is no field "host"/],
    [
      'a prefix that is no list',
      [{ name: 'a', type: 'local', commandPrefix: 'sudo' }],
      /"commandPrefix" must be a list/,
    ],
    ['half of tls', [{ name: 'a', type: 'local', tls: { privateKey: 'k' } }], /"tls.certificate" is missing/],
    [
      'a variable that is none',
      [{ name: 'a', type: 'local', environment: { 'A=B': 'c' } }],
      /"environment.A=B" is no name/,
    ],
    [
      'a timeout of nothing',
      [{ name: 'a', type: 'local', timeoutSeconds: 0 }],
      /"timeoutSeconds" must be more than 0/,
    ],
  ];
  for (const [what, value, sentence] of cases) {
    it(`names what is wrong with ${what}`, () => {
      assert.match(problemsOf(value).join('\n'), sentence);
    });
  }

  it('takes the first of two entries of one name', () => {
    const { targets, problems } = checkTargets([
      { name: 'lab', type: 'local' },
      { name: 'lab', type: 'ssh', host: 'h' },
    ]);
    assert.deepEqual(
      targets.map(({ type }) => type),
      ['local'],
    );
    assert.match(problems[0]!.message, /"lab".*the name of an earlier one/);
  });

  it('never fails, and accounts for every entry', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (value) => {
        const { targets, problems } = checkTargets(value);
        assert.equal(targets.length + problems.length, value.length);
        for (const { message } of problems) assert.match(message, /\.$/);
      }),
    );
  });
});
