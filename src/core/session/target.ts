import * as l10n from '@vscode/l10n';
import * as z from 'zod';

/** Every text of a target becomes part of a command, and no command can hold a NUL. */
const text = z.string().refine((value) => !value.includes('\0'), {
  error: () => l10n.t('it has a NUL character'),
});
const someText = text.min(1);

/**
 * Passive methods are methods to OVN's tools too, which then listen instead of connecting: `punix:FILE` first removes
 * that file, whatever it is.
 */
const connectionMethod = someText.refine((value) => !/(?:^|[,\s])p\w+:/i.test(value), {
  error: () => l10n.t('only a method that connects can be used, such as unix: or tcp:, not one that listens'),
});

/** What OVN's tools put before the words of their command line, from the environment. */
const optionVariables: ReadonlySet<string> = new Set(['OVN_NBCTL_OPTIONS', 'OVN_SBCTL_OPTIONS']);

/** A command there would be run before the one asked for, and make of `--dry-run` an argument of its own. */
function holdsOnlyOptions(value: string): boolean {
  if (/["'\\]/.test(value)) return false;
  return value.split(/\s+/).every((word) => word === '' || (word.startsWith('-') && word !== '--'));
}

/** A target as the setting `ovnTrace.targets` and the terminal program's configuration file hold it. */
const common = {
  name: someText,
  /** Put before every command: `["sudo","-n"]`, `["podman","exec","ovn_northd"]`. */
  commandPrefix: z.array(text).default([]),
  /** OVSDB connection methods, a comma separated list for a cluster; OVN's own default when left out. */
  northbound: connectionMethod.optional(),
  southbound: connectionMethod.optional(),
  /** OpenFlow connection of the integration bridge for `ovn-trace --ovs`; `unix:RUNDIR/br-int.mgmt` when left out. */
  openFlow: connectionMethod.optional(),
  /** Paths on the target. */
  tls: z.object({ privateKey: text, certificate: text, caCertificate: text }).strict().optional(),
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text)
    .refine(
      (variables) =>
        Object.entries(variables).every(
          ([name, value]) => !optionVariables.has(name) || holdsOnlyOptions(value),
        ),
      {
        error: () =>
          l10n.t(
            'OVN_NBCTL_OPTIONS and OVN_SBCTL_OPTIONS may hold options only, each as --name=value and without quotes',
          ),
      },
    )
    .default({}),
  timeoutSeconds: z.number().positive().max(3600).default(30),
};

export const targetSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('ssh'),
      ...common,
      /** Alias of the user's ssh config, or a host name or address. */
      host: someText,
      port: z.number().int().min(1).max(65535).optional(),
      username: someText.optional(),
      /** Path on this machine; `~` is expanded. */
      identityFile: someText.optional(),
      /** Who connects: this program, or the user's own `ssh` for what it lacks (FIDO keys, GSSAPI, certificates). */
      client: z.enum(['builtin', 'openssh']).optional(),
    })
    .strict(),
  z.object({ type: z.literal('local'), ...common }).strict(),
]);
export type TargetConfig = z.infer<typeof targetSchema>;
export type SshTargetConfig = Extract<TargetConfig, { type: 'ssh' }>;
export type LocalTargetConfig = Extract<TargetConfig, { type: 'local' }>;

/** The terminal program's configuration file. */
export const configFileSchema = z.object({ targets: z.array(targetSchema).min(1) });
