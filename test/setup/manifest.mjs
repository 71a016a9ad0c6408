import { readFileSync } from 'node:fs';

const read = (name) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

/** package.json as it is written, with keys such as `%command.tracePacket.title%` in the place of texts. */
export const readRawManifest = () => read('package.json');

/** The English text of each key. */
export const readManifestTexts = () => read('package.nls.json');

/** package.json with its English texts, as the editor shows it. */
export function readManifest() {
  const texts = readManifestTexts();
  return JSON.parse(JSON.stringify(readRawManifest()), (_name, value) => {
    const key = typeof value === 'string' ? /^%(.+)%$/.exec(value)?.[1] : undefined;
    return key === undefined ? value : texts[key];
  });
}
