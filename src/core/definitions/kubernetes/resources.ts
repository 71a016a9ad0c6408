import type { YamlDocument } from '../yaml/document';
import type { YamlValue } from '../yaml/value';

/** An object of the Kubernetes API in a file. */
export interface Resource {
  readonly kind: string;
  /** Null where a template says it; so is `namespace`, also where the file leaves it to who applies it. */
  readonly name: string | null;
  readonly namespace: string | null;
  readonly value: YamlValue;
  readonly spec: YamlValue;
}

/** Lists in lists are no longer what anybody writes. */
const deepestList = 3;

/** The objects of a document that are of a group of the API, those of a `List` one by one. */
export function findResources({ root }: YamlDocument, group: RegExp): readonly Resource[] {
  return resourcesIn(root, group, deepestList);
}

function resourcesIn(value: YamlValue, group: RegExp, depth: number): readonly Resource[] {
  if (!value.isMap) return [];
  const kind = value.get('kind').text();
  if (typeof kind !== 'string') return [];
  // A template of OpenShift is a list with parameters, which are read as unknown text.
  const list = value.get(kind === 'Template' ? 'objects' : 'items');
  if ((kind.endsWith('List') || kind === 'Template') && list.isList) {
    return depth === 0 ? [] : list.items().flatMap((item) => resourcesIn(item, group, depth - 1));
  }
  // Charts choose the version by the cluster's; a file that is being written may not have it yet.
  const version = value.get('apiVersion').text();
  if (typeof version === 'string' && !group.test(version)) return [];
  // A patch of Kustomize that takes the object away.
  if (value.get('$patch').text() === 'delete') return [];
  const metadata = value.get('metadata');
  return [
    {
      kind,
      name: metadata.get('name').text() ?? null,
      namespace: metadata.get('namespace').text() ?? null,
      value,
      spec: value.get('spec'),
    },
  ];
}
