import type { RuleDefinition } from './definition';
import type { FormHit } from './forms';
import type { KnownOwner, OwnerIndex } from './owners';

/** How the rules of owners stand to ACLs that are set on one thing. */
export interface Scores {
  /** The owner whose rules are the ACLs and whose ACLs are the rules, when there is just one. */
  readonly only: KnownOwner | null;
  /** The owners with most in common with the ACLs. */
  readonly best: readonly KnownOwner[];
  /** How much owners have in common with the ACLs, by their keys. What the platform adds to all owners tells nothing. */
  readonly rates: ReadonlyMap<string, number>;
}

interface Score {
  readonly owner: KnownOwner;
  /** How many of the ACLs its rules become. */
  aclCount: number;
  /** Position of the last of them. */
  lastAcl: number;
  readonly rules: Set<RuleDefinition>;
}

/** Scores owners; groups whose ACLs are alike, as those of a platform often are, are scored once. */
export class ScoreBoard {
  private readonly known = new Map<string, Scores>();
  private readonly numbers = new Map<readonly FormHit[], number>();

  constructor(private readonly owners: OwnerIndex) {}

  /** @param hits for each of the ACLs the rules that become it, the same list for the same rules. */
  scoresOf(hits: readonly (readonly FormHit[])[], aclCount: number): Scores {
    const numbered = hits.map((found) => ({ found, number: this.numberOf(found) }));
    numbered.sort((one, other) => one.number - other.number);
    const key = [aclCount, ...numbered.map(({ number }) => number)].join(' ');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const scores = summarize(this.count(numbered.map(({ found }) => found)), aclCount);
    this.known.set(key, scores);
    return scores;
  }

  private count(hits: readonly (readonly FormHit[])[]): readonly Score[] {
    const byOwner = new Map<string, Score>();
    for (const [at, found] of hits.entries()) {
      for (const { rule, differences } of found) {
        const owner = this.owners.get(rule.owner.key);
        if (differences.length > 0 || owner === undefined) continue;
        let score = byOwner.get(owner.key);
        if (score === undefined)
          byOwner.set(owner.key, (score = { owner, aclCount: 0, lastAcl: -1, rules: new Set() }));
        if (score.lastAcl !== at) score.aclCount++;
        score.lastAcl = at;
        score.rules.add(rule);
      }
    }
    return [...byOwner.values()];
  }

  private numberOf(hits: readonly FormHit[]): number {
    const known = this.numbers.get(hits);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(hits, number);
    return number;
  }
}

function summarize(scores: readonly Score[], all: number): Scores {
  const telling = scores.filter(({ rules }) => [...rules].some(({ implicit }) => !implicit));
  const complete = telling.filter(
    ({ owner, aclCount, rules }) =>
      aclCount === all && owner.rules.every((rule) => rule.implicit || rules.has(rule)),
  );
  const rates = new Map(
    telling.map(({ owner, aclCount, rules }) => [
      owner.key,
      (aclCount / all) * (rules.size / owner.rules.length),
    ]),
  );
  const best = highest([...rates.values()]);
  return {
    only: complete.length === 1 ? (complete[0]?.owner ?? null) : null,
    best: telling.flatMap(({ owner }) => (rates.get(owner.key) === best ? [owner] : [])),
    rates,
  };
}

/** Null where there is none. */
export function highest(rates: readonly (number | undefined)[]): number | null {
  let best: number | null = null;
  for (const rate of rates) if (rate !== undefined && (best === null || rate > best)) best = rate;
  return best;
}
