import type { Definition } from './definition';
import type { DefinitionFormat, SourceText } from './format';
import { adminKinds, readAdminNetworkPolicy } from './kubernetes/adminNetworkPolicy';
import { allowInKubernetes } from './kubernetes/allow';
import { readEgressFirewall } from './kubernetes/egressFirewall';
import { readNetworkPolicy } from './kubernetes/networkPolicy';
import { findResources, type Resource } from './kubernetes/resources';
import { readYamlDocuments } from './yaml/document';
import { isManifest } from './yaml/files';
import { createPlaces, inTextOrder, type Places } from './yaml/places';
import type { YamlSpan } from './yaml/value';

const kinds =
  /\bkind["']?[ \t]*:[ \t]*["']?(?:(?:Baseline)?(?:Admin)?NetworkPolicy|EgressFirewall)(?:List)?\b/;
/** Calico and others have a NetworkPolicy of their own. */
const groups = /^(?:networking\.k8s\.io|extensions|policy\.networking\.k8s\.io|k8s\.ovn\.org)\//;

/** Manifests of NetworkPolicies, those of administrators and EgressFirewalls, for whoever applies them to a cluster with OVN. */
export function createKubernetesFormat(): DefinitionFormat {
  return {
    id: 'kubernetes',
    matches: (file, text) => isManifest(file) && kinds.test(text),
    parse: readManifest,
    allow: (source, beside, packet) => allowInKubernetes(source, beside, packet, readManifest),
  };
}

function readManifest(source: SourceText): readonly Definition[] {
  const places = createPlaces('kubernetes', source);
  return readYamlDocuments(source.text, kinds)
    .flatMap((document) => findResources(document, groups))
    .flatMap((resource) => inTextOrder(readResource(resource, source.file, places)));
}

function readResource(resource: Resource, file: string, places: Places): readonly Definition[] {
  switch (resource.kind) {
    case 'NetworkPolicy':
      return readNetworkPolicy(
        { ...resource, titleSpan: titleOf(resource) },
        `NetworkPolicy ${file} ${resource.value.span.start}`,
        places,
      );
    case 'EgressFirewall':
      return readEgressFirewall(resource, file, places);
    default: {
      const admin = adminKinds.find(({ kind }) => kind === resource.kind);
      return admin === undefined ? [] : readAdminNetworkPolicy(resource, admin, file, places);
    }
  }
}

function titleOf({ name, value }: Resource): YamlSpan {
  return name === null ? value.get('kind').span : value.get('metadata').get('name').span;
}
