import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../core/failure';

/** Words that no shell at hand reads as anything but themselves; `=` only where it cannot begin an assignment. */
const bareWord = /^(?:[A-Za-z0-9_./:,@+-]+|-[A-Za-z0-9_./:,@+=-]+)$/;

/** What sh, bash, zsh or fish take for their own syntax when it is the first word of a line. */
const reservedWords = new Set(
  (
    'and begin builtin case command coproc declare do done elif else end esac exec export fi float for foreach ' +
    'function if in integer local nocorrect noglob not or readonly repeat select switch then time typeset until while'
  ).split(' '),
);

/**
 * One line of shell that runs `argv`, every argument byte for byte, in sh, dash, bash, zsh and fish.
 * Fails with `bad-request` on what no command line can carry: NUL and unpaired surrogates.
 */
export function quoteForShell(argv: readonly string[]): string {
  return argv
    .map((word, index) => (index === 0 && reservedWords.has(word) ? `'${word}'` : quoteWord(word)))
    .join(' ');
}

/** Fails with `bad-request` on what cannot be an argument of a program: NUL and unpaired surrogates. */
export function requirePassable(word: string): void {
  if (word.includes('\0')) {
    throw new TraceFailure('bad-request', l10n.t('A NUL character cannot be part of a command.'), {
      advice: l10n.t('Remove it from the name, address or microflow that was given.'),
    });
  }
  if (/\p{Surrogate}/u.test(word)) {
    throw new TraceFailure('bad-request', l10n.t('Half of a UTF-16 pair cannot be part of a command.'), {
      advice: l10n.t('Type the character again in the name, address or microflow that was given.'),
    });
  }
}

function quoteWord(word: string): string {
  requirePassable(word);
  if (word === '') return "''";
  if (bareWord.test(word)) return word;
  // fish reads \\ and \' inside single quotes, the others do not: so neither ever stands inside them.
  return word.replace(/[^'\\]+|['\\]/g, (part) =>
    part === "'" || part === '\\' ? `\\${part}` : `'${part}'`,
  );
}
