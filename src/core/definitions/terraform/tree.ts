import type { Tree, TreeCursor } from 'web-tree-sitter';
import { literalAttribute } from './literalAttribute';
import type { Attribute, Span } from './syntax';

/** A node of the grammar's tree, without those that have no name of their own. */
export interface TreeNode extends Span {
  readonly type: string;
  readonly children: readonly TreeNode[];
  /** Only of attributes that were read at once. */
  readonly attribute?: Attribute;
}

/** Signs without a name that mean something. */
const keptSigns = new Set(['ellipsis', 'strip_marker']);
/** As deep as anybody nests; what is deeper is cut off. */
const deepest = 300;

/**
 * Copies the tree: each look at a node of the real one is a call into WebAssembly.
 * @param base where in the text the part begins that the tree is of.
 * @param limit where it ends; the tree may be of a little more.
 */
export function copyTree(tree: Tree, text: string, base: number, limit: number): TreeNode {
  const cursor = tree.walk();
  try {
    return copyNode(cursor, text, base, limit, 0);
  } finally {
    cursor.delete();
  }
}

function copyNode(cursor: TreeCursor, text: string, base: number, limit: number, depth: number): TreeNode {
  const type = cursor.nodeType;
  const [start, end] = [Math.min(base + cursor.startIndex, limit), Math.min(base + cursor.endIndex, limit)];
  if (type === 'attribute') {
    const attribute = literalAttribute(text, start, end);
    if (attribute !== null) return { type, start, end, children: [], attribute };
  }
  const children: TreeNode[] = [];
  if (depth < deepest && cursor.gotoFirstChild()) {
    do {
      if (cursor.nodeType === 'comment') continue;
      if (cursor.nodeIsNamed || keptSigns.has(cursor.nodeType))
        children.push(copyNode(cursor, text, base, limit, depth + 1));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return { type, start, end, children };
}
