import assert from 'node:assert/strict';
import type { Definition, OwnerDefinition, RuleDefinition } from '../../../src/core/definitions/definition';
import type {
  DefinitionFormat,
  RuleEdit,
  SourceText,
  WantedPacket,
} from '../../../src/core/definitions/format';
import { indexDefinitions } from '../../../src/core/definitions/join';
import type { InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { indexInventory } from '../../../src/core/ovn/inventoryIndex';
import type { Acl, PortGroup } from '../../../src/core/ovn/northbound';
import { formats, slice } from './load';

/** A line for each definition: owner and rule, then what it becomes, in few letters. */
export function summary(definitions: readonly Definition[]): readonly string[] {
  return definitions.map((definition) => {
    assert.ok(definition.kind !== 'acl');
    if (definition.kind === 'owner') return `group ${definition.owner.name}`;
    const { owner, label, implicit, forms } = definition;
    const becomes = forms.map(
      ({ direction, match }) => `${direction === 'to-lport' ? 'in' : 'out'} ${short(match)}`,
    );
    return `${owner.name}: ${label}${implicit ? ' (implicit)' : ''}: ${becomes.join(' | ') || '?'}`;
  });
}

/** A match without the owner's ports. */
function short(match: string): string {
  return match.replace(/^(?:in|out)port == @owner && /, '');
}

export function rulesOf(definitions: readonly Definition[]): readonly RuleDefinition[] {
  return definitions.filter(
    (definition) => definition.kind === 'rule' && !definition.implicit,
  ) as RuleDefinition[];
}

export function ownersOf(definitions: readonly Definition[]): readonly OwnerDefinition[] {
  return definitions.filter((definition) => definition.kind === 'owner');
}

/** What the definitions' whole texts begin with, and what says which packets they are about. */
export function places(text: string, definitions: readonly Definition[]): readonly string[] {
  return definitions.map(({ range, matchRange }) => {
    const inner = matchRange.start.offset >= range.start.offset && matchRange.end.offset <= range.end.offset;
    assert.ok(inner, 'what to underline is within the whole');
    const whole = slice(text, range);
    assert.equal(whole, whole.trim());
    return `${whole.replace(/\s+/g, ' ')} <- ${slice(text, matchRange).replace(/\s+/g, ' ')}`;
  });
}

export interface LiveRule {
  readonly id: string;
  /** Without port and group: `ip4 && tcp`. */
  readonly match: string;
  readonly direction?: Acl['direction'];
  readonly action?: string;
}
export interface LiveGroup {
  readonly id: string;
  readonly rules: readonly LiveRule[];
}

/** The number at the end of a UUID. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** The rules that let everything out, as Neutron makes them for each new group. */
export function lettingOut(first: number): readonly LiveRule[] {
  return ['ip4', 'ip6'].map((match, index) => ({ id: uuid(first + index), match, direction: 'from-lport' }));
}

/** What Neutron writes for security groups, and the group that drops. */
export function neutronNetwork(...groups: readonly LiveGroup[]): InventoryIndex {
  const acls: Acl[] = [];
  const add = (changes: Partial<Acl> & Pick<Acl, 'match'>): string => {
    const row = `acl-${acls.length}`;
    acls.push({
      uuid: row,
      name: null,
      direction: 'to-lport',
      priority: 1002,
      action: 'allow-related',
      tier: 0,
      log: false,
      severity: null,
      label: 0,
      options: {},
      externalIds: {},
      ...changes,
    });
    return row;
  };
  const portGroups = groups.map(({ id, rules }): PortGroup => {
    const name = `pg_${id.replaceAll('-', '_')}`;
    return {
      uuid: `group ${id}`,
      name,
      ports: [],
      externalIds: { 'neutron:security_group_id': id },
      acls: rules.map(({ id: rule, match, direction = 'to-lport', action = 'allow-related' }) =>
        add({
          match: `${direction === 'to-lport' ? 'outport' : 'inport'} == @${name} && ${match}`,
          direction,
          action,
          externalIds: { 'neutron:security_group_rule_id': rule },
        }),
      ),
    };
  });
  const drops = (['to-lport', 'from-lport'] as const).map((direction) => {
    const port = direction === 'to-lport' ? 'outport' : 'inport';
    return add({ match: `${port} == @neutron_pg_drop && ip`, direction, priority: 1001, action: 'drop' });
  });
  const dropGroup = { uuid: 'drop', name: 'neutron_pg_drop', ports: [], externalIds: {}, acls: drops };
  return indexInventory({
    switches: [],
    switchPorts: [],
    routers: [],
    routerPorts: [],
    portGroups: [...portGroups, dropGroup],
    acls,
    addressSets: [],
    loadBalancers: [],
    globalOptions: {},
    readAt: 0,
  });
}

/** What is said of each ACL of the network: how sure, of whom, which. */
export function joined(
  definitions: readonly Definition[],
  live: InventoryIndex,
): readonly (readonly string[])[] {
  const index = indexDefinitions(definitions);
  return live.inventory.acls.map((acl) =>
    index.aclLinks(acl, [], live).map(({ definition, confidence }) => {
      assert.ok(definition.kind !== 'acl');
      return `${confidence} ${definition.owner.name}${definition.kind === 'rule' ? ` ${definition.label}` : ''}`;
    }),
  );
}

export function formatOf(id: DefinitionFormat['id']): DefinitionFormat {
  const format = formats.find((each) => each.id === id);
  assert.ok(format);
  return format;
}

export function applyEdit(text: string, { range, newText }: RuleEdit): string {
  return text.slice(0, range.start.offset) + newText + text.slice(range.end.offset);
}

export const webPacket: WantedPacket = {
  direction: 'to-lport',
  family: 4,
  protocol: 'tcp',
  dstPort: 443,
  icmp: null,
  peer: '10.0.0.5',
};

/**
 * Adds the rule and reads again: what was there is as it was, and there is one more rule. Gives the new text and what the rule
 * becomes; null when no rule is offered.
 */
export function allowAndRead(
  format: DefinitionFormat,
  source: SourceText,
  beside: Definition,
  packet: WantedPacket,
): { readonly text: string; readonly becomes: readonly string[]; readonly owner: string } | null {
  const edit = format.allow?.(source, beside, packet) ?? null;
  if (edit === null) return null;
  const text = applyEdit(source.text, edit);
  const before = summary(format.parse(source, []));
  const after = format.parse({ ...source, text }, []);
  const added = after.filter((definition) => !before.includes(summary([definition])[0] ?? ''));
  assert.equal(after.length, before.length + 1, text);
  const [rule] = added;
  assert.ok(added.length === 1 && rule?.kind === 'rule', text);
  return { text, becomes: rule.forms.map(({ match }) => short(match)), owner: rule.owner.key };
}

/** Cuts the text at every offset: reading goes on, and rules that end well before the cut are still found. */
export function assertReadableInHalves(format: DefinitionFormat, source: SourceText, margin: number): void {
  const describe = (definition: RuleDefinition): string =>
    `${definition.range.start.offset} ${definition.label} ${JSON.stringify(definition.forms)}`;
  const whole = rulesOf(format.parse(source, []));
  for (let cut = 0; cut <= source.text.length; cut++) {
    const found = rulesOf(format.parse({ ...source, text: source.text.slice(0, cut) }, [])).map(describe);
    for (const rule of whole.filter(({ range }) => range.end.offset + margin < cut)) {
      assert.ok(found.includes(describe(rule)), `cut at ${cut}: ${rule.label}`);
    }
  }
}
