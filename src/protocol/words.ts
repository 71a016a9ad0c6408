import * as l10n from '@vscode/l10n';
import type { LinkModel } from './panelModel';

/** Words for what the models say in codes: for the page, and for the same as text. */

/** How sure it is that a definition has written an ACL, in a word. */
export function wordConfidence(confidence: LinkModel['confidence']): string {
  switch (confidence) {
    case 'exact':
      return l10n.t('exact');
    case 'derived':
      return l10n.t('derived');
    case 'candidate':
      return l10n.t('candidate');
  }
}

const stepFields = (): Readonly<Record<string, string>> => ({
  'input port': l10n.t('input port'),
  'output port': l10n.t('output port'),
  match: l10n.t('match'),
  priority: l10n.t('priority'),
  actions: l10n.t('actions'),
  connection: l10n.t('connection'),
});

/** What of two steps differs, as a list of words. */
export function wordFields(fields: readonly string[]): string {
  const words = stepFields();
  return fields.map((field) => words[field] ?? field).join(', ');
}
