import type { Definition } from './definition';
import type { DefinitionFormat, SourceText } from './format';
import { findAclBlocks } from './instanceAcl/aclBlocks';
import { allowInAcl } from './instanceAcl/allow';
import { definitionsOfAcl } from './instanceAcl/definitions';
import { YamlText } from './instanceAcl/yamlText';
import { createPlaces } from './yaml/places';

/** Network ACLs of Incus and LXD, as `incus network acl show` prints them and `create` and `edit` take them. */
export const instanceAclFormat: DefinitionFormat = {
  id: 'instance-acl',
  matches: (file, text) => /\.(?:ya?ml|json|j2|tmpl|tpl)$/i.test(file) && mayHoldAcls(text),
  parse: (source) => readAcls(source),
  allow: (source, beside, packet) => allowInAcl(source, beside, packet, readAcls),
};

/** A list of rules, and rules with one of the four actions or none at all. */
function mayHoldAcls(text: string): boolean {
  return (
    /(?:^|[\s{,"'])(?:in|e)gress["']?[ \t]*:/m.test(text) &&
    (/(?:^|[\s{,"'-])action["']?[ \t]*:[ \t]*(?:["']?(?:allow|drop|reject)|\{\{)/m.test(text) ||
      /(?:^|[\s{,"'])used_by["']?[ \t]*:/m.test(text))
  );
}

function readAcls(source: SourceText): readonly Definition[] {
  if (!mayHoldAcls(source.text)) return [];
  let text: YamlText;
  try {
    text = new YamlText(source.text);
  } catch {
    // The reader of YAML goes as deep into itself as lists are nested, and gives up where that is too deep.
    return [];
  }
  const places = createPlaces('instance-acl', source);
  return findAclBlocks(text).flatMap((block, index) =>
    definitionsOfAcl(
      {
        ...block,
        lists: block.lists.map((list) => ({ ...list, hasFixedIndexes: !text.hasControls })),
      },
      {
        // The command line may name it: `incus network acl create web < web.yaml`.
        name: block.name ?? source.file.replace(/^.*[/\\]/s, ''),
        key: `instance-acl ${source.file} ${index}`,
      },
      places,
    ),
  );
}
