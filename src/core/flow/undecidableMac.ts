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
      advice:
        candidates.length === 0
          ? `Give the ${field === 'ethDst' ? 'destination' : 'source'} MAC address by hand.`
          : `Choose one of ${candidates.map(({ mac, label }) => `${mac} (${label})`).join(', ')}, or give the ${field === 'ethDst' ? 'destination' : 'source'} MAC address by hand.`,
    });
    this.name = 'UndecidableMac';
    this.field = field;
    this.candidates = candidates;
  }
}
