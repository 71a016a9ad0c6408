import type { Definition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import type { WantedRule } from '../neutron/wanted';
import { endOfLine, lineEndOf, nameOfWanted, wantedRule } from '../neutron/wanted';
import { createPositionLookup } from '../textPositions';
import type { Declaration, Folder } from './folder';
import { FolderGroups, groupTypes } from './openstack';
import { folderOf } from './sources';
import type { Block } from './syntax';
import { addressOf } from './value';

/** A rule that lets the packet through, for a security group of this very text. */
export function allowInTerraform(
  { file, text }: SourceText,
  folder: Folder,
  beside: Definition,
  packet: WantedPacket,
): RuleEdit | null {
  const rule = wantedRule(packet);
  if (beside.kind !== 'owner' || rule === null) return null;
  const target = findGroup(folder, file, beside.owner.key);
  if (target === null) return null;
  const { block } = target.declaration;
  if (block.closing === null) return null;
  const eol = lineEndOf(text);
  const isCompute = block.labels[0] === 'openstack_compute_secgroup_v2';
  const edit = isCompute
    ? nestedRule(text, block, rule)
    : {
        at: endOfLine(text, lastPlace(folder, file, target)),
        lines: ['', '', ...ruleResource(folder, target, rule)],
      };
  if (edit === null) return null;
  const position = createPositionLookup(text)(edit.at);
  return { range: { start: position, end: position }, newText: edit.lines.join(eol) };
}

interface Target {
  readonly declaration: Declaration;
  readonly address: string;
  readonly key: string;
}

function findGroup(folder: Folder, file: string, key: string): Target | null {
  const groups = new FolderGroups(folder, folderOf(file));
  for (const [root, declaration] of folder.declarations()) {
    const { block } = declaration;
    if (declaration.file !== file || block.type !== 'resource' || !groupTypes.has(block.labels[0] ?? ''))
      continue;
    for (const instance of folder.instances(declaration)) {
      if (instance.key === undefined || groups.group(declaration, root, instance).key !== key) continue;
      return { declaration, address: addressOf(root, instance.key), key };
    }
  }
  return null;
}

/** Behind the last rule of the group in the file, or the group itself. */
function lastPlace(folder: Folder, file: string, { declaration, key }: Target): number {
  const groups = new FolderGroups(folder, folderOf(file));
  let end = declaration.block.end;
  for (const [root, rule] of folder.declarations()) {
    const { type, labels, closing } = rule.block;
    if (rule.file !== file || type !== 'resource' || labels[0] !== 'openstack_networking_secgroup_rule_v2')
      continue;
    const isOfGroup = folder
      .instances(rule)
      .some((instance) => groups.ofRule(rule, root, instance).key === key);
    if (isOfGroup && closing !== null) end = Math.max(end, rule.block.end);
  }
  return end;
}

function ruleResource(folder: Folder, { declaration, address }: Target, rule: WantedRule): readonly string[] {
  const type = 'openstack_networking_secgroup_rule_v2';
  const wanted = `${declaration.block.labels[1] ?? 'rule'}_${nameOfWanted(rule)}`;
  let name = wanted;
  for (let copy = 2; folder.declarations().has(`${type}.${name}`); copy++) name = `${wanted}_${copy}`;
  const ports =
    rule.min === null
      ? []
      : [['port_range_min', rule.min] as const, ['port_range_max', rule.max ?? rule.min] as const];
  return [
    `resource "${type}" "${name}" {`,
    ...[
      ['direction', `"${rule.direction}"`] as const,
      ['ethertype', `"${rule.ethertype}"`] as const,
      ['protocol', `"${rule.protocol}"`] as const,
      ...ports,
      ['remote_ip_prefix', `"${rule.prefix}"`] as const,
      ['security_group_id', `${address}.id`] as const,
    ].map(([argument, value]) => `  ${argument.padEnd('security_group_id'.length)} = ${value}`),
    '}',
  ];
}

/** Nova's groups have rules of their own kind: of what comes in, by three protocols. */
function nestedRule(
  text: string,
  { closing }: Block,
  { direction, protocol, min, max, prefix }: WantedRule,
): { readonly at: number; readonly lines: readonly string[] } | null {
  if (direction !== 'ingress' || !['tcp', 'udp', 'icmp'].includes(protocol) || closing === null) return null;
  const at = text.lastIndexOf('\n', closing - 1) + 1;
  const indent = text.slice(at, closing);
  if (indent.trim() !== '') return null;
  const lines = [
    '  rule {',
    `    from_port   = ${min ?? -1}`,
    `    to_port     = ${max ?? -1}`,
    `    ip_protocol = "${protocol}"`,
    `    cidr        = "${prefix}"`,
    '  }',
  ];
  return { at, lines: [...lines.map((line) => indent + line), ''] };
}
