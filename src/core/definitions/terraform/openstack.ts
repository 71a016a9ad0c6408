import * as l10n from '@vscode/l10n';
import type { AclForm, Definition, RuleDefinition } from '../definition';
import type { DefinitionWriter, SecurityGroup } from '../neutron/definitions';
import { isUuid, keyOfId } from '../neutron/definitions';
import { formsOfRule } from '../neutron/rule';
import type { Told } from '../neutron/told';
import type { Declaration, Folder, Instance } from './folder';
import { membersOf } from './folder';
import { computeRule, networkRules } from './openstackRules';
import type { Block, Span } from './syntax';
import { addressOf, describeReference, textOfValue } from './value';
import { toldTruth } from './told';

export const groupTypes: ReadonlySet<string> = new Set([
  'openstack_networking_secgroup_v2',
  'openstack_compute_secgroup_v2',
]);
const ruleType = 'openstack_networking_secgroup_rule_v2';

/** A security group that the folder makes, or names. */
export interface FolderGroup extends SecurityGroup {
  readonly stateful: Told<boolean>;
}

/** The security groups of a folder, by the address of each instance. */
export class FolderGroups {
  private readonly known = new Map<string, FolderGroup>();

  constructor(
    private readonly folder: Folder,
    private readonly path: string,
  ) {}

  group(declaration: Declaration, root: string, { key, context }: Instance): FolderGroup {
    const address = key === undefined ? `${root}[?]` : addressOf(root, key);
    const known = this.known.get(address);
    if (known !== undefined) return known;
    const { folder } = this;
    const { block } = declaration;
    const text = (name: string): string | null => {
      const value = folder.value(block, name, context);
      return value === null ? null : textOfValue(value);
    };
    const given = text('secgroup_id') ?? (key === undefined ? null : folder.idOf(root, key));
    const id = given !== null && isUuid(given) ? given : null;
    const stateful = folder.value(block, 'stateful', context);
    const group: FolderGroup = {
      key: id === null ? `terraform:${this.path}:${address}` : keyOfId(id),
      name: text('name') ?? addressOf(block.labels[1] ?? '', key ?? null),
      id,
      stateful: stateful === null ? true : toldTruth(stateful),
    };
    this.known.set(address, group);
    return group;
  }

  /** The group that `security_group_id` means; one of its own where that is computed. */
  ofRule({ file, block }: Declaration, root: string, instance: Instance): FolderGroup {
    const value = this.folder.value(block, 'security_group_id', instance.context);
    const text = value === null ? null : textOfValue(value);
    const unclear = l10n.t('of unknown group');
    if (text !== null) {
      if (isUuid(text)) return { key: keyOfId(text), name: text, id: text, stateful: notTold };
      return { key: `terraform:${this.path}:${text}`, name: text, id: null, stateful: notTold };
    }
    if (value?.kind !== 'reference') {
      const address = `${root}${JSON.stringify(instance.key ?? '?')}`;
      return { key: `terraform:${file}:${address}`, name: unclear, id: null, stateful: notTold };
    }
    const declared = this.folder.declarations().get(value.root);
    const ids = ['id', 'security_group_id', 'secgroup_id'];
    if (declared !== undefined && value.path.length <= 1 && ids.includes(value.path[0] ?? 'id')) {
      const owner = this.folder.instances(declared).find(({ key }) => key === value.key);
      if (owner !== undefined) return this.group(declared, value.root, owner);
    }
    const name = describeReference(value);
    return { key: `terraform:${this.path}:${name}`, name, id: null, stateful: notTold };
  }
}

/** Definitions of OpenStack's security groups in one file of a folder. */
export function readOpenstack(
  folder: Folder,
  path: string,
  file: string,
  writer: DefinitionWriter,
): readonly Definition[] {
  const groups = new FolderGroups(folder, path);
  const definitions: Definition[] = [];
  for (const [root, declaration] of folder.declarations()) {
    const { block } = declaration;
    if (declaration.file !== file || block.type !== 'resource') continue;
    const [type = ''] = block.labels;
    for (const instance of type === ruleType || groupTypes.has(type) ? folder.instances(declaration) : []) {
      if (type === ruleType) definitions.push(readRule(declaration, root, instance));
      else definitions.push(...readGroup(declaration, root, instance));
    }
  }
  return definitions;

  function readRule(declaration: Declaration, root: string, instance: Instance): RuleDefinition {
    const { block } = declaration;
    const group = groups.ofRule(declaration, root, instance);
    const rules = networkRules(folder, block, instance.context, group.stateful);
    const id = instance.key === undefined ? null : folder.idOf(root, instance.key);
    return writer.rule({
      group,
      label: l10n.t('rule {0}', addressOf(block.labels[1] ?? '', instance.key ?? null)),
      id: id !== null && isUuid(id) ? id : null,
      forms: uniqueForms(rules.flatMap(formsOfRule)),
      ...placesOf(block, instance, file),
    });
  }

  function readGroup(declaration: Declaration, root: string, instance: Instance): readonly Definition[] {
    const { block } = declaration;
    const group = groups.group(declaration, root, instance);
    const { place } = placesOf(block, instance, file);
    const nameAt =
      instance.at?.file === file ? place : (block.attributes.get('name')?.value ?? block.nameSpan);
    const removed = folder.value(block, 'delete_default_rules', instance.context);
    const hasDefaults = removed === null || toldTruth(removed) !== true;
    return [
      writer.group(group, place, nameAt),
      ...(hasDefaults ? writer.defaultRules(group, group.stateful, place, nameAt) : []),
      ...(block.labels[0] === 'openstack_compute_secgroup_v2' ? readNestedRules(block, group, instance) : []),
    ];
  }

  function readNestedRules(block: Block, group: FolderGroup, { context }: Instance): readonly Definition[] {
    let index = 0;
    const definitions: Definition[] = [];
    const add = (body: Block, instance: Instance): void => {
      const forms = computeRule(folder, body, instance.context).flatMap(formsOfRule);
      const places = placesOf(body, instance, file);
      definitions.push(
        writer.rule({ group, label: l10n.t('rule {0}', index++), forms: uniqueForms(forms), ...places }),
      );
    };
    for (const nested of block.blocks) {
      if (nested.type === 'rule') add(nested, { key: null, context, at: null });
      const content = nested.blocks.find(({ type }) => type === 'content');
      const forEach = folder.value(nested, 'for_each', context);
      if (nested.type !== 'dynamic' || nested.labels[0] !== 'rule' || !content || !forEach) continue;
      const iterator = nested.attributes.get('iterator')?.value;
      const name = iterator?.kind === 'variable' ? iterator.name : 'rule';
      for (const instance of membersOf(forEach, name, context)) {
        if (!folder.takeNested()) break;
        add(content, instance);
      }
    }
    return definitions;
  }
}

const notTold: FolderGroup['stateful'] = toldTruth(null);

function uniqueForms(forms: readonly AclForm[]): readonly AclForm[] {
  return [...new Map(forms.map((form) => [JSON.stringify(form), form])).values()];
}

const telling = [
  ...['protocol', 'port_range_min', 'port_range_max', 'remote_ip_prefix', 'remote_group_id'],
  ...['ip_protocol', 'from_port', 'to_port', 'cidr', 'from_group_id', 'self', 'remote_address_group_id'],
];

/** Of many rules that one block makes, each is where its member of the collection is, unless that is elsewhere. */
function placesOf(
  block: Block,
  { at }: Instance,
  file: string,
): { readonly place: Span; readonly matchPlace: Span } {
  if (at?.file === file) {
    const place = { start: at.start, end: at.end };
    return { place, matchPlace: place };
  }
  const place = { start: block.start, end: block.end };
  const spans = telling.flatMap((name) => block.attributes.get(name) ?? []);
  if (spans.length === 0) return { place, matchPlace: place };
  const start = Math.min(...spans.map((span) => span.start));
  return { place, matchPlace: { start, end: Math.max(...spans.map((span) => span.end)) } };
}
