import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputCollector, commandNotFound, commandResult, outputBytes } from '../../../src/target/output';
import { MarkStripper } from '../../../src/target/ssh/supervise';

/** Cuts at the given fractions, so that a cut can fall into a character. */
function cut(data: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((each) => each % (data.length + 1)), data.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => data.subarray(places[index], end));
}
const cuts = fc.array(fc.nat(200), { maxLength: 6 });

describe('OutputCollector', () => {
  it('decodes characters that arrive in parts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), cuts, (text, at) => {
        const output = new OutputCollector(10_000);
        for (const chunk of cut(Buffer.from(text), at)) output.add('stdout', chunk);
        assert.equal(output.text('stdout'), text);
      }),
    );
  });

  it('counts both streams together and keeps nothing beyond the limit', () => {
    const output = new OutputCollector(5);
    assert.equal(output.add('stdout', Buffer.from('abc')), true);
    assert.equal(output.add('stderr', Buffer.from('de')), true);
    assert.equal(output.add('stdout', Buffer.from('f')), false);
    assert.equal(output.text('stdout'), 'abc');
  });
});

describe('commandResult', () => {
  const text = { stdout: '', stderr: '' };
  it('tells a signal from a status', () => {
    assert.deepEqual(commandResult(3, null, text), { ...text, exitCode: 3, signal: null });
    assert.deepEqual(commandResult(null, 'SIGKILL', text), { ...text, exitCode: null, signal: 'SIGKILL' });
    assert.deepEqual(commandResult(134, null, text), { ...text, exitCode: null, signal: 'SIGABRT' });
    assert.deepEqual(commandResult(255, null, text), { ...text, exitCode: 255, signal: null });
    assert.deepEqual(commandResult(128, null, text), { ...text, exitCode: 128, signal: null });
  });
});

describe('MarkStripper', () => {
  it('leaves exactly what follows the mark, wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), cuts, (noise, rest, at) => {
        const stripper = new MarkStripper('<mark:1>');
        const chunks = cut(Buffer.from(`${noise}<mark:1>${rest}`), at).map((chunk) => stripper.strip(chunk));
        assert.equal(Buffer.concat(chunks).toString(), rest);
        assert.equal(stripper.started, true);
      }),
    );
  });

  it('knows that nothing was started when no mark came', () => {
    const stripper = new MarkStripper('<mark:1>');
    assert.equal(stripper.strip(Buffer.from('This account is not available.')).length, 0);
    assert.equal(stripper.started, false);
    assert.equal(stripper.noise, 'This account is not available.');
  });
});

describe('outputBytes', () => {
  it('reads the setting, within what a text can hold', () => {
    assert.equal(outputBytes(1), 1024 * 1024);
    assert.equal(outputBytes(100_000), 256 * 1024 * 1024);
    for (const wrong of [undefined, null, '5', 0, -1, Number.NaN]) {
      assert.equal(outputBytes(wrong), 64 * 1024 * 1024, String(wrong));
    }
  });
});

describe('commandNotFound', () => {
  const said = (stderr: string, exitCode = 127) =>
    commandNotFound({ stdout: '', stderr, exitCode, signal: null }, 'ovn-trace').stderr;
  it('puts what timeout(1) says of a missing program as a shell does', () => {
    const usual = 'ovn-trace: command not found\n';
    assert.equal(said('timeout: failed to run command ‘ovn-trace’: No such file or directory\n'), usual);
    assert.equal(said("timeout: can't execute 'ovn-trace': No such file or directory\n"), usual);
  });

  it('leaves the words of others alone', () => {
    for (const text of [
      'timeout: failed to run command ‘sudo’: No such file or directory\n',
      'sh: ovn-trace: not found\n',
      '',
    ]) {
      assert.equal(said(text), text);
    }
    const other = "timeout: can't execute 'ovn-trace': Permission denied\n";
    assert.equal(said(other, 126), other);
  });
});
