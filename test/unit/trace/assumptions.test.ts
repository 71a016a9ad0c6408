import assert from 'node:assert/strict';
import { listAssumptions } from '../../../src/core/trace/assumptions';
import type { Assumption } from '../../../src/core/trace/explanation';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';

import { indexInventory, type InventoryIndex } from '../../../src/core/ovn/inventoryIndex';
import { indexNetwork } from '../inventory/network';

const header = '# udp,reg14=0x1,nw_src=10.0.1.1,nw_dst=10.0.2.1,nw_ttl=64,tp_src=68,tp_dst=67';

/** A packet through switch `web` with these actions in one of its stages, delivered to `web2`. */
function assume(actions: readonly string[], index: InventoryIndex | null = null): readonly Assumption[] {
  return assumeOf(
    [
      header,
      '',
      'ingress(dp="web", inport="web1")',
      '--------------------------------',
      ' 1. ls_in_lb (northd.c:1): ip4, priority 1, uuid 00000001',
      ...actions.map((action) => `    ${action}`),
      '    next;',
      ' 2. ls_in_l2_lkup (northd.c:1): eth.dst == 0a:00:00:00:01:02, priority 50, uuid 00000002',
      '    outport = "web2";',
      '    output;',
      '',
      'egress(dp="web", inport="web1", outport="web2")',
      '-----------------------------------------------',
      ' 1. ls_out_apply_port_sec (northd.c:1): 1, priority 0, uuid 00000003',
      '    output;',
      '    /* output to "web2", type "" */',
      '',
    ].join('\n'),
    index,
  );
}

function assumeOf(text: string, index: InventoryIndex | null): readonly Assumption[] {
  const parsed = parseTrace(text);
  return listAssumptions(judgeTrace(parsed), index, [], parsed.flow);
}

function has(
  assumptions: readonly Assumption[],
  pattern: RegExp,
  severity: Assumption['severity'] = 'info',
): void {
  const found = assumptions.find(({ message }) => pattern.test(message));
  assert.ok(found, `${pattern} in:\n${assumptions.map(({ message }) => message).join('\n')}`);
  assert.equal(found.severity, severity);
}

function lacks(assumptions: readonly Assumption[], pattern: RegExp): void {
  assert.deepEqual(
    assumptions.filter(({ message }) => pattern.test(message)),
    [],
  );
}

describe('what a result rests on', () => {
  it('is that only the logical network counts', () => {
    has(assume([]), /tunnels, MTUs, rate limits, and the firewalls/);
    assert.deepEqual(assumeOf('', null), []);
  });

  it('is a choice among backends', () => {
    has(
      assume(['ct_lb_mark(backends=10.0.2.1:80,10.0.2.2:80);']),
      /any of 2 backends \(10\.0\.2\.1:80 and 10\.0\.2\.2:80\)/,
    );
    lacks(assume(['ct_lb_mark(backends=10.0.2.1:80);']), /backends/);
  });

  it('is the source of a packet that a load balancer sends back, dropped or not', () => {
    const back = (end: readonly string[]): readonly Assumption[] =>
      assumeOf(
        [
          header,
          '',
          'ingress(dp="web", inport="web1")',
          '--------------------------------',
          '16. ls_in_nat_hairpin (northd.c:1): ip && ct.new && ct.trk && reg0[6] == 1, priority 100, uuid 00000001',
          '    ct_snat_to_vip;',
          '    next;',
          '17. ls_in_hairpin (northd.c:1): reg0[6] == 1, priority 1, uuid 00000002',
          '    outport = inport;',
          '    flags.loopback = 1;',
          '    output;',
          '',
          'egress(dp="web", inport="web1", outport="web1")',
          '-----------------------------------------------',
          ...end,
          '',
        ].join('\n'),
        null,
      );
    const stage = ' 1. ls_out_apply_port_sec (northd.c:1): 1, priority 0, uuid 00000003';
    has(back([stage, '    output;', '    /* output to "web1", type "" */']), /the source which ACLs/);
    has(back([stage, '    drop;']), /the source which ACLs/);
  });

  it('names the states that were told, not those that NAT adds', () => {
    const untold = assume([
      'ct_next;',
      '',
      'ct_next(ct_state=new|snat|trk)',
      '------------------------------',
    ]);
    lacks(untold, /snat/);
  });

  it('is a choice among equal routes', () => {
    has(assume(['reg8[16..31] = select(1=100, 2=100);']), /one of 2 equal routes or policies/);
  });

  it('is that the client is new to the load balancer, that the packet fits, that no name is looked up', () => {
    has(assume(['reg9[6] = chk_lb_aff();']), /knows no session affinity/);
    has(
      assume(['reg9[1] = check_pkt_larger(1414);']),
      /does not measure it against the gateway MTU \(1414 bytes/,
    );
    has(assume(['reg0[4] = dns_lookup();']), /may answer the query itself/);
    lacks(assume([]), /affinity|MTU \(|query/);
  });

  it('is a copy for a mirror', () => {
    has(assume(['mirror("tap");']), /A copy goes to the mirror port tap/);
  });

  it('is that ports are up, unless the database says otherwise', () => {
    has(assume([]), /The ports are up and bound to a chassis/);
    const port = (name: string, up: boolean) => ({ name, up, type: '' });
    const network = (up: boolean) =>
      indexNetwork({ switches: [{ name: 'web', ports: [port('web1', true), port('web2', up)] }] });
    has(assume([], network(true)), /The ports are up/);
    has(
      assume([], network(false)),
      /^In the northbound database web2 is down: .* as if it were up\.$/,
      'warning',
    );
  });

  it('is that nothing was told of an established connection', () => {
    has(
      assume(['ct_next;', '', 'ct_next(ct_state=est|trk /* default (use --ct to customize) */)']),
      /assumed an established connection/,
      'warning',
    );
  });

  it('is that a server answers DHCP where OVN does not', () => {
    has(assume([]), /OVN does not answer DHCP for web1: its dhcpv4_options are not set/);
  });
});

describe('what a result rests on behind a router', () => {
  const text = (state: string): string =>
    [
      '# tcp,reg14=0x1,nw_src=8.8.8.8,nw_dst=172.16.0.9,nw_ttl=64,tp_dst=80',
      '',
      'ingress(dp="r", inport="r-pub")',
      '-------------------------------',
      ' 4. lr_in_unsnat (northd.c:1): ip4, priority 100, uuid 00000001',
      '    ct_snat_in_czone;',
      '',
      `ct_next(ct_state=${state})`,
      '-'.repeat(18 + state.length),
      '13. lr_in_ip_routing (northd.c:1): 1, priority 0, uuid 00000002',
      '    drop;',
      '',
    ].join('\n');
  const network = (gateway: 'hosted' | 'unhosted' | 'unknown'): InventoryIndex => {
    const { inventory } = indexNetwork({
      routers: [{ name: 'r', ports: ['r-pub 0a:00:00:00:00:01 172.16.0.1/24'] }],
    });
    const [port] = inventory.routerPorts;
    assert.ok(port);
    return indexInventory({ ...inventory, routerPorts: [{ ...port, gateway }] });
  };

  it('is that no address of an open connection is translated back', () => {
    has(assumeOf(text('est|rpl|trk'), null), /translates no address back/);
    lacks(assumeOf(text('new|trk'), null), /translates no address back/);
  });

  it('is that a chassis hosts the gateway port', () => {
    has(
      assumeOf(text('new|trk'), network('unhosted')),
      /No chassis hosts the gateway port r-pub of router r/,
      'warning',
    );
    has(assumeOf(text('new|trk'), network('unknown')), /A chassis hosts the gateway port r-pub/);
    lacks(assumeOf(text('new|trk'), network('hosted')), /gateway port/);
  });
});
