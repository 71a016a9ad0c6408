import * as z from 'zod';
import type { FromPanel } from './panelMessages';

const index = z.number().int().nonnegative();

/** Longest text the panel may put on the clipboard; the largest raw output that `ovn-trace` is read with is smaller. */
const longestText = 64 * 1024 * 1024;

const which = z.enum(['before', 'after']);

const actionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start') }),
  z.strictObject({ kind: z.literal('again') }),
  z.strictObject({ kind: z.literal('reverse') }),
  z.strictObject({ kind: z.literal('reply') }),
  z.strictObject({ kind: z.literal('edit') }),
  z.strictObject({ kind: z.literal('traceEach'), what: z.enum(['backend', 'selection']) }),
  z.strictObject({ kind: z.literal('openChoice'), choice: index }),
  z.strictObject({ kind: z.literal('cancel') }),
  z.strictObject({ kind: z.literal('openRecent'), id: z.string().max(300) }),
  z.strictObject({ kind: z.literal('copyCommand') }),
  z.strictObject({ kind: z.literal('copyText'), text: z.string().max(longestText) }),
  z.strictObject({ kind: z.literal('export'), format: z.enum(['markdown', 'json', 'text']) }),
  z.strictObject({ kind: z.literal('openDefinition'), link: index }),
  z.strictObject({ kind: z.literal('openAcl'), uuid: z.string().regex(/^[0-9a-fA-F-]{8,36}$/) }),
  z.strictObject({ kind: z.literal('openCause'), code: z.string().regex(/^[A-Z][A-Z_]{0,60}$/) }),
  z.strictObject({ kind: z.literal('openRaw'), section: index }),
  z.strictObject({ kind: z.literal('revealHop'), side: z.enum(['forward', 'reply']), hop: index }),
  z.strictObject({ kind: z.literal('compare') }),
  z.strictObject({
    kind: z.literal('openTrace'),
    which,
    side: z.enum(['forward', 'reply']),
    hop: index.nullable(),
  }),
  z.strictObject({ kind: z.literal('copyMarkdown') }),
  z.strictObject({ kind: z.literal('failureAction'), id: z.string().max(100) }),
]);

/** What the host accepts from the browser code; anything else is not answered. */
export const fromPanelSchema: z.ZodType<FromPanel> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('request'), id: index, action: actionSchema }),
]);
