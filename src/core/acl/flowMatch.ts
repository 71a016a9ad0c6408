import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Acl } from '../ovn/northbound';

/** OVN_ACL_PRI_OFFSET: what northd adds to an ACL's priority to make room for flows of its own below. */
const aclOffset = 1000;
/** Up to 20.09 the flow that resets a TCP connection for a reject ACL stood ten above its ICMP sister. */
const tcpResetOffset = 10;
/** From here on up northd's own flows: those for health checks, DNS and DHCP, then conntrack and neighbour discovery. */
const builtInPriority = 34000;

/** Whether northd made a flow of an ACL stage by itself, for no ACL. */
export function isBuiltIn(priority: number): boolean {
  return priority < aclOffset || priority >= builtInPriority;
}

/** Whether the flow stands above all ACLs, so that they are not asked where it matches. */
export function isAboveAcls(priority: number): boolean {
  return priority >= builtInPriority;
}

/** Whether it is one of the flows that let northd's own services through before any ACL: health checks, DNS and DHCP answers. */
export function isForService(priority: number): boolean {
  return priority === builtInPriority;
}

/** Priority of the flows that northd makes of an ACL. */
export function flowPriority({ priority }: Acl): number {
  return priority + aclOffset;
}

/** Whether an ACL of that priority can have made the flow. */
export function hasPriority(acl: Acl, priority: number, flowMatch: string): boolean {
  const over = priority - flowPriority(acl);
  if (over === 0) return true;
  return over === tcpResetOffset && acl.action === 'reject' && /\bip[46] && tcp && \(/.test(flowMatch);
}

/** `reg8[30..31] == N` at the beginning of a match; 0 where there are no tiers. */
export function readTier(match: string): number {
  return Number(/^reg8\[30\.\.31\] == (\d)/.exec(match)?.[1] ?? 0);
}

/**
 * Whether northd may have made a flow with this match of that ACL. It copies the ACL's match to the letter and puts terms about
 * tier and conntrack before it, so no parsing is needed, and a match that cannot be parsed is found as well.
 */
export function isMadeOf(flowMatch: string, acl: Acl, index: InventoryIndex): boolean {
  const flow = tidy(flowMatch);
  const match = tidy(acl.match);
  const isReject = acl.action === 'reject';
  return endsInMatch(flow, match, isReject) || isSameButForNames(flow, match, isReject, index);
}

/** The texts that the ACL's match can be in a flow's match of OVN 20.12 and later, for looking it up. */
export function bodiesOf(flowMatch: string): readonly string[] {
  const flow = tidy(flowMatch);
  const body = flow.replace(/^(?:\(?(?:reg8\[30\.\.31\]|reg0\[\d+\]) == \d\)? && )+/, '');
  const inside = body.startsWith('(') && body.endsWith(')') ? [tidy(body.slice(1, -1))] : [];
  return [flow, body, ...inside];
}

function endsInMatch(flow: string, match: string, isReject: boolean): boolean {
  const inParentheses = `(${match})`;
  if (flow.endsWith(inParentheses) && isNorthdTerms(flow.slice(0, -inParentheses.length), isReject))
    return true;
  // Reject ACLs up to 23.03 stand behind the terms without parentheses of their own, stateless ones without terms.
  return flow.endsWith(match) && /^(?:\(reg0\[\d+\] == 1\) && )?$/.test(flow.slice(0, -match.length));
}

const ownTerms =
  /reg8\[30\.\.31\] == \d|reg0\[\d+\] == 1|\bct\.\w+|\bct_(?:label|mark)(?:\.blocked|\[0\])? == [01]|&&|\|\||[!() ]/g;
/** Up to 20.09 a reject ACL had a flow for each protocol. */
const protocolTerms = /\bip[46] && (?:tcp && )?/;

/** Nothing but terms about tier and conntrack: up to 20.09 conntrack itself was asked, later the bits of the hint stage. */
function isNorthdTerms(text: string, isReject: boolean): boolean {
  const terms = isReject ? text.replace(protocolTerms, '') : text;
  return text === '' || (text.endsWith('&& ') && terms.replace(ownTerms, '') === '');
}

const quotedString = /"(?:[^"\\]|\\.)*"/g;

/** Friendly names stand in quoted strings only: the rest has to be equal, and each name has to be one of the port's. */
function isSameButForNames(flow: string, match: string, isReject: boolean, index: InventoryIndex): boolean {
  const names = match.match(quotedString) ?? [];
  const printed = flow.match(quotedString) ?? [];
  if (names.length === 0 || printed.length !== names.length) return false;
  if (!endsInMatch(flow.replace(quotedString, '""'), match.replace(quotedString, '""'), isReject))
    return false;
  return names.every((name, position) => {
    const text = printed[position];
    return (
      text === name ||
      index.portsCalled(text?.slice(1, -1) ?? '').some((port) => JSON.stringify(port.name) === name)
    );
  });
}

/** Without blanks that mean nothing outside of strings. */
export function tidy(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
