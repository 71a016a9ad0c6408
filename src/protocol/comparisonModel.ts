import * as l10n from '@vscode/l10n';
import type { Badge, LinkModel } from './panelModel';

/** What the page of a comparison shows, as plain data: made by the host of two reports, drawn by the browser code. */

export type ComparedSide = 'before' | 'after';

/** What became of the packet in one of the two traces. */
export interface FateModel extends Badge {
  readonly sentence: string;
  readonly causes: readonly string[];
  readonly facts: readonly { readonly name: string; readonly text: string }[];
}

export interface ChangeRow {
  readonly name: string;
  /** Several lines where a list differs; empty where that side has none. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A stage of one of the two traces. */
export interface StepModel {
  readonly hop: number;
  /** `db, egress pipeline`. */
  readonly place: string;
  /** `ACL evaluation`. */
  readonly title: string;
  /** `ls_out_acl_eval, table 6`. */
  readonly stage: string;
  readonly match: string;
  readonly priority: number | null;
  readonly actions: readonly string[];
  readonly result: Badge | null;
}

export interface StepPair {
  readonly heading: string;
  /** `match, priority`: what of the two differs; empty where one side has no such step. */
  readonly fields: readonly string[];
  readonly before: StepModel | null;
  readonly after: StepModel | null;
  /** What stands in the place of a missing step. */
  readonly none: string;
}

export type ChangeKind = 'same' | 'changed' | 'before' | 'after';

export interface AclRow {
  readonly change: ChangeKind;
  readonly uuid: string;
  readonly name: string;
  /** `to-lport, priority 1001, drop`. */
  readonly says: string;
  readonly match: string;
  /** `port group pg_db`. */
  readonly setOn: string;
  readonly fields: readonly ChangeRow[];
  /** What the other trace says of it. */
  readonly elsewhere: string | null;
  readonly links: readonly number[];
}

/** Steps one below the other; a line shows one step of each side, or of one. */
export interface StepRow {
  /** `db, egress pipeline to db1`. */
  readonly place: string;
  readonly change: ChangeKind;
  readonly fields: readonly string[];
  readonly before: StepCell | null;
  readonly after: StepCell | null;
}

export type StepCell = Pick<StepModel, 'hop' | 'title' | 'stage' | 'match' | 'result'>;

/** Steps that are shown one by one, or equal ones to be opened. */
export interface StepRun {
  readonly folded: boolean;
  readonly rows: readonly StepRow[];
}

/** One way of the packet, or of its reply, in both traces. */
export interface ComparedWay {
  readonly before: FateModel;
  readonly after: FateModel;
  readonly sentence: string;
  readonly same: boolean;
  readonly limits: readonly string[];
  /** Of the packet, the target and the version. */
  readonly asked: readonly ChangeRow[];
  readonly steps: readonly StepPair[];
  readonly acls: readonly AclRow[];
  readonly changes: readonly ChangeRow[];
  readonly runs: readonly StepRun[];
  /** What is left out of the steps. */
  readonly stepNotes: readonly string[];
}

export interface ComparisonModel {
  readonly id: string;
  /** What was traced, or both where they are not the same. */
  readonly title: string;
  readonly forward: ComparedWay;
  readonly reply: ComparedWay | null;
  readonly links: readonly LinkModel[];
}

/** A sign and a word for each kind of change: no colour says it alone. */
export const changeWords = (): Readonly<
  Record<ChangeKind, { readonly sign: string; readonly word: string }>
> => ({
  same: { sign: '=', word: l10n.t('Equal') },
  changed: { sign: '±', word: l10n.t('Changed') },
  before: { sign: '−', word: l10n.t('Only before') },
  after: { sign: '+', word: l10n.t('Only after') },
});
