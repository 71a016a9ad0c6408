import assert from 'node:assert/strict';
import { build } from 'esbuild';

/** The files and packages that the editor waits for when it activates the extension, each with who imports it. */
async function readAtActivation(): Promise<ReadonlyMap<string, string>> {
  const { metafile } = await build({
    entryPoints: ['src/extension.ts'],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'out',
    write: false,
    metafile: true,
  });
  const importedBy = new Map([['src/extension.ts', '']]);
  for (const file of importedBy.keys()) {
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import' && !importedBy.has(path)) importedBy.set(path, file);
    }
  }
  return importedBy;
}

describe('the code that activation reads', () => {
  let importedBy: ReadonlyMap<string, string>;
  before(async () => {
    importedBy = await readAtActivation();
  });

  /** `src/extension.ts > src/ui/tasks.ts > src/core/failure.ts` */
  const wayTo = (name: string): string => {
    const parent = importedBy.get(name) ?? '';
    return parent === '' ? name : `${wayTo(parent)} > ${name}`;
  };

  it('has one package in it, the one for translation', () => {
    const packages = [...importedBy.keys()].filter((name) => !/^(?:src\/|node:)/.test(name));
    assert.deepEqual(
      packages.filter((name) => name !== 'vscode' && name !== '@vscode/l10n').map(wayTo),
      [],
      'import it with await import() when it is wanted',
    );
    assert.ok(packages.includes('@vscode/l10n'), 'the imports were followed');
  });

  it('has nothing in it that a command, a panel or a document asks for', () => {
    const later = [
      ...[
        'core/compare/',
        'core/ovn/match/',
        'core/trace/parse.ts',
        'definitionsLoader.ts',
        'target/session.ts',
      ],
      ...['ui/commands/', 'ui/comparison/', 'ui/panel/model.ts', 'ui/program.ts', 'ui/wizard/'],
    ];
    const isLater = (name: string) => later.some((part) => name.startsWith(`src/${part}`));
    assert.deepEqual([...importedBy.keys()].filter(isLater).map(wayTo), []);
  });
});
