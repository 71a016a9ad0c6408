import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import { aclsOf, describeStates } from '../../core/definitions/describeLive';
import type { DefinitionState } from '../../core/definitions/compareNetwork';
import type { Definition } from '../../core/definitions/definition';
import { packetOfMatch } from '../../core/definitions/packetOf';
import type { Acl } from '../../core/ovn/northbound';
import type { InventoryIndex } from '../../core/ovn/inventoryIndex';
import type { TraceReport } from '../../core/session/report';
import type { History } from '../trace/history';
import { entryOf } from '../trace/traceEntry';
import { plainLabel } from '../plainLabel';
import type { WizardSeed } from '../wizard/wizardState';

/** The newest trace that one of the ACLs took part in. */
export function resultCommands(acls: readonly Acl[], history: History): readonly vscode.Command[] {
  if (acls.length === 0) return [];
  const uuids = new Set(acls.map(({ uuid }) => uuid));
  for (const entry of history.list()) {
    const report = history.report(entry);
    if (report === undefined || !tookPart(report, uuids)) continue;
    const title = l10n.t(
      '{0} Last trace: {1}',
      verdictIcons()[report.outcome.verdict],
      plainLabel(entry.title),
    );
    return [{ title, command: commandId('showTrace'), arguments: [entryOf(report)] }];
  }
  return [];
}

const verdictIcons = (): Readonly<Record<TraceReport['outcome']['verdict'], string>> => ({
  allow: l10n.t('$(pass) allowed.'),
  answer: l10n.t('$(pass) answered.'),
  drop: l10n.t('$(error) dropped.'),
  reject: l10n.t('$(error) rejected.'),
  mixed: l10n.t('$(warning) partly lost.'),
  unknown: l10n.t('$(question) undecided.'),
  error: l10n.t('$(question) not made.'),
});

/** What became of them, in a few words that open the live ACLs, or the comparison where there are none. */
export function stateCommands(
  states: readonly DefinitionState[],
  live: InventoryIndex,
): readonly vscode.Command[] {
  const title = describeStates(states, live);
  if (title === null) return [];
  const uuids = aclsOf(states).map(({ uuid }) => uuid);
  const opens =
    uuids.length > 0
      ? { command: commandId('openAcl'), arguments: [uuids] }
      : { command: commandId('compareDefinitions') };
  return [{ title: plainLabel(title), ...opens }];
}

/** Where the wizard begins for a packet that they match: by the live ACL where there is one; null where neither says. */
export function seedOf(
  definitions: readonly Definition[],
  states: readonly DefinitionState[],
  live: InventoryIndex | null,
): WizardSeed | null {
  const [acl] = aclsOf(states);
  return acl !== undefined ? packetOfMatch(acl.match, acl.direction, live) : seedOfText(definitions, live);
}

/** A packet that they match. */
export function traceCommands(
  definitions: readonly Definition[],
  states: readonly DefinitionState[],
  live: InventoryIndex | null,
): readonly vscode.Command[] {
  if (!vscode.workspace.isTrusted) return [];
  const seed = seedOf(definitions, states, live);
  if (seed === null) return [];
  return [
    {
      title: l10n.t('$(debug-start) Trace a Packet It Matches'),
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
