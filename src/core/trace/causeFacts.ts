import * as l10n from '@vscode/l10n';
import type { AclStep } from '../acl/step';
import type { CauseCode } from './explanation';
import type { TraceHop } from './hop';
import type { NetworkFacts } from './networkCauses';
import type { Heading } from './nextHop';
import type { Loss } from './outcome';
import { asArgument, nameDatapath, nameTable } from './phrases';

/** The names of this packet, for the sentences about it. */
export interface PacketNames {
  /** `web1`, or the port's own name. */
  readonly source: string;
  /** `db1`, or the address when no port is known. */
  readonly destination: string;
  readonly ipSrc: string | null;
  readonly ipDst: string | null;
  /** `TCP port 5432`, `ICMP`, `ARP`. */
  readonly service: string;
  /** The address that an ARP request or a neighbour solicitation asks for; null for every other packet. */
  readonly askedFor: string | null;
  readonly ethSrc: string | null;
  readonly ethDst: string | null;
  /** What people call a port. */
  readonly callPort: (port: string) => string;
  /** What people call a switch or router. */
  readonly callDatapath: (datapath: string) => string;
}

/** What the sentences of a cause are made of. */
export interface CauseFacts extends NetworkFacts {
  readonly names: PacketNames;
  readonly loss: Loss;
  readonly hop: TraceHop | null;
  readonly decidedBy: TraceHop | null;
  readonly aclStep: AclStep | null;
  /** ACLs that left it to the next tier, before the default decided. */
  readonly passedBy: readonly string[];
  /** Port groups or switches in whose scope the packet was, for a default drop: `port group pg_db (web to db)`. */
  readonly scopes: readonly string[];
  /** The allow rule asked before that came closest to matching; null when there is none. */
  readonly nearest: { readonly name: string; readonly failing: string } | null;
  /** Where the packet was going when its next hop was looked for; null when no stage is shown. */
  readonly heading: Heading | null;
  /** A load balancer has the destination address as far as the text shows, which names none. */
  readonly balancedInText: boolean;
}

export interface CauseWords {
  readonly sentence: string;
  readonly advice: readonly string[];
  readonly command?: string | null;
}

export type WordsOf<Code extends CauseCode> = Readonly<Record<Code, (facts: CauseFacts) => CauseWords>>;

/** ` in ls_in_l2_lkup (table 25) of switch web`, or nothing. */
export function stageOf({ hop, names }: CauseFacts): string {
  if (!hop) return '';
  const name = names.callDatapath(hop.datapath);
  const where =
    hop.datapathKind === null ? l10n.t('datapath {0}', name) : nameDatapath(hop.datapathKind, name);
  // A format without stages.
  if (hop.stage === null && hop.table < 0)
    return hop.datapath === ''
      ? ''
      : ` ${l10n.t({ message: 'at {0}', args: [where], comment: ['A place in a sentence'] })}`;
  const stage =
    hop.stage === null
      ? nameTable(hop.table)
      : `${hop.stage}${hop.table < 0 ? '' : ` (${nameTable(hop.table)})`}`;
  const place =
    hop.datapath === ''
      ? l10n.t({ message: 'in {0}', args: [stage], comment: ['A place in a sentence'] })
      : l10n.t({ message: 'in {0} of {1}', args: [stage, where], comment: ['A place in a sentence'] });
  return ` ${place}`;
}

/** `switch web` of the losing hop. */
export function switchOf({ hop, names }: CauseFacts): string {
  return nameDatapath('switch', hop && names.callDatapath(hop.datapath));
}

/** `router r` that lost the packet, or looked for its next hop. */
export function routerOf({ hop, decidedBy, names }: CauseFacts): string {
  const router = [decidedBy, hop].find((other) => other?.datapathKind === 'router') ?? null;
  return nameDatapath('router', router && names.callDatapath(router.datapath));
}

/** The name under which ovn-nbctl knows the router, for a command. */
export function routerArgument(facts: CauseFacts): string | null {
  const router = [facts.decidedBy, facts.hop].find((other) => other?.datapathKind === 'router');
  return asArgument(router?.datapath);
}

export function callPort({ names }: CauseFacts, port: string | null | undefined, otherwise: string): string {
  return port === null || port === undefined || port === '' ? otherwise : names.callPort(port);
}

/** `TCP port 80 from web1 to db1`. */
export function packetOf({ names }: CauseFacts): string {
  return l10n.t('{0} from {1} to {2}', names.service, names.source, names.destination);
}
