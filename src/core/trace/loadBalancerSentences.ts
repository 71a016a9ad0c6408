import { routerOf, stageOf, switchOf, type CauseFacts, type WordsOf } from './causeFacts';
import { listNames, listSome } from './phrases';

export const loadBalancerWords: WordsOf<'LB_NO_BACKEND' | 'LB_OTHER_PORT' | 'LB_NOT_APPLIED'> = {
  LB_NO_BACKEND: (facts) => ({
    sentence: `${balancerOf(facts)} has no backend${
      facts.vip === null ? '' : ` for ${listNames(facts.vip.serves)} of ${facts.vip.ip}`
    } to send the packet to${facts.loss.kind === 'rejected' ? ', and refuses it' : ''}${stageOf(facts)}.`,
    advice: backendsOf(facts),
  }),
  LB_OTHER_PORT: (facts) => ({
    sentence: `${balancerOf(facts)} serves ${servedBy(facts)} at ${addressOf(facts)}, not ${facts.names.service}, and ${nobody(facts)}.`,
    advice: [
      `Trace to ${servedBy(facts, 'or')}, or add the port to the load balancer.`,
      'A load balancer whose address has no port takes every port, ping included.',
    ],
  }),
  LB_NOT_APPLIED: (facts) => ({
    sentence: `${balancerOf(facts)} has the address ${addressOf(facts)}, but is on none of the switches and routers that the packet passed, and ${nobody(facts)}.`,
    advice: [
      facts.vip === null || facts.vip.setOn.length === 0
        ? 'It is set on no switch and no router.'
        : `It is set on ${listSome(facts.vip.setOn)}.`,
      'Set it on the switch of the client (ls-lb-add) or on the router the packet goes through (lr-lb-add).',
    ],
  }),
};

function balancerOf({ vip, names }: CauseFacts): string {
  return vip === null
    ? `the load balancer of ${names.ipDst ?? 'the address'}`
    : `load balancer ${vip.loadBalancer}`;
}

function addressOf({ vip, names }: CauseFacts): string {
  return vip?.ip ?? names.ipDst ?? 'the address';
}

function servedBy({ vip }: CauseFacts, conjunction = 'and'): string {
  return vip === null ? 'other ports' : listNames(vip.serves, conjunction);
}

/** What becomes of the packet without its load balancer. */
function nobody(facts: CauseFacts): string {
  return facts.hop?.datapathKind === 'switch' && facts.decidedBy?.datapathKind !== 'router'
    ? `no port of ${switchOf(facts)} has the address`
    : `${routerOf(facts)} knows no other way to it`;
}

function backendsOf({ vip }: CauseFacts): readonly string[] {
  if (vip !== null && vip.backends.length === 0) {
    return [`Add backends to ${vip.loadBalancer}: it has none for ${listNames(vip.serves)}.`];
  }
  const down =
    vip === null
      ? 'If it has backends, its health checks found them down.'
      : `It has ${vip.backends.length === 1 ? 'the backend' : 'the backends'} ${listSome(vip.backends)}, which its health checks found down.`;
  return [
    down,
    'Look at their state with "ovn-sbctl list Service_Monitor", and at the service on the backend.',
  ];
}
