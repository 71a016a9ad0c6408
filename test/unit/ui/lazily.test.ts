import assert from 'node:assert/strict';
import { lazily } from '../../../src/ui/lazily';

describe('what is made when it is wanted', () => {
  it('is made with the first question, and once', async () => {
    let made = 0;
    const thing = lazily(() => Promise.resolve({ number: ++made }));
    assert.equal(made, 0);
    const both = await Promise.all([thing(), thing()]);
    assert.equal(both[0], both[1]);
    assert.equal((await thing()).number, 1);
  });
});
