import { setImmediate } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../../contributions';
import type { DefinitionLink } from '../../core/definitions/definition';
import { TraceFailure } from '../../core/failure';
import type { TraceReport } from '../../core/session/report';
import type { ExportKind } from '../../protocol/panelMessages';
import { describeCommand } from '../../target/commandLine';
import { toRange, uriOf } from '../fileUri';
import type { Services } from '../services';
import { exportFormats, exportReport } from '../trace/exportText';
import { savedFilePath } from '../trace/savedFile';
import { entryArgument, entryArguments, entryOf } from '../trace/traceEntry';
import type { TraceEntry } from '../trace/traceEntry';
import { askFilter } from '../views/askFilter';
import type { HopElement } from '../views/hopNodes';
import { orderOfEntry } from './traceCommands';

type ResultHandlers = Pick<
  CommandHandlers,
  | 'openTraceOutput'
  | 'showTrace'
  | 'saveTrace'
  | 'deleteTrace'
  | 'filterTraces'
  | 'clearTraceFilter'
  | 'clearHistory'
  | 'copyCommandLine'
  | 'exportTrace'
  | 'clearDiagnostics'
  | 'revealHop'
>;

/** The commands about traces that were made. */
export function createResultCommands(services: Services): ResultHandlers {
  const { current, history, saved, diagnostics, traces, tracesView, panel, kept } = services;
  return {
    openTraceOutput: async () => {
      const text = await pickText();
      if (text !== undefined) await openText(services, text);
    },
    showTrace: async (argument) => {
      const entry = entryArgument(argument);
      const report = entry === undefined ? current.report : history.report(entry);
      if (report !== null && report !== undefined) {
        current.show(report);
        await panel().showReport(report);
        return;
      }
      // After a reload only the question is known; the answer may have changed, so it is asked again.
      const order = entry === undefined ? null : orderOfEntry(services, entry);
      if (order === null) panel().reveal();
      else await traces.runAndShow(order);
    },
    saveTrace: async (argument) => {
      const wanted =
        entryArgument(argument) ?? (current.report === null ? undefined : entryOf(current.report));
      if (wanted === undefined || (wanted.request === null && wanted.plan === null)) {
        throw new TraceFailure('bad-request', l10n.t('There is no trace to save.'), {
          advice: l10n.t('Trace a packet first; text that was opened cannot be traced again.'),
        });
      }
      const name = await vscode.window.showInputBox({
        title: l10n.t('Save Trace'),
        prompt: l10n.t('Name under which colleagues find it'),
        value: wanted.title,
        validateInput: (text) => (text.trim() === '' ? l10n.t('A name is needed.') : null),
      });
      if (name !== undefined) await saved.save(wanted, name.trim());
    },
    deleteTrace: async (argument, selected) => {
      const entries = entryArguments(argument, selected);
      if (entries.length === 0 || !(await agreesToDelete(entries))) return;
      const [inFile, made] = [
        entries.filter((entry) => entry.saved),
        entries.filter((entry) => !entry.saved),
      ];
      if (made.length > 0) {
        const forgotten = made.flatMap(({ id }) => [kept.shown.forget(id), kept.compared.forget(id)]);
        await Promise.all([history.remove(made), ...forgotten]);
      }
      if (inFile.length > 0) await saved.remove(inFile);
    },
    filterTraces: () => askFilter(tracesView),
    clearTraceFilter: () => tracesView.setFilter(''),
    clearHistory: async () => {
      const made = history.list();
      if (made.length > 0 && !(await agreesToDelete(made))) return;
      await Promise.all([history.clear(), kept.shown.forget(), kept.compared.forget()]);
    },
    copyCommandLine: () => copyCommandLine(services, requireReport(current.report)),
    exportTrace: async (argument) => {
      const entry = entryArgument(argument);
      const report = entry === undefined ? requireReport(current.report) : await reportOf(services, entry);
      const chosen = await vscode.window.showQuickPick(
        exportFormats().map(({ kind, label, description }) => ({ format: kind, label, description })),
        { title: l10n.t('Export Trace'), placeHolder: l10n.t('Format') },
      );
      if (chosen !== undefined) await openExport(report, chosen.format);
    },
    clearDiagnostics: () => diagnostics.clear(),
    revealHop: (element) => {
      // A line of an earlier trace, or what another extension passes, leads nowhere any more.
      const shown = [current.report, current.report?.reply].filter((report) => report instanceof Object);
      if (element?.kind === 'hop' && shown.includes(element.report)) return revealHop(services, element);
    },
  };
}

/** Reads a text as a trace and shows it. A text that is none is shown as such, with its raw output. */
export async function openText(services: Services, text: string): Promise<void> {
  if (text.trim() === '') {
    throw new TraceFailure('not-a-trace', l10n.t('There is no text to read.'), {
      advice: l10n.t('Copy or open the output of ovn-trace first.'),
    });
  }
  const { interpretTextInSlices } = await import('../../core/session/interpretText');
  await services.traces.show(await interpretTextInSlices(text, Date, setImmediate));
}

/** Puts the command on the clipboard as a person would type it on this machine. */
export async function copyCommandLine(services: Services, report: TraceReport): Promise<void> {
  const [program, ...rest] = report.argv ?? [];
  if (program === undefined) {
    throw new TraceFailure('bad-request', l10n.t('This text was opened, so no command made it here.'));
  }
  const target = services.targets.require(report.target ?? undefined);
  await vscode.env.clipboard.writeText(describeCommand(target, [program, ...rest]));
  vscode.window.setStatusBarMessage(l10n.t('$(check) Command line copied'), 3000);
}

/** Opens the report in another form, as a new document that can be saved or copied from. */
export async function openExport(report: TraceReport, kind: ExportKind): Promise<void> {
  const format = exportFormats().find((candidate) => candidate.kind === kind);
  const content = exportReport(report, kind, (file) => vscode.workspace.asRelativePath(uriOf(file)));
  const document = await vscode.workspace.openTextDocument({
    content,
    language: format?.language ?? 'plaintext',
  });
  await vscode.window.showTextDocument(document);
}

export async function openDefinition({ definition }: DefinitionLink): Promise<void> {
  await vscode.window.showTextDocument(uriOf(definition.file), {
    selection: toRange(definition.matchRange),
    viewColumn: vscode.ViewColumn.One,
  });
}

/** A hop that an ACL decided leads to its definition, the others to their place in the panel. */
async function revealHop({ panel }: Services, element: Extract<HopElement, { kind: 'hop' }>): Promise<void> {
  panel().showHop(element.side, element.hop);
  const step = element.report.explanation.aclSteps.find(({ hop }) => hop === element.hop);
  const uuid = step?.acls[0]?.acl.uuid;
  const link = uuid === undefined ? undefined : element.report.explanation.definitions[uuid]?.[0];
  if (link !== undefined) await openDefinition(link);
}

/** The result of an entry; after a reload only the question is known, so it is asked again. */
async function reportOf(services: Services, entry: TraceEntry): Promise<TraceReport> {
  const known = services.history.report(entry);
  if (known !== undefined) return known;
  const order = orderOfEntry(services, entry);
  if (order === null) return requireReport(null);
  const words = { title: l10n.t('Tracing {0}', entry.title), doing: l10n.t('tracing') };
  const report = await services.tasks.run(words, (signal) => services.traces.trace(order, signal));
  await services.traces.show(report);
  return report;
}

/** One line is deleted at once, as it can be made again; several are asked about. */
async function agreesToDelete(entries: readonly TraceEntry[]): Promise<boolean> {
  if (entries.length === 1) return true;
  const saved = entries.filter((entry) => entry.saved).length;
  const detail = saved === 0 ? '' : l10n.t('{0} of them are in {1} of the workspace.', saved, savedFilePath);
  const message = l10n.t('Delete {0} traces?', entries.length);
  const remove = l10n.t('Delete');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) === remove;
}

function requireReport(report: TraceReport | null): TraceReport {
  if (report !== null) return report;
  throw new TraceFailure('bad-request', l10n.t('No trace is shown.'), {
    advice: l10n.t('Trace a packet first.'),
  });
}

interface TextSource extends vscode.QuickPickItem {
  readonly read: () => Promise<string | undefined>;
}

async function pickText(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const sources: readonly TextSource[] = [
    {
      label: l10n.t('$(clippy) From Clipboard'),
      description: l10n.t('text that was copied'),
      read: async () => vscode.env.clipboard.readText(),
    },
    ...(editor === undefined
      ? []
      : [
          {
            label: l10n.t('$(file-text) From Active Editor'),
            description: l10n.t('the selection, or the whole text'),
            read: () => Promise.resolve(textOf(editor)),
          },
        ]),
    {
      label: l10n.t('$(folder-opened) From File…'),
      description: l10n.t('saved output of ovn-trace'),
      read: readChosenFile,
    },
  ];
  const chosen = await vscode.window.showQuickPick(sources, {
    title: l10n.t('Open Trace Output'),
    placeHolder: l10n.t('Where is the output of ovn-trace?'),
  });
  return chosen?.read();
}

function textOf(editor: vscode.TextEditor): string {
  return editor.selection.isEmpty ? editor.document.getText() : editor.document.getText(editor.selection);
}

async function readChosenFile(): Promise<string | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ openLabel: l10n.t('Open Trace Output') })) ?? [];
  if (uri === undefined) return undefined;
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
