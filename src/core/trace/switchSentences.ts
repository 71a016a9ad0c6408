import * as l10n from '@vscode/l10n';
import { callPort, stageOf, switchOf, type CauseFacts, type WordsOf } from './causeFacts';
import { listNames } from './phrases';

export const switchWords: WordsOf<
  | 'PORT_SECURITY_IN'
  | 'PORT_SECURITY_OUT'
  | 'SWITCH_FILTER'
  | 'UNKNOWN_MAC'
  | 'NO_MULTICAST_GROUP'
  | 'NOT_RESIDENT'
> = {
  PORT_SECURITY_IN: (facts) => ({
    sentence: l10n.t(
      'Port security of {0} does not let it send from {1}.',
      callPort(facts, facts.hop?.inport, facts.names.source),
      sourceOf(facts),
    ),
    advice: [
      securityOf(facts.allowedAddresses),
      l10n.t('Add the address there (in Neutron an allowed address pair), or correct it in the instance.'),
    ],
  }),
  PORT_SECURITY_OUT: (facts) => ({
    sentence: l10n.t(
      'Port security of {0} does not let it receive packets to {1}.',
      callPort(facts, facts.hop?.outport, facts.names.destination),
      facts.names.ipDst ?? facts.names.ethDst ?? l10n.t('this address'),
    ),
    advice: [
      securityOf(facts.allowedAddresses),
      l10n.t('Add the address there if the port is meant to have it, or trace to one that it has.'),
    ],
  }),
  SWITCH_FILTER: (facts) => ({
    sentence: isTagged(facts)
      ? l10n.t(
          '{0} takes no frames with a VLAN tag from {1}.',
          switchOf(facts),
          callPort(facts, facts.hop?.inport, facts.names.source),
        )
      : facts.names.ethSrc === null
        ? l10n.t('{0} takes no frames from a multicast MAC.', switchOf(facts))
        : l10n.t(
            '{0} takes no frames from a multicast MAC such as {1}.',
            switchOf(facts),
            facts.names.ethSrc,
          ),
    advice: isTagged(facts)
      ? [
          l10n.t(
            'Send it untagged. For an instance with VLANs of its own, set other_config:vlan-passthru=true on the switch, or give each VLAN a port with parent and tag.',
          ),
        ]
      : [l10n.t('Correct the source MAC: that of one interface has an even first byte.')],
  }),
  UNKNOWN_MAC: (facts) => ({
    sentence: l10n.t(
      '{0} knows no port with the destination MAC {1}.',
      switchOf(facts),
      facts.names.ethDst ?? l10n.t('of the packet'),
    ),
    advice: [
      ...(facts.danglingPort
        ? [
            l10n.t(
              'Port {0} of the switch leads to a router port that does not exist: correct its options:router-port.',
              facts.danglingPort,
            ),
          ]
        : []),
      ...(facts.disabledUnknownPort
        ? [
            l10n.t(
              'Port {0} takes unknown addresses, and is disabled.',
              facts.names.callPort(facts.disabledUnknownPort),
            ),
          ]
        : []),
      l10n.t('Check the destination MAC, and the addresses column of the port it should belong to.'),
      l10n.t('A port that learns its address needs "unknown" among its addresses.'),
    ],
  }),
  NO_MULTICAST_GROUP: (facts) => ({
    sentence:
      facts.hop?.datapathKind === 'router'
        ? l10n.t(
            'Nobody behind router {0} has joined the group {1}, and it floods no unregistered multicast.',
            facts.names.callDatapath(facts.hop.datapath),
            groupOf(facts),
          )
        : l10n.t(
            'Nobody on {0} has joined the group {1}, and it floods no unregistered multicast (other_config:mcast_flood_unregistered).',
            switchOf(facts),
            groupOf(facts),
          ),
    advice: [
      l10n.t(
        'Check that the receiver sends IGMP or MLD reports: "ovn-sbctl list IGMP_Group" shows who joined.',
      ),
      l10n.t(
        'A receiver that does not report needs options:mcast_flood=true on its port, or mcast_flood_unregistered=true on the switch.',
      ),
    ],
  }),
  NOT_RESIDENT: (facts) => ({
    sentence: l10n.t(
      'The packet is dropped{0}, since {1} is on no chassis that would handle it.',
      stageOf(facts),
      residentOf(facts),
    ),
    advice: [
      l10n.t(
        'Check that a chassis hosts that port: "ovn-sbctl find Port_Binding logical_port=NAME" shows it in the column chassis.',
      ),
    ],
  }),
};

function isTagged({ hop }: CauseFacts): boolean {
  return hop !== null && hop.match.includes('vlan.present');
}

/** The addresses a port sends from: of ARP and ND the ones inside are checked too. */
function sourceOf({ names }: CauseFacts): string {
  const [first, second] = [names.ethSrc, names.ipSrc]
    .filter((address) => address !== null)
    .filter((address) => address !== '0.0.0.0' && address !== '::');
  if (first === undefined) return l10n.t('this address');
  return second === undefined ? first : l10n.t('{0} with {1}', first, second);
}

function securityOf(allowed: readonly string[]): string {
  return allowed.length > 0
    ? l10n.t('Its port_security allows {0}.', listNames(allowed, 'or'))
    : l10n.t('Compare the addresses with the port_security column of the port.');
}

function groupOf({ names }: CauseFacts): string {
  return names.ipDst ?? names.ethDst ?? l10n.t('of the packet');
}

function residentOf({ hop }: CauseFacts): string {
  const port = /is_chassis_resident\("([^"]+)"\)/.exec(hop?.match ?? '')?.[1];
  return port === undefined ? l10n.t('the port behind the rule') : l10n.t('port {0}', port);
}
