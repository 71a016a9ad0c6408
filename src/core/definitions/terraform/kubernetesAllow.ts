import type { Definition } from '../definition';
import type { RuleEdit, SourceText, WantedPacket } from '../format';
import { portOf } from '../kubernetes/allow';
import { gresses } from '../kubernetes/gress';
import { isIsolated } from '../kubernetes/networkPolicy';
import { endOfLine, lineEndOf } from '../neutron/wanted';
import { checkedEdit, hostNetwork } from '../yaml/edits';
import { createPlaces } from '../yaml/places';
import type { Folder } from './folder';
import { keyOfPolicy, nestedPolicy, policyTypes } from './kubernetes';
import type { Block } from './syntax';

/** A rule for the packet in the policy of this very text that the definition is of. */
export function allowInPolicy(
  source: SourceText,
  folder: Folder,
  beside: Definition,
  packet: WantedPacket,
  parse: (source: SourceText) => readonly Definition[],
): RuleEdit | null {
  const gress = gresses.find(({ direction }) => direction === packet.direction);
  const port = portOf(packet);
  if (beside.kind === 'acl' || gress === undefined || port === null) return null;
  for (const [root, declaration] of folder.declarations()) {
    const { file, block } = declaration;
    if (file !== source.file || !policyTypes.has(block.labels[0] ?? '')) continue;
    const instance = folder
      .instances(declaration)
      .find((each) => keyOfPolicy(file, root, each) === beside.owner.key);
    const spec = block.blocks.find(({ type }) => type === 'spec');
    if (instance === undefined || spec === undefined) continue;
    // Where the policy does not deny, its first rule would begin to.
    if (!isIsolated(nestedPolicy(folder, declaration, instance).get('spec'), gress)) return null;
    const lines = [
      `${gress.key} {`,
      '  ports {',
      ...(port.port === undefined ? [] : [`    port     = "${port.port}"`]),
      `    protocol = "${port.protocol}"`,
      '  }',
      `  ${gress.peers} {`,
      '    ip_block {',
      `      cidr = "${hostNetwork(packet)}"`,
      '    }',
      '  }',
      '}',
    ];
    const insertion = insertBlock(source.text, spec, gress.key, lines);
    return checkedEdit(source, insertion, createPlaces('terraform', source), parse);
  }
  return null;
}

/** Behind the last block of its kind, or before the closing brace. */
function insertBlock(text: string, parent: Block, type: string, lines: readonly string[]) {
  if (parent.closing === null) return null;
  const start = text.lastIndexOf('\n', parent.closing - 1) + 1;
  const indent = text.slice(start, parent.closing);
  if (indent.trim() !== '') return null;
  const eol = lineEndOf(text);
  const written = lines.map((line) => `${indent}  ${line}`).join(eol);
  const last = parent.blocks.findLast((block) => block.type === type || block.labels[0] === type);
  const at = last === undefined ? start : endOfLine(text, last.end);
  return {
    span: { start: at, end: at },
    newText: last === undefined ? written + eol : `${eol}${eol}${written}`,
  };
}
