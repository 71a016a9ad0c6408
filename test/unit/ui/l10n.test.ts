import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { l10nJsonFormat } from '@vscode/l10n-dev';
import * as ts from 'typescript';
import { targetSchema } from '../../../src/core/session/target';
import { labelOfAction } from '../../../src/ui/failureActions';
import { checkTargets } from '../../../src/ui/settings/targetProblems';
import { connectionText } from '../../../src/ui/targets/connectionText';
import { describeAge } from '../../../src/ui/views/traceLine';
import { wizardSteps } from '../../../src/ui/wizard/reviewSteps';
import { speakPseudoLanguage } from '../../support/pseudoLanguage';

const root = join(__dirname, '..', '..', '..');
/** As in the script `l10n` of package.json. */
const folders = ['src/core', 'src/target', 'src/ui', 'src/protocol', 'webview'];
const readText = (file: string): string => readFileSync(join(root, file), 'utf8');
const bundle = JSON.parse(readText('l10n/bundle.l10n.json')) as l10nJsonFormat;

function listSources(): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
}

/** The first argument of each `l10n.t(…)`, as the bundle has it; ESLint sees to it that it is a literal, or has literals. */
function findTexts(file: string): readonly (readonly [key: string, text: l10nJsonFormat[string]])[] {
  const found: (readonly [string, l10nJsonFormat[string]])[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'l10n.t') {
      const [text] = node.arguments;
      if (text !== undefined && ts.isStringLiteral(text)) found.push([text.text, text.text]);
      if (text !== undefined && ts.isObjectLiteralExpression(text)) found.push(commented(text));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readText(file), ts.ScriptTarget.Latest, true));
  return found;
}

/** A text whose place in a sentence a comment tells the translator; the comment is part of its key. */
function commented(object: ts.ObjectLiteralExpression): readonly [string, l10nJsonFormat[string]] {
  const textsOf = (name: string): string[] => {
    const value = object.properties.find((property) => property.name?.getText() === name);
    const texts: string[] = [];
    value?.forEachChild(function visit(node: ts.Node): void {
      if (ts.isStringLiteral(node)) texts.push(node.text);
      node.forEachChild(visit);
    });
    return texts;
  };
  const message = textsOf('message').join('');
  const comment = textsOf('comment');
  return [`${message}/${comment.join('')}`, { message, comment }];
}

describe('l10n/bundle.l10n.json', () => {
  it('has the texts of the sources and no others (npm run l10n writes it)', () => {
    assert.deepEqual(bundle, Object.fromEntries(listSources().flatMap(findTexts)));
    assert.ok(Object.keys(bundle).length > 1900);
    const script = (JSON.parse(readText('package.json')) as { scripts: { l10n: string } }).scripts.l10n;
    assert.deepEqual(
      script.split(' ').filter((word) => word.startsWith('./') && word !== './l10n'),
      folders.map((folder) => `./${folder}`),
    );
  });

  it('has no text that begins or ends in the middle of one', () => {
    const parts = Object.values(bundle)
      .map((text) => (typeof text === 'string' ? text : text.message))
      .filter((text) => text !== text.trim());
    assert.deepEqual(parts, []);
  });
});

describe('In another language', () => {
  const target = targetSchema.parse({ name: 'central', type: 'ssh', host: 'central1' });

  speakPseudoLanguage();

  it('the status bar is, with names as they are', () => {
    const failure = { state: 'idle' } as const;
    const { label } = connectionText(target, { status: failure, since: 0 }, null, 0);
    assert.equal(label, 'ǾǾṼȠ ŧȧȧřɠḗḗŧ central: ƞǿǿŧ ƈǿǿƞƞḗḗƈŧḗḗḓ; ŧħḗḗ ƞḗḗẋŧ ŧřȧȧƈḗḗ ƈǿǿƞƞḗḗƈŧş');
  });

  it('texts of tables are, which were loaded before the language was known', () => {
    assert.equal(labelOfAction('showLog'), 'Şħǿǿẇ Ŀǿǿɠ');
    for (const { id, title, prompt } of wizardSteps) {
      assert.doesNotMatch(title, /[a-z]{3}/, id);
      assert.doesNotMatch(prompt, /[a-z]{4} [a-z]{4}/, id);
    }
  });

  it('messages with parts are', () => {
    assert.equal(describeAge(5 * 60_000), '5 ḿīƞ ȧȧɠǿǿ');
    const { problems } = checkTargets([{ name: 'x', type: 'ssh', host: 'h', port: 'many' }]);
    assert.match(problems[0]!.message, /"port"/);
    assert.doesNotMatch(problems[0]!.message, /must be|number/);
  });
});
