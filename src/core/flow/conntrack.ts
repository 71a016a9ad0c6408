import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../failure';
import type { Connection, ConnectionKind, TracePlan } from './request';

/**
 * A trace uses up one `--ct` at each `ct_next` and `ct_lb`, seen to take two to six of them on the way through routers and load
 * balancers. What is not used costs nothing; running out would make ovn-trace assume an established connection.
 */
const usualLookups = 32;

/** A shell ends one argument, and SSH sends the whole command as one, at 128 KiB; the longest list takes 13 bytes of it. */
export const mostLookups = 8000;

/**
 * The list of each kind. Conntrack calls an ICMP error `rel` and neither `new` nor `est`, and OVN's ACL stages let pass exactly
 * that; the usual one comes back to the side that opened the connection, hence `rpl`.
 */
const listOf: Readonly<Record<ConnectionKind, string>> = {
  new: 'new',
  established: 'est',
  reply: 'est,rpl',
  related: 'rel,rpl',
  invalid: 'inv',
};

/** States that `ovn-trace --ct` knows. */
export const ctStates: readonly string[] = ['new', 'est', 'rel', 'rpl', 'inv', 'trk', 'dnat', 'snat'];

/** The `--ct` lists for a connection, one for each lookup; lists given by hand stay as they are. */
export function conntrackFlags(connection: Connection, lookups = usualLookups): readonly string[] {
  if (connection.kind !== 'states') return repeat(listOf[connection.kind], lookups);
  const problem = statesProblem(connection.states);
  if (problem === null) return connection.states;
  throw new TraceFailure('bad-request', problem, {
    advice: l10n.t('Use one or more of {0} for each lookup, such as new or est,rpl.', ctStates.join(', ')),
  });
}

/**
 * What is wrong with lists given by hand, as a sentence, or null. ovn-trace refuses unknown states; combinations that conntrack
 * never reports it only warns about and traces on with (`validate_ct_state` of the OVS library).
 */
export function statesProblem(lists: readonly string[]): string | null {
  if (lists.length > mostLookups)
    return l10n.t('More than {0} lists of states do not fit in a command.', mostLookups);
  for (const list of lists) {
    const states = splitList(list);
    if (states.length === 0) return l10n.t('The list of a lookup has no connection tracking state.');
    const unknown = states.find((state) => !ctStates.includes(state));
    if (unknown !== undefined) {
      return l10n.t('“{0}” is not a connection tracking state (in “{1}”).', unknown, list);
    }
    const [one, other] = excluded(states);
    if (one !== undefined && other !== undefined) {
      return l10n.t('A packet is never {0} and {1} at once (in “{2}”).', one, other, list);
    }
  }
  return null;
}

/** The states of one list, as ovn-trace splits it. */
export function splitList(list: string): readonly string[] {
  return list.split(/[\s,]+/).filter((state) => state !== '');
}

/** Whether ovn-trace would trace the packet as the first one of a connection at its first lookup. */
export function beginsConnection(connection: Connection): boolean {
  if (connection.kind !== 'states') return connection.kind === 'new';
  return splitList(connection.states[0] ?? '').includes('new');
}

/** How many lookups a packet to a multicast group can cost: each member of the group has its own. */
export function floodLookups(ports: number): number {
  return Math.min(usualLookups + 2 * ports, mostLookups);
}

/** The plan with four times as many lists, the last one repeated; null when no more fit or the plan says where they end. */
export function withMoreLookups(plan: TracePlan): TracePlan | null {
  const last = plan.ct.at(-1);
  if (plan.repeatsCt !== true || last === undefined || plan.ct.length >= mostLookups) return null;
  const wanted = Math.min(plan.ct.length * 4, mostLookups);
  return { ...plan, ct: [...plan.ct, ...repeat(last, wanted - plan.ct.length)] };
}

function excluded(states: readonly string[]): readonly [] | readonly [string, string] {
  const has = (state: string): boolean => states.includes(state);
  const beside = has('inv') ? states.find((state) => state !== 'inv' && state !== 'trk') : undefined;
  if (beside !== undefined) return ['inv', beside];
  if (has('new') && has('est')) return ['new', 'est'];
  if (has('new') && has('rpl')) return ['new', 'rpl'];
  return [];
}

function repeat(flags: string, times: number): readonly string[] {
  return Array.from({ length: times }, () => flags);
}
