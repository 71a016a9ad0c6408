import { setImmediate } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { toTraceRequest } from '../core/session/apiRequest';
import { toFailure, TraceFailure } from '../core/failure';
import { apiRequestSchema } from '../core/session/result';
import type { ApiRequest, TraceResult } from '../core/session/result';
import { toErrorResult, toResult } from '../core/session/toResult';
import type { Services } from './services';

/** What `activate` returns to other extensions: the same results as the terminal program, without showing anything. */
export interface TraceApi {
  /** Runs a trace; a failure is a result with verdict `error`. */
  trace(request: ApiRequest): Promise<TraceResult>;
  /** Reads the text of a trace that was made elsewhere. */
  parse(text: string): Promise<TraceResult>;
}

export function createApi({ targets, traces }: Pick<Services, 'targets' | 'traces'>): TraceApi {
  return {
    trace: async (request) => {
      try {
        const checked = checkRequest(request);
        const target = targets.require(checked.target);
        const order = { target, request: toTraceRequest(checked), plan: null };
        return toResult(await traces.trace(order, new AbortController().signal));
      } catch (error) {
        return toErrorResult(toFailure(error), Date.now());
      }
    },
    parse: async (text) => {
      const { interpretTextInSlices } = await import('../core/session/interpretText');
      return toResult(await interpretTextInSlices(text, Date, setImmediate));
    },
  };
}

function checkRequest(request: unknown): ApiRequest {
  const parsed = apiRequestSchema.safeParse(request);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const what = issue?.message ?? l10n.t('it cannot be understood');
  throw new TraceFailure(
    'bad-request',
    field === ''
      ? l10n.t('The request is wrong: {0}.', what)
      : l10n.t('The request is wrong at {0}: {1}.', field, what),
  );
}
