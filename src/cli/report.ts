import type { TraceReport } from '../core/session/report';
import type { TraceResult } from '../core/session/result';
import type { ExplainedLoss } from '../core/trace/explanation';
import { visibleText } from '../protocol/visibleText';

const headings: Readonly<Record<TraceResult['verdict'], string>> = {
  allow: 'ALLOWED',
  drop: 'DROPPED',
  reject: 'REJECTED',
  answer: 'ANSWERED',
  mixed: 'MIXED',
  unknown: 'UNKNOWN',
  error: 'ERROR',
};

/** A report for a person at a terminal. Text from outside is made safe to print. */
export function printReport(report: TraceReport): string {
  return visibleText([...describe(report), ...describeReply(report)].join('\n')) + '\n';
}

function describe(report: TraceReport): string[] {
  const { outcome, explanation, plan } = report;
  const lines = [`${headings[outcome.verdict]}: ${explanation.sentence}`];
  if (plan) lines.push(row('packet', plan.microflow));
  for (const loss of explanation.losses) lines.push(...describeLoss(report, loss));
  if (explanation.losses.length === 0) lines.push(...describeAllowing(report));
  for (const { message } of explanation.warnings) lines.push(row('warning', message));
  for (const { message, severity } of explanation.assumptions) {
    lines.push(row(severity === 'warning' ? 'beware' : 'assumed', message));
  }
  return lines;
}

function describeLoss({ outcome }: TraceReport, explained: ExplainedLoss): string[] {
  const lines = [row('cause', explained.cause.code)];
  const loss = outcome.losses[explained.loss];
  const hop = outcome.hops[loss?.decidedBy ?? loss?.hop ?? -1];
  if (hop) {
    const flow = hop.uuid === null ? '' : `, logical flow ${hop.uuid}`;
    const kind = hop.datapathKind ?? 'datapath';
    lines.push(
      row('decided in', `${hop.stage ?? 'a stage'} (table ${hop.table}) of ${kind} ${hop.datapath}${flow}`),
    );
  }
  for (const { acl, entities, owner } of explained.aclStep?.acls ?? []) {
    const on = entities.map(({ name }) => name).join(', ');
    const owned = owner === null ? '' : `, ${owner}`;
    lines.push(
      row(
        'ACL',
        `${acl.name ?? acl.uuid} on ${on}: ${acl.direction} ${acl.priority} '${acl.match}' ${acl.action}${owned}`,
      ),
    );
  }
  for (const { definition, confidence, because } of explained.definitions) {
    lines.push(
      row('defined in', `${definition.file}:${definition.range.start.line + 1} (${confidence}: ${because})`),
    );
  }
  for (const asked of explained.askedAcls
    .filter((acl) => acl.asked === 'no' && acl.failing !== null)
    .slice(0, 5)) {
    const [link] = asked.definitions;
    const place = link ? `, ${link.definition.file}:${link.definition.range.start.line + 1}` : '';
    lines.push(
      row(
        'no match',
        `${asked.acl.name ?? asked.acl.uuid.slice(0, 8)} (priority ${asked.acl.priority}${place}) needs ${asked.failing ?? ''}`,
      ),
    );
  }
  for (const advice of explained.cause.advice) lines.push(row('what to do', advice));
  return lines;
}

function describeAllowing({ explanation }: TraceReport): string[] {
  return explanation.aclSteps
    .filter((step) => step.verdict === 'allow')
    .flatMap((step) => step.acls.slice(0, 1))
    .map(({ acl }) => {
      const [link] = explanation.definitions[acl.uuid] ?? [];
      const place = link ? `, ${link.definition.file}:${link.definition.range.start.line + 1}` : '';
      return row('allowed by', `ACL ${acl.name ?? acl.uuid.slice(0, 8)} (priority ${acl.priority}${place})`);
    });
}

function describeReply({ reply }: TraceReport): string[] {
  if (!reply) return [];
  return ['', 'The reply:', ...describe(reply).map((line) => `  ${line}`)];
}

const labelWidth = 12;

function row(label: string, text: string): string {
  return `  ${label.padEnd(labelWidth)}${text}`;
}
