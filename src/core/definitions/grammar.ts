import type { Tree } from 'web-tree-sitter';

/** Reads a text with a grammar; null when it took too long. The caller of this function deletes the tree. */
export type ParseWithGrammar = (text: string) => Tree | null;
/** A grammar that is loaded when it is first wanted. */
export interface Grammar {
  load(): Promise<void>;
  /** Only after `load`. */
  readonly parse: ParseWithGrammar;
}
