import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const traceFolder = join('fixtures', 'traces');

/** Real outputs of ovn-trace, whole and as they were printed. */
export const traces = readdirSync(traceFolder)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => ({ file, text: readTrace(file) }));

export function readTrace(file: string): string {
  return readFileSync(join(traceFolder, file), 'utf8');
}
