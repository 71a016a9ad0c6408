import { readFileSync } from 'node:fs';
import type { Page } from './playwright';

const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core, with all its rules, finds wrong on a page: `rule: element, what to mend`. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(source);
  return page.evaluate<readonly string[]>(`axe
    .run(document, { resultTypes: ['violations'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) =>
      id + ': ' + node.html.slice(0, 160) + ', ' + node.failureSummary.replaceAll('\\n', ' '))))`);
}
