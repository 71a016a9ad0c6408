import * as l10n from '@vscode/l10n';
import { canonicalMatch } from '../ovn/match/canonical';
import { parseMatch } from '../ovn/match/parser';
import { printMatch } from '../ovn/match/print';
import { renameSets, type SetNames } from '../ovn/match/renameSets';
import type { Acl } from '../ovn/northbound';
import type { AclForm, RuleDefinition } from './definition';
import { push } from './matchIndex';
import type { KnownOwner } from './owners';

/** A form that matches the packets of a live ACL in its direction. */
export interface FormHit {
  readonly rule: RuleDefinition;
  readonly form: AclForm;
  /** In what else they differ, as sentences without an end; empty when in nothing. */
  readonly differences: readonly string[];
}

/** A rule with one of its forms. */
export interface RuleForm {
  readonly rule: RuleDefinition;
  readonly form: AclForm;
}

/** The forms of rules by their shape: a form costs a tenth of a millisecond, and there may be a hundred thousand. */
export class FormEntries {
  private readonly byShape = new Map<string, RuleForm[]>();

  /** @param written shapes of texts: a form stands there once for each tier and priority, and rules are alike. */
  constructor(private readonly written = new Map<string, string | null>()) {}

  get size(): number {
    return this.byShape.size;
  }

  add(rule: RuleDefinition): void {
    for (const form of rule.forms) {
      const key = keyOfForm(form, this.written);
      if (key !== null) push(this.byShape, key, { rule, form });
    }
  }

  get(shape: string): readonly RuleForm[] {
    return this.byShape.get(shape) ?? [];
  }
}

/** Finds rules by the packets that their forms match. */
export class FormIndex {
  private readonly ofOwners = new WeakMap<KnownOwner, FormEntries>();
  private readonly canonical = new Map<string, string>();
  private readonly written = new Map<string, string | null>();
  /** Hundreds of groups have an ACL of the same shape, priority and action, which hundreds of rules become. */
  private readonly anonymousHits = new Map<string, readonly FormHit[]>();

  /** @param anonymous rules by shape, of owners that only their rules can tell; null when there are none. */
  constructor(private readonly anonymous: ((shape: string) => readonly RuleForm[]) | null) {}

  /** The anonymous rules. @param owns whether a port group is the owner's: those are what `@owner` stands for. */
  find(acl: Acl, owns: (portGroup: string) => boolean): readonly FormHit[] {
    const shape = this.anonymous === null ? null : this.shapeOf(acl, owns);
    if (this.anonymous === null || shape === null) return [];
    const found = this.anonymous(shape);
    if (found.length === 0) return [];
    const key = `${acl.priority} ${acl.tier} ${acl.action} ${shape}`;
    let hits = this.anonymousHits.get(key);
    if (hits === undefined) this.anonymousHits.set(key, (hits = hitsOf(found, acl)));
    return hits;
  }

  /** The rules of an owner. */
  among(owner: KnownOwner, acl: Acl, owns: (portGroup: string) => boolean): readonly FormHit[] {
    let entries = this.ofOwners.get(owner);
    if (entries === undefined) {
      entries = new FormEntries(this.written);
      for (const rule of owner.rules) entries.add(rule);
      this.ofOwners.set(owner, entries);
    }
    const shape = this.shapeOf(acl, owns);
    return shape === null ? [] : hitsOf(entries.get(shape), acl);
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
function hitsOf(found: readonly RuleForm[], acl: Acl): readonly FormHit[] {
  const closest = new Map<RuleDefinition, FormHit>();
  for (const { rule, form } of found) {
    const differences = differencesOf(form, acl);
    const known = closest.get(rule);
    if (known === undefined || differences.length < known.differences.length)
      closest.set(rule, { rule, form, differences });
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
      : [
          l10n.t(
            'the file makes it priority {0}, the network has {1}',
            alternatives(priorities.map(String)),
            acl.priority,
          ),
        ]),
    ...(tier === acl.tier ? [] : [l10n.t('the file makes it tier {0}, the network has {1}', tier, acl.tier)]),
    ...(actions.includes(acl.action)
      ? []
      : [l10n.t('the file makes it {0}, the network has {1}', alternatives(actions), acl.action)]),
  ];
}

function alternatives(words: readonly string[]): string {
  return words.reduce((one, other) => l10n.t('{0} or {1}', one, other));
}
