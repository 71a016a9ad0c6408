import assert from 'node:assert/strict';
import fc from 'fast-check';
import { visibleJson, visibleLine, visibleText } from '../../../src/protocol/visibleText';

describe('visible text', () => {
  it('writes terminal escapes and marks of direction out', () => {
    assert.equal(visibleText('a\u001b[31mred'), 'a[U+001B][31mred');
    assert.equal(visibleText('db\u202e1bd'), 'db[U+202E]1bd');
    assert.equal(visibleText('web\u200b1\ufeff'), 'web[U+200B]1[U+FEFF]');
    assert.equal(visibleText('x\ud800y'), 'x[U+D800]y');
    assert.equal(visibleText('tag\u{e0041}'), 'tag[U+E0041]');
  });

  it('leaves letters of all scripts and emoji alone', () => {
    for (const text of ['Grüße', 'מתג', 'مفتاح', '交换机', 'می\u200cخواهم', '👩\u200d🚒', 'A & <b>"\'']) {
      assert.equal(visibleText(text), text);
      assert.equal(visibleLine(text), text);
    }
  });

  it('keeps line breaks only where there are several lines', () => {
    assert.equal(visibleText('a\r\nb\tc\n'), 'a\nb\tc\n');
    assert.equal(visibleLine('a\nb\tc'), 'a↵b⇥c');
    assert.equal(visibleText('over\rwritten'), 'over[U+000D]written');
  });

  it('is JSON for programs and for a terminal alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = visibleJson({ text });
        assert.deepEqual(JSON.parse(json), { text });
        assert.equal(json.replaceAll('\n', ''), visibleLine(json.replaceAll('\n', '')));
      }),
    );
  });

  it('lets no control character and no mark of direction through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = visibleLine(text);
        assert.doesNotMatch(line, /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
        assert.doesNotMatch(line, /\p{Cs}/u);
        assert.equal(visibleLine(line), line);
      }),
    );
  });
});
