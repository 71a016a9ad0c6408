import * as l10n from '@vscode/l10n';
import * as z from 'zod';

/**
 * The result as other programs get it: from the terminal program, the export and the extension's API.
 * Additions are allowed, changes are not.
 */
const hopSchema = z.object({
  datapath: z.string(),
  pipeline: z.enum(['ingress', 'egress']),
  table: z.number().int(),
  table_name: z.string().nullable(),
  priority: z.number().int().nullable(),
  match: z.string(),
  /** The logical actions, separated by blanks. */
  actions: z.string(),
  uuid: z.string().nullable(),
  /** True on exactly the hops that lost the packet. */
  is_drop: z.boolean(),
});

const outputSchema = z.object({
  port: z.string(),
  type: z.string().nullable(),
  datapath: z.string().nullable(),
});

const aclSchema = z.object({
  uuid: z.string(),
  name: z.string().nullable(),
  direction: z.enum(['from-lport', 'to-lport']),
  priority: z.number().int(),
  action: z.string(),
  match: z.string(),
  tier: z.number().int(),
  /** Port group or switch it is set on. */
  entity: z.string().nullable(),
});

const definitionSchema = z.object({
  file: z.string(),
  /** 1-based line at which the definition begins. */
  line: z.number().int().positive(),
  confidence: z.enum(['exact', 'derived', 'candidate']),
});

const resultFields = {
  output: z.string(),
  hops: z.array(hopSchema),
  verdict: z.enum(['allow', 'drop', 'reject', 'answer', 'mixed', 'unknown', 'error']),
  /** The packet, or a branch of it, was lost: true for `drop`, `reject` and `mixed`. */
  dropped: z.boolean(),
  drop_reason: z.string().nullable(),
  cause: z.string().nullable(),
  outputs: z.array(outputSchema),
  acl: aclSchema.nullable(),
  definition: definitionSchema.nullable(),
  warnings: z.array(
    z.object({
      message: z.string(),
      acl: z.string().nullable(),
      /** Stable code of the finding, such as `ONE_WAY`; null for those without one. */
      code: z.string().nullable(),
    }),
  ),
  error: z.object({ reason: z.string(), message: z.string() }).nullable(),
  microflow: z.string().nullable(),
  datapath: z.string().nullable(),
  /** Milliseconds; null for a text that was not run. */
  duration_ms: z.number().nullable(),
  /** ISO 8601, UTC. */
  timestamp: z.string(),
  /** The verdict in one sentence. */
  summary: z.string(),
  advice: z.array(z.string()),
  assumptions: z.array(z.string()),
};

/** What became of the packet when OVN chose this backend, or this member of a `select`. */
const choiceFields = {
  verdict: resultFields.verdict,
  cause: resultFields.cause,
  summary: resultFields.summary,
  outputs: resultFields.outputs,
  acl: resultFields.acl,
  definition: resultFields.definition,
  warnings: resultFields.warnings,
};

export const traceResultSchema = z.object({
  ...resultFields,
  /** The way back of a new connection that arrives. */
  reply: z.object(resultFields).nullable(),
  /** A sentence: why the reply was not traced, or what its trace does not tell; null where there is nothing to say. */
  reply_note: z.string().nullable(),
  /** With `every_backend`: a trace for each of them; `verdict` and `summary` above are about all, the rest is the first lost one's. */
  backends: z.array(z.object({ backend: z.string(), ...choiceFields })).nullable(),
  /** With `every_selection`: the same for each member of a `select` (ECMP routes and policies). */
  selections: z.array(z.object({ select_id: z.number().int(), ...choiceFields })).nullable(),
});
export type TraceResult = z.infer<typeof traceResultSchema>;

/** A trace request as other programs send it. */
export const apiRequestSchema = z
  .object({
    target: z.string().optional(),
    in_port: z.string().min(1),
    ip_src: z.string().optional(),
    /** A destination address; or `to_port` names a port. */
    ip_dst: z.string().optional(),
    to_port: z.string().optional(),
    eth_src: z.string().optional(),
    eth_dst: z.string().optional(),
    protocol: z.union([
      z.enum(['tcp', 'udp', 'sctp', 'icmp', 'icmp4', 'icmp6', 'arp', 'nd']),
      z.number().int().min(0).max(255),
    ]),
    src_port: z.number().int().min(1).max(65535).optional(),
    dst_port: z.number().int().min(1).max(65535).optional(),
    /** `new`, `est`, `reply`, `related`, `invalid`, or a list of conntrack states, one for each lookup. */
    connection: z
      .union([z.enum(['new', 'est', 'reply', 'related', 'invalid']), z.array(z.string().min(1)).min(1)])
      .optional(),
    ttl: z.number().int().min(1).max(255).optional(),
    lb_dst: z.string().optional(),
    /** Trace once for each backend of the load balancer. */
    every_backend: z.boolean().optional(),
    /** Member that a `select` (ECMP) shall choose. */
    select_id: z.number().int().min(1).max(65535).optional(),
    /** Trace once for each member of the `select`. */
    every_selection: z.boolean().optional(),
    open_flow: z.boolean().optional(),
  })
  .strict()
  .refine((request) => request.every_backend !== true || request.every_selection !== true, {
    error: () => l10n.t('only one of every_backend and every_selection is possible'),
  })
  .refine((request) => request.ip_dst !== undefined || request.to_port !== undefined, {
    error: () => l10n.t('either ip_dst or to_port is needed'),
  });
export type ApiRequest = z.infer<typeof apiRequestSchema>;
