import * as l10n from '@vscode/l10n';
import * as z from 'zod';
import { fromTraceRequest, toTraceRequest } from '../../core/session/apiRequest';
import { apiRequestSchema } from '../../core/session/result';
import { TraceFailure } from '../../core/failure';
import { planSchema, requestSchema } from './traceEntry';
import type { TraceEntry } from './traceEntry';

/** The file of the workspace that holds the saved traces, to be shared like any other file. */
export const savedFilePath = '.vscode/ovn-traces.json';

const savedSchema = z.object({
  name: z.string().min(1),
  /** Left out: the target in use. */
  target: z.string().optional(),
  /** As the terminal program and the API have it. */
  request: apiRequestSchema.optional(),
  /** A microflow written by hand, run as it is. */
  microflow: planSchema.optional(),
});
const fileSchema = z.object({ traces: z.array(savedSchema) });

/** The saved traces of the file's text. */
export function parseSaved(text: string): readonly TraceEntry[] {
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const sentence =
      issue === undefined
        ? l10n.t('{0} cannot be read.', savedFilePath)
        : l10n.t(
            '{0} cannot be read: {1}: {2}.',
            savedFilePath,
            issue.path.map(String).join('.'),
            issue.message,
          );
    throw new TraceFailure('config-invalid', sentence, {
      advice: l10n.t('Mend the file, or delete it to begin anew.'),
    });
  }
  return parsed.data.traces.map(({ name, target, request, microflow }) => ({
    id: `saved:${name}`,
    title: name,
    target: target ?? request?.target ?? null,
    request: request === undefined ? null : requestSchema.parse(toTraceRequest(request)),
    plan: microflow ?? null,
    verdict: null,
    sentence: '',
    at: 0,
    saved: true,
  }));
}

/** The text of a file with these traces. */
export function printSaved(entries: readonly TraceEntry[]): string {
  const traces = entries.map((entry) => ({
    name: entry.title,
    ...(entry.target === null ? {} : { target: entry.target }),
    ...(entry.request === null ? {} : { request: fromTraceRequest(entry.request) }),
    ...(entry.plan === null ? {} : { microflow: entry.plan }),
  }));
  return `${JSON.stringify({ traces }, null, 2)}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TraceFailure('config-invalid', l10n.t('{0} is not JSON.', savedFilePath), {
      advice: l10n.t('Mend the file, or delete it to begin anew.'),
      cause: error,
    });
  }
}
