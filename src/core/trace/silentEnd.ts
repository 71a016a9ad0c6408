import { controllerTakes, generatesRefusal } from './actions';

/** What a stage whose actions end without going anywhere did with the packet. */
export type SilentEnd =
  | 'drop'
  /** `drop;` with drop debugging on: a sample stands in its place. */
  | 'sampled-drop'
  /** `reject` without an answer: the refused packet was itself a reset or an ICMP error. */
  | 'refused-silently'
  /** Not how OVN ends a packet: the text lacks the `next;` that followed. */
  | 'cut'
  /** ovn-controller takes the packet, in words. */
  | { readonly controller: string };

export interface StageEnd {
  readonly stage: string | null;
  readonly match: string;
  readonly actions: readonly string[];
  /** Actions of the ACL evaluation before it in the same pipeline; null when there was none. */
  readonly evaluation: readonly string[] | null;
  /** Nothing follows in a text that may be incomplete, so the end of the actions may be missing. */
  readonly mayBeCut: boolean;
  /** The packet is a TCP reset or an ICMP error, which nothing answers. */
  readonly unanswerable: boolean;
}

/**
 * Reads an end without `drop;`. northd writes the drop of an ACL as a comment, which ovn-trace does not print; so a drop
 * looks like a text that was cut before its `next;`. The stage, its match and its actions tell the two apart.
 */
export function readSilentEnd(end: StageEnd): SilentEnd {
  const { stage, actions, mayBeCut } = end;
  const words = controllerTakes(actions);
  if (words) return { controller: words };
  if (actions.length === 0) return 'cut';
  if (actions.some(generatesRefusal)) return mayBeCut && !end.unanswerable ? 'cut' : 'refused-silently';
  if (actions.every((action) => action.startsWith('sample('))) {
    return mayBeCut && /_acl(?:_after_lb)?_sample$/.test(stage ?? '') ? 'cut' : 'sampled-drop';
  }
  if (!mayBeCut) return 'drop';
  if (/^ls_(?:in|out)_acl(?:_after_lb)?_action$/.test(stage ?? '')) return readAclAction(end);
  if (/^ls_(?:in|out)_acl(?:_after_lb)?$/.test(stage ?? '')) return readAcl(actions);
  return 'cut';
}

const loggedVerdict = /, verdict=(\w+), severity=\w+(?:, meter=.*)?\);$/;
const commitsBlocked =
  /^ct_commit ?(?:\{.*\bct_(?:mark|label)\.blocked = 1;.*\}|\(.*\bct_(?:mark|label)=(?:0x)?1(?:\/\w+)?.*\));$/;

/** Up to OVN 23.03 a drop leaves only its log action, or marks an established connection as blocked. */
function readAcl(actions: readonly string[]): SilentEnd {
  const last = actions[actions.length - 1] ?? '';
  const drops = loggedVerdict.exec(last)?.[1] === 'drop' || commitsBlocked.test(last);
  return drops ? 'drop' : 'cut';
}

/**
 * From 23.06 on the action stage clears the verdict bits before it does anything else. Which bit it matched says the
 * verdict. Where it matched none, the default decides, and northd lets the evaluation of a stateful switch commit the
 * connection (`reg0[1] = 1`) only when the default is to allow.
 */
function readAclAction({ match, actions, evaluation }: StageEnd): SilentEnd {
  const cleared = actions.some((action) => action.startsWith('reg8[18] = 0'));
  if (/\breg8\[17\] == 1/.test(match)) return 'drop';
  if (!cleared || match !== '1') return 'cut';
  return evaluation !== null && evaluation.every((action) => action === 'next;') ? 'drop' : 'cut';
}
