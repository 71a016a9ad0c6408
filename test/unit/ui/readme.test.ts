import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../../setup/manifest.mjs';
import { withTables } from '../../setup/readmeTables.mjs';

const root = join(__dirname, '..', '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  it('has the tables that package.json gives (node test/setup/readmeTables.mjs writes them)', () => {
    assert.equal(withTables(readme, readManifest()), readme);
  });

  it('links only to files that are there', () => {
    for (const [, target] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      assert.ok(existsSync(join(root, target!)), target);
    }
  });
});
