import type { CauseCase } from './causeCase';
import { ping, tcp, tiers, udp } from './networks';

const onSwitch = (vip: string, backends: string): string => `${tiers}
  lb-add shop ${vip} '${backends}' tcp
  ls-lb-add web shop`;

export const loadBalancerCases: readonly CauseCase[] = [
  {
    what: 'a load balancer without backends on a switch',
    network: onSwitch('30.0.0.1:80', ''),
    packet: tcp('30.0.0.1'),
    code: 'LB_NO_BACKEND',
    stage: /^ls_in_lb$/,
    says: ['Load balancer shop', '30.0.0.1', 'TCP port 80', 'switch web'],
    advises: 'Add backends to shop',
    mended: { by: '--may-exist lb-add shop 30.0.0.1:80 10.0.2.1:80 tcp' },
  },
  {
    what: 'a load balancer without backends that refuses, on a router',
    network: `${tiers}
      --reject lb-add shop 30.0.0.1:80 '' tcp
      lr-lb-add r shop`,
    packet: tcp('30.0.0.1'),
    code: 'LB_NO_BACKEND',
    verdict: 'reject',
    stage: /^lr_in_dnat$/,
    says: ['Load balancer shop', '30.0.0.1', 'refuses', 'router r'],
    mended: { by: 'set Load_Balancer shop vips:30.0.0.1\\:80=\'"10.0.2.1:80"\'' },
  },
  {
    what: 'a load balancer over IPv6 without backends',
    network: `${tiers}
      lb-add shop [fd00:30::1]:80 '' tcp
      ls-lb-add web shop`,
    packet: tcp('fd00:30::1'),
    code: 'LB_NO_BACKEND',
    stage: /^ls_in_lb$/,
    says: ['Load balancer shop', 'fd00:30::1'],
    mended: { by: 'lb-del shop\nlb-add shop2 [fd00:30::1]:80 [fd00:2::1]:80 tcp\nls-lb-add web shop2' },
  },
  {
    what: 'backends that the health checks found down',
    network: `${onSwitch('30.0.0.1:80', '10.0.2.1:80')}
      set Load_Balancer shop 'ip_port_mappings:10.0.2.1="db1:10.0.2.200"'
      --id=@check create Load_Balancer_Health_Check 'vip="30.0.0.1:80"'
      add Load_Balancer shop health_check @check`,
    southbound: 'set Service_Monitor db1 status=offline',
    packet: tcp('30.0.0.1'),
    code: 'LB_NO_BACKEND',
    stage: /^ls_in_lb$/,
    says: ['Load balancer shop', '30.0.0.1'],
    advises: '10.0.2.1:80, which its health checks found down',
    // northd calls the backends of a port that is not up offline.
    mended: {
      by: async (lab) => {
        await lab.changeSouthbound(`chassis-add host1 geneve 127.0.0.1
          lsp-bind db1 host1
          set Port_Binding db1 up=true`);
        await lab.changeSouthbound('set Service_Monitor db1 status=online');
      },
    },
  },
  {
    what: 'a port that the load balancer does not serve',
    network: onSwitch('30.0.0.1:80', '10.0.2.1:80'),
    packet: tcp('30.0.0.1', 443),
    code: 'LB_OTHER_PORT',
    stage: /^lr_in_ip_routing$/,
    says: ['Load balancer shop', 'TCP port 80', '30.0.0.1', 'TCP port 443', 'router r'],
    mended: { packet: tcp('30.0.0.1', 80) },
  },
  {
    what: 'a protocol that the load balancer does not serve, on the router of the address',
    network: `${tiers}
      lb-add shop 10.0.2.100:80 10.0.2.1:80 tcp
      lr-lb-add r shop`,
    packet: udp('10.0.2.100', 80),
    code: 'LB_OTHER_PORT',
    stage: /^lr_in_arp_request$|^ls_in_l2_unknown$/,
    says: ['Load balancer shop', 'TCP port 80', '10.0.2.100', 'UDP port 80'],
    mended: { packet: tcp('10.0.2.100', 80) },
  },
  {
    what: 'a ping of a load balancer',
    network: onSwitch('30.0.0.1:80', '10.0.2.1:80'),
    packet: ping('30.0.0.1'),
    code: 'LB_OTHER_PORT',
    stage: /^lr_in_ip_routing$/,
    says: ['Load balancer shop', 'TCP port 80', '30.0.0.1', 'ICMP'],
    advises: 'whose address has no port takes every port',
    mended: { by: 'lb-del shop\nlb-add whole 30.0.0.1 10.0.2.1\nls-lb-add web whole' },
  },
  {
    what: 'a load balancer that is set on nothing',
    network: `${tiers}
      lb-add shop 30.0.0.1:80 10.0.2.1:80 tcp`,
    packet: tcp('30.0.0.1'),
    code: 'LB_NOT_APPLIED',
    stage: /^lr_in_ip_routing$/,
    says: ['Load balancer shop', '30.0.0.1', 'router r'],
    advises: 'set on no switch and no router',
    mended: { by: 'ls-lb-add web shop' },
  },
  {
    what: 'a load balancer that is set elsewhere',
    network: `${tiers}
      lb-add shop 30.0.0.1:80 10.0.2.1:80 tcp
      ls-lb-add db shop`,
    packet: tcp('30.0.0.1'),
    code: 'LB_NOT_APPLIED',
    stage: /^lr_in_ip_routing$/,
    says: ['Load balancer shop', '30.0.0.1'],
    advises: 'set on switch db',
    mended: { by: 'lr-lb-add r shop' },
  },
  {
    what: 'an open connection to a load balancer',
    network: onSwitch('30.0.0.1:80', '10.0.2.1:80'),
    packet: tcp('30.0.0.1', 80, { connection: { kind: 'established' } }),
    code: 'NO_ROUTE',
    stage: /^lr_in_ip_routing$/,
    says: ['Router r has no route to 30.0.0.1'],
    advises: 'an address of load balancer shop',
    mended: { packet: tcp('30.0.0.1') },
  },
];
