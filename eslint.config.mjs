import tseslint from 'typescript-eslint';

/** Which room may not look into which: see "Rooms" in CONTRIBUTING.md. */
const editor = { group: ['vscode'], message: 'Only src/ui and src/extension.ts know the editor.' };
const nodeIo = {
  group: ['node:*', 'fs', 'net', 'os', 'child_process', 'ssh2', 'execa'],
  message: 'core does no I/O; take a reader or a runner as an argument.',
};
const rooms = (...names) => ({
  group: names.map((name) => `**/${name}/**`),
  message: `This room may not import ${names.join(', ')}.`,
});
const restrict = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const text = "CallExpression[callee.object.name='l10n'][callee.property.name='t']";
const shapes = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels.' },
  {
    selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
    message: "import * as z from 'zod': its z brings every language along, half a megabyte.",
  },
  {
    selector: `${text}:not(:function *)`,
    message: 'The language is not known yet when modules are loaded; call it when the text is shown.',
  },
  ...[
    `${text}:not([arguments.0.type=/^(Literal|ObjectExpression)$/])`,
    `${text} > ObjectExpression > Property[key.name='message']:not([value.type='Literal'])`,
    `${text} > ObjectExpression > Property[key.name='comment'] > ArrayExpression > :not(Literal)`,
  ].map((selector) => ({
    selector,
    message: 'Only literal texts get into the bundle; give parts as {0}, {1}.',
  })),
];
/** Sentences that would stay English. The log does, and what OVN and the programs of a target say. */
const inside = "CallExpression[callee.object.name='l10n'] *";
const sentences = [
  "NewExpression[callee.name='TraceFailure'][arguments.1.type=/Literal$/]",
  `Property[key.name=/^(advice|sentence|message|because|about|meaning|prompt|phrase)$/] > :matches(Literal[value=/[a-z] [a-z]/], TemplateLiteral:has(> TemplateElement[value.raw=/[a-z]{2,} |[a-z]{2,}[.]| [a-z]{2,}/])).value:not(${inside})`,
  `Literal[value=/^[A-Z“"].* .*[a-z0-9)"][.?!]$/]:not(${inside})`,
].map((selector) => ({ selector, message: 'Users read it: l10n.t(…), and npm run l10n.' }));

/** The editor makes links of such texts, also to commands, and shows words of servers and networks in them. */
const linkedTexts = [
  "AssignmentExpression[left.property.name=/^(prompt|validationMessage)$/]:not(:has(CallExpression[callee.name='plainMessage']))",
  "CallExpression[callee.property.name='withProgress'] Property[key.name='title'] > :matches(TemplateLiteral, CallExpression[callee.property.name='t'])",
].map((selector) => ({ selector, message: 'Put it through plainMessage().' }));

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.vscode-test/', 'fixtures/traces/'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.webview.json', './tsconfig.test.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-syntax': ['error', ...shapes],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['src/core/**/*.ts', 'src/target/**/*.ts', 'src/protocol/**/*.ts', 'webview/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...shapes, ...sentences] },
  },
  {
    files: ['src/ui/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...shapes, ...sentences, ...linkedTexts] },
  },
  restrict(['src/core/**/*.ts'], [editor, nodeIo, rooms('ui', 'target', 'protocol')]),
  restrict(['src/protocol/**/*.ts'], [editor, nodeIo, rooms('ui', 'target', 'core')]),
  restrict(['src/target/**/*.ts'], [editor, rooms('ui', 'protocol')]),
  restrict(['src/cli.ts', 'src/cli/**/*.ts'], [editor, rooms('ui')]),
  restrict(['webview/**/*.ts'], [editor, nodeIo, rooms('ui', 'target', 'core')]),
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
