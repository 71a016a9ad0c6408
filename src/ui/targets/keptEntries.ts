import * as z from 'zod';
import type { KeptEntry } from './keptSecrets';

const entriesSchema = z.array(
  z.object({ id: z.string(), label: z.string(), secret: z.string() }),
) satisfies z.ZodType<KeptEntry[]>;

/** The entries of a text; none where it is not what was stored. */
export function parseKept(text: string): readonly KeptEntry[] {
  try {
    const parsed = entriesSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
