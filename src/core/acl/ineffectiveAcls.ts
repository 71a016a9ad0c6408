import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { MatchError } from '../ovn/match/ast';
import { matchErrorOf } from '../ovn/match/parser';
import type { Acl } from '../ovn/northbound';
import type { TraceHop } from '../trace/hop';
import type { LogLine } from '../trace/tree';
import { concernsMember, groupNames, portOfHop } from './aclScope';
import { bodiesOf, tidy } from './flowMatch';
import { switchOfHop } from './switchOfHop';

/** An ACL that is in the database and that OVN does not enforce. */
export interface IneffectiveAcl {
  readonly acl: Acl;
  /** Why, as a sentence. */
  readonly message: string;
}

/**
 * ACLs that should have taken part in a trace and could not, because OVN cannot read the flow made of them: ovn-trace and
 * ovn-controller skip it with a warning. Warnings are rate limited since 26.03, so the ACLs in scope are read here as well.
 * @param logLines what ovn-trace wrote to standard error, as log lines; may be empty.
 */
export function findIneffectiveAcls(
  hops: readonly TraceHop[],
  logLines: readonly Pick<LogLine, 'message'>[],
  index: InventoryIndex,
): readonly IneffectiveAcl[] {
  const warnings = new Map(logLines.flatMap(({ message }) => readWarning(message)));
  const found = new Map<string, IneffectiveAcl>();
  const seen = new Set<string>();
  for (const hop of hops) {
    // Every hop of a switch counts, not only those of ACL stages: one whose flows are all skipped is not printed.
    if (hop.datapathKind === 'router') continue;
    const port = portOfHop(hop, index);
    const key = JSON.stringify([hop.datapath, hop.pipeline, port?.name]);
    if (seen.has(key)) continue;
    seen.add(key);
    const groups = port === null ? null : groupNames(port, index);
    const direction = hop.pipeline === 'ingress' ? 'from-lport' : 'to-lport';
    for (const scoped of switchOfHop(hop, index).flatMap((logicalSwitch) => index.aclsOn(logicalSwitch))) {
      const { acl } = scoped;
      if (acl.direction !== direction || found.has(acl.uuid)) continue;
      if (groups !== null && !concernsMember(scoped, groups)) continue;
      const message = objectionTo(acl, warnings, index);
      if (message !== null) found.set(acl.uuid, { acl, message });
    }
  }
  return [...found.values()];
}

function objectionTo(acl: Acl, warnings: ReadonlyMap<string, string>, index: InventoryIndex): string | null {
  const error = matchError(acl);
  if (error !== null) return `OVN cannot read the match of this rule and skips it: ${error.message}`;
  const because = warnings.get(tidy(acl.match));
  if (because !== undefined) {
    // Up to 23.03 northd writes `(reg0[9] == 1) && MATCH` for a reject ACL, which is wrong for `a || b`.
    const isUnwrapped = acl.action === 'reject' && because.includes('parenthesized');
    const way = isUnwrapped
      ? ' Put the whole match in parentheses: this release does not for reject rules.'
      : '';
    return `OVN cannot read the flow made of this rule and skips it: ${because}${way}`;
  }
  const missing = missingSet(acl.match, index);
  if (missing !== null) {
    return `The match of this rule names ${missing}, which does not exist, so OVN skips it.`;
  }
  if (acl.log && /["\\]/.test(acl.name ?? '')) {
    return 'The name of this logged rule has a quote or a backslash in it, which OVN writes into its log action as it is and cannot read, so it skips the rule.';
  }
  return null;
}

const knownErrors = new WeakMap<Acl, { readonly error: MatchError | null }>();

function matchError(acl: Acl): MatchError | null {
  const known = knownErrors.get(acl) ?? { error: matchErrorOf(acl.match) };
  knownErrors.set(acl, known);
  return known.error;
}

/**
 * The match that a warning blames, in each form that an ACL can have it in, with the parser's words. Nothing for other warnings and for
 * sets that are missing: northd leaves out a port group without ports, and a rule about it applies to nobody and is no mistake.
 */
function readWarning(message: string): readonly (readonly [match: string, because: string])[] {
  const [, flow, because = 'It cannot be parsed.'] =
    /^(.*): parsing expression failed(?: \((.*)\))?$/s.exec(message) ?? [];
  if (flow === undefined || /expecting (?:port group|address set) name/.test(because)) return [];
  return bodiesOf(flow).map((match) => [match, because.endsWith('.') ? because : `${because}.`] as const);
}

/** The first set in the match that nothing defines; northd's own are taken for known. */
function missingSet(match: string, index: InventoryIndex): string | null {
  const unquoted = match.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  for (const [, sign, name = ''] of unquoted.matchAll(/([@$])([A-Za-z_.][\w.]*)/g)) {
    if (sign === '@' && index.portGroup(name) === undefined) return `port group ${name}`;
    if (sign === '$' && name !== 'svc_monitor_mac' && index.addressSet(name) === undefined)
      return `address set ${name}`;
  }
  return null;
}
