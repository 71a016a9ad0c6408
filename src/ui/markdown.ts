import * as l10n from '@vscode/l10n';
import { visibleLine, visibleText } from '../protocol/visibleText';

/** What begins a line makes a list, a rule or a heading of it, which inside the line it does not. */
export function escapeMarkdown(text: string): string {
  return visibleLine(text)
    .trim()
    .replace(/[\\`*_[\]<>|#&~]/g, '\\$&')
    .replace(/^[-+=]|(?<=^\d+)[.)]/, '\\$&');
}

/** Code that holds backticks needs a longer fence than any run of them; of nothing at all two backticks would be left, a fence. */
export function code(text: string): string {
  const shown = visibleLine(text) || l10n.t('(none)');
  const fence = '`'.repeat(longestRun(shown) + 1);
  return fence.length === 1 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

/** A block of code, whatever runs of backticks are in it. */
export function fenced(text: string): string {
  const shown = visibleText(text).trimEnd();
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}text\n${shown}\n${fence}`;
}

function longestRun(text: string): number {
  return [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
}
