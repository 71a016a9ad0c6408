import { z } from 'zod';

/** A target as the setting `ovnTrace.targets` and the terminal program's configuration file hold it. */
const common = {
  name: z.string().min(1),
  /** Put before every command: `["sudo","-n"]`, `["podman","exec","ovn_northd"]`. */
  commandPrefix: z.array(z.string()).default([]),
  /** OVSDB connection methods, a comma separated list for a cluster; OVN's own default when left out. */
  northbound: z.string().min(1).optional(),
  southbound: z.string().min(1).optional(),
  /** OpenFlow connection of the integration bridge for `ovn-trace --ovs`; `unix:RUNDIR/br-int.mgmt` when left out. */
  openFlow: z.string().min(1).optional(),
  /** Paths on the target. */
  tls: z
    .object({ privateKey: z.string(), certificate: z.string(), caCertificate: z.string() })
    .strict()
    .optional(),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  timeoutSeconds: z.number().positive().max(3600).default(30),
};

export const targetSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('ssh'),
      ...common,
      /** Alias of the user's ssh config, or a host name or address. */
      host: z.string().min(1),
      port: z.number().int().min(1).max(65535).optional(),
      username: z.string().min(1).optional(),
      /** Path on this machine; `~` is expanded. */
      identityFile: z.string().min(1).optional(),
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
