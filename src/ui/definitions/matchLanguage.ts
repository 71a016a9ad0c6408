import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { AclDefinition, Definition } from '../../core/definitions/definition';
import { placeMatch, type MatchPlace } from '../../core/definitions/matchText';
import { describeField } from '../../core/ovn/match/fieldWords';
import { symbolNamed, symbolNames } from '../../core/ovn/match/fields';
import { lexMatch } from '../../core/ovn/match/lexer';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import { ownerOfGroup } from '../../core/acl/ownerOf';
import type { Definitions } from './definitions';
import type { NetworkStates } from './networkStates';

/** Enough to see what a set is; all of it is a look into the database. */
const mostMembers = 12;
/** The editor filters what it is given, and takes its time over very many. */
const mostItems = 2000;

/** Completion and hovers in match expressions of ACLs. */
export class MatchLanguage implements vscode.CompletionItemProvider, vscode.HoverProvider {
  constructor(
    private readonly definitions: Definitions,
    private readonly states: NetworkStates,
  ) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionList | undefined> {
    const found = await this.matchAt(document, position);
    if (found === null) return undefined;
    const before = found.match.slice(0, found.offset);
    const word = /[@$]?[\w.]*$/.exec(before)?.[0] ?? '';
    const range = new vscode.Range(position.translate(0, -word.length), position);
    const live = this.states.current?.live ?? null;
    const port = /\b(?:in|out)port\s*[!=]=\s*"([^"]*)$/.exec(before);
    if (port !== null) {
      const name = new vscode.Range(position.translate(0, -(port[1] ?? '').length), position);
      return limited(live?.inventory.switchPorts ?? [], (row) =>
        item(row.name, vscode.CompletionItemKind.Value, name, row.friendlyName ?? row.switchName),
      );
    }
    if (insideString(before)) return undefined;
    if (word.startsWith('@')) {
      return limited(live?.inventory.portGroups ?? [], (row) =>
        item(`@${row.name}`, vscode.CompletionItemKind.Enum, range, l10n.t('{0} ports', row.ports.length)),
      );
    }
    if (word.startsWith('$')) {
      const sets = [
        ...(live?.inventory.addressSets ?? []).map(({ name, addresses }) => ({
          name,
          about: l10n.t('{0} addresses', addresses.length),
        })),
        ...(live?.inventory.portGroups ?? []).flatMap(({ name }) =>
          ['ip4', 'ip6'].map((family) => ({
            name: `${name}_${family}`,
            about: l10n.t('addresses of port group {0}', name),
          })),
        ),
      ];
      return limited(sets, ({ name, about }) =>
        item(`$${name}`, vscode.CompletionItemKind.Enum, range, about),
      );
    }
    return limited(symbolNames(), (name) => fieldItem(name, range));
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const found = await this.matchAt(document, position);
    if (found === null) return undefined;
    const token = lexMatch(found.match).find(({ start, end }) => start <= found.offset && found.offset < end);
    if (token === undefined || !('name' in token)) return undefined;
    const words = this.describe(token.kind, token.name);
    if (words === null) return undefined;
    const range = new vscode.Range(
      document.positionAt(found.place.toFile(token.start)),
      document.positionAt(found.place.toFile(token.end)),
    );
    return new vscode.Hover(words, range);
  }

  private describe(kind: string, name: string): vscode.MarkdownString | null {
    const live = this.states.current?.live ?? null;
    switch (kind) {
      case 'identifier':
        return describeSymbol(name);
      case 'port-group':
        return live && describeGroup(name, live);
      case 'address-set':
        return live && describeSet(name, live);
      default:
        return null;
    }
  }

  /** The match that the position is in, with its offset there. */
  private async matchAt(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<{ readonly match: string; readonly offset: number; readonly place: MatchPlace } | null> {
    const at = document.offsetAt(position);
    const text = document.getText();
    for (const definition of await this.definitions.of(document)) {
      if (!isAclAt(definition, at)) continue;
      const place = placeMatch(definition, text);
      const offset = place?.toMatch(at) ?? null;
      if (place !== null && offset !== null) return { match: definition.match ?? '', offset, place };
    }
    return null;
  }
}

function isAclAt(definition: Definition, at: number): definition is AclDefinition {
  const { start, end } = definition.matchRange;
  return definition.kind === 'acl' && start.offset <= at && at <= end.offset;
}

function insideString(before: string): boolean {
  return before.replace(/\\./g, '').split('"').length % 2 === 0;
}

function limited<Row>(
  rows: readonly Row[],
  toItem: (row: Row) => vscode.CompletionItem,
): vscode.CompletionList {
  return new vscode.CompletionList(rows.slice(0, mostItems).map(toItem), rows.length > mostItems);
}

function item(
  label: string,
  kind: vscode.CompletionItemKind,
  range: vscode.Range,
  detail: string,
): vscode.CompletionItem {
  const made = new vscode.CompletionItem(label, kind);
  made.range = range;
  made.detail = detail;
  // The editor compares with the text from the `@` or `$` on.
  made.filterText = label;
  return made;
}

function fieldItem(name: string, range: vscode.Range): vscode.CompletionItem {
  const isPredicate = symbolNamed(name)?.expansion !== null;
  const kind = isPredicate ? vscode.CompletionItemKind.Keyword : vscode.CompletionItemKind.Field;
  const described = describeField(name);
  const made = item(name, kind, range, described?.facts.join(', ') ?? '');
  made.documentation = described?.about ?? '';
  // Registers and flags are OVN's own business.
  made.sortText = `${/^x*reg\d|^flags|^ct_(?:mark|label)\./.test(name) ? 1 : 0}${name}`;
  return made;
}

function describeSymbol(name: string): vscode.MarkdownString | null {
  const described = describeField(name);
  if (described === null) return null;
  return new vscode.MarkdownString()
    .appendMarkdown(`**${name}** `)
    .appendText(`${described.about} `)
    .appendMarkdown('\n\n')
    .appendText(described.facts.join('; '));
}

function describeGroup(name: string, live: InventoryIndex): vscode.MarkdownString {
  const group = live.portGroup(name);
  const words = new vscode.MarkdownString();
  if (group === undefined)
    return words.appendText(
      l10n.t('There is no port group {0} in the network: OVN takes no packet for a match with it.', name),
    );
  const owner = ownerOfGroup(name, live);
  const names = group.ports.map((port) => live.port(port)?.friendlyName ?? port).sort();
  return words.appendText(
    l10n.t('Port group {0}: {1}.', owner === null ? name : `${name} (${owner})`, listMembers(names, 'port')),
  );
}

function describeSet(name: string, live: InventoryIndex): vscode.MarkdownString {
  const addresses = live.addressSet(name);
  const words = new vscode.MarkdownString();
  if (addresses === undefined)
    return words.appendText(l10n.t('There is no address set {0} in the network.', name));
  return words.appendText(l10n.t('Address set {0}: {1}.', name, listMembers(addresses, 'address')));
}

function listMembers(members: readonly string[], noun: 'port' | 'address'): string {
  if (members.length === 0) return noun === 'port' ? l10n.t('no ports') : l10n.t('no addresses');
  const shown = members.slice(0, mostMembers).join(', ');
  return members.length > mostMembers
    ? l10n.t('{0} and {1} more', shown, members.length - mostMembers)
    : shown;
}
