import type { Definition } from '../definition';
import type { SourceText } from '../format';
import { actions, criteria, spanOfCriteria } from '../instanceAcl/aclBlocks';
import { definitionsOfAcl, type AclRule, type NetworkAcl } from '../instanceAcl/definitions';
import type { InstanceRule, RuleList } from '../instanceAcl/match';
import { createPlaces } from '../yaml/places';
import type { Declaration, Folder, Instance } from './folder';
import { nestedOfBlock, type NestedReading, type NestedValue } from './nestedValue';
import { addressOf } from './value';

export const aclTypes: ReadonlySet<string> = new Set(['incus_network_acl', 'lxd_network_acl']);
const lists: readonly RuleList[] = ['ingress', 'egress'];

/** Network ACLs of Incus and LXD that a file of a folder has Terraform make. */
export function readNetworkAcls(folder: Folder, source: SourceText): readonly Definition[] {
  const places = createPlaces('terraform', source);
  const definitions: Definition[] = [];
  for (const [root, declaration] of folder.declarations()) {
    const { file, block } = declaration;
    if (file !== source.file || block.type !== 'resource' || !aclTypes.has(block.labels[0] ?? '')) continue;
    for (const instance of folder.instances(declaration)) {
      const acl = readAcl(folder, declaration, instance);
      const name = acl.name ?? addressOf(block.labels[1] ?? '', instance.key ?? null);
      definitions.push(
        ...definitionsOfAcl(acl, { name, key: keyOfAcl(source.file, root, instance) }, places),
      );
    }
  }
  return definitions;
}

export function keyOfAcl(file: string, root: string, { key }: Instance): string {
  return `network ACL ${file} ${key === undefined ? `${root}[?]` : addressOf(root, key)}`;
}

function readAcl(folder: Folder, { file, block }: Declaration, { context, at }: Instance): NetworkAcl {
  const reading: NestedReading = {
    folder,
    file,
    lists: new Set(lists),
    settle: (value) => value,
    resolve: () => null,
  };
  const isMember = at?.file === file;
  const span = isMember ? { start: at.start, end: at.end } : { start: block.start, end: block.end };
  const value = nestedOfBlock(reading, block, context, span);
  const { start, end } = block.attributes.get('name')?.value ?? block.nameSpan;
  return {
    name: value.get('name').text() ?? null,
    span,
    nameSpan: isMember ? span : { start, end },
    lists: lists.map((list) => ({
      list,
      rules: value.get(list).items().map(readRule),
      // The provider takes them for a set: the order in the network is another than that of the file.
      hasFixedIndexes: !value.get(list).hasTemplate && value.get(list).items().length === 1,
    })),
  };
}

function readRule(item: NestedValue): AclRule | null {
  if (!item.isMap) return null;
  const text = (key: string): string | null => {
    const written = item.get(key).text();
    return written === undefined ? '' : (written?.trim() ?? null);
  };
  const action = text('action');
  if (action === '' || (action !== null && !actions.has(action))) return null;
  const isIcmp = /^icmp[46]$/.test(text('protocol') ?? '');
  const fields = criteria.map(([key, field]) => {
    // The provider passes those on for these protocols only.
    const isLeftOut = key.startsWith('icmp_') && !isIcmp && text('protocol') !== null;
    return [field, isLeftOut ? '' : text(key)] as const;
  });
  const isTold = action !== null && fields.every(([, value]) => value !== null);
  const rule = { action, ...Object.fromEntries(fields) } as unknown as InstanceRule;
  const { span } = item;
  const state = text('state');
  return {
    span,
    criteriaSpan: spanOfCriteria(
      item.entries().map(([key, { pairSpan }]) => ({ key, span: pairSpan, isGiven: true })),
      span,
    ),
    rule: isTold ? rule : null,
    state: state === '' ? 'enabled' : state,
  };
}
