import type { Definition } from './definition';
import type { DefinitionFormat, SourceText } from './format';
import type { Grammar } from './grammar';
import { DefinitionWriter } from './neutron/definitions';
import { Folder } from './terraform/folder';
import { readOpenstack } from './terraform/openstack';
import { allowInTerraform } from './terraform/openstackAllow';
import type { ReadFile } from './terraform/sources';
import { createFileReader, folderOf, isConfiguration, isReadByItself } from './terraform/sources';

/** The format of Terraform and OpenTofu: resources that become ACLs. */
export function createTerraformFormat(grammar: Grammar): DefinitionFormat {
  const readFile = createFileReader((text) => grammar.parse(text));
  return {
    id: 'terraform',
    matches: (file, text) => isConfiguration(file) && mayHoldRules(text),
    prepare: () => grammar.load(),
    isSibling: (file) => isConfiguration(file) || isReadByItself(file),
    parse: (source, siblings) =>
      mayHoldRules(source.text) ? readDefinitions(source, siblings, readFile) : [],
    allow: (source, beside, packet) => {
      const folder = readFolder(source, [], readFile);
      return allowInTerraform(source, folder, beside, packet);
    },
  };
}

function mayHoldRules(text: string): boolean {
  return /\bresource\s+"?openstack_(?:networking|compute)_secgroup_/.test(text);
}

function readDefinitions(
  source: SourceText,
  siblings: readonly SourceText[],
  readFile: ReadFile,
): readonly Definition[] {
  const folder = readFolder(source, siblings, readFile);
  const writer = new DefinitionWriter('terraform', source.file, source.text);
  const definitions = readOpenstack(folder, folderOf(source.file), source.file, writer);
  return definitions.toSorted((one, other) => one.range.start.offset - other.range.start.offset);
}

function readFolder(source: SourceText, siblings: readonly SourceText[], readFile: ReadFile): Folder {
  const others = siblings.filter(({ file }) => file !== source.file);
  return new Folder([source, ...others].map((each) => ({ file: each.file, syntax: readFile(each) })));
}
