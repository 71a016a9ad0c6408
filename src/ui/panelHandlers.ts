import * as vscode from 'vscode';
import { openCausePage } from './causePage';
import { commandId } from '../contributions';
import { TraceFailure } from '../core/failure';
import { isFailureAction } from './failureActions';
import { runFailureAction } from './failures';
import { copyCommandLine, openDefinition, openExport } from './commands/resultCommands';
import { editAndTrace, lastOrder, orderOf, traceEach, traceReverse } from './commands/traceCommands';
import type { TracePanelHandlers } from './panel/panel';
import type { Services } from './services';
import { requireTrust } from './targets/trust';

/** What the buttons and links of the panel do. */
export function createPanelHandlers(services: Services, extensionUri: vscode.Uri): TracePanelHandlers {
  const { traces, targets, inventories, aclDocuments, current, hops } = services;
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
    copyCommand: (report) => copyCommandLine(services, report),
    exportReport: (report, format) => openExport(report, format),
    openDefinition,
    openAcl: async (uuid) => {
      requireTrust();
      const target = targets.require(current.report?.target ?? undefined);
      const index = inventories.peek(target) ?? (await inventories.read(target));
      const acl = index.acls(uuid)[0];
      if (acl === undefined) {
        throw new TraceFailure(
          'bad-request',
          `This ACL is not in the northbound database of ${target.name} any more.`,
          {
            advice: 'Trace again to see which rule decides now.',
          },
        );
      }
      await aclDocuments.open(target.name, acl);
    },
    openCause: (code) => openCausePage(extensionUri, code),
    openRaw: async (text) => {
      const document = await vscode.workspace.openTextDocument({ content: text, language: 'plaintext' });
      await vscode.window.showTextDocument(document);
    },
    revealHop: (report, hop) => hops.reveal(report, hop),
    failureAction: async (id) => {
      if (isFailureAction(id)) await runFailureAction(id, traces.last?.target.name);
    },
  };
}
