/** By name of the stage without the prefix of its pipeline: a few words in its place, and what it does in one sentence. */
export type StageTexts = Readonly<Record<string, () => readonly [title: string, about: string]>>;
