import assert from 'node:assert/strict';
import { readArguments, readConnection } from '../../../src/cli/arguments';
import { UsageError } from '../../../src/cli/usage';

const request = (...more: string[]) =>
  readArguments(['trace', '--config', 'c.json', '--from', 'web1', '--to', 'db1', ...more]);

describe('the command line', () => {
  it('asks for TCP with its ports', () => {
    assert.deepEqual(request('--proto', 'TCP', '--dport', '5432', '--sport', '1'), {
      command: 'trace',
      config: 'c.json',
      target: null,
      definitions: [],
      traceReply: true,
      json: false,
      expect: null,
      what: {
        kind: 'request',
        to: 'db1',
        family: null,
        request: {
          inport: 'web1',
          ipSrc: undefined,
          service: { protocol: 'tcp', dstPort: 5432, srcPort: 1 },
          connection: { kind: 'new' },
          ethSrc: undefined,
          ethDst: undefined,
          ttl: undefined,
          lbDst: undefined,
          everyBackend: undefined,
          selectId: undefined,
          everySelection: undefined,
          openFlow: undefined,
        },
      },
    });
  });

  for (const [proto, family] of [
    ['icmp', null],
    ['icmp4', 'ip4'],
    ['ICMP6', 'ip6'],
    ['nd', 'ip6'],
  ] as const) {
    it(`takes ${proto} for ${family ?? 'any family'}`, () => {
      const command = request('--proto', proto);
      assert.ok(command.command === 'trace' && command.what.kind === 'request');
      assert.equal(command.what.family, family);
    });
  }

  const ends = ['trace', '--config', 'c', '--from', 'a', '--to', 'b', '--proto', 'icmp'];
  const microflow = ['trace', '--config', 'c', '--microflow', 'ip4', '--datapath', 'a'];
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no command', [], /parse, trace or compare/],
    ['another command', ['follow'], /"follow"/],
    ['no configuration', ['trace', '--from', 'a', '--to', 'b', '--proto', 'icmp'], /--config/],
    ['no source', ['trace', '--config', 'c', '--to', 'b', '--proto', 'icmp'], /--from/],
    ['no port', ['trace', '--config', 'c', '--from', 'a', '--to', 'b', '--proto', 'tcp'], /--dport/],
    [
      'port 0',
      ['trace', '--config', 'c', '--from', 'a', '--to', 'b', '--proto', 'udp', '--dport', '0'],
      /--dport 0/,
    ],
    [
      'port 65536',
      ['trace', '--config', 'c', '--from', 'a', '--to', 'b', '--proto', 'udp', '--dport', '65536'],
      /65536/,
    ],
    ['protocol 256', ['trace', '--config', 'c', '--from', 'a', '--to', 'b', '--proto', '256'], /--proto 256/],
    ['a microflow alone', ['trace', '--config', 'c', '--microflow', 'ip4'], /--datapath/],
    [
      'both ways at once',
      ['trace', '--config', 'c', '--microflow', 'ip4', '--datapath', 'a', '--from', 'b'],
      /--from/,
    ],
    ['every choice of a microflow', [...microflow, '--all-backends'], /--from/],
    ['two kinds of choices', [...ends, '--all-backends', '--all-selections'], /at once/],
    ['a member that is none', [...ends, '--select-id', '0'], /--select-id 0: a number from 1/],
    ['an unknown verdict', ['parse', '--expect', 'maybe'], /maybe/],
    ['an unknown option', ['parse', '--colour'], /--colour/],
    ['two files', ['parse', 'a', 'b'], /one file/],
  ];
  for (const [what, args, sentence] of wrong) {
    it(`refuses ${what} with a sentence that names it`, () => {
      assert.throws(
        () => readArguments(args),
        (error) => error instanceof UsageError && sentence.test(error.message),
      );
    });
  }

  it('compares two files, one of which may be standard input', () => {
    assert.deepEqual(readArguments(['compare', 'a.txt', '-', '--json']), {
      command: 'compare',
      before: 'a.txt',
      after: '-',
      json: true,
    });
    for (const files of [[], ['a.txt'], ['a.txt', 'b.txt', 'c.txt'], ['-', '-']])
      assert.throws(() => readArguments(['compare', ...files]), UsageError, files.join(' '));
    assert.throws(() => readArguments(['compare', 'a', 'b', '--expect', 'drop']), UsageError);
  });
});

describe('--ct', () => {
  it('knows the connections by name', () => {
    assert.equal(readConnection([]), null);
    assert.deepEqual(readConnection(['new']), { kind: 'new' });
    assert.deepEqual(readConnection(['est']), { kind: 'established' });
    assert.deepEqual(readConnection(['reply']), { kind: 'reply' });
    assert.deepEqual(readConnection(['related']), { kind: 'related' });
    assert.deepEqual(readConnection(['inv']), { kind: 'invalid' });
  });

  it('takes flags of one lookup together and lookups apart', () => {
    assert.deepEqual(readConnection(['est,rpl']), { kind: 'states', states: ['est,rpl'] });
    assert.deepEqual(readConnection(['new;est,rpl']), { kind: 'states', states: ['new', 'est,rpl'] });
    assert.deepEqual(readConnection(['new', 'est']), { kind: 'states', states: ['new', 'est'] });
    assert.deepEqual(readConnection(['new,new']), { kind: 'states', states: ['new', 'new'] });
    assert.deepEqual(readConnection(['new,est']), { kind: 'states', states: ['new', 'est'] });
  });

  it('refuses a state that does not exist', () => {
    assert.throws(() => readConnection(['old']), /“old” is not a connection tracking state/);
  });

  it('refuses states that exclude each other', () => {
    assert.throws(() => readConnection(['inv,rpl']), /never inv and rpl at once/);
    assert.throws(() => readConnection(['est;new,rpl']), /never new and rpl at once/);
  });
});
