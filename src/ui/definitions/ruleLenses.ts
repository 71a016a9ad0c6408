import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import type { Definition, OwnerDefinition } from '../../core/definitions/definition';
import { aclsOf } from '../../core/definitions/describeLive';
import { describeOwner, summarizeOwner } from '../../core/definitions/describeOwner';
import { toRange } from '../fileUri';
import { plainLabel } from '../plainLabel';
import type { Settings } from '../settings/settings';
import type { History } from '../trace/history';
import type { Definitions } from './definitions';
import type { KnownComparison, NetworkStates } from './networkStates';
import { resultCommands, stateCommands, traceCommands } from './stateCommands';

/** Above each definition: the live ACL it became, a packet to trace, and what the last trace through it said. */
export class RuleLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly settings: Settings,
    private readonly definitions: Definitions,
    private readonly states: NetworkStates,
    private readonly history: History,
  ) {
    this.listener = vscode.Disposable.from(
      states.onDidChange(() => this.changed.fire()),
      history.onDidChange(() => this.changed.fire()),
      settings.onDidChange((key) => {
        if (key === 'definitions.codeLens') this.changed.fire();
      }),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!this.settings.get('definitions.codeLens', true)) return [];
    const known = this.states.current;
    const definitions = await this.definitions.of(document);
    const owners = definitions.filter((definition) => definition.kind === 'owner');
    const ofOwners = known === null ? [] : owners.flatMap((owner) => ownerLenses(owner, known));
    const ofRules = [...byLine(definitions).values()].flatMap((here) => {
      const [first] = here;
      if (first === undefined) return [];
      const states = here.flatMap((definition) => known?.states.get(definition) ?? []);
      const commands = [
        ...(known === null ? [] : stateCommands(states, known.live)),
        ...traceCommands(here, states, known?.live ?? null),
        ...resultCommands(aclsOf(states), this.history),
      ];
      return commands.map((command) => new vscode.CodeLens(toRange(first.range), command));
    });
    return [...ofOwners, ...ofRules];
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }
}

/** Above a group or policy: how many of its rules are in the network, which opens their ACLs, or the comparison. */
function ownerLenses(owner: OwnerDefinition, known: KnownComparison): readonly vscode.CodeLens[] {
  const summary = summarizeOwner(owner, known);
  const title = describeOwner(summary);
  if (title === null) return [];
  const uuids = [...summary.acls, ...summary.defaults].map(({ uuid }) => uuid);
  const opens =
    uuids.length > 0
      ? { command: commandId('openAcl'), arguments: [uuids] }
      : { command: commandId('compareDefinitions') };
  return [new vscode.CodeLens(toRange(owner.range), { title: plainLabel(title), ...opens })];
}

/** Several can begin in one line: the rounds of a loop, a rule and the group that it is all of. */
function byLine(definitions: readonly Definition[]): ReadonlyMap<number, readonly Definition[]> {
  const lines = new Map<number, Definition[]>();
  for (const definition of definitions) {
    if (definition.kind === 'owner' || (definition.kind === 'rule' && definition.implicit)) continue;
    const { line } = definition.range.start;
    const here = lines.get(line);
    if (here === undefined) lines.set(line, [definition]);
    else here.push(definition);
  }
  return lines;
}
