import { canonicalMatch } from '../ovn/match/canonical';
import { parseMatch } from '../ovn/match/parser';
import { printMatch } from '../ovn/match/print';
import { renameSets, type SetNames } from '../ovn/match/renameSets';
import type { Acl } from '../ovn/northbound';
import type { AclForm, RuleDefinition } from './definition';

/** A form that matches the packets of a live ACL in its direction. */
export interface FormHit {
  readonly rule: RuleDefinition;
  readonly form: AclForm;
  /** In what else they differ, as sentences without an end; empty when in nothing. */
  readonly differences: readonly string[];
}

/** The forms of rules, found by the packets they match. */
export class FormIndex {
  private readonly byMatch = new Map<string, { readonly rule: RuleDefinition; readonly form: AclForm }[]>();
  private readonly canonical = new Map<string, string>();
  /** The same of forms: each stands there once for each tier and priority, and rules are alike. */
  private readonly written = new Map<string, string | null>();

  add(rule: RuleDefinition): void {
    for (const form of rule.forms) {
      const match = canonicalOfForm(form, this.written);
      if (match === null) continue;
      const key = keyOf(form.direction, match);
      const known = this.byMatch.get(key);
      if (known === undefined) this.byMatch.set(key, [{ rule, form }]);
      else known.push({ rule, form });
    }
  }

  get isEmpty(): boolean {
    return this.byMatch.size === 0;
  }

  /** @param owns whether a port group is the owner's: those are what `@owner` stands for. */
  find(acl: Acl, owns: (portGroup: string) => boolean): readonly FormHit[] {
    const shape = this.isEmpty ? null : this.shapeOf(acl, owns);
    if (shape === null) return [];
    return (this.byMatch.get(shape) ?? []).map(({ rule, form }) => ({
      rule,
      form,
      differences: differencesOf(form, acl),
    }));
  }

  /** The same for ACLs that differ in nothing but the names of sets, and in priority, action and the like. */
  shapeOf(acl: Acl, owns: (portGroup: string) => boolean): string | null {
    const match = this.canonicalOf(acl.match, {
      portGroup: (name) => (owns(name) ? 'owner' : 'peer'),
      addressSet: () => 'peer',
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

/** Most files stay as they are when one is edited, and their definitions with them. */
const knownForms = new WeakMap<AclForm, string | null>();

function canonicalOfForm(form: AclForm, known: Map<string, string | null>): string | null {
  let canonical = knownForms.get(form) ?? known.get(form.match);
  if (canonical === undefined) {
    const parsed = parseMatch(form.match);
    canonical = parsed.ok ? canonicalMatch(parsed.expr) : null;
    known.set(form.match, canonical);
  }
  knownForms.set(form, canonical);
  return canonical;
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
