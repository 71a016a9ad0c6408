import type { Definition } from './definition';
import type { DefinitionFormat, SourceText } from './format';
import { allowInSecurityGroup } from './kubeOvn/allow';
import { readSecurityGroup } from './kubeOvn/securityGroup';
import { readSubnet } from './kubeOvn/subnet';
import { findResources } from './kubernetes/resources';
import { readYamlDocuments } from './yaml/document';
import { isManifest } from './yaml/files';
import { createPlaces, inTextOrder } from './yaml/places';

/** Subnets and SecurityGroups are many things in many systems: the group of the API must be there, too. */
const kinds = /\bkind["']?[ \t]*:[ \t]*["']?(?:SecurityGroup|Subnet)(?:List)?\b/;
const group = /^kubeovn\.io\//;

/** Manifests of kube-ovn's own kinds. */
export function createKubeOvnFormat(): DefinitionFormat {
  return {
    id: 'kube-ovn',
    matches: (file, text) => isManifest(file) && text.includes('kubeovn.io/') && kinds.test(text),
    parse: readManifest,
    allow: (source, beside, packet) => allowInSecurityGroup(source, beside, packet, readManifest),
  };
}

function readManifest(source: SourceText): readonly Definition[] {
  const places = createPlaces('kube-ovn', source);
  return readYamlDocuments(source.text, kinds)
    .flatMap((document) => findResources(document, group))
    .flatMap((resource) => {
      if (typeof resource.value.get('apiVersion').text() !== 'string') return [];
      switch (resource.kind) {
        case 'SecurityGroup':
          return inTextOrder(readSecurityGroup(resource, source.file, places));
        case 'Subnet':
          return readSubnet(resource, source.file, places);
        default:
          return [];
      }
    });
}
