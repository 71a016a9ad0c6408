import type * as z from 'zod';
import { targetSchema } from '../../core/session/target';
import type { TargetConfig } from '../../core/session/target';
import { TraceFailure } from '../../core/failure';

export interface CheckedTargets {
  /** The entries that are well formed; the others are left out and have a problem each. */
  readonly targets: readonly TargetConfig[];
  readonly problems: readonly TraceFailure[];
}

/** Checks the value of `ovnTrace.targets`, entry by entry; one bad entry does not take the good ones with it. */
export function checkTargets(value: unknown): CheckedTargets {
  if (value === undefined || value === null) return { targets: [], problems: [] };
  if (!Array.isArray(value)) {
    return { targets: [], problems: [problem('The setting ovnTrace.targets is not a list.')] };
  }
  const targets: TargetConfig[] = [];
  const problems: TraceFailure[] = [];
  value.forEach((entry: unknown, index) => {
    const checked = targetSchema.safeParse(entry);
    const label = labelOf(entry, index);
    if (!checked.success) {
      const fields = checked.error.issues.map((issue) => describeIssue(issue, entry));
      problems.push(
        problem(`${label} of the setting ovnTrace.targets cannot be used: ${fields.join('; ')}.`),
      );
    } else if (targets.some((target) => target.name === checked.data.name)) {
      problems.push(problem(`${label} of the setting ovnTrace.targets has the name of an earlier one.`));
    } else {
      targets.push(checked.data);
    }
  });
  return { targets, problems };
}

function problem(message: string): TraceFailure {
  return new TraceFailure('config-invalid', message, { advice: 'Mend the entry in the settings.' });
}

function labelOf(entry: unknown, index: number): string {
  const name = fieldOf(entry, 'name');
  return typeof name === 'string' && name !== '' ? `Target "${name}"` : `Target ${index + 1}`;
}

function describeIssue(issue: z.core.$ZodIssue, entry: unknown): string {
  const field = issue.path.map(String).join('.');
  const value = issue.path.reduce<unknown>(fieldOf, entry);
  switch (issue.code) {
    case 'invalid_type':
      if (field === '') return 'it is not an object';
      if (value === undefined) return `the field "${field}" is missing`;
      return `the field "${field}" must be ${expectedWords[issue.expected] ?? issue.expected}`;
    case 'unrecognized_keys':
      return `there is no field ${issue.keys.map((key) => `"${[...issue.path, key].join('.')}"`).join(', ')}`;
    case 'invalid_union':
      return value === undefined
        ? 'the field "type" is missing ("ssh" or "local")'
        : 'the field "type" must be "ssh" or "local"';
    case 'too_small':
      return issue.origin === 'string'
        ? `the field "${field}" is empty`
        : `the field "${field}" must be ${issue.inclusive === true ? 'at least' : 'more than'} ${String(issue.minimum)}`;
    case 'too_big':
      return `the field "${field}" must be at most ${String(issue.maximum)}`;
    case 'invalid_key':
      return `"${field}" is no name of an environment variable`;
    default:
      return `the field "${field}" is wrong (${issue.message})`;
  }
}

const expectedWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  record: 'an object',
  object: 'an object',
};

function fieldOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
