import * as z from 'zod';
import { nameAcl } from '../core/acl/nameAcl';
import { compareTraces } from '../core/compare/compareTraces';
import type {
  AclChange,
  HopSides,
  ListChange,
  Sides,
  TextChange,
  TraceComparison,
} from '../core/compare/comparison';
import type { Clock } from '../core/command';
import { TraceFailure } from '../core/failure';
import { interpretText } from '../core/session/interpretText';
import type { TraceReport } from '../core/session/report';
import { nameTable } from '../core/trace/phrases';
import { visibleText } from '../protocol/visibleText';

/** Of a result that `--json` wrote, what is read again: the texts that ovn-trace printed. */
const savedSchema = z.object({
  output: z.string(),
  reply: z.object({ output: z.string() }).nullish(),
  reply_note: z.string().nullish(),
});

/**
 * A trace from the text that ovn-trace printed, or from a result that was saved as JSON.
 * @throws TraceFailure where there is no trace in it.
 */
export function readCompared(file: string, text: string, clock: Clock): TraceReport {
  const report = text.trimStart().startsWith('{') ? readSaved(file, text, clock) : interpretText(text, clock);
  if (report.outcome.verdict !== 'error') return report;
  throw new TraceFailure('bad-request', `${file} holds no trace: ${report.explanation.sentence}`, {
    advice: 'Give two files with the output of ovn-trace, or with results that --json wrote.',
  });
}

function readSaved(file: string, text: string, clock: Clock): TraceReport {
  const saved = savedSchema.safeParse(parseJson(text));
  if (!saved.success) {
    throw new TraceFailure('bad-request', `${file} is no result of a trace.`, {
      advice: 'Give a file with the output of ovn-trace, or with a result that --json wrote.',
    });
  }
  const { output, reply, reply_note: note } = saved.data;
  return {
    ...interpretText(output, clock),
    reply: reply ? interpretText(reply.output, clock) : null,
    ...(note ? { replyNote: note } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Two traces side by side for a person at a terminal, what differs first. Text from outside is made safe to print. */
export function printComparison(reports: Sides<TraceReport>): string {
  const comparison = compareTraces(reports.before, reports.after);
  const { reply } = comparison;
  const replies = repliesOf(reports);
  const lines = [
    ...describe(comparison, reports),
    ...(reply.kind === 'changed' ? describeChange({ name: 'Reply', ...reply }) : []),
    ...(reply.kind === 'both' && replies !== null
      ? ['', 'The reply:', ...describe(reply.comparison, replies).map((line) => `  ${line}`)]
      : []),
  ];
  return `${visibleText(lines.join('\n'))}\n`;
}

/** The same for programs. */
export function comparisonResult(reports: Sides<TraceReport>): object {
  const comparison = compareTraces(reports.before, reports.after);
  const { reply } = comparison;
  const replies = repliesOf(reports);
  return {
    ...resultOf(comparison, reports),
    reply:
      reply.kind === 'both' && replies !== null
        ? resultOf(reply.comparison, replies)
        : reply.kind === 'changed'
          ? { before: reply.before, after: reply.after }
          : null,
  };
}

function repliesOf({ before, after }: Sides<TraceReport>): Sides<TraceReport> | null {
  return before.reply === null || after.reply === null ? null : { before: before.reply, after: after.reply };
}

function describe(comparison: TraceComparison, reports: Sides<TraceReport>): readonly string[] {
  const { sentence, limits, asked, firstDifference, decided, acls, results, choices, remarks } = comparison;
  return [
    sentence,
    ...limits.map((limit) => `  ${limit}`),
    ...asked.flatMap(describeChange),
    ...describeSteps('First step that differs', firstDifference, reports),
    ...describeSteps('What decided', decided, reports),
    ...acls.filter(({ state }) => state !== 'same').flatMap(describeAcl),
    ...results.flatMap(describeList),
    ...choices.flatMap(describeChange),
    ...remarks.flatMap(describeList),
  ];
}

function describeChange({ name, before, after }: TextChange): readonly string[] {
  return describeList({
    name,
    before: before === null ? [] : [before],
    after: after === null ? [] : [after],
  });
}

function describeList({ name, before, after }: ListChange): readonly string[] {
  return [`  ${name}`, ...before.map((line) => `    - ${line}`), ...after.map((line) => `    + ${line}`)];
}

function describeSteps(
  heading: string,
  sides: HopSides | null,
  { before, after }: Sides<TraceReport>,
): readonly string[] {
  if (sides === null) return [];
  return [
    `  ${heading}`,
    `    - ${describeStep(sides.before, before)}`,
    `    + ${describeStep(sides.after, after)}`,
  ];
}

function describeStep(index: number | null, { outcome }: TraceReport): string {
  const hop = outcome.hops[index ?? -1];
  if (hop === undefined) return 'no such step';
  const stage = hop.stage === null ? nameTable(hop.table) : `${hop.stage} (${nameTable(hop.table)})`;
  const priority = hop.priority === null ? '' : `, priority ${hop.priority}`;
  return `${hop.datapath}, ${stage}${priority}: ${hop.match} => ${hop.actions.join(' ')}`;
}

function describeAcl({ state, before, after, fields, elsewhere }: AclChange): readonly string[] {
  const acl = (after ?? before)?.acls[0].acl;
  if (acl === undefined) return [];
  const sign = { before: '-', after: '+', changed: '±', same: '=' }[state];
  const says = `${acl.direction} ${acl.priority} '${acl.match}' ${acl.action}`;
  return [
    `  ${sign} ACL ${nameAcl(acl)}: ${says}`,
    ...fields.map((field) => `      ${field.name}: ${field.before ?? 'none'} -> ${field.after ?? 'none'}`),
    ...(elsewhere === null ? [] : [`      ${elsewhere}`]),
  ];
}

function resultOf(comparison: TraceComparison, reports: Sides<TraceReport>): object {
  const { same, sentence, limits, asked, firstDifference, decided, acls, results, choices, remarks } =
    comparison;
  const side = ({ outcome, explanation }: TraceReport): object => ({
    verdict: outcome.verdict,
    summary: explanation.sentence,
  });
  return {
    same,
    summary: sentence,
    before: side(reports.before),
    after: side(reports.after),
    limits,
    asked,
    first_difference: stepsOf(firstDifference, reports),
    decided: stepsOf(decided, reports),
    acls: acls.map(({ state, before, after, fields, elsewhere }) => ({
      change: state,
      acl: (after ?? before)?.acls[0].acl ?? null,
      fields,
      elsewhere,
    })),
    changes: [...results, ...remarks],
    choices,
  };
}

function stepsOf(sides: HopSides | null, { before, after }: Sides<TraceReport>): object | null {
  if (sides === null) return null;
  return { before: stepOf(sides.before, before), after: stepOf(sides.after, after) };
}

function stepOf(index: number | null, { outcome }: TraceReport): object | null {
  const hop = outcome.hops[index ?? -1];
  if (hop === undefined) return null;
  const { datapath, pipeline, table, stage, priority, match, actions, uuid } = hop;
  return { datapath, pipeline, table, table_name: stage, priority, match, actions: actions.join(' '), uuid };
}
