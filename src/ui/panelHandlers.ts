import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { openCausePage } from './causePage';
import { commandId } from '../contributions';
import { TraceFailure } from '../core/failure';
import { isFailureAction } from './failureActions';
import { runFailureAction } from './failures';
import { copyCommandLine, openDefinition, openExport } from './commands/resultCommands';
import { editAndTrace, lastOrder, orderOf, traceEach, traceReverse } from './commands/traceCommands';
import { compareWithPrevious } from './commands/compareCommands';
import type { ComparisonHandlers, ComparisonPanel } from './comparison/comparisonPanel';
import type { TraceReport } from '../core/session/report';
import type { TracePanelHandlers } from './panel/handlers';
import type { KeptTraces } from './trace/keptTraces';
import { findPrevious } from './trace/previous';
import { verdictWords } from './panel/words';
import type { Services } from './services';
import { requireTrust } from './targets/trust';
import { describeAge } from './views/traceLine';

/** So many earlier traces are offered where there is nothing to show. */
const mostRecent = 5;

/** What the buttons and links of the panel do. */
export function createPanelHandlers(
  services: Services,
  extensionUri: vscode.Uri,
  comparison: ComparisonPanel,
): TracePanelHandlers {
  const { traces, current, history, hops, staleness, kept } = services;
  return {
    start: async () => {
      await vscode.commands.executeCommand(commandId('tracePacket'));
    },
    traceAgain: async (report) => {
      requireTrust();
      const order = orderOf(services, report);
      if (order !== null) await traces.runAndShow(order);
    },
    traceReverse: (report) => traceReverse(services, report),
    traceReply: (report) => traceReverse(services, report),
    edit: (report) => editAndTrace(services, report),
    traceEach: (report, what) => traceEach(services, report, what),
    openChoice: (report) => traces.show(report),
    retry: async () => {
      requireTrust();
      const order = lastOrder(services);
      if (order !== null) await traces.runAndShow(order);
    },
    openRecent: async (id) => {
      const entry = history.list().find((known) => known.id === id);
      if (entry !== undefined) await vscode.commands.executeCommand(commandId('showTrace'), entry);
    },
    copyCommand: (report) => copyCommandLine(services, report),
    exportReport: (report, format) => openExport(report, format),
    openDefinition,
    openAcl: (uuid) => openLiveAcl(services, uuid, current.report?.target ?? null),
    openCause: (code) => openCausePage(extensionUri, code),
    openRaw: (text) => openDocument(text, 'plaintext'),
    revealHop: (report, hop) => hops.reveal(report, hop),
    previousOf: (report) => findPrevious(report, history.kept()),
    compare: (report) => compareWithPrevious(services, comparison, report),
    failureAction: async (id) => {
      if (isFailureAction(id)) await runFailureAction(id, traces.last?.target.name);
    },
    recent: () =>
      history
        .list()
        .flatMap(({ id, title, target, verdict, at }) => {
          if (verdict === null) return [];
          const { tone, icon, word } = verdictWords(verdict);
          const detail = [target ?? l10n.t('opened text'), describeAge(Date.now() - at)].join(', ');
          return [{ id, title, badge: { tone, icon, text: word }, detail }];
        })
        .slice(0, mostRecent),
    staleness: (report) => staleness.sentence(report),
    namesOf: (report) => staleness.namesOf(report),
    restore: async () => {
      const [report] = await readKept(services, kept.shown);
      if (report === undefined || current.report !== null) return null;
      current.show(report);
      return report;
    },
  };
}

/** The traces of the window before, known to everything that asks for traces from then on. */
async function readKept({ history, staleness }: Services, kept: KeptTraces): Promise<readonly TraceReport[]> {
  return (await kept.read()).map(({ report, meaningOf }) => {
    const held = history.kept().find(({ id }) => id === report.id);
    if (held !== undefined) return held;
    staleness.noteRestored(report, meaningOf);
    history.hold(report);
    return report;
  });
}

/** What the links and buttons of a comparison do. */
export function createComparisonHandlers(services: Services, extensionUri: vscode.Uri): ComparisonHandlers {
  const { current, panel, kept } = services;
  return {
    openTrace: async (report, side, hop) => {
      current.show(report);
      await panel().showReport(report);
      if (hop !== null) panel().showHop(side, hop);
    },
    openDefinition,
    openAcl: (uuid, target) => openLiveAcl(services, uuid, target),
    openCause: (code) => openCausePage(extensionUri, code),
    openMarkdown: (text) => openDocument(text, 'markdown'),
    keep: ({ before, after }) => kept.compared.keep([before, after]),
    restore: async () => {
      const [before, after] = await readKept(services, kept.compared);
      return before === undefined || after === undefined ? null : { before, after };
    },
  };
}

async function openLiveAcl(
  { targets, inventories, aclDocuments }: Services,
  uuid: string,
  targetName: string | null,
): Promise<void> {
  requireTrust();
  const target = targets.require(targetName ?? undefined);
  const index = inventories.peek(target) ?? (await inventories.read(target));
  const acl = index.acls(uuid)[0];
  if (acl === undefined) {
    throw new TraceFailure(
      'bad-request',
      l10n.t('This ACL is not in the northbound database of {0} any more.', target.name),
      {
        advice: l10n.t('Trace again to see which rule decides now.'),
      },
    );
  }
  await aclDocuments.open(target.name, acl);
}

async function openDocument(content: string, language: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
}
