import type { Definition } from './definition';

/** What a link to a definition tells: where the ACL is written, or where a rule is missing that allows. */
export function roleOfLink({ kind }: Definition): 'defined in' | 'allow in' {
  return kind === 'owner' ? 'allow in' : 'defined in';
}
