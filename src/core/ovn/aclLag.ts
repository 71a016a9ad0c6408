import type { OvsdbRow } from './ovsdbJson';
import type { Lag } from './northdLag';
import { listTable } from './readTables';
import type { TableQueries } from './readTables';

/** ACLs and what puts them in force; `Logical_Switch` is read elsewhere. */
export const aclQueries = {
  // All columns: the one of network functions is younger than the others.
  ACL: listTable('ACL'),
  Port_Group: listTable('Port_Group', '_uuid,ports,acls'),
} satisfies TableQueries<string>;

type Northbound = Readonly<Record<'ACL' | 'Port_Group' | 'Logical_Switch', readonly OvsdbRow[]>>;

/** Where northd puts the match of an ACL: with its verdict up to OVN 23.03, before it since 23.06. */
const stages = ['in_acl', 'in_acl_after_lb', 'out_acl'].flatMap((name) => [`ls_${name}`, `ls_${name}_eval`]);

/** The flows of those stages, by stage. */
export const flowQueries: TableQueries<string> = Object.fromEntries(
  stages.map((stage) => [
    stage,
    [
      '--columns=priority,match,external_ids',
      'find',
      'Logical_Flow',
      `external_ids:stage-name=${stage}`,
    ] as const,
  ]),
);

/** Beyond it the flows, a few of each ACL, are more than a check should fetch. */
const maxAcls = 10_000;
/** What northd adds to the priority of an ACL; from 34000 on its flows are of its own making. */
const priorityOffset = 1000;
const firstOwnPriority = 34_000;
/** So many are compared letter by letter with all others; one is enough to know. */
const maxComparedWhole = 200;

/** Whether there is an ACL whose flows could be missing, or could have stayed. */
export function needsFlows({ ACL }: Northbound): boolean {
  return ACL.length <= maxAcls;
}

/**
 * ACLs that no flow stands for, and flows that stand for no ACL. In every release a flow's match holds the ACL's as it stands, at
 * its priority and 1000; its `stage-hint` alone would not do, for ACLs that are alike share a flow, whose hint may be that of one
 * that has gone.
 */
export function findAclLag(northbound: Northbound, rows: readonly OvsdbRow[]): readonly Lag[] {
  const flows = rows.map(decodeFlow);
  const hints = new Set(flows.map(({ hint }) => hint));
  const inForce = aclsInForce(northbound);
  const missing = withoutFlow(inForce, flows);
  // Were matches written otherwise in some release, the hints would still be there.
  const isWrittenOut = missing.length < inForce.length;
  return [
    ...missing
      .filter((acl) => isWrittenOut || !hints.has(acl.uuid.slice(0, 8)))
      .map((acl): Lag => ({ kind: 'acl', id: acl.uuid, name: nameOf(acl) })),
    ...flowsOfNoAcl(northbound.ACL, flows),
  ];
}

interface Flow {
  /** As an ACL has it. */
  readonly priority: number;
  readonly match: string;
  readonly hint: string | null;
}

function decodeFlow(row: OvsdbRow): Flow {
  return {
    priority: (row.optionalNumber('priority') ?? 0) - priorityOffset,
    match: row.string('match'),
    hint: row.map('external_ids')['stage-hint'] ?? null,
  };
}

function withoutFlow(acls: readonly OvsdbRow[], flows: readonly Flow[]): OvsdbRow[] {
  const written = new Set(
    flows.flatMap(({ priority, match }) => likelyAclMatches(match).map((text) => `${priority} ${text}`)),
  );
  return acls
    .filter((acl) => !written.has(`${priorityOf(acl)} ${acl.string('match')}`))
    .slice(0, maxComparedWhole)
    .filter((acl) => {
      const [priority, match] = [priorityOf(acl), acl.string('match')];
      return !flows.some((flow) => flow.priority === priority && flow.match.includes(match));
    });
}

/** What may be the ACL's own in a flow's match: all of it, or what the last parentheses hold. */
function likelyAclMatches(match: string): string[] {
  if (!match.endsWith(')')) return [match];
  const found = [match];
  for (let at = match.indexOf('('); at >= 0 && found.length < 8; at = match.indexOf('(', at + 1))
    found.push(match.slice(at + 1, -1));
  return found;
}

function aclsInForce({ ACL, Port_Group, Logical_Switch }: Northbound): OvsdbRow[] {
  const holders = [...Port_Group, ...Logical_Switch].filter((row) => row.uuids('ports').length > 0);
  const uuids = new Set(holders.flatMap((row) => row.uuids('acls')));
  return ACL.filter((acl) => uuids.has(acl.uuid) && !isRefused(acl));
}

/** northd makes no flow of an ACL that leads through network functions, unless it allows with connection tracking. */
function isRefused(acl: OvsdbRow): boolean {
  return acl.uuids('network_function_group').length > 0;
}

function flowsOfNoAcl(acls: readonly OvsdbRow[], flows: readonly Flow[]): Lag[] {
  const prefixes = new Set(acls.map((acl) => acl.uuid.slice(0, 8)));
  const written = new Set(acls.map((acl) => acl.string('match')));
  return flows
    .flatMap(({ hint, priority, match }) => {
      const isAcls = hint !== null && priority >= 0 && priority < firstOwnPriority - priorityOffset;
      return !isAcls || prefixes.has(hint) || likelyAclMatches(match).some((text) => written.has(text))
        ? []
        : [{ hint, match }];
    })
    .slice(0, maxComparedWhole)
    .filter(({ match }) => !acls.some((acl) => match.includes(acl.string('match'))))
    .filter(({ hint }, index, all) => all.findIndex((flow) => flow.hint === hint) === index)
    .map(({ hint, match }) => ({ kind: 'removed-acl', id: hint, name: short(match) }));
}

function priorityOf(acl: OvsdbRow): number {
  return acl.optionalNumber('priority') ?? 0;
}

function nameOf(acl: OvsdbRow): string {
  const name = acl.string('name');
  const place = `${acl.string('direction')} ${priorityOf(acl)}`;
  return name === '' ? `${place} "${short(acl.string('match'))}"` : `${name} (${place})`;
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
