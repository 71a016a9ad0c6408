import * as l10n from '@vscode/l10n';
import { portNamed } from '../acl/aclScope';
import { selectionsOf } from '../flow/choices';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { LogicalRouterPort } from '../ovn/northbound';
import type { Assumption } from './explanation';
import type { TraceHop } from './hop';
import { routerPortCalled } from './networkCauses';
import type { TraceOutcome } from './outcome';
import { asArgument, listNames, listSome } from './phrases';

/** What the result rests on and ovn-trace does not check. */
export function listAssumptions(
  outcome: TraceOutcome,
  index: InventoryIndex | null,
  /** What each `select` chose, in the order of the text. */
  selected: readonly string[] = [],
  /** The packet, from the `# …` line. */
  flow: string | null = null,
): readonly Assumption[] {
  if (outcome.hops.length === 0) return [];
  return [
    ...dhcp(flow, outcome),
    ...conntrack(outcome),
    ...openConnection(outcome),
    ...choices(outcome, index, selected),
    ...portStates(outcome, index),
    ...gateways(outcome, index),
    ...unsimulated(outcome),
    logicalOnly(),
  ];
}

const logicalOnly = (): Assumption => ({
  severity: 'info',
  message: l10n.t(
    'Only the logical network counts: tunnels, MTUs, rate limits, and the firewalls of hosts and instances are not checked.',
  ),
});

function info(message: string): Assumption {
  return { severity: 'info', message };
}

function conntrack({ hops }: TraceOutcome): readonly Assumption[] {
  const told = new Set<string>();
  let assumed = false;
  for (const { ctState, ctAssumed } of hops) {
    if (ctState === null) continue;
    if (ctAssumed) assumed = true;
    // What NAT earlier on the way made of the state, ovn-trace adds by itself.
    else
      told.add(
        ctState.filter((state) => !/^(?:trk|snat|dnat)$/.test(state)).join(', ') || l10n.t('untracked'),
      );
  }
  const assumptions: Assumption[] = [];
  if (told.size > 0) {
    assumptions.push(
      info(
        l10n.t(
          'Connection tracking says {0} at each lookup, as the trace was told.',
          listNames([...told], 'or'),
        ),
      ),
    );
  }
  if (assumed) {
    assumptions.push({
      severity: 'warning',
      message: l10n.t(
        'ovn-trace assumed an established connection where it was not told otherwise (no --ct left). A new connection may fare differently.',
      ),
    });
  }
  return assumptions;
}

const undoesNat = /^ct_(?:snat|dnat)(?:_in_czone)?;$|^ct_commit_nat(?:\(\w+\))?;$/;

/** For packets of a connection that is open already OVN undoes the address translation of its first packet. */
function openConnection({ hops }: TraceOutcome): readonly Assumption[] {
  const undoes = hops.some(({ ctState, actions }, at) => {
    if (!actions.some((action) => undoesNat.test(action))) return false;
    const state = ctState ?? hops[at + 1]?.ctState ?? null;
    return state !== null && !state.includes('new');
  });
  return undoes
    ? [
        info(
          l10n.t(
            'ovn-trace knows no connections, so it translates no address back: a reply that the real OVN would un-NAT goes on here with the address it came with.',
          ),
        ),
      ]
    : [];
}

/** Whether OVN answers DHCP is set at each port, and easily forgotten: the request then just goes to everybody. */
function dhcp(flow: string | null, { answers, verdict, hops }: TraceOutcome): readonly Assumption[] {
  const family = /^udp6?\b.*\btp_dst=(67|547)\b/.exec(flow ?? '')?.[1];
  if (family === undefined || verdict === 'unknown' || hops[0]?.datapathKind !== 'switch') return [];
  if (answers.some(({ kind }) => kind === 'dhcp' || kind === 'dhcpv6')) return [];
  const column = family === '67' ? 'dhcpv4_options' : 'dhcpv6_options';
  return [
    info(
      l10n.t(
        'OVN does not answer DHCP for {0}: its {1} are not set, or not for this request. A server has to answer.',
        hops[0].inport ?? l10n.t('this port'),
        column,
      ),
    ),
  ];
}

const choosing = /^ct_lb|^ct_snat_to_vip;|\bselect\(/;

/** Load balancers and ECMP routes choose by a hash of the connection; ovn-trace takes one of them at random. */
function choices(
  { hops, arrivals, losses }: TraceOutcome,
  index: InventoryIndex | null,
  selected: readonly string[],
): readonly Assumption[] {
  const messages = new Set<string>();
  const sender = hops[0]?.inport ?? null;
  const returns =
    sender !== null &&
    [...arrivals.map(({ port }) => port), ...losses.map(({ hop }) => hops[hop ?? -1]?.outport)].includes(
      sender,
    );
  let selections = 0;
  for (const hop of hops) {
    for (const action of hop.actions) {
      if (!choosing.test(action)) continue;
      const backends = /^ct_lb(?:_mark)?(?:_local)?\(backends=([^;)]*)/.exec(action)?.[1]?.split(',') ?? [];
      if (backends.length > 1) {
        messages.add(
          l10n.t(
            'A load balancer on {0} may choose any of {1} backends ({2}); this trace took one of them.',
            nameDatapath(hop, index),
            backends.length,
            listSome(backends),
          ),
        );
      }
      if (returns && (backends.length > 0 || action === 'ct_snat_to_vip;')) {
        messages.add(
          l10n.t(
            'The backend is the sender itself. The real OVN changes the source of such a packet so that the answer comes back (hairpin), and that is the source which ACLs for the way out see; ovn-trace does not.',
          ),
        );
      }
      const members = selectionsOf(action);
      const taken = members.length === 0 ? undefined : selected[selections++];
      if (members.length > 1) {
        messages.add(
          l10n.t(
            'Router {0} chooses one of {1} equal routes or policies by a hash of the connection; this trace took {2} (there are {3}; --select-id takes another).',
            nameDatapath(hop, index),
            members.length,
            taken === undefined ? l10n.t('one of them') : l10n.t('member {0}', taken),
            listSome(members),
          ),
        );
      }
    }
  }
  return [...messages].map(info);
}

function nameDatapath({ datapath }: TraceHop, index: InventoryIndex | null): string {
  const [row, ...others] = index?.datapaths(datapath) ?? [];
  return (others.length === 0 ? row?.row.friendlyName : null) ?? datapath;
}

/** The ports the packet came from and went to; `up` says whether a chassis has set them up. */
function portStates(outcome: TraceOutcome, index: InventoryIndex | null): readonly Assumption[] {
  const [first] = outcome.hops;
  const ends: { readonly port: string | null; readonly hop: TraceHop | undefined }[] = [
    { port: first?.inport ?? null, hop: first },
    ...outcome.arrivals.map(({ port, hop }) => ({ port, hop: outcome.hops[hop ?? -1] })),
    ...outcome.losses.map(({ hop }) => ({
      port: outcome.hops[hop ?? -1]?.outport ?? null,
      hop: outcome.hops[hop ?? -1],
    })),
  ];
  const down = new Set<string>();
  for (const { port, hop } of ends) {
    if (port === null || !hop || !index) continue;
    const row = portNamed(port, hop, index) ?? index.port(port);
    if (row?.up === false && row.type === '') down.add(row.friendlyName ?? row.name);
  }
  if (down.size === 0) {
    return [info(l10n.t('The ports are up and bound to a chassis; ovn-trace does not look at that.'))];
  }
  return [
    {
      severity: 'warning',
      message:
        down.size === 1
          ? l10n.t(
              'In the northbound database {0} is down: no chassis has set it up. ovn-trace traces as if it were up.',
              listSome([...down]),
            )
          : l10n.t(
              'In the northbound database {0} are down: no chassis has set them up. ovn-trace traces as if they were up.',
              listSome([...down]),
            ),
    },
  ];
}

/** ovn-trace takes every gateway port for one that is on the chassis at hand (`is_chassis_resident` is always true). */
function gateways({ hops }: TraceOutcome, index: InventoryIndex | null): readonly Assumption[] {
  if (!index) return [];
  const passed = new Map<string, LogicalRouterPort>();
  for (const { datapathKind, inport, outport } of hops) {
    if (datapathKind !== 'router') continue;
    for (const name of [inport, outport]) {
      const port = routerPortCalled(name?.replace(/^cr-/, '') ?? null, index);
      if (port) passed.set(port.name, port);
    }
  }
  const unhosted = [...passed.values()].filter(({ gateway }) => gateway === 'unhosted');
  const unknown = [...passed.values()].filter(({ gateway }) => gateway === 'unknown');
  const assumptions: Assumption[] = unhosted.map(({ name, routerName }) => ({
    severity: 'warning',
    message: l10n.t(
      'No chassis hosts the gateway port {0} of router {1}, so nothing passes it in the real network. Check "ovn-nbctl lrp-get-gateway-chassis {2}", and that ovn-controller runs on one of those chassis.',
      name,
      routerName,
      asArgument(name) ?? 'PORT',
    ),
  }));
  if (unknown.length > 0) {
    assumptions.push(
      info(l10n.t('A chassis hosts the gateway port {0}.', listNames(unknown.map(({ name }) => name)))),
    );
  }
  return assumptions;
}

/** What ovn-trace passes over, by the action that asks for it. */
const passedOver: readonly (readonly [RegExp, (argument: string) => string])[] = [
  [
    /\bcheck_pkt_larger\((\d+)\)/,
    (size) =>
      l10n.t(
        'The packet fits: ovn-trace does not measure it against the gateway MTU ({0} bytes with the Ethernet header).',
        size,
      ),
  ],
  [
    /\bchk_lb_aff\(\)|^commit_lb_aff\(/,
    () =>
      l10n.t(
        'The client is new to the load balancer: ovn-trace knows no session affinity, which may choose another backend.',
      ),
  ],
  [/^mirror\("(.*)"\);$/, (port) => l10n.t('A copy goes to the mirror port {0}.', port)],
  [
    /\bdns_lookup\(/,
    () => l10n.t('ovn-trace looks no DNS name up: the real OVN may answer the query itself.'),
  ],
];

function unsimulated({ hops }: TraceOutcome): readonly Assumption[] {
  // A flood asks for the same again at each of its ports.
  const distinct = new Set<string>();
  for (const { actions } of hops) for (const action of actions) distinct.add(action);
  const messages = new Set<string>();
  for (const action of distinct) {
    for (const [pattern, word] of passedOver) {
      const found = pattern.exec(action);
      if (found) messages.add(word(found[1] ?? ''));
    }
  }
  return [...messages].map(info);
}
