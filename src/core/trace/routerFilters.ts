import * as l10n from '@vscode/l10n';
import { routerOf, type CauseFacts, type CauseWords, type PacketNames } from './causeFacts';
import { readableMatch } from './phrases';

/** What a router drops whatever its routes say: the words of `ROUTER_FILTER`. */
export function wordFilter(facts: CauseFacts): CauseWords {
  const { names } = facts;
  const match = facts.hop?.match ?? '';
  if (/^arp(?: \|\| nd)?$/.test(match)) {
    return names.askedFor === null
      ? {
          sentence: l10n.t(
            '{0} forwards no ARP and no neighbour discovery; it only learns from replies and announcements.',
            routerOf(facts),
          ),
          advice: [l10n.t('Nothing needs to change: such packets end at the router.')],
        }
      : {
          sentence: l10n.t(
            '{0} does not answer for {1}, which is none of its addresses.',
            routerOf(facts),
            names.askedFor,
          ),
          advice: [
            l10n.t('Check that the address exists: no port of the switch has it among its addresses.'),
          ],
        };
  }
  const filter = filters.find(({ pattern }) => pattern.test(match));
  const shown = matchOf(facts);
  const router = routerOf(facts);
  return {
    sentence:
      filter?.sentence(router, names) ??
      (shown === ''
        ? l10n.t('{0} does not forward such packets.', router)
        : l10n.t('{0} does not forward packets with {1}.', router, shown)),
    advice: [
      filter?.advice() ??
        l10n.t(
          'Check the source address: addresses of the router itself, broadcast, loopback and multicast sources are never forwarded.',
        ),
    ],
  };
}

interface Filter {
  readonly pattern: RegExp;
  readonly sentence: (router: string, names: PacketNames) => string;
  readonly advice: () => string;
}

/** What a router never forwards, by the match of the flow that drops it. */
const filters: readonly Filter[] = [
  {
    pattern: /\bvlan\.present\b|\beth\.src\[40\]/,
    sentence: (router) =>
      l10n.t('{0} does not forward frames with a VLAN tag or from a multicast MAC.', router),
    advice: () => l10n.t('Send the frame untagged, from the MAC of one interface.'),
  },
  {
    pattern: /^eth\.bcast$/,
    sentence: (router) => l10n.t('{0} does not forward broadcasts.', router),
    advice: () => l10n.t('A broadcast ends at the router; send to an address, or use a DHCP relay for DHCP.'),
  },
  {
    pattern: /\bnd_r[sa]\b/,
    sentence: (router) =>
      l10n.t(
        '{0} does not forward router solicitations and advertisements, and does not answer them on that port.',
        router,
      ),
    advice: () =>
      l10n.t('If it should answer solicitations, set ipv6_ra_configs:address_mode on the router port.'),
  },
  {
    pattern: /\bip[46]\.mcast_rsvd\b|\bigmp\b|\bmld/,
    sentence: (router) => l10n.t('{0} does not forward packets that are meant for one link only.', router),
    advice: () => l10n.t('Nothing needs to change: such packets end at the router.'),
  },
  {
    pattern: /\bip[46]\.mcast\b/,
    sentence: (router, names) =>
      l10n.t('{0} does not forward multicast such as {1}.', router, names.ipDst ?? l10n.t('this')),
    advice: () => l10n.t('Set options:mcast_relay=true on the router if it should.'),
  },
  {
    pattern: /\bip4\.src_mcast\b|\bip4\.src == 127\./,
    sentence: (router, names) =>
      l10n.t(
        '{0} does not forward packets from or to addresses that mean one host or nobody ({1} to {2}).',
        router,
        names.ipSrc ?? l10n.t('source'),
        names.ipDst ?? l10n.t('destination'),
      ),
    advice: () =>
      l10n.t(
        'Check both addresses: broadcast, loopback, multicast and 0.0.0.0/8 sources are never forwarded.',
      ),
  },
  {
    pattern: /^(?:.*&& )?ip[46]\.src == /,
    sentence: (router, names) =>
      l10n.t(
        '{0} does not forward packets from {1}, which is an address of its own or a broadcast.',
        router,
        names.ipSrc ?? l10n.t('an address'),
      ),
    advice: () => l10n.t('Check the source address; two machines may have the same one.'),
  },
];

/** The match of the flow that dropped the packet, of a policy as the user wrote it. */
export function matchOf({ hop }: CauseFacts): string {
  return hop ? readableMatch(hop.match) : '';
}
