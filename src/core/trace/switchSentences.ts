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
    sentence: `Port security of ${callPort(facts, facts.hop?.inport, facts.names.source)} does not let it send from ${sourceOf(facts)}.`,
    advice: [
      securityOf(facts.allowedAddresses),
      'Add the address there (in Neutron an allowed address pair), or correct it in the instance.',
    ],
  }),
  PORT_SECURITY_OUT: (facts) => ({
    sentence: `Port security of ${callPort(facts, facts.hop?.outport, facts.names.destination)} does not let it receive packets to ${facts.names.ipDst ?? facts.names.ethDst ?? 'this address'}.`,
    advice: [
      securityOf(facts.allowedAddresses),
      'Add the address there if the port is meant to have it, or trace to one that it has.',
    ],
  }),
  SWITCH_FILTER: (facts) => ({
    sentence: isTagged(facts)
      ? `${switchOf(facts)} takes no frames with a VLAN tag from ${callPort(facts, facts.hop?.inport, facts.names.source)}.`
      : `${switchOf(facts)} takes no frames from a multicast MAC${facts.names.ethSrc === null ? '' : ` such as ${facts.names.ethSrc}`}.`,
    advice: isTagged(facts)
      ? [
          'Send it untagged. For an instance with VLANs of its own, set other_config:vlan-passthru=true on the switch, or give each VLAN a port with parent and tag.',
        ]
      : ['Correct the source MAC: that of one interface has an even first byte.'],
  }),
  UNKNOWN_MAC: (facts) => ({
    sentence: `${switchOf(facts)} knows no port with the destination MAC ${facts.names.ethDst ?? 'of the packet'}.`,
    advice: [
      ...(facts.danglingPort
        ? [
            `Port ${facts.danglingPort} of the switch leads to a router port that does not exist: correct its options:router-port.`,
          ]
        : []),
      ...(facts.disabledUnknownPort
        ? [
            `Port ${facts.names.callPort(facts.disabledUnknownPort)} takes unknown addresses, and is disabled.`,
          ]
        : []),
      'Check the destination MAC, and the addresses column of the port it should belong to.',
      'A port that learns its address needs "unknown" among its addresses.',
    ],
  }),
  NO_MULTICAST_GROUP: (facts) => ({
    sentence:
      facts.hop?.datapathKind === 'router'
        ? `Nobody behind router ${facts.names.callDatapath(facts.hop.datapath)} has joined the group ${groupOf(facts)}, and it floods no unregistered multicast.`
        : `Nobody on ${switchOf(facts)} has joined the group ${groupOf(facts)}, and it floods no unregistered multicast (other_config:mcast_flood_unregistered).`,
    advice: [
      'Check that the receiver sends IGMP or MLD reports: "ovn-sbctl list IGMP_Group" shows who joined.',
      'A receiver that does not report needs options:mcast_flood=true on its port, or mcast_flood_unregistered=true on the switch.',
    ],
  }),
  NOT_RESIDENT: (facts) => ({
    sentence: `The packet is dropped${stageOf(facts)}, since ${residentOf(facts)} is on no chassis that would handle it.`,
    advice: [
      'Check that a chassis hosts that port: "ovn-sbctl find Port_Binding logical_port=NAME" shows it in the column chassis.',
    ],
  }),
};

function isTagged({ hop }: CauseFacts): boolean {
  return hop !== null && hop.match.includes('vlan.present');
}

/** The addresses a port sends from: of ARP and ND the ones inside are checked too. */
function sourceOf({ names }: CauseFacts): string {
  const addresses = [names.ethSrc, names.ipSrc].filter(
    (address) => address !== null && address !== '0.0.0.0' && address !== '::',
  );
  return addresses.length > 0 ? addresses.join(' with ') : 'this address';
}

function securityOf(allowed: readonly string[]): string {
  return allowed.length > 0
    ? `Its port_security allows ${listNames(allowed, 'or')}.`
    : 'Compare the addresses with the port_security column of the port.';
}

function groupOf({ names }: CauseFacts): string {
  return names.ipDst ?? names.ethDst ?? 'of the packet';
}

function residentOf({ hop }: CauseFacts): string {
  const port = /is_chassis_resident\("([^"]+)"\)/.exec(hop?.match ?? '')?.[1];
  return port === undefined ? 'the port behind the rule' : `port ${port}`;
}
