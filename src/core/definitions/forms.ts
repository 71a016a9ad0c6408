import { canonicalMatch } from '../ovn/match/canonical';
import { parseMatch } from '../ovn/match/parser';
import { printMatch } from '../ovn/match/print';
import { renameSets, type SetNames } from '../ovn/match/renameSets';
import type { Acl } from '../ovn/northbound';
import type { AclForm, RuleDefinition } from './definition';
import type { KnownOwner } from './owners';

/** A form that matches the packets of a live ACL in its direction. */
export interface FormHit {
  readonly rule: RuleDefinition;
  readonly form: AclForm;
  /** In what else they differ, as sentences without an end; empty when in nothing. */
  readonly differences: readonly string[];
}

type Entries = Map<string, { readonly rule: RuleDefinition; readonly form: AclForm }[]>;

/**
 * The forms of rules, found by the packets they match. Those of owners that the files tell apart in OVN are only prepared when an
 * ACL of theirs is asked about: a form costs a tenth of a millisecond, and there may be a hundred thousand.
 */
export class FormIndex {
  private readonly anonymous: Entries = new Map();
  private readonly ofOwners = new WeakMap<KnownOwner, Entries>();
  private readonly canonical = new Map<string, string>();
  /** The same of forms: each stands there once for each tier and priority, and rules are alike. */
  private readonly written = new Map<string, string | null>();

  /** Adds a rule of an owner that only its rules can tell. */
  add(rule: RuleDefinition): void {
    this.enter(rule, this.anonymous);
  }

  /** The rules that were added. @param owns whether a port group is the owner's: those are what `@owner` stands for. */
  find(acl: Acl, owns: (portGroup: string) => boolean): readonly FormHit[] {
    return this.anonymous.size === 0 ? [] : this.hitsIn(this.anonymous, acl, owns);
  }

  /** The rules of an owner. */
  among(owner: KnownOwner, acl: Acl, owns: (portGroup: string) => boolean): readonly FormHit[] {
    let entries = this.ofOwners.get(owner);
    if (entries === undefined) {
      entries = new Map();
      for (const rule of owner.rules) this.enter(rule, entries);
      this.ofOwners.set(owner, entries);
    }
    return this.hitsIn(entries, acl, owns);
  }

  private enter(rule: RuleDefinition, entries: Entries): void {
    for (const form of rule.forms) {
      const key = keyOfForm(form, this.written);
      if (key === null) continue;
      const known = entries.get(key);
      if (known === undefined) entries.set(key, [{ rule, form }]);
      else known.push({ rule, form });
    }
  }

  private hitsIn(entries: Entries, acl: Acl, owns: (portGroup: string) => boolean): readonly FormHit[] {
    const shape = this.shapeOf(acl, owns);
    const found = shape === null ? [] : (entries.get(shape) ?? []);
    const hits = found.map(({ rule, form }) => ({ rule, form, differences: differencesOf(form, acl) }));
    return closestOfEach(hits);
  }

  /** The same for ACLs that differ in nothing but the names of sets, and in priority, action and the like. */
  shapeOf(acl: Acl, owns: (portGroup: string) => boolean): string | null {
    const match = this.canonicalOf(acl.match, {
      portGroup: (name) => (owns(name) ? 'owner' : 'peer'),
      // Else "in the set of the allowed and not in that of the exceptions" would be of no packet.
      addressSet: (_, isExcluded) => (isExcluded ? 'except' : 'peer'),
      port: (name) => (instanceRouterPort.test(name) ? 'peer' : name),
    });
    return match === null ? null : keyOf(acl.direction, match);
  }

  /** One match is asked for many times: rules are alike, and each ACL of a group is compared again for its neighbours. */
  private canonicalOf(match: string, names: SetNames): string | null {
    const parsed = parseMatch(match);
    if (!parsed.ok) return null;
    const renamed = renameSets(parsed.expr, names);
    const text = printMatch(renamed);
    const known = this.canonical.get(text);
    if (known !== undefined) return known;
    const canonical = canonicalMatch(renamed);
    this.canonical.set(text, canonical);
    return canonical;
  }
}

/** A rule becomes the same match in several releases; what counts is the one that is nearest. */
function closestOfEach(hits: readonly FormHit[]): readonly FormHit[] {
  const closest = new Map<RuleDefinition, FormHit>();
  for (const hit of hits) {
    const known = closest.get(hit.rule);
    if (known === undefined || hit.differences.length < known.differences.length) closest.set(hit.rule, hit);
  }
  return [...closest.values()];
}

/** Most files stay as they are when one is edited, and their definitions with them. */
const knownForms = new WeakMap<AclForm, string | null>();

function keyOfForm(form: AclForm, written: Map<string, string | null>): string | null {
  const known = knownForms.get(form);
  if (known !== undefined) return known;
  const text = keyOf(form.direction, form.match);
  let key = written.get(text);
  if (key === undefined) {
    const parsed = parseMatch(form.match);
    key = parsed.ok ? keyOf(form.direction, canonicalMatch(parsed.expr)) : null;
    written.set(text, key);
  }
  knownForms.set(form, key);
  return key;
}

/** What `@external` stands for in a network ACL: where the network's router is. */
const instanceRouterPort = /^(?:incus|lxd)-net\d+-ls-int-lsp-router$/;

function keyOf(direction: Acl['direction'], match: string): string {
  return `${direction}\0${match}`;
}

function differencesOf({ priorities, tier, actions }: AclForm, acl: Acl): readonly string[] {
  return [
    ...(priorities === null || priorities.includes(acl.priority)
      ? []
      : [`the file makes it priority ${priorities.join(' or ')}, the network has ${acl.priority}`]),
    ...(tier === acl.tier ? [] : [`the file makes it tier ${tier}, the network has ${acl.tier}`]),
    ...(actions.includes(acl.action)
      ? []
      : [`the file makes it ${actions.join(' or ')}, the network has ${acl.action}`]),
  ];
}
