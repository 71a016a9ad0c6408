// Bundles the three programs into dist/: the extension, the webview of the panel, the terminal program.
import { build, context, transform } from 'esbuild';
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = { bundle: true, sourcemap: watch, minify: !watch, legalComments: 'none', logLevel: 'info' };

/** ssh2's optional native parts: without them it uses Node's own crypto. */
const optionalNative = ['cpu-features', './crypto/build/Release/sshcrypto.node'];

/** web-tree-sitter's ESM file asks `import.meta` where it is, which a CommonJS bundle does not know. */
const alias = { 'web-tree-sitter': require.resolve('web-tree-sitter') };

/** @type {import('esbuild').BuildOptions} */
const host = { ...common, platform: 'node', target: 'node20', format: 'cjs', alias };

/** Large packages that are wanted late or never; apart from the programs they cost nothing until then, and are there once. */
const apart = ['ssh2', 'yaml', 'execa', 'web-tree-sitter'];

/** @type {import('esbuild').Plugin} */
const takeApart = {
  name: 'take-apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${apart.join('|')})$`) }, ({ path }) => ({
      path: `./packages/${path}.js`,
      external: true,
    }));
  },
};

/** esbuild has every file that imports the editor copy its whole interface, name by name; the interface itself serves all. */
const withoutCopies = (code) => code.replaceAll(/[\w$]+\(require\("vscode"\)\)/g, 'require("vscode")');

/**
 * What is imported when it is wanted (`await import(…)`) goes into files of its own, so that starting reads little code.
 * esbuild splits ES modules only, and the editor wants CommonJS.
 * @type {import('esbuild').Plugin}
 */
const writeAsCommonJs = {
  name: 'write-as-common-js',
  setup({ onEnd }) {
    onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        const { code } = await transform(text, {
          ...{ format: 'cjs', platform: 'node', target: 'node20', minify: true, legalComments: 'none' },
          supported: { 'dynamic-import': false },
        });
        writeFileSync(path, withoutCopies(code));
      }
    });
  },
};

const split = {
  format: 'esm',
  splitting: true,
  write: false,
  plugins: [takeApart, writeAsCommonJs],
};

const programs = [
  {
    ...host,
    entryPoints: ['src/extension.ts', 'src/cli.ts'],
    outdir: 'dist',
    external: ['vscode'],
    // In one file each while somebody works on them: with source maps.
    ...(watch ? { plugins: [takeApart] } : split),
  },
  { ...host, entryPoints: apart, outdir: 'dist/packages', external: optionalNative },
  {
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: { webview: 'webview/main.ts' },
    outdir: 'dist',
  },
];

// Chunks have another name with every change.
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
copyFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm'), 'dist/web-tree-sitter.wasm');
copyFileSync(require.resolve('tree-sitter-bash/tree-sitter-bash.wasm'), 'dist/tree-sitter-bash.wasm');
copyFileSync(
  require.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'),
  'dist/tree-sitter-terraform.wasm',
);

for (const program of programs) {
  if (watch) await (await context(program)).watch();
  else await build(program);
}
chmodSync('dist/cli.js', 0o755);
