import { roleOfLink } from '../core/definitions/linkWords';
import { nameChoice } from '../core/session/choiceSentence';
import type { TraceReport } from '../core/session/report';
import type { TraceResult } from '../core/session/result';
import type { ExplainedLoss } from '../core/trace/explanation';
import { nameTable } from '../core/trace/phrases';
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
  const lines = [...describe(report), ...describeReply(report), ...describeChoices(report)];
  return visibleText(lines.join('\n')) + '\n';
}

function describe(report: TraceReport): string[] {
  const { outcome, explanation, plan } = report;
  const lines = [`${headings[outcome.verdict]}: ${explanation.sentence}`];
  if (plan) lines.push(row('packet', plan.microflow));
  for (const loss of explanation.losses) lines.push(...describeLoss(report, loss));
  if (explanation.losses.length === 0) lines.push(...describeAllowing(report));
  for (const { code, message } of explanation.warnings) {
    // The sentence of a finding with a code stands in the headline.
    lines.push(code === undefined ? row('warning', message) : row('finding', code));
  }
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
    const where = hop.datapath === '' ? '' : ` of ${hop.datapathKind ?? 'datapath'} ${hop.datapath}`;
    lines.push(row('decided in', `${hop.stage ?? 'a stage'} (${nameTable(hop.table)})${where}${flow}`));
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
    const what = definition.kind === 'owner' ? `${definition.owner.kind} ${definition.owner.name}, ` : '';
    lines.push(
      row(
        roleOfLink(definition),
        `${what}${definition.file}:${definition.range.start.line + 1} (${confidence}: ${because})`,
      ),
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
  const acls = explanation.aclSteps
    .filter((step) => step.verdict === 'allow')
    .flatMap((step) => step.acls.slice(0, 1));
  // A stateless rule is asked twice, before the packet is looked up in conntrack and as an ACL.
  return [...new Map(acls.map(({ acl }) => [acl.uuid, acl])).values()].map((acl) => {
    const [link] = explanation.definitions[acl.uuid] ?? [];
    const place = link ? `, ${link.definition.file}:${link.definition.range.start.line + 1}` : '';
    return row('allowed by', `ACL ${acl.name ?? acl.uuid.slice(0, 8)} (priority ${acl.priority}${place})`);
  });
}

function describeReply({ reply, replyNote }: TraceReport): string[] {
  const note = replyNote === undefined ? [] : [row('reply', replyNote)];
  return reply === null ? note : [...note, '', 'The reply:', ...indent(describe(reply))];
}

/** The traces through each backend, or each member of a `select`; what is above them is the one marked. */
function describeChoices({ choices }: TraceReport): string[] {
  if (choices === undefined) return [];
  const { kind, datapath, traced, shown } = choices;
  const heading = kind === 'backend' ? 'Each backend of the load balancer' : 'Each member of the select';
  const lines = traced.map((choice, position) => {
    const { outcome, explanation } = choice.report;
    const mark = position === shown ? '*' : ' ';
    return `${mark} ${nameChoice(kind, choice)}  ${headings[outcome.verdict]}: ${explanation.sentence}`;
  });
  return ['', `${heading} on ${datapath} (* is described above):`, ...indent(lines)];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

const labelWidth = 12;

function row(label: string, text: string): string {
  return `  ${label.padEnd(labelWidth)}${text}`;
}
