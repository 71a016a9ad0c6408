const deepestStatement = 150;
const deepestCall = 12;
const deepestScript = 4;
/** Statements walked again, in further rounds of a loop or further calls of a function. */
const mostRepeated = 10_000;
/** Characters of scripts in scripts. */
const mostNestedText = 2_000_000;
/** Sizes of values used. */
const mostSpent = 300_000;
/** Nodes looked at ahead of the walk. */
const costOfLooking = 50;
const mostSurveyed = 2_000_000;

/** Keeps the walk through any script near the time that reading it takes: what would go on for ever is cut short. */
export class Budget {
  private depth = 0;
  private rounds = 0;
  private repeated = 0;
  private scripts = 0;
  private nestedText = 0;
  private spent = 0;
  private surveyed = 0;

  deeper(walk: () => void): void {
    if (this.depth >= deepestStatement) return;
    if (this.rounds > 0) this.repeated++;
    this.depth++;
    walk();
    this.depth--;
  }

  mayRepeat(): boolean {
    return this.repeated < mostRepeated;
  }

  repeat(walk: () => void): void {
    this.rounds++;
    walk();
    this.rounds--;
  }

  mayCall(depth: number, isRepeated: boolean): boolean {
    return depth < deepestCall && (!isRepeated || this.mayRepeat());
  }

  mayNest(length: number): boolean {
    this.nestedText += length;
    return this.scripts < deepestScript && this.nestedText <= mostNestedText;
  }

  nest(walk: () => void): void {
    this.scripts++;
    walk();
    this.scripts--;
  }

  survey(nodes: number): boolean {
    this.surveyed += nodes + costOfLooking;
    return this.surveyed <= mostSurveyed;
  }

  spend(size: number): boolean {
    this.spent += size;
    return this.spent <= mostSpent;
  }
}
