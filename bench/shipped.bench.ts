import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Activation } from './activationRounds';
import { rounds, summarize, writeRows } from './measure';

/** What a user downloads and what the editor waits for: sizes as they ship, and activation in a real extension host. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'shipped-'));
  try {
    const vsix = join(folder, 'extension.vsix');
    // Builds first.
    execFileSync('npm', ['run', '--silent', 'package', '--', '--out', vsix], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const files = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.\w+$/.test(name),
    );
    const activations = measureActivations(join(folder, 'times.json'));
    writeRows([
      sizeRow('.vsix', vsix),
      ...files.map((name) => sizeRow(`dist/${name}`, join('dist', name))),
      summarize(
        'activation, a window each',
        'ms',
        activations.map(({ clock }) => clock),
      ),
      summarize(
        'the same, time of the processor',
        'ms',
        activations.map(({ processor }) => processor),
      ),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sizeRow(what: string, file: string) {
  return summarize(what, 'kB', [statSync(file).size / 1000]);
}

/** In a process of its own, for it is not made to be bundled. */
function measureActivations(file: string): readonly Activation[] {
  const argv = ['--import', 'tsx', join('bench', 'activationRounds.ts'), String(rounds), file];
  execFileSync(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Activation[];
}

main();
