import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { SuiteReporter } from '../support/reporter';

/** The editor calls this in its extension host, with the extension under development activated on demand. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, reporter: SuiteReporter });
  // Those of a window in Restricted Mode make no sense in another, nor the other way round.
  const isRestricted = process.env['OVN_TRACE_RESTRICTED'] === 'yes';
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js') && name.startsWith('restricted') === isRestricted)
    .sort();
  for (const file of files) mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
