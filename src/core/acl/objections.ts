import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { MatchError, MatchExpr } from '../ovn/match/ast';
import { isContradiction } from '../ovn/match/canonical';
import { lexMatch } from '../ovn/match/lexer';
import { matchErrorOf, parseMatch } from '../ovn/match/parser';
import type { Place } from '../ovn/match/rules';
import type { MatchSets } from '../ovn/match/sets';
import type { Acl } from '../ovn/northbound';
import { bodiesOf, tidy } from './flowMatch';
import { findSetTrouble, type SetTrouble } from './unreadable';

/** Why an ACL does not do what it says. */
export interface Objection {
  /** `template`: ovn-trace cannot know whether it has an effect; else it has none for certain. */
  readonly kind: 'unreadable' | 'never' | 'template';
  /** Whole sentences. */
  readonly because: string;
  /** The piece of the match that is to blame, in UTF-16 offsets; null when none alone is. */
  readonly place: Place | null;
  /** It concerns one switch; on others the ACL may have its effect. */
  readonly onlyHere: boolean;
}

/** What ovn-trace warned of, as the match of the flow it skipped and the reason. */
export type SkippedFlows = ReadonlyMap<string, string>;

/** Sets that are missing or hold addresses of another kind: the inventory knows more of them than the warning. */
const aboutSets = /expecting (?:port group|address set) name|constant is not compatible with/;

/** The flows that ovn-trace says it skipped, by each text that the match of the ACL behind one can have; nothing for other warnings. */
export function readSkippedFlows(messages: readonly string[]): SkippedFlows {
  return new Map(
    messages.flatMap((message) => {
      const [, flow, because = l10n.t('It cannot be parsed.')] =
        /^(.*): parsing expression failed(?: \((.*)\))?$/s.exec(message) ?? [];
      if (flow === undefined || aboutSets.test(because)) return [];
      const sentence = because.endsWith('.') ? because : `${because}.`;
      return bodiesOf(flow).map((match) => [match, sentence] as const);
    }),
  );
}

/** What keeps OVN from enforcing an ACL on a switch with these sets; null when nothing does for certain. */
export function objectionTo(
  acl: Acl,
  {
    sets,
    skipped,
    index,
  }: { readonly sets: MatchSets; readonly skipped: SkippedFlows; readonly index: InventoryIndex },
): Objection | null {
  const template = acl.match.includes('^') ? objectionToTemplate(acl.match) : null;
  if (template !== null) return template;
  const error = matchError(acl.match);
  if (error !== null) {
    return unreadable(
      l10n.t('OVN cannot read its match and skips it: {0} {1}', error.message, nameSpot(error)),
      error,
    );
  }
  const because = skipped.get(tidy(acl.match));
  if (because !== undefined) {
    // Up to 23.03 northd writes `(reg0[9] == 1) && MATCH` for a reject ACL, which is wrong for `a || b`.
    const isUnwrapped = acl.action === 'reject' && because.includes('parenthesized');
    return unreadable(
      isUnwrapped
        ? l10n.t(
            'OVN cannot read the flow made of it and skips it: {0} Put the whole match in parentheses: this release does not for reject rules.',
            because,
          )
        : l10n.t('OVN cannot read the flow made of it and skips it: {0}', because),
      null,
    );
  }
  if (acl.log && !isString(`"${acl.name ?? ''}"`)) {
    return unreadable(
      l10n.t(
        'It is logged, and its name has a quote or a backslash in it, which OVN writes into its log action as it is and cannot read, so it skips the rule.',
      ),
      null,
    );
  }
  return objectionToMeaning(acl, sets, index);
}

function isString(text: string): boolean {
  const [token] = lexMatch(text);
  return token?.kind === 'string' && token.end === text.length;
}

/** An objection to what can be read: sets that are not there, conditions that exclude each other. */
function objectionToMeaning(acl: Acl, sets: MatchSets, index: InventoryIndex): Objection | null {
  const namesSets = /[$@]/.test(acl.match);
  if (!namesSets && !mayContradict(acl)) return null;
  const parsed = parseMatch(acl.match);
  if (!parsed.ok) return null;
  const trouble = namesSets ? findSetTrouble(parsed.expr, sets) : null;
  if (trouble !== null && !meansNobody(parsed.expr, trouble, sets)) {
    const place = placeOf(acl.match, trouble.reference);
    const because = `${wordTrouble(trouble)} ${place === null ? '' : nameSpot(place)}`.trim();
    return { ...unreadable(because, place), onlyHere: trouble.trouble === 'no-port' };
  }
  return trouble === null && mayContradict(acl) ? objectionToContradiction(acl, parsed.expr, index) : null;
}

/** A port group without a port on the switch means nobody there, and a match that asks for nobody misses nothing. */
function meansNobody(expr: MatchExpr, { trouble }: SetTrouble, sets: MatchSets): boolean {
  return trouble === 'no-port' && isContradiction(expr, { ...sets, addressSet: () => null });
}

function wordTrouble({ reference, trouble }: SetTrouble): string {
  const name = reference.slice(1);
  switch (trouble) {
    case 'unknown':
      return reference.startsWith('@')
        ? l10n.t('Its match names port group {0}, which does not exist, so OVN skips it.', name)
        : l10n.t('Its match names address set {0}, which does not exist, so OVN skips it.', name);
    case 'no-port':
      return l10n.t(
        'Its match names port group {0}, which has no port on this switch: OVN does not know the group here and skips the whole rule, also for the ports it names otherwise.',
        name,
      );
    case 'too-wide':
      return l10n.t(
        'Its match compares a field with address set {0}, which holds addresses of another kind, so OVN skips it.',
        name,
      );
  }
}

function objectionToTemplate(match: string): Objection | null {
  const token = lexMatch(match).find(({ kind }) => kind === 'template');
  if (token?.kind !== 'template') return null;
  return {
    kind: 'template',
    because: l10n.t(
      'Its match uses the template variable ^{0}, whose value each chassis has for itself: ovn-trace cannot read it and traced as if the rule were not there.',
      token.name,
    ),
    place: { start: token.start, end: token.end },
    onlyHere: false,
  };
}

const networkWords = /\b(?:ip4|ip6|icmp4|icmp6|nd|nd_\w+|mldv[12]|arp|rarp|eth\.type)\b/g;
const transportWords = /\b(?:tcp|udp|sctp|icmp[46]?|nd|nd_\w+|igmp|ip\.proto)\b/g;
const fieldWords = /\b(?:[a-z]\w*\.\w+|inport|outport)\b/g;

/** A range as platforms write it, with the field named twice. */
const range = /((?:tcp|udp|sctp)\.(?:src|dst)) >= (\d+) && \1 <= (\d+)\b/g;

/** Whether two conditions may speak of the same thing; most matches name each thing once, and then none excludes another. */
function mayContradict({ match, direction }: Acl): boolean {
  if (direction === 'from-lport' && match.includes('outport')) return true;
  const once = match.replace(range, (text, field: string, low: string, high: string) =>
    Number(low) <= Number(high) ? field : text,
  );
  const fields = once.match(fieldWords) ?? [];
  return (
    new Set(fields).size < fields.length ||
    [networkWords, transportWords].some((words) => new Set(match.match(words)).size > 1)
  );
}

function objectionToContradiction(acl: Acl, expr: MatchExpr, index: InventoryIndex): Objection | null {
  if (isNever(acl.match, expr)) {
    return {
      kind: 'never',
      because: l10n.t('No packet can match it: its conditions exclude each other.'),
      place: null,
      onlyHere: false,
    };
  }
  if (acl.direction !== 'from-lport' || !acl.match.includes('outport')) return null;
  const sets: MatchSets = {
    addressSet: () => null,
    portGroup: (name) => index.portGroup(name)?.ports ?? null,
  };
  const atStage: MatchExpr = { kind: 'and', operands: [expr, outportUnset] };
  if (!isContradiction(atStage, sets)) return null;
  return {
    kind: 'never',
    because: l10n.t(
      'No packet can match it: it asks for outport, and from-lport rules are asked before OVN has chosen the output port. Make it a to-lport rule, or match on the destination address.',
    ),
    place: placeOf(acl.match, 'outport'),
    onlyHere: false,
  };
}

const outportUnset: MatchExpr = {
  kind: 'compare',
  field: { name: 'outport', bits: null },
  operator: '==',
  values: [{ kind: 'string', value: '' }],
  braces: false,
};

/** What was found of the match texts seen last. The rows are read anew for each trace, their texts stay the same. */
class TextMemory<T> {
  private readonly known = new Map<string, T>();

  get(text: string, find: () => T): T {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    if (this.known.size >= 100_000) this.known.clear();
    const found = find();
    this.known.set(text, found);
    return found;
  }
}

const errors = new TextMemory<MatchError | null>();
const contradictions = new TextMemory<boolean>();

function matchError(match: string): MatchError | null {
  return errors.get(match, () => matchErrorOf(match));
}

function isNever(match: string, expr: MatchExpr): boolean {
  // `0` is how a rule is switched off on purpose.
  return expr.kind !== 'boolean' && contradictions.get(match, () => isContradiction(expr));
}

function unreadable(because: string, place: Place | null): Objection {
  const exact = place === null ? null : { start: place.start, end: place.end };
  return { kind: 'unreadable', because, place: exact, onlyHere: false };
}

/** Characters are counted from 1, as an editor does. */
function nameSpot({ start }: Place): string {
  return l10n.t('That is at character {0} of the match.', start + 1);
}

function placeOf(match: string, piece: string): Place | null {
  const token = lexMatch(match).find(({ start, end }) => match.slice(start, end) === piece);
  return token === undefined ? null : { start: token.start, end: token.end };
}
