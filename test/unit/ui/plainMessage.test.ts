import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainMessage } from '../../../src/ui/plainMessage';

/** What the editor makes a link of, in notifications and below input boxes. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe('A text for a notification', () => {
  it('never holds a link', () => {
    for (const text of [
      'Password [Continue](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%22%7D)',
      '[x](https://example.org "title")',
      '[x]\u200b(file:///etc/passwd)',
      '[a](command:b)[c](command:d)',
    ]) {
      assert.doesNotMatch(plainMessage(text), link);
    }
    const piece = fc.constantFrom('[', ']', '(', ')', '](', 'command:x', 'http://x', ' ', 'a', '\u200b');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => assert.doesNotMatch(plainMessage(pieces.join('')), link)),
    );
  });

  it('stays on its line and leaves other words as they are', () => {
    assert.equal(plainMessage('port [a] (b) is down'), 'port [a] (b) is down');
    assert.doesNotMatch(plainMessage('a\r\nb\u001b[31m'), /\p{Cc}/u);
  });
});
