import assert from 'node:assert/strict';
import type { Assumption } from '../../../src/core/trace/explanation';
import { ovnVersions } from '../../support/ovn';
import { CauseLab, type Packet } from './lab';
import { frame, fromOutside, mac, tcp, tiers, withGateway } from './networks';

interface AssumptionCase {
  readonly what: string;
  readonly network: string;
  readonly southbound?: string;
  readonly packet: Packet;
  readonly says: RegExp;
  readonly severity?: Assumption['severity'];
  readonly not?: readonly string[];
}

const balanced = (vip: string, backends: string): string => `${tiers}
  lb-add shop ${vip} ${backends} tcp
  ls-lb-add web shop`;

const cases: readonly AssumptionCase[] = [
  {
    what: 'a connection as the trace was told',
    network: `${tiers}\nacl-add web to-lport 1 ip allow-related`,
    packet: tcp('web2'),
    says: /^Connection tracking says new at each lookup, as the trace was told\.$/,
  },
  {
    what: 'a connection that nothing was told of',
    network: `${tiers}\nacl-add web to-lport 1 ip allow-related`,
    packet: frame(`eth.dst == ${mac(1, 2)} && ip4.src == 10.0.1.1 && ip4.dst == 10.0.1.2 && ip.ttl == 64`),
    says: /assumed an established connection/,
    severity: 'warning',
  },
  {
    what: 'ports that no chassis has set up',
    network: tiers,
    packet: tcp('web2'),
    says: /^In the northbound database web1 and web2 are down/,
    severity: 'warning',
  },
  {
    what: 'ports that are up',
    network: tiers,
    southbound: `chassis-add host1 geneve 127.0.0.1
      lsp-bind web1 host1
      lsp-bind web2 host1
      set Port_Binding web1 up=true
      set Port_Binding web2 up=true`,
    packet: tcp('web2'),
    says: /^The ports are up and bound to a chassis/,
  },
  {
    what: 'a gateway port that no chassis hosts',
    network: withGateway,
    packet: tcp('9.9.9.9'),
    says: /^No chassis hosts the gateway port r-pub of router r/,
    severity: 'warning',
    not: ['23.03'],
  },
  {
    what: 'a gateway port of which the database says nothing',
    network: withGateway,
    packet: tcp('9.9.9.9'),
    says: /^A chassis hosts the gateway port r-pub\.$/,
    not: ['25.03'],
  },
  {
    what: 'one of several backends',
    network: balanced('30.0.0.1:80', '10.0.2.1:80,10.0.2.2:80'),
    packet: tcp('30.0.0.1'),
    says: /any of 2 backends \(10\.0\.2\.1:80 and 10\.0\.2\.2:80\)/,
  },
  {
    what: 'a backend that is the sender itself',
    network: balanced('30.0.0.1:80', '10.0.1.1:80'),
    packet: tcp('30.0.0.1'),
    says: /The backend is the sender itself.*\(hairpin\)/,
  },
  {
    what: 'a client without session affinity',
    network: `${balanced('30.0.0.1:80', '10.0.2.1:80')}\nset Load_Balancer shop options:affinity_timeout=60`,
    packet: tcp('30.0.0.1'),
    says: /knows no session affinity/,
  },
  {
    what: 'one of several equal routes',
    network: `${tiers}
      lr-route-add r 9.9.9.0/24 10.0.2.1
      --ecmp lr-route-add r 9.9.9.0/24 10.0.2.2`,
    packet: tcp('9.9.9.9'),
    says: /Router r chooses one of 2 equal routes/,
  },
  {
    what: 'a packet that fits the gateway MTU',
    network: `${withGateway}\nset Logical_Router_Port r-pub options:gateway_mtu=1400`,
    packet: tcp('9.9.9.9'),
    says: /^The packet fits: .* \(14\d\d bytes/,
  },
  {
    what: 'an address that is not translated back',
    network: `${withGateway}\nlr-nat-add r snat 172.16.0.100 10.0.1.0/24`,
    packet: fromOutside('172.16.0.100', []),
    says: /translates no address back/,
  },
  {
    what: 'a DHCP server elsewhere',
    network: tiers,
    packet: frame(
      'eth.dst == ff:ff:ff:ff:ff:ff && ip4.src == 0.0.0.0 && ip4.dst == 255.255.255.255 && ip.ttl == 64 && udp.src == 68 && udp.dst == 67',
    ),
    says: /OVN does not answer DHCP for web1/,
  },
];

for (const version of ovnVersions()) {
  describe(`assumptions on OVN ${version.name}`, function () {
    this.timeout(60_000);
    let lab: CauseLab;
    before(async () => {
      lab = await CauseLab.start(version.programs);
    });
    after(() => lab.stop());

    for (const { what, network, southbound, packet, says, severity } of cases.filter(
      ({ not }) => !not?.includes(version.name),
    )) {
      it(what, async () => {
        await lab.build(network);
        if (southbound !== undefined) await lab.changeSouthbound(southbound);
        const { explanation, output } = await lab.trace(packet);
        const found = explanation.assumptions.find(({ message }) => says.test(message));
        const all = explanation.assumptions.map(({ message }) => message).join('\n');
        assert.ok(found, `${says} in:\n${all}\n${output}`);
        assert.equal(found.severity, severity ?? 'info');
      });
    }
  });
}
