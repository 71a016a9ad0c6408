import * as vscode from 'vscode';
import { referenceScheme } from '../../contributions';
import {
  buildTableReference,
  chooseRelease,
  listUnknownStages,
  type SeenStage,
} from '../../core/ovn/tableReference';
import type { TraceReport } from '../../core/session/report';
import { layoutReference } from './layoutReference';

/** What a reference can be told of a trace in its address; a hostile text could name thousands. */
const mostUnknownStages = 20;
const longestName = 60;

/**
 * The read-only documents of the table reference: `ovn-tables:/OVN 26.03 Tables.md?ls_in_new=12`. The address holds all that
 * the document is made of, so that it is still there after a reload.
 */
export class TableReferences implements vscode.TextDocumentContentProvider {
  provideTextDocumentContent(uri: vscode.Uri): string {
    const release = /(\d+\.\d+)/.exec(uri.path)?.[1] ?? '';
    return layoutReference(buildTableReference(release, readQuery(uri.query)));
  }

  /**
   * Opens the reference as a rendered page at the stage, in the order of that release, else of the one that the trace was made
   * with.
   */
  async show(report: TraceReport | null, stage: string | null, wanted?: string): Promise<void> {
    const seen = report === null ? [] : stagesOf(report);
    const release = wanted ?? chooseRelease(seen, report?.ovnVersion ?? null);
    const unknown = listUnknownStages(seen)
      .filter(({ stage: name }) => name.length <= longestName)
      .slice(0, mostUnknownStages);
    const uri = vscode.Uri.from({
      scheme: referenceScheme,
      path: `/OVN ${release} Tables.md`,
      query: unknown.map(({ stage: name, table }) => `${name}=${table}`).join('&'),
      fragment: stage ?? '',
    });
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }
}

function stagesOf({ outcome }: TraceReport): readonly SeenStage[] {
  return outcome.hops.flatMap(({ stage, table }) => (stage === null ? [] : [{ stage, table }]));
}

function readQuery(query: string): readonly SeenStage[] {
  return query
    .split('&')
    .map((part) => /^(\w+)=(\d{1,3})$/.exec(part))
    .flatMap((match) => (match?.[1] === undefined ? [] : [{ stage: match[1], table: Number(match[2]) }]));
}
