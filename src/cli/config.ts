import { readFile } from 'node:fs/promises';
import { TraceFailure } from '../core/failure';
import { configFileSchema, type TargetConfig } from '../core/session/target';

/**
 * Reads the configuration file and picks the target.
 * @throws TraceFailure `config-invalid` or `no-target`, naming the file and the field.
 */
export async function readTarget(file: string, name: string | null): Promise<TargetConfig> {
  const { targets } = check(await readJson(file), file);
  const names = targets.map((target) => target.name).join(', ');
  if (name !== null) {
    const found = targets.find((target) => target.name === name);
    if (found) return found;
    throw new TraceFailure('no-target', `${file} has no target called "${name}".`, {
      advice: `It has ${names}.`,
    });
  }
  const [first, ...others] = targets;
  if (first && others.length === 0) return first;
  throw new TraceFailure('no-target', `${file} has several targets.`, {
    advice: `Choose one with --target: ${names}.`,
  });
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new TraceFailure('config-invalid', `The configuration file ${file} cannot be read.`, {
      advice: 'Give the path of a JSON file {"targets":[…]} with --config.',
      detail: error instanceof Error ? error.message : null,
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TraceFailure(
      'config-invalid',
      `${file} is not JSON: ${error instanceof Error ? error.message : ''}.`,
      {
        advice: 'Mend it at that place.',
        cause: error,
      },
    );
  }
}

function check(value: unknown, file: string): ReturnType<typeof configFileSchema.parse> {
  const checked = configFileSchema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  throw new TraceFailure(
    'config-invalid',
    `${file}${path === '' ? '' : `, ${path}`}: ${issue?.message ?? 'not as expected'}.`,
    {
      advice: 'The targets are written as in the setting ovnTrace.targets; see the README.',
    },
  );
}
