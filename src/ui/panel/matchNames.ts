import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';

/** So many members of a set or a group are written out. */
const shownMembers = 4;

export interface NamedPart {
  /** `$web_hosts`, `@pg_db` or `"uuid of a port"`, as the match has it. */
  readonly part: string;
  readonly meaning: string;
}

/** What a name in a match stands for, in words; null where it is not known. */
export type NameMeaning = (part: string) => string | null;

/** What the names in a match stand for: members of address sets and port groups, what people call a port. */
export function explainNames(match: string, meaningOf: NameMeaning): readonly NamedPart[] {
  const parts = new Set(match.match(/[$@][\w.]+|"(?:[^"\\]|\\.)*"/g) ?? []);
  return [...parts].flatMap((part) => {
    const meaning = meaningOf(part);
    return meaning === null ? [] : [{ part, meaning }];
  });
}

/** The names in several matches with their meanings, to be kept without the network. */
export function namesInMatches(
  matches: readonly string[],
  meaningOf: NameMeaning | null,
): Readonly<Record<string, string>> {
  if (meaningOf === null) return {};
  const named = matches.flatMap((match) => explainNames(match, meaningOf));
  return Object.fromEntries(named.map(({ part, meaning }) => [part, meaning]));
}

/** The names of a network. */
export function namesOfNetwork(index: InventoryIndex): NameMeaning {
  return (part) => explainName(part, index);
}

function explainName(part: string, index: InventoryIndex): string | null {
  if (part.startsWith('$')) {
    const addresses = index.addressSet(part.slice(1));
    return addresses === undefined ? null : listSome(inOrder(addresses), l10n.t('no address'));
  }
  if (part.startsWith('@')) {
    const ports = index.portGroup(part.slice(1))?.ports;
    return ports === undefined
      ? null
      : listSome(inOrder(ports.map((name) => index.port(name)?.friendlyName ?? name)), l10n.t('no port'));
  }
  const port = index.port(part.slice(1, -1).replace(/\\(.)/g, '$1'));
  if (port === undefined) return null;
  const known = [port.friendlyName, ...port.addresses.flatMap(({ ips }) => ips)].filter(
    (text) => text !== null,
  );
  return known.length === 0 ? null : listSome(known, '');
}

const collator = new Intl.Collator('en', { numeric: true });

/** The database has them in any order. */
function inOrder(names: readonly string[]): readonly string[] {
  return [...names].sort((one, other) => collator.compare(one, other));
}

function listSome(all: readonly string[], none: string): string {
  if (all.length === 0) return none;
  const more = all.length - shownMembers;
  const shown = all.slice(0, shownMembers).join(', ');
  return more > 0 ? l10n.t('{0} and {1} more', shown, more) : shown;
}
