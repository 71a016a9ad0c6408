// Measures the program as it ships: each bench/*.bench.ts is bundled like the extension and runs in a process of its own.
// npm run bench -- [--only NAME] [--rounds N] [--json FILE] [--ports N,N]  (the last for the networks of `trace`)
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const folder = import.meta.dirname;
const out = join(folder, '..', 'out', 'bench');
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    ports: { type: 'string', default: '4000,10000' },
    json: { type: 'string', default: join(folder, '..', 'out', 'bench.json') },
  },
});

const suffix = '.bench.ts';
const names = readdirSync(folder)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length))
  .filter((name) => values.only === undefined || values.only === name);
if (names.length === 0) throw new Error(`There is no bench/${values.only ?? '*'}${suffix}.`);

mkdirSync(out, { recursive: true });
await build({
  entryPoints: names.map((name) => join(folder, name + suffix)),
  outdir: out,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // as in esbuild.mjs
  external: ['cpu-features', './crypto/build/Release/sshcrypto.node'],
  alias: {
    'web-tree-sitter': createRequire(import.meta.url).resolve('web-tree-sitter'),
    vscode: join(folder, 'editor.ts'),
  },
  logLevel: 'warning',
});

const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, node: process.version };
const report = { machine, date: new Date().toISOString(), benches: {} };
for (const name of names) {
  const result = join(out, `${name}.json`);
  const args = [
    '--expose-gc',
    join(out, `${name}.bench.cjs`),
    values.rounds,
    result,
    `ports=${values.ports}`,
  ];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  const rows = JSON.parse(readFileSync(result, 'utf8'));
  report.benches[name] = rows;
  process.stdout.write(`\n${name}\n`);
  console.table(
    Object.fromEntries(
      rows.map(({ what, unit, median, least, most, rounds }) => [
        what,
        { median, least, most, unit, rounds },
      ]),
    ),
  );
}
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.stdout.write(`${machine.cores} x ${machine.cpu}, Node ${machine.node}. Written to ${values.json}.\n`);
