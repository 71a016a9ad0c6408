import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import { aclsOf, describeStates } from '../../core/definitions/describeLive';
import type { DefinitionState } from '../../core/definitions/compareNetwork';
import type { Definition } from '../../core/definitions/definition';
import { packetOfMatch } from '../../core/definitions/packetOf';
import type { Acl } from '../../core/ovn/northbound';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { TraceReport } from '../../core/session/report';
import { toRange } from '../fileUri';
import type { Settings } from '../settings/settings';
import type { History } from '../trace/history';
import { entryOf } from '../trace/traceEntry';
import { plainLabel } from '../plainLabel';
import type { WizardSeed } from '../wizard/wizardState';
import type { Definitions } from './definitions';
import type { NetworkStates } from './networkStates';

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
    return [...byLine(definitions).values()].flatMap((here) => {
      const [first] = here;
      if (first === undefined) return [];
      const states = here.flatMap((definition) => known?.states.get(definition) ?? []);
      const commands = [
        ...(known === null ? [] : stateCommands(states, known.live)),
        ...traceCommands(here, states, known?.live ?? null),
        ...this.resultCommands(aclsOf(states)),
      ];
      return commands.map((command) => new vscode.CodeLens(toRange(first.range), command));
    });
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  /** The newest trace that one of the ACLs took part in. */
  private resultCommands(acls: readonly Acl[]): readonly vscode.Command[] {
    if (acls.length === 0) return [];
    const uuids = new Set(acls.map(({ uuid }) => uuid));
    for (const entry of this.history.list()) {
      const report = this.history.report(entry);
      if (report === undefined || !tookPart(report, uuids)) continue;
      const title = `${verdictIcons[report.outcome.verdict]} Last trace: ${plainLabel(entry.title)}`;
      return [{ title, command: commandId('showTrace'), arguments: [entryOf(report)] }];
    }
    return [];
  }
}

const verdictIcons: Readonly<Record<TraceReport['outcome']['verdict'], string>> = {
  allow: '$(pass) allowed.',
  answer: '$(pass) answered.',
  drop: '$(error) dropped.',
  reject: '$(error) rejected.',
  mixed: '$(warning) partly lost.',
  unknown: '$(question) undecided.',
  error: '$(question) not made.',
};

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

function stateCommands(states: readonly DefinitionState[], live: InventoryIndex): readonly vscode.Command[] {
  const title = describeStates(states, live);
  if (title === null) return [];
  const uuids = aclsOf(states).map(({ uuid }) => uuid);
  return [
    uuids.length === 0
      ? { title, command: '' }
      : { title: plainLabel(title), command: commandId('openAcl'), arguments: [uuids] },
  ];
}

function traceCommands(
  definitions: readonly Definition[],
  states: readonly DefinitionState[],
  live: InventoryIndex | null,
): readonly vscode.Command[] {
  if (!vscode.workspace.isTrusted) return [];
  const [acl] = aclsOf(states);
  const seed: WizardSeed | null =
    acl !== undefined ? packetOfMatch(acl.match, acl.direction, live) : seedOfText(definitions, live);
  if (seed === null) return [];
  return [
    {
      title: '$(debug-start) Trace a Packet It Matches',
      command: commandId('tracePacket'),
      arguments: [seed],
    },
  ];
}

function seedOfText(definitions: readonly Definition[], live: InventoryIndex | null): WizardSeed | null {
  for (const definition of definitions) {
    if (definition.kind === 'acl' && definition.match !== null && definition.direction !== null) {
      return packetOfMatch(definition.match, definition.direction, live);
    }
    const [form] = definition.kind === 'rule' ? definition.forms : [];
    if (form !== undefined) return packetOfMatch(form.match, form.direction, live);
  }
  return null;
}

function tookPart({ explanation }: TraceReport, uuids: ReadonlySet<string>): boolean {
  return explanation.aclSteps.some(({ acls }) => acls.some(({ acl }) => uuids.has(acl.uuid)));
}
