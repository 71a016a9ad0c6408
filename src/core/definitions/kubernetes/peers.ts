import type { Span } from '../shell/field';
import { networkCovers, readNetwork, type Network } from './addresses';
import type { ManifestValue } from './manifestValue';

/** An `ipBlock` among the peers of a rule. */
export interface BlockPeer {
  readonly span: Span;
  /** What says best which packets. */
  readonly cidrSpan: Span;
  /** Null where the file does not tell it. */
  readonly network: Network | null;
  readonly except: readonly Network[] | null;
}

/** The peers of a rule of a NetworkPolicy. None at all are all. */
export interface Peers {
  readonly count: number;
  readonly blocks: readonly BlockPeer[];
  /** Some are chosen by labels of pods or namespaces. */
  readonly hasSelector: boolean;
  /** False when a template has its hand in them, or they are no peers. */
  readonly isKnown: boolean;
}

export function readPeers(peers: ManifestValue): Peers {
  if (peers.isMissing) return { count: 0, blocks: [], hasSelector: false, isKnown: !peers.hasTemplate };
  const items = peers.items();
  const blocks: BlockPeer[] = [];
  let hasSelector = false;
  let isKnown = peers.isList && !peers.hasTemplate;
  for (const item of items) {
    const block = item.get('ipBlock');
    const selects = item.has('podSelector') || item.has('namespaceSelector');
    if (block.isMap) blocks.push(readBlock(item, block));
    if (selects) hasSelector = true;
    if (block.isMap === selects) isKnown = false;
  }
  return { count: items.length, blocks, hasSelector, isKnown };
}

function readBlock(item: ManifestValue, block: ManifestValue): BlockPeer {
  const cidr = block.get('cidr');
  const network = readNetwork(cidr.text());
  const span = item.span;
  const cidrSpan = cidr.span;
  const isInside = !cidr.isMissing && cidrSpan.start >= span.start && cidrSpan.end <= span.end;
  const except = network === null || block.hasTemplate ? null : readExcept(block.get('except'), network);
  return { span, cidrSpan: isInside ? cidrSpan : span, network, except };
}

/** Null also when nothing is left: then there is no ACL. */
function readExcept(except: ManifestValue, block: Network): readonly Network[] | null {
  if (except.isMissing) return [];
  if (!except.isList) return null;
  const networks = except.items().map((item) => readNetwork(item.text()));
  const known = networks.filter((network) => network !== null);
  const isFine = known.length === networks.length && !known.some((network) => networkCovers(network, block));
  return isFine ? known.filter((network) => network.family === block.family) : null;
}
