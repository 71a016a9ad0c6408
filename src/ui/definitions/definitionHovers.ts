import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import type { Definition, OwnerDefinition } from '../../core/definitions/definition';
import { describeRule, describeWhole, type HoverWords } from '../../core/definitions/describeHover';
import { aclsOf } from '../../core/definitions/describeLive';
import { summarizeOwner } from '../../core/definitions/describeOwner';
import { toRange } from '../fileUri';
import { escapeMarkdown } from '../markdown';
import type { History } from '../trace/history';
import type { Definitions } from './definitions';
import { definitionsAt } from './definitionsAt';
import type { MatchLanguage } from './matchLanguage';
import type { NetworkStates } from './networkStates';
import { resultCommands, traceCommands } from './stateCommands';

/** What a definition became in the network, wherever its match has nothing of its own to say. */
export class DefinitionHovers implements vscode.HoverProvider {
  constructor(
    private readonly definitions: Definitions,
    private readonly states: NetworkStates,
    private readonly history: History,
    private readonly matches: MatchLanguage,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const ofMatch = await this.matches.provideHover(document, position);
    if (ofMatch !== undefined) return ofMatch;
    const here = definitionsAt(
      await this.definitions.of(document),
      document.offsetAt(position),
      position.line,
    );
    const [first] = here;
    if (first === undefined) return undefined;
    const words = first.kind === 'owner' ? this.ofOwner(first) : this.ofRules(first, here);
    return words && new vscode.Hover(words, toRange(first.kind === 'owner' ? first.matchRange : first.range));
  }

  private ofOwner(owner: OwnerDefinition): vscode.MarkdownString | undefined {
    const known = this.states.current;
    if (known === null) return undefined;
    const { acls, defaults } = summarizeOwner(owner, known);
    const uuids = [...acls, ...defaults].map(({ uuid }) => uuid);
    return compose(describeWhole(owner, known, known.live, known.target.name), [
      ...(uuids.length === 0 ? [] : [openAcls(uuids)]),
      { title: l10n.t('Compare with Network'), command: commandId('compareDefinitions') },
    ]);
  }

  private ofRules(first: Definition, here: readonly Definition[]): vscode.MarkdownString {
    const known = this.states.current;
    const states = here.flatMap((definition) => known?.states.get(definition) ?? []);
    const acls = aclsOf(states);
    const words =
      known === null
        ? {
            title: l10n.t('Nothing is known of the network yet.'),
            lines: [l10n.t('Read the inventory to see what became of this.')],
          }
        : describeRule(first, states, known.live, known.target.name);
    return compose(words, [
      ...(known === null
        ? [{ title: l10n.t('Read Inventory'), command: commandId('refreshInventory') }]
        : []),
      ...(acls.length === 0 ? [] : [openAcls(acls.map(({ uuid }) => uuid))]),
      ...traceCommands(here, states, known?.live ?? null),
      ...resultCommands(acls, this.history),
    ]);
  }
}

function openAcls(uuids: readonly string[]): vscode.Command {
  const title = uuids.length === 1 ? l10n.t('Open Live ACL') : l10n.t('Open Live ACLs');
  return { title, command: commandId('openAcl'), arguments: [uuids] };
}

/** Words of the network and of files are text and nothing else; the links are our own. */
function compose({ title, lines }: HoverWords, commands: readonly vscode.Command[]): vscode.MarkdownString {
  const links = commands.map(linkTo);
  const words = new vscode.MarkdownString(
    [`**${escapeMarkdown(title)}**`, ...lines.map(escapeMarkdown), links.join(' · ')].join('\n\n'),
  );
  words.isTrusted = { enabledCommands: commands.map(({ command }) => command) };
  return words;
}

function linkTo({ title, command, arguments: args }: vscode.Command): string {
  const link = vscode.Uri.from({
    scheme: 'command',
    path: command,
    query: JSON.stringify((args as readonly unknown[] | undefined) ?? []),
  });
  return `[${escapeMarkdown(title.replace(/\$\([\w-]+\) /g, ''))}](${link.toString()})`;
}
