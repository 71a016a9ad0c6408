import * as l10n from '@vscode/l10n';
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
    return { targets: [], problems: [problem(l10n.t('The setting ovnTrace.targets is not a list.'))] };
  }
  const targets: TargetConfig[] = [];
  const problems: TraceFailure[] = [];
  value.forEach((entry: unknown, index) => {
    const checked = targetSchema.safeParse(entry);
    const label = labelOf(entry, index);
    if (!checked.success) {
      const fields = checked.error.issues.map((issue) => describeIssue(issue, entry));
      problems.push(
        problem(l10n.t('{0} of the setting ovnTrace.targets cannot be used: {1}.', label, fields.join('; '))),
      );
    } else if (targets.some((target) => target.name === checked.data.name)) {
      problems.push(
        problem(l10n.t('{0} of the setting ovnTrace.targets has the name of an earlier one.', label)),
      );
    } else {
      targets.push(checked.data);
    }
  });
  return { targets, problems };
}

function problem(message: string): TraceFailure {
  return new TraceFailure('config-invalid', message, { advice: l10n.t('Mend the entry in the settings.') });
}

function labelOf(entry: unknown, index: number): string {
  const name = fieldOf(entry, 'name');
  return typeof name === 'string' && name !== ''
    ? l10n.t('Target "{0}"', name)
    : l10n.t('Target {0}', index + 1);
}

function describeIssue(issue: z.core.$ZodIssue, entry: unknown): string {
  const field = issue.path.map(String).join('.');
  const value = issue.path.reduce<unknown>(fieldOf, entry);
  switch (issue.code) {
    case 'invalid_type':
      if (field === '') return l10n.t('it is not an object');
      if (value === undefined) return l10n.t('the field "{0}" is missing', field);
      return l10n.t('the field "{0}" must be {1}', field, expectedWords()[issue.expected] ?? issue.expected);
    case 'unrecognized_keys':
      return l10n.t(
        'there is no field {0}',
        issue.keys.map((key) => `"${[...issue.path, key].join('.')}"`).join(', '),
      );
    case 'invalid_union':
      return value === undefined
        ? l10n.t('the field "type" is missing ("ssh" or "local")')
        : l10n.t('the field "type" must be "ssh" or "local"');
    case 'too_small':
      return issue.origin === 'string'
        ? l10n.t('the field "{0}" is empty', field)
        : issue.inclusive === true
          ? l10n.t('the field "{0}" must be at least {1}', field, String(issue.minimum))
          : l10n.t('the field "{0}" must be more than {1}', field, String(issue.minimum));
    case 'too_big':
      return l10n.t('the field "{0}" must be at most {1}', field, String(issue.maximum));
    case 'invalid_key':
      return l10n.t('"{0}" is no name of an environment variable', field);
    default:
      return l10n.t('the field "{0}" is wrong ({1})', field, issue.message);
  }
}

const expectedWords = (): Readonly<Record<string, string>> => ({
  string: l10n.t('text'),
  number: l10n.t('a number'),
  int: l10n.t('a whole number'),
  array: l10n.t('a list'),
  record: l10n.t('an object'),
  object: l10n.t('an object'),
});

function fieldOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
