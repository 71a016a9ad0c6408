import * as l10n from '@vscode/l10n';
import type { Definition, DefinitionLink, TextRange } from '../../core/definitions/definition';
import type { WantedPacket } from '../../core/definitions/format';
import { isOneWay } from '../../core/session/choiceSentence';
import type { TraceReport } from '../../core/session/report';
import type { AskedAcl, ExplainedLoss, FindingCode } from '../../core/trace/explanation';
import { nameAcl } from '../panel/words';

/** A diagnostic as plain data; it becomes the editor's own at the edge. */
export interface PlannedDiagnostic {
  readonly file: string;
  readonly range: TextRange;
  readonly severity: 'warning' | 'information';
  readonly message: string;
  /** Code of the cause, or null for a rule without effect. */
  readonly code: string | null;
  readonly related: readonly RelatedPlace[];
  /** What can be done about it; null for a rule without effect. */
  readonly remedy: Remedy | null;
}

export interface Remedy {
  readonly definition: Definition;
  /** UUID of the live ACL; null when none decided. */
  readonly acl: string | null;
  /** What a rule would have to allow; null when that is not known. */
  readonly wanted: WantedPacket | null;
}

export interface RelatedPlace {
  readonly file: string;
  readonly range: TextRange;
  readonly message: string;
}

/** Which question a report answers: a later answer to the same question replaces the diagnostics of the earlier one. */
export function questionOf(report: TraceReport): string {
  const { request, plan, target } = report;
  return JSON.stringify([target, request ?? plan ?? report.id]);
}

/** What the definitions in the workspace are told by a trace: the rule that lost the packet, and rules without effect. */
export function planDiagnostics(report: TraceReport): readonly PlannedDiagnostic[] {
  const traced = report.choices?.traced.map((choice) => choice.report) ?? [report];
  const planned = traced.flatMap((side) => [
    ...side.explanation.losses.flatMap(diagnosticsOfLoss),
    ...diagnosticsOfWarnings(side),
    ...diagnosticsOfReply(side),
  ]);
  const seen = new Set<string>();
  return planned.filter((diagnostic) => {
    const key = JSON.stringify([diagnostic.file, diagnostic.range.start.offset, diagnostic.message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function diagnosticsOfLoss(loss: ExplainedLoss): readonly PlannedDiagnostic[] {
  return bestLinks(loss.definitions).map((link) => ({
    file: link.definition.file,
    range: link.definition.matchRange,
    severity: link.confidence === 'candidate' ? 'information' : 'warning',
    message:
      link.confidence === 'candidate'
        ? l10n.t('{0} This may be the rule ({1}).', loss.cause.sentence, link.because)
        : loss.cause.sentence,
    code: loss.cause.code,
    related: loss.askedAcls.flatMap((asked) => relatedPlace(asked, link)),
    remedy: {
      definition: link.definition,
      acl: loss.aclStep?.acls[0]?.acl.uuid ?? null,
      wanted: loss.wanted,
    },
  }));
}

/** The reply's rules are told only when it is certainly lost: behind NAT its trace is no proof. */
function diagnosticsOfReply(report: TraceReport): readonly PlannedDiagnostic[] {
  if (report.reply === null) return [];
  const findings = diagnosticsOfWarnings(report.reply);
  if (!isOneWay(report)) return findings;
  const losses = report.reply.explanation.losses.flatMap(diagnosticsOfLoss);
  return [
    ...losses.map((planned) => ({
      ...planned,
      // What a reply needs is a connection, not a rule of its own.
      remedy: planned.remedy && { ...planned.remedy, wanted: null },
      code: 'ONE_WAY' satisfies FindingCode,
      message: l10n.t('The packet arrives, but its reply does not come back. {0}', planned.message),
    })),
    ...findings,
  ];
}

/** Every sure link; where none is sure, the best candidate alone. */
function bestLinks(links: readonly DefinitionLink[]): readonly DefinitionLink[] {
  const sure = links.filter((link) => link.confidence !== 'candidate');
  return sure.length > 0 ? sure : links.slice(0, 1);
}

function relatedPlace(asked: AskedAcl, decided: DefinitionLink): readonly RelatedPlace[] {
  const link = asked.definitions[0];
  if (link === undefined || asked.asked === 'decides') return [];
  const { file, matchRange, range } = link.definition;
  if (file === decided.definition.file && range.start.offset === decided.definition.range.start.offset)
    return [];
  return [{ file, range: matchRange, message: describeAsked(asked) }];
}

function describeAsked({ acl, asked, failing }: AskedAcl): string {
  const name = l10n.t('{0} ({1}, priority {2})', nameAcl(acl), acl.action, acl.priority);
  switch (asked) {
    case 'no':
      return failing === null
        ? l10n.t('{0} does not match this packet.', name)
        : l10n.t('{0} does not match: it needs {1}.', name, failing);
    case 'passed':
      return l10n.t('{0} matches, and passes the packet on to the next tier.', name);
    case 'later':
      return l10n.t('{0} is asked after the rule that decided, so it was not asked.', name);
    case 'unknown':
      return l10n.t('{0} was in scope; whether it matches cannot be told here.', name);
    case 'decides':
      return l10n.t('{0} decided.', name);
  }
}

function diagnosticsOfWarnings({ explanation }: TraceReport): readonly PlannedDiagnostic[] {
  // What stops a reply is told by the reply.
  const warnings = explanation.warnings.filter(({ code }) => code !== 'ONE_WAY');
  return warnings.flatMap((warning) =>
    bestLinks(explanation.definitions[warning.acl ?? ''] ?? []).map((link) => ({
      file: link.definition.file,
      range: link.definition.matchRange,
      severity: 'warning' as const,
      message: warning.message,
      code: null,
      related: [],
      remedy: null,
    })),
  );
}

/** Where a range is after an edit of the text, as offsets; null when the edit touched it. */
export function moveRange(
  range: { readonly start: number; readonly end: number },
  edit: { readonly offset: number; readonly removed: number; readonly inserted: number },
): { readonly start: number; readonly end: number } | null {
  const editEnd = edit.offset + edit.removed;
  if (edit.offset > range.end || (edit.offset === range.end && edit.removed > 0)) return range;
  const shift = edit.inserted - edit.removed;
  // An insertion right at either edge may extend the rule, so only edits that end clear of it leave it alone.
  if (editEnd < range.start) return { start: range.start + shift, end: range.end + shift };
  return null;
}
