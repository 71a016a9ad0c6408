import type { Acl } from '../ovn/northbound';
import type { Definition, DefinitionFormatId, TextRange } from './definition';

export interface SourceText {
  /** Path or URI. */
  readonly file: string;
  readonly text: string;
}

/** One way of writing ACLs in files. Reading never fails: what is broken in the text yields no definition. */
export interface DefinitionFormat {
  readonly id: DefinitionFormatId;
  /** Whether the file can hold definitions of this format, from its name and a glance at its text. */
  matches(file: string, text: string): boolean;
  /** Loads what reading takes, such as a grammar; left out where nothing is. Called before `parse`, any number of times. */
  prepare?(): Promise<void>;
  /** Whether the text of another file in the same folder changes how files are read: Terraform takes a folder for one text. */
  isSibling?(file: string): boolean;
  /** The definitions in the text, in the order they are written. */
  parse(source: SourceText, siblings: readonly SourceText[]): readonly Definition[];
  /**
   * The smallest rule that would let the packet through, in this format and in the indentation at hand, beside one of its
   * definitions: next to it when that is a rule that drops, among its rules when it is an owner. Null where none is safe.
   * @param beside as `parse` found it in this very text.
   */
  allow?(source: SourceText, beside: Definition, packet: WantedPacket): RuleEdit | null;
}

/** A packet for which a rule is missing, as the port sees it that the rule is for. */
export interface WantedPacket {
  /** `to-lport`: it is on its way to the port. */
  readonly direction: Acl['direction'];
  readonly family: 4 | 6;
  /** `tcp`, `udp`, `sctp`, `icmp` (of either family), or the number of another. */
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp' | number;
  /** Null for protocols without ports. */
  readonly dstPort: number | null;
  /** Null for other protocols than ICMP. */
  readonly icmp: { readonly type: number; readonly code: number } | null;
  /** Address of the other end. */
  readonly peer: string;
}

/** A change of a text that a person is asked to review. */
export interface RuleEdit {
  /** What is replaced; empty for an insertion. */
  readonly range: TextRange;
  readonly newText: string;
}

/** Finds other files of the folder that a file is in. */
export type ReadSiblings = (
  file: string,
  isWanted: (file: string) => boolean,
) => Promise<readonly SourceText[]>;

/** The definitions of a file, by every format that claims it. */
export async function findDefinitions(
  formats: readonly DefinitionFormat[],
  source: SourceText,
  readSiblings: ReadSiblings,
): Promise<readonly Definition[]> {
  const found: Definition[] = [];
  for (const format of formats) {
    if (!format.matches(source.file, source.text)) continue;
    await format.prepare?.();
    const isSibling = format.isSibling?.bind(format);
    const siblings = isSibling === undefined ? [] : await readSiblings(source.file, isSibling);
    found.push(...format.parse(source, siblings));
  }
  return found;
}
