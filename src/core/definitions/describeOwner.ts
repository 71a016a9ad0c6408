import type { Acl, PortGroup } from '../ovn/northbound';
import type { NetworkComparison } from './compareNetwork';
import type { OwnerDefinition } from './definition';
import { aclsOf } from './describeLive';

/** What became of a security group, policy or network ACL and of its rules. */
export interface OwnerSummary {
  readonly rules: number;
  readonly live: number;
  readonly differing: number;
  readonly groups: readonly PortGroup[];
  /** Ports of all its groups, each once. */
  readonly ports: number;
  /** The ACLs of its rules. */
  readonly acls: readonly Acl[];
  /** The ACLs that are there because it is: its default deny. */
  readonly defaults: readonly Acl[];
}

/** Counts the rules that are written in the owner's folder: copies of it may lie in others. */
export function summarizeOwner(
  definition: OwnerDefinition,
  { states, groups }: NetworkComparison,
): OwnerSummary {
  const { owner, file } = definition;
  const ofOwner = [...states].filter(
    ([other]) =>
      other.kind === 'rule' &&
      !other.implicit &&
      other.owner.key === owner.key &&
      folderOf(other.file) === folderOf(file),
  );
  const rules = ofOwner.map(([, state]) => state);
  const own = groups.get(owner.key) ?? [];
  const state = states.get(definition);
  return {
    rules: rules.length,
    live: rules.filter(({ kind }) => kind === 'live').length,
    differing: rules.filter(({ kind }) => kind === 'differs').length,
    groups: own,
    ports: new Set(own.flatMap(({ ports }) => ports)).size,
    acls: aclsOf(rules.filter(({ kind }) => kind === 'live' || kind === 'differs')),
    defaults: state === undefined ? [] : aclsOf([state], 'live'),
  };
}

/** `5 of 6 rules in the network · port group pg_web · 12 ports`; null when there is nothing to say. */
export function describeOwner({ rules, live, differing, groups, ports }: OwnerSummary): string | null {
  if (rules === 0 && groups.length === 0) return null;
  if (live + differing === 0 && groups.length === 0) return 'Not in the network';
  return [
    rules === 0
      ? 'No rules'
      : `${live} of ${count(rules, 'rule')} in the network${differing > 0 ? `, ${differing} otherwise` : ''}`,
    ...groups
      .slice(0, 1)
      .map(({ name }) => (groups.length > 1 ? `${groups.length} port groups` : `port group ${name}`)),
    ...(groups.length > 0 ? [count(ports, 'port')] : []),
  ].join(' · ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function folderOf(file: string): string {
  return file.replace(/[^/\\]*$/, '');
}
