import assert from 'node:assert/strict';
import { readManifestTexts, readRawManifest } from '../../setup/manifest.mjs';

/** The fields of package.json in which the editor shows words. */
const shown =
  /^(displayName|description|title|shortTitle|category|name|contextualTitle|contents|label|altText|(markdown)?(d|D)e(scription|precationMessage)|(markdown)?(e|E)numDescriptions|enumItemLabels|placeholder)$/;
/** Where fields of those names are something else: what a snippet writes, and the fields that a target has. */
const notShown = new Set(['body', 'menus', 'scripts', 'devDependencies', 'engines']);

interface Text {
  readonly place: string;
  readonly text: string;
}

function textsOf(value: unknown, place: readonly string[] = []): readonly Text[] {
  if (typeof value === 'string') {
    const field = place.findLast((name) => !/^\d+$/.test(name)) ?? '';
    return shown.test(field) ? [{ place: place.join('.'), text: value }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    notShown.has(name) ? [] : textsOf(part, [...place, name]),
  );
}

describe('package.nls.json', () => {
  const { name, ...manifest } = readRawManifest() as Readonly<Record<string, unknown>>;
  const english = readManifestTexts();
  const used = textsOf(manifest);

  it('has every text of package.json, which has keys alone', () => {
    assert.equal(name, 'ovn-packet-trace');
    assert.ok(used.length > 80);
    for (const { place, text } of used) {
      const key = /^%([\w.]+)%$/.exec(text)?.[1];
      assert.ok(key !== undefined, `package.json has a text at ${place}: ${text}`);
      assert.ok(Object.hasOwn(english, key), `nobody says what ${key} is`);
    }
  });

  it('has no text that nothing shows', () => {
    const keys = new Set(used.map(({ text }) => text.slice(1, -1)));
    assert.deepEqual(
      Object.keys(english).filter((key) => !keys.has(key)),
      [],
    );
    for (const [key, text] of Object.entries(english)) assert.notEqual(text.trim(), '', key);
  });
});
