import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import { evaluateMatch, type PacketFields } from '../ovn/match/evaluate';
import { parseMatch } from '../ovn/match/parser';
import type { Acl } from '../ovn/northbound';
import type { TraceHop } from '../trace/hop';
import { aclsOfStage } from './aclScope';
import { readAclStage } from './aclStages';
import { flowPriority } from './flowMatch';
import { setsOfHop } from './matchSets';
import { nameAcl } from './nameAcl';
import { packetAtHop } from './packetAtHop';
import { verdictOf, type AclStep } from './step';
import { isReadableWith } from './unreadable';

/** An ACL that fits the packet as well as the one that decided, says otherwise and has the same priority. */
export interface Tie {
  readonly acl: Acl;
  /** Whole sentences. */
  readonly message: string;
}

/**
 * The ACLs between which and the deciding one OVN does not say which it takes (ovn-nb(5), `priority` of ACL): ovn-trace shows one
 * outcome, and the network may have the other.
 * @param packet finds the fields of the packet where the step is; asked only when there are other ACLs of that priority.
 */
export function findTies(
  step: AclStep,
  hop: TraceHop,
  index: InventoryIndex,
  packet: () => PacketFields,
  ineffective: ReadonlySet<string>,
): readonly Tie[] {
  const stage = readAclStage(hop.stage);
  const [decided] = step.acls;
  if (stage === null || stage.part === 'pre' || decided === undefined) return [];
  const { tier, priority } = decided.acl;
  // Up to 20.09 the flow that resets a TCP connection stands above all other flows of that priority.
  if (hop.priority !== flowPriority(decided.acl)) return [];
  const rivals = aclsOfStage(hop, stage, index).filter(
    ({ acl }) =>
      acl.tier === tier &&
      acl.priority === priority &&
      verdictOf(acl) !== step.verdict &&
      !ineffective.has(acl.uuid),
  );
  if (rivals.length === 0) return [];
  const sets = setsOfHop(hop, index);
  const fields = packetAtHop(hop, packet(), index);
  return rivals
    .filter(({ acl: { match } }) => {
      const parsed = parseMatch(match);
      return (
        parsed.ok &&
        isReadableWith(parsed.expr, sets) &&
        evaluateMatch(parsed.expr, fields, sets).result === 'true'
      );
    })
    .map(({ acl }) => ({
      acl,
      message: l10n.t(
        '{0}, which says {1}, matches this packet as well as {2}, which says {3}. Both have the same priority, and which of the two OVN takes is not defined: ovn-trace took the second, the network may take the first. Give one of them another priority.',
        nameAcl(acl),
        acl.action,
        nameAcl(decided.acl),
        decided.acl.action,
      ),
    }));
}
