import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../failure';

export interface MacCandidate {
  readonly mac: string;
  /** What has this address: `router port lrp1 of router r1 (10.0.1.1/24)`. */
  readonly label: string;
}

/** The inventory does not tell a MAC address of the packet; a person can, by choosing a candidate or typing one. */
export class UndecidableMac extends TraceFailure {
  /** Which field of the request takes the answer. */
  readonly field: 'ethSrc' | 'ethDst';
  readonly candidates: readonly MacCandidate[];

  constructor(field: 'ethSrc' | 'ethDst', message: string, candidates: readonly MacCandidate[]) {
    super('undecidable-mac', message, {
      advice: wordAdvice(field, candidates),
    });
    this.name = 'UndecidableMac';
    this.field = field;
    this.candidates = candidates;
  }
}

function wordAdvice(field: UndecidableMac['field'], candidates: readonly MacCandidate[]): string {
  const listed = candidates.map(({ mac, label }) => `${mac} (${label})`).join(', ');
  if (field === 'ethDst') {
    return candidates.length === 0
      ? l10n.t('Give the destination MAC address by hand.')
      : l10n.t('Choose one of {0}, or give the destination MAC address by hand.', listed);
  }
  return candidates.length === 0
    ? l10n.t('Give the source MAC address by hand.')
    : l10n.t('Choose one of {0}, or give the source MAC address by hand.', listed);
}
