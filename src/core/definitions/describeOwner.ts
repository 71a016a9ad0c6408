import * as l10n from '@vscode/l10n';
import type { Acl, PortGroup } from '../ovn/northbound';
import type { NetworkComparison } from './compareNetwork';
import type { OwnerDefinition } from './definition';
import { aclsOf, notInNetwork } from './describeLive';

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
export function describeOwner(summary: OwnerSummary): string | null {
  const { rules, groups, ports } = summary;
  if (rules === 0 && groups.length === 0) return null;
  if (isElsewhere(summary)) return notInNetwork();
  return [
    rules === 0 ? l10n.t('No rules') : countRules(summary),
    ...groups
      .slice(0, 1)
      .map(({ name }) =>
        groups.length > 1 ? l10n.t('{0} port groups', groups.length) : l10n.t('port group {0}', name),
      ),
    ...(groups.length > 0 ? [ports === 1 ? l10n.t('1 port') : l10n.t('{0} ports', ports)] : []),
  ].join(' · ');
}

/** It has rules, and neither they nor a port group of it are in the network. */
export function isElsewhere({ rules, live, differing, groups }: OwnerSummary): boolean {
  return rules > 0 && live + differing === 0 && groups.length === 0;
}

function countRules({ rules, live, differing }: OwnerSummary): string {
  if (differing === 0) {
    return rules === 1
      ? l10n.t('{0} of 1 rule in the network', live)
      : l10n.t('{0} of {1} rules in the network', live, rules);
  }
  return rules === 1
    ? l10n.t('{0} of 1 rule in the network, {1} otherwise', live, differing)
    : l10n.t('{0} of {1} rules in the network, {2} otherwise', live, rules, differing);
}

function folderOf(file: string): string {
  return file.replace(/[^/\\]*$/, '');
}
