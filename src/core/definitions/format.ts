import type { AclDefinition } from './definition';

/** One way of writing ACLs in files. Reading never fails: what is broken in the text yields no definition. */
export interface DefinitionFormat {
  readonly id: AclDefinition['format'];
  /** Whether the file can hold definitions of this format, from its name and a glance at its text. */
  matches(file: string, text: string): boolean;
  /** The definitions in the text, in the order they are written. */
  parse(text: string, file: string): readonly AclDefinition[];
}

/** The definitions of a file, by every format that claims it. */
export function findDefinitions(
  formats: readonly DefinitionFormat[],
  text: string,
  file: string,
): readonly AclDefinition[] {
  return formats.filter((format) => format.matches(file, text)).flatMap((format) => format.parse(text, file));
}
