import * as l10n from '@vscode/l10n';
import type { RunCommand, RunOptions } from '../command';
import type { TargetConfig } from '../session/target';
import { aclQueries, findAclLag, flowQueries, needsFlows } from './aclLag';
import type { OvsdbRow } from './ovsdbJson';
import { listTable, readTables } from './readTables';

/** One thing of the northbound database that the southbound one does not show. */
export interface Lag {
  readonly kind: 'counter' | 'switch' | 'port' | 'acl' | 'removed-acl';
  /** The same each time it is looked for: what is missing twice is not just being made. */
  readonly id: string;
  readonly name: string;
}

/**
 * What the northbound database asks for and the southbound one does not have; empty when nothing shows that ovn-northd is
 * behind. `nb_cfg` alone tells nothing of a northd that died: only `--wait` raises it, which is a change of the network and never
 * made here. So the switches, their ports and the ACLs in force are compared too.
 * @throws TraceFailure when a database cannot be read.
 */
export async function findNorthdLag(
  run: RunCommand,
  target: TargetConfig,
  options: RunOptions,
): Promise<readonly Lag[]> {
  const northbound = await readTables(run, target, 'northbound', options, {
    NB_Global: listTable('NB_Global', 'nb_cfg,sb_cfg'),
    Logical_Switch: listTable('Logical_Switch', '_uuid,name,ports,acls'),
    Logical_Switch_Port: listTable('Logical_Switch_Port', 'name'),
    ...aclQueries,
  });
  const southbound = await readTables(run, target, 'southbound', options, {
    SB_Global: listTable('SB_Global', 'nb_cfg'),
    // Where the switch is named differs between releases.
    Datapath_Binding: listTable('Datapath_Binding'),
    Port_Binding: listTable('Port_Binding', 'logical_port'),
  });
  const flows = needsFlows(northbound)
    ? await readTables(run, target, 'southbound', options, flowQueries)
    : null;
  return [
    ...lagOfCounters(northbound.NB_Global[0], southbound.SB_Global[0]),
    ...lagOfSwitches(northbound.Logical_Switch, southbound.Datapath_Binding),
    ...lagOfPorts(northbound.Logical_Switch_Port, southbound.Port_Binding),
    ...(flows === null ? [] : findAclLag(northbound, Object.values(flows).flat())),
  ];
}

/** Those that are there again; a northd that works has made meanwhile what was missing before. */
export function stillBehind(now: readonly Lag[], before: readonly Lag[]): readonly Lag[] {
  return now.filter(({ kind, id }) => before.some((lag) => lag.kind === kind && lag.id === id));
}

/** The lag as a clause about ovn-northd, by the first of its kinds; null when there is none. */
export function describeLag(lags: readonly Lag[]): string | null {
  const [first] = lags;
  if (first === undefined) return null;
  const others = lags.filter(({ kind }) => kind === first.kind).length - 1;
  const what = others === 0 ? first.name : l10n.t('{0} (and {1} more)', first.name, others);
  switch (first.kind) {
    case 'counter':
      return l10n.t('it has done {0} changes that were waited for', first.name);
    case 'switch':
      return l10n.t('the switch {0} of the northbound database is not in the southbound one', what);
    case 'port':
      return l10n.t('the port {0} of the northbound database is not in the southbound one', what);
    case 'acl':
      return l10n.t(
        'the southbound database has no flow of the ACL {0} as it now is in the northbound one',
        what,
      );
    case 'removed-acl':
      return l10n.t(
        'the southbound database still has flows of an ACL that is no longer in the northbound one: {0}',
        what,
      );
  }
}

function lagOfCounters(nb: OvsdbRow | undefined, sb: OvsdbRow | undefined): Lag[] {
  const asked = nb?.optionalNumber('nb_cfg') ?? 0;
  const done = Math.min(nb?.optionalNumber('sb_cfg') ?? 0, sb?.optionalNumber('nb_cfg') ?? 0);
  return asked > done ? [{ kind: 'counter', id: String(done), name: l10n.t('{0} of {1}', done, asked) }] : [];
}

function lagOfSwitches(switches: readonly OvsdbRow[], datapaths: readonly OvsdbRow[]): Lag[] {
  const made = new Set(datapaths.map(switchOf).filter((uuid) => uuid !== null));
  // A release that names the switch in yet another place must not be taken for one whose northd is dead.
  if (made.size === 0 && datapaths.length > 0) return [];
  return switches
    .filter((row) => !made.has(row.uuid))
    .map((row) => ({ kind: 'switch', id: row.uuid, name: row.string('name') || row.uuid }));
}

/** The northbound UUID of the switch that a datapath stands for; null for a router. */
function switchOf(datapath: OvsdbRow): string | null {
  return datapath.map('external_ids')['logical-switch'] ?? datapath.uuids('nb_uuid')[0] ?? null;
}

function lagOfPorts(ports: readonly OvsdbRow[], bindings: readonly OvsdbRow[]): Lag[] {
  const made = new Set(bindings.map((row) => row.string('logical_port')));
  return ports
    .map((row) => row.string('name'))
    .filter((name) => !made.has(name))
    .map((name) => ({ kind: 'port', id: name, name }));
}
