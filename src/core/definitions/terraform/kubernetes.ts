import type { Definition } from '../definition';
import type { SourceText } from '../format';
import { readNetworkPolicy } from '../kubernetes/networkPolicy';
import { createPlaces, type Places } from '../yaml/places';
import type { Declaration, Folder, Instance } from './folder';
import { nestedOfBlock, nestedOfValue, type NestedReading, type NestedValue } from './nestedValue';
import type { Block } from './syntax';
import type { Reference, Value } from './value';
import { addressOf, plain, unknownAt } from './value';

export const policyTypes: ReadonlySet<string> = new Set([
  'kubernetes_network_policy',
  'kubernetes_network_policy_v1',
]);
const manifestType = 'kubernetes_manifest';
const lists: ReadonlySet<string> = new Set(['ingress', 'egress', 'ports', 'from', 'to']);

/** NetworkPolicies that a file of a folder has Terraform make. */
export function readPolicies(folder: Folder, source: SourceText): readonly Definition[] {
  const places = createPlaces('terraform', source);
  const definitions: Definition[] = [];
  for (const [root, declaration] of folder.declarations()) {
    const { file, block } = declaration;
    const [type = ''] = block.labels;
    if (file !== source.file || block.type !== 'resource') continue;
    if (type !== manifestType && !policyTypes.has(type)) continue;
    for (const instance of folder.instances(declaration)) {
      const key = keyOfPolicy(source.file, root, instance);
      definitions.push(
        ...(type === manifestType
          ? readManifest(folder, declaration, instance, key, places)
          : readResource(folder, declaration, instance, key, places)),
      );
    }
  }
  return definitions;
}

export function keyOfPolicy(file: string, root: string, { key }: Instance): string {
  return `NetworkPolicy ${file} ${key === undefined ? `${root}[?]` : addressOf(root, key)}`;
}

function readResource(
  folder: Folder,
  declaration: Declaration,
  instance: Instance,
  key: string,
  places: Places,
): readonly Definition[] {
  const { block } = declaration;
  const value = nestedPolicy(folder, declaration, instance);
  const metadata = value.get('metadata');
  const name = metadata.get('name');
  const namespace = metadata.get('namespace');
  return readNetworkPolicy(
    {
      name: name.text() ?? null,
      // The provider's own default, other than that of manifests.
      namespace: namespace.text() === undefined && metadata.isMap ? 'default' : (namespace.text() ?? null),
      value,
      spec: value.get('spec'),
      titleSpan: titleOf(name, block, value),
    },
    key,
    places,
  );
}

/** What the resource has in it, in the shape of a manifest. */
export function nestedPolicy(
  folder: Folder,
  { file, block }: Declaration,
  { context, at }: Instance,
): NestedValue {
  const reading = { ...readingOf(folder, file), settle };
  return nestedOfBlock(reading, block, context, at?.file === file ? at : block);
}

function readingOf(folder: Folder, file: string): NestedReading {
  return {
    folder,
    file,
    lists,
    settle: (value) => value,
    resolve: (reference) => nameOfNamespace(folder, reference),
  };
}

/** An object as the API takes it, where the file writes it out. */
function readManifest(
  folder: Folder,
  { file, block }: Declaration,
  { context, at }: Instance,
  key: string,
  places: Places,
): readonly Definition[] {
  const attribute = block.attributes.get('manifest');
  const manifest = folder.value(block, 'manifest', context);
  if (attribute === undefined || manifest === null) return [];
  const span = at?.file === file ? at : block;
  const value = nestedOfValue(manifest, attribute.value, readingOf(folder, file));
  const isPolicy = value.get('kind').text() === 'NetworkPolicy';
  if (!isPolicy || !/^(?:networking\.k8s\.io|extensions)\//.test(value.get('apiVersion').text() ?? ''))
    return [];
  const name = value.get('metadata').get('name');
  return readNetworkPolicy(
    {
      name: name.text() ?? null,
      namespace: value.get('metadata').get('namespace').text() ?? null,
      value: value.placedAt({ start: span.start, end: span.end }),
      spec: value.get('spec'),
      titleSpan: titleOf(name, block, value.placedAt(span)),
    },
    key,
    places,
  );
}

/** The name, if it stands in the resource. */
function titleOf(name: NestedValue, block: Block, { span: whole }: NestedValue): NestedValue['span'] {
  const { span, isMissing } = name;
  const isInside = !isMissing && span.start >= whole.start && span.end <= whole.end;
  if (isInside) return span;
  return whole.start === block.start ? block.nameSpan : whole;
}

/** Arguments as the provider passes them on: texts and numbers without a value are none, and ports are numbers where they can be. */
function settle(value: Value, name: string): Value | null {
  if (value.kind !== 'plain') return value;
  if (value.value === '' || (name === 'end_port' && value.value === 0)) return null;
  const isPort = name === 'port' || name === 'end_port';
  const number = isPort && /^(?:0|-?[1-9]\d{0,8})$/.test(String(value.value)) ? Number(value.value) : null;
  return number === null ? value : plain(number, value.at);
}

/** `kubernetes_namespace.shop.metadata[0].name`, and its id, which is the same. */
function nameOfNamespace(folder: Folder, { root, key, path }: Reference): Value | null {
  if (!/^kubernetes_namespace(?:_v1)?\./.test(root)) return null;
  const steps = path.join(' ').replace(/ ?\[0\]/g, '');
  if (steps !== 'id' && steps !== 'metadata name') return null;
  const declaration = folder.declarations().get(root);
  const metadata = declaration?.block.blocks.find(({ type }) => type === 'metadata');
  if (declaration === undefined || metadata === undefined) return null;
  const instance = folder.instances(declaration).find((each) => each.key === key);
  return instance === undefined
    ? null
    : (folder.value(metadata, 'name', instance.context) ?? unknownAt(null));
}
