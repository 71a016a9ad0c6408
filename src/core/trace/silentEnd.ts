import { generatesRefusal, untracedEnd } from './actions';

/** What a stage whose actions end without going anywhere did with the packet. */
export type SilentEnd =
  | 'drop'
  /** `drop;` with drop debugging on: a sample stands in its place. */
  | 'sampled-drop'
  /** `reject` without an answer: the refused packet was itself a reset or an ICMP error. */
  | 'refused-silently'
  /** The text was cut behind a rule that rejects: the answer stands in the part that is missing. */
  | 'refused'
  /** Not how OVN ends a packet: the text lacks the `next;` that followed. */
  | 'cut'
  /** The default of the ACLs: what drops, and what lets through but lacks its `next;`, look the same. */
  | 'default-or-cut'
  /** The packet goes where the trace does not follow, as a sentence. */
  | { readonly untraced: string };

interface Flow {
  readonly match: string;
  readonly actions: readonly string[];
}

export interface StageEnd {
  readonly stage: string | null;
  readonly match: string;
  readonly priority: number | null;
  readonly actions: readonly string[];
  /** The ACL evaluation before it in the same pipeline; null when there was none. */
  readonly evaluation: Flow | null;
  /** The stage that says which ACLs to ask, likewise. */
  readonly hint: Flow | null;
  /** Nothing follows in a text that may be incomplete, so the end of the actions may be missing. */
  readonly mayBeCut: boolean;
  /** `reject` generates nothing for the packet; null where the text lacks its header. */
  readonly unanswerable: boolean | null;
}

const aclStage = /^ls_(?:in|out)_acl(?:_after_lb)?$/;
const aclEvaluation = /^ls_(?:in|out)_acl(?:_after_lb)?_eval$/;
const aclAction = /^ls_(?:in|out)_acl(?:_after_lb)?_action$/;

/**
 * Reads an end without `drop;`. northd writes the drop of an ACL as a comment, which ovn-trace does not print; so a drop
 * looks like a text that was cut before its `next;`. The stage, its match and its actions tell the two apart.
 */
export function readSilentEnd(end: StageEnd): SilentEnd {
  const { stage, actions, mayBeCut } = end;
  const untraced = untracedEnd(actions);
  if (untraced !== null) return { untraced };
  if (actions.length === 0) return 'cut';
  if (actions.some(generatesRefusal)) {
    if (!mayBeCut) return 'refused-silently';
    if (end.unanswerable === null || !actions.some((action) => action.startsWith('reject {'))) return 'cut';
    return end.unanswerable ? 'refused-silently' : 'refused';
  }
  if (actions.every((action) => action.startsWith('sample('))) {
    return mayBeCut && /_acl(?:_after_lb)?_sample$/.test(stage ?? '') ? 'cut' : 'sampled-drop';
  }
  if (!mayBeCut) return 'drop';
  if (aclAction.test(stage ?? '')) return readAclAction(end);
  return readRule(end);
}

/** northd adds 1000 to the priority of an ACL (0 to 32767). */
const lowestAcl = 1000;
const highestAcl = 33767;

/** The name comes first, with its quotes escaped; the meter behind may hold anything. */
const loggedVerdict = /^log\((?:name="(?:[^"\\]|\\.)*", )?verdict=(\w+)/;
const commitsBlocked =
  /^ct_commit ?(?:\{.*\bct_(?:mark|label)\.blocked = 1;.*\}|\(.*\bct_(?:mark|label)=(?:0x)?1(?:\/\w+)?.*\));$/;

/**
 * What an ACL decided, from the actions of its own flow, however many of them the text still has: the stages behind it
 * cannot take it back. Up to OVN 23.03 a drop leaves only its log action, or marks an established connection as blocked;
 * from 23.06 on the evaluation sets a verdict bit (17 drop, 18 reject).
 */
export function readRule({
  stage,
  match,
  priority,
  actions,
  unanswerable,
}: Omit<StageEnd, 'evaluation' | 'hint' | 'mayBeCut'>): 'drop' | 'refused' | 'cut' {
  const evaluates = aclEvaluation.test(stage ?? '');
  if (!evaluates && !aclStage.test(stage ?? '')) return 'cut';
  // northd's own flows set the bits too, and nothing heeds them in a switch without ACLs.
  if (priority === null || priority < lowestAcl || priority > highestAcl) return 'cut';
  const logged = actions.map((action) => loggedVerdict.exec(action)?.[1]).find((verdict) => verdict);
  if (logged === 'reject' || (evaluates && actions.includes('reg8[18] = 1;'))) {
    // A sampled reject may be dropped by the stage that samples it; what it is sampled for stands behind the verdict.
    const isSampled = actions.some((action) => /^reg(?:3|9|0\[13\]) = /.test(action));
    if (isSampled || (evaluates && !actions.includes('next;'))) return 'cut';
    return unanswerable === null ? 'cut' : unanswerable ? 'drop' : 'refused';
  }
  if (logged === 'drop' || (evaluates && actions.includes('reg8[17] = 1;'))) return 'drop';
  // A reject of an established connection begins with the same commit, but northd puts its hint into parentheses.
  const blocks = !evaluates && commitsBlocked.test(actions[actions.length - 1] ?? '');
  return blocks && !match.startsWith('(') ? 'drop' : 'cut';
}

/**
 * From 23.06 on the action stage clears the verdict bits before it does anything else. Which bit it matched says the
 * verdict. Where it matched none, the default decides: up to 25.09 northd lets a new connection that no ACL matches be
 * committed (`reg0[1] = 1`) only when the default is to allow. Later the hint commits it either way.
 */
function readAclAction({ match, actions, evaluation, hint }: StageEnd): SilentEnd {
  const cleared = actions.some((action) => action.startsWith('reg8[18] = 0'));
  if (/\breg8\[17\] == 1/.test(match)) return 'drop';
  if (!cleared || match !== '1') return 'cut';
  if (evaluation?.match !== 'ip && !ct.est' || hint?.match !== 'ct.new && !ct.est') return 'default-or-cut';
  return [...evaluation.actions, ...hint.actions].includes('reg0[1] = 1;') ? 'default-or-cut' : 'drop';
}
