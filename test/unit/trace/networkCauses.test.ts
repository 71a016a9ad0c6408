import assert from 'node:assert/strict';
import { explainOutcome } from '../../../src/core/trace/explain';
import type { Cause } from '../../../src/core/trace/explanation';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';
import { indexNetwork, type NetworkSketch } from '../inventory/network';
import { noDefinitions } from '../../../src/core/definitions/definition';

const header =
  '# tcp,reg14=0x1,dl_src=0a:00:00:00:01:01,dl_dst=0a:00:00:00:01:02,nw_src=10.0.1.1,nw_dst=10.0.1.2,nw_ttl=64,tp_src=40000,tp_dst=80';

/** The cause of the loss in a text that ends in these lines, with what the northbound database says of the network. */
function explain(network: NetworkSketch, ...lines: readonly string[]): Cause {
  const parsed = parseTrace([header, '', ...lines, ''].join('\n'));
  const outcome = judgeTrace(parsed);
  const { losses } = explainOutcome(parsed, outcome, {
    request: null,
    lbDst: null,
    index: indexNetwork(network),
    flows: new Map(),
    join: noDefinitions,
    stderr: '',
  });
  const [loss] = losses;
  assert.ok(loss, 'nothing was lost');
  return loss.cause;
}

const intoSwitch = ['ingress(dp="web", inport="web1")', '--------------------------------'];
const intoRouter = ['ingress(dp="r", inport="r-web")', '-------------------------------'];
const noRoute = [
  ...intoRouter,
  '11. lr_in_ip_routing (northd.c:1): 1, priority 0, uuid 00000001',
  '    drop;',
];

describe('the cause with the northbound database', () => {
  it('tells a disabled sender of an old release from one that breaks port security', () => {
    const lines = [...intoSwitch, ' 0. ls_in_port_sec_l2: no match (implicit drop)'];
    const web1 = { name: 'web1', portSecurity: ['0a:00:00:00:01:07 10.0.1.7'] };
    const broken = explain({ switches: [{ name: 'web', ports: [web1] }] }, ...lines);
    assert.equal(broken.code, 'PORT_SECURITY_IN');
    assert.match(broken.advice.join(' '), /allows 0a:00:00:00:01:07 10\.0\.1\.7/);
    const disabled = explain({ switches: [{ name: 'web', ports: [{ ...web1, enabled: false }] }] }, ...lines);
    assert.equal(disabled.code, 'PORT_DISABLED');
    assert.equal(disabled.command, 'ovn-nbctl lsp-set-enabled web1 enabled');
  });

  it('offers no command with a name that a shell would take apart', () => {
    const name = 'web1; reboot';
    const lines = [
      `ingress(dp="web", inport="${name}")`,
      '-'.repeat(40),
      ' 0. ls_in_port_sec_l2: no match (implicit drop)',
    ];
    const { code, command } = explain(
      { switches: [{ name: 'web', ports: [{ name, enabled: false }] }] },
      ...lines,
    );
    assert.deepEqual([code, command], ['PORT_DISABLED', null]);
  });

  it('does not blame a disabled port that has the address in another network', () => {
    const lines = [
      ...intoSwitch,
      '25. ls_in_l2_unknown (northd.c:1): outport == "none", priority 50, uuid 00000001',
      '    drop;',
    ];
    const port = {
      name: 'other',
      enabled: false,
      addresses: [{ mac: '0a:00:00:00:01:02', ips: ['10.0.1.2'] }],
    };
    assert.equal(
      explain(
        {
          switches: [
            { name: 'web', ports: ['web1'] },
            { name: 'twin', ports: [port] },
          ],
        },
        ...lines,
      ).code,
      'UNKNOWN_MAC',
    );
    assert.equal(
      explain({ switches: [{ name: 'web', ports: ['web1', port] }] }, ...lines).code,
      'PORT_DISABLED',
    );
  });

  describe('of a load balancer', () => {
    const balancer = (vips: Readonly<Record<string, string>>, protocol: string | null) => ({
      uuid: 'b0000000-0000-4000-8000-000000000000',
      name: 'shop',
      protocol,
      vips,
      externalIds: {},
    });
    const network = (
      vips: Readonly<Record<string, string>>,
      protocol: string | null,
      isOnRouter: boolean,
    ): NetworkSketch => {
      const shop = balancer(vips, protocol);
      return {
        routers: [
          {
            name: 'r',
            ports: ['r-web 0a:00:00:00:01:fe 10.9.0.254/24'],
            loadBalancers: isOnRouter ? [shop.uuid] : [],
          },
        ],
        loadBalancers: [shop],
      };
    };

    it('says which ports it serves', () => {
      const cause = explain(network({ '10.0.1.2:443': '', '10.0.1.2:53': '' }, 'udp', true), ...noRoute);
      assert.equal(cause.code, 'LB_OTHER_PORT');
      assert.equal(
        cause.sentence,
        'Load balancer shop serves UDP port 443 and UDP port 53 at 10.0.1.2, not TCP port 80, and router r knows no other way to it.',
      );
    });

    it('says that it is set on nothing', () => {
      assert.equal(explain(network({ '10.0.1.2:80': '' }, 'tcp', false), ...noRoute).code, 'LB_NOT_APPLIED');
      assert.equal(explain(network({ '10.0.1.2:81': '' }, 'tcp', false), ...noRoute).code, 'NO_ROUTE');
    });

    it('takes TCP for the protocol of one that has none, and every port for an address without one', () => {
      const open = explain(network({ '10.0.1.2:80': '' }, null, true), ...noRoute);
      assert.equal(open.code, 'NO_ROUTE');
      assert.match(open.advice[0] ?? '', /an address of load balancer shop.*new connections only/);
      assert.equal(explain(network({ '10.0.1.2': '' }, null, true), ...noRoute).code, 'NO_ROUTE');
    });
  });
});
