import type { Definition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import { fieldsOf, isAsWanted } from '../instanceAcl/allow';
import type { RuleField, TextEdit } from '../instanceAcl/insertRule';
import type { RuleList } from '../instanceAcl/match';
import { lineEndOf } from '../neutron/wanted';
import { createPlaces } from '../yaml/places';
import type { Folder } from './folder';
import { aclTypes, keyOfAcl } from './networkAcls';
import type { Block, Expression } from './syntax';

/**
 * A rule for the packet in the network ACL of this very text that the definition is of. Not beside a rule that drops or rejects:
 * those come before what allows, wherever they stand.
 */
export function allowInNetworkAcl(
  source: SourceText,
  folder: Folder,
  beside: Definition,
  packet: WantedPacket,
  read: (source: SourceText) => readonly Definition[],
): RuleEdit | null {
  if (beside.kind === 'acl' || (beside.kind === 'rule' && !beside.implicit)) return null;
  const list: RuleList = packet.direction === 'to-lport' ? 'ingress' : 'egress';
  const fields = fieldsOf(list, packet);
  if (fields === null) return null;
  for (const [root, declaration] of folder.declarations()) {
    const { file, block } = declaration;
    if (file !== source.file || !aclTypes.has(block.labels[0] ?? '')) continue;
    const instances = folder.instances(declaration);
    if (!instances.some((each) => keyOfAcl(file, root, each) === beside.owner.key)) continue;
    const edit = insertRule(source.text, block, list, fields);
    if (edit === null || !isAsWanted(source, edit, { beside, list, fields, read })) return null;
    return { range: createPlaces('terraform', source).range(edit), newText: edit.newText };
  }
  return null;
}

/** Behind the last rule of a list that is written out, or a list of its own where there is none. */
function insertRule(
  text: string,
  { attributes, blocks, closing }: Block,
  list: RuleList,
  fields: readonly RuleField[],
): TextEdit | null {
  if (closing === null || blocks.some(({ type, labels }) => type === list || labels[0] === list)) return null;
  const eol = lineEndOf(text);
  const attribute = attributes.get(list);
  if (attribute === undefined) {
    const start = text.lastIndexOf('\n', closing - 1) + 1;
    const indent = text.slice(start, closing);
    if (indent.trim() !== '') return null;
    const lines = [`${list} = [`, ...ruleLines(fields).map((line) => `  ${line}`), ']'];
    return { start, end: start, newText: lines.map((line) => `${indent}  ${line}${eol}`).join('') };
  }
  const { value } = attribute;
  if (value.kind !== 'list') return null;
  const lineStart = text.lastIndexOf('\n', value.start) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const written = ruleLines(fields).map((line) => `${indent}  ${line}`);
  const last = value.items.at(-1);
  if (last === undefined) {
    return { start: value.start, end: value.end, newText: ['[', ...written, `${indent}]`].join(eol) };
  }
  return behind(text, value, last, written.join(eol), eol);
}

/** With a comma between, whether or not there is one already; a comment behind the last rule stays with it. */
function behind(
  text: string,
  list: Expression,
  { end }: Expression,
  written: string,
  eol: string,
): TextEdit | null {
  const left = text.slice(end, list.end);
  const comma = /^\s*,/.exec(left)?.[0] ?? '';
  const comment = /^[ \t]*(?:#|\/\/)[^\r\n]*/.exec(left.slice(comma.length))?.[0] ?? '';
  return {
    start: end,
    end: end + comma.length + comment.length,
    newText: `${comma === '' ? ',' : comma}${comment}${eol}${written}`,
  };
}

function ruleLines(fields: readonly RuleField[]): readonly string[] {
  const width = Math.max(...fields.map(([key]) => key.length));
  return ['{', ...fields.map(([key, value]) => `  ${key.padEnd(width)} = "${value}"`), '},'];
}
