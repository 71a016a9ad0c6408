import * as z from 'zod';

const rowSchema = z.object({
  kind: z.enum(['switch', 'router', 'portGroup', 'port', 'routerPort', 'acl']),
  target: z.string(),
  name: z.string(),
});

/** A line of the Topology view that stands for a row, as a command is given it: by name, since the inventory may be another. */
export type RowArgument = z.infer<typeof rowSchema>;

/** The line that a command was given: by the Topology view, or by anybody else, hence the check. */
export function rowArgument(value: unknown): RowArgument | undefined {
  const parsed = rowSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

const targetSchema = z.union([
  z.string(),
  z.object({ target: z.string() }).transform(({ target }) => target),
]);

/** The name of the target that a command was given, by itself or as that of a line. */
export function targetArgument(value: unknown): string | undefined {
  const parsed = targetSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
