/** Something that the program says and that cannot be so. */
export interface Finding {
  /** Which part of the program it concerns. */
  readonly part: 'parser' | 'judge' | 'cause' | 'acl' | 'network';
  readonly sentence: string;
  /** The packet and the trace, whatever is needed to see it. */
  readonly evidence: string;
}

/** What a run has seen: that it met with everything there is, and how much of it the program could not tell. */
export class Tally {
  readonly verdicts = new Map<string, number>();
  /** Reason and stage of each `unknown` on a whole detailed trace. */
  readonly undecided = new Map<string, number>();
  /** Cause codes, with the stage for those that name none. */
  readonly causes = new Map<string, number>();
  /** ACLs taken away or overruled, and the packets followed them. */
  provenAcls = 0;
  packets = 0;
  /** Traces that ovn-trace itself died of or did not end. */
  untraced = 0;

  count(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  undecidedShare(): number {
    return this.packets === 0 ? 0 : (this.verdicts.get('unknown') ?? 0) / this.packets;
  }

  /** A few lines for people. */
  describe(): string {
    const list = (counts: Map<string, number>): string =>
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([key, count]) => `${key} ${count}`)
        .join(', ');
    return [
      `${this.packets} packets, ${this.untraced} that ovn-trace did not survive, ${this.provenAcls} ACLs proven by changing the network`,
      `verdicts: ${list(this.verdicts)}`,
      `unknown: ${(this.undecidedShare() * 100).toFixed(1)} % (${list(this.undecided)})`,
      `causes: ${list(this.causes)}`,
    ].join('\n');
  }
}
