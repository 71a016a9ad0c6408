import type { Definition } from './definition';
import type { DefinitionFormat, SourceText } from './format';
import type { Grammar } from './grammar';
import { DefinitionWriter } from './neutron/definitions';
import { Folder } from './terraform/folder';
import { readPolicies } from './terraform/kubernetes';
import { allowInPolicy } from './terraform/kubernetesAllow';
import { allowInNetworkAcl } from './terraform/networkAclAllow';
import { readNetworkAcls } from './terraform/networkAcls';
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
      const read = (text: SourceText): readonly Definition[] => readDefinitions(text, [], readFile);
      return (
        allowInTerraform(source, folder, beside, packet) ??
        allowInPolicy(source, folder, beside, packet, read) ??
        allowInNetworkAcl(source, folder, beside, packet, read)
      );
    },
  };
}

const types =
  'openstack_(?:networking|compute)_secgroup_\\w+|kubernetes_(?:network_policy\\w*|manifest)|(?:incus|lxd)_network_acl';
/** A block, or a key of the JSON syntax. */
const resources = new RegExp(`\\bresource\\s+"?(?:${types})\\b|"(?:${types})"\\s*:`);

function mayHoldRules(text: string): boolean {
  return resources.test(text);
}

function readDefinitions(
  source: SourceText,
  siblings: readonly SourceText[],
  readFile: ReadFile,
): readonly Definition[] {
  const folder = readFolder(source, siblings, readFile);
  const writer = new DefinitionWriter('terraform', source.file, source.text);
  const definitions = [
    ...readOpenstack(folder, folderOf(source.file), source.file, writer),
    ...readPolicies(folder, source),
    ...readNetworkAcls(folder, source),
  ];
  return definitions.toSorted((one, other) => one.range.start.offset - other.range.start.offset);
}

function readFolder(source: SourceText, siblings: readonly SourceText[], readFile: ReadFile): Folder {
  const others = siblings.filter(({ file }) => file !== source.file);
  return new Folder([source, ...others].map((each) => ({ file: each.file, syntax: readFile(each) })));
}
