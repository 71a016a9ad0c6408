import * as l10n from '@vscode/l10n';
import { routerOf, stageOf, switchOf, type CauseFacts, type WordsOf } from './causeFacts';
import { listNames, listSome } from './phrases';

export const loadBalancerWords: WordsOf<'LB_NO_BACKEND' | 'LB_OTHER_PORT' | 'LB_NOT_APPLIED'> = {
  LB_NO_BACKEND: (facts) => ({
    sentence: wordNoBackend(facts),
    advice: backendsOf(facts),
  }),
  LB_OTHER_PORT: (facts) => ({
    sentence: l10n.t(
      '{0} serves {1} at {2}, not {3}, and {4}.',
      balancerOf(facts),
      servedBy(facts),
      addressOf(facts),
      facts.names.service,
      nobody(facts),
    ),
    advice: [
      l10n.t('Trace to {0}, or add the port to the load balancer.', servedBy(facts, 'or')),
      l10n.t('A load balancer whose address has no port takes every port, ping included.'),
    ],
  }),
  LB_NOT_APPLIED: (facts) => ({
    sentence: l10n.t(
      '{0} has the address {1}, but is on none of the switches and routers that the packet passed, and {2}.',
      balancerOf(facts),
      addressOf(facts),
      nobody(facts),
    ),
    advice: [
      facts.vip === null || facts.vip.setOn.length === 0
        ? l10n.t('It is set on no switch and no router.')
        : l10n.t('It is set on {0}.', listSome(facts.vip.setOn)),
      l10n.t(
        'Set it on the switch of the client (ls-lb-add) or on the router the packet goes through (lr-lb-add).',
      ),
    ],
  }),
};

function wordNoBackend(facts: CauseFacts): string {
  const { vip, loss } = facts;
  const balancer = balancerOf(facts);
  const stage = stageOf(facts);
  const refuses = loss.kind === 'rejected';
  if (vip === null) {
    return refuses
      ? l10n.t('{0} has no backend to send the packet to, and refuses it{1}.', balancer, stage)
      : l10n.t('{0} has no backend to send the packet to{1}.', balancer, stage);
  }
  const served = listNames(vip.serves);
  return refuses
    ? l10n.t(
        '{0} has no backend for {1} of {2} to send the packet to, and refuses it{3}.',
        balancer,
        served,
        vip.ip,
        stage,
      )
    : l10n.t('{0} has no backend for {1} of {2} to send the packet to{3}.', balancer, served, vip.ip, stage);
}

function balancerOf({ vip, names }: CauseFacts): string {
  return vip === null
    ? names.ipDst === null
      ? l10n.t('the load balancer of the address')
      : l10n.t('the load balancer of {0}', names.ipDst)
    : l10n.t('load balancer {0}', vip.loadBalancer);
}

function addressOf({ vip, names }: CauseFacts): string {
  return vip?.ip ?? names.ipDst ?? l10n.t('the address');
}

function servedBy({ vip }: CauseFacts, conjunction: 'and' | 'or' = 'and'): string {
  return vip === null ? l10n.t('other ports') : listNames(vip.serves, conjunction);
}

/** What becomes of the packet without its load balancer. */
function nobody(facts: CauseFacts): string {
  return facts.hop?.datapathKind === 'switch' && facts.decidedBy?.datapathKind !== 'router'
    ? l10n.t('no port of {0} has the address', switchOf(facts))
    : l10n.t('{0} knows no other way to it', routerOf(facts));
}

function backendsOf({ vip }: CauseFacts): readonly string[] {
  if (vip !== null && vip.backends.length === 0) {
    return [l10n.t('Add backends to {0}: it has none for {1}.', vip.loadBalancer, listNames(vip.serves))];
  }
  const down =
    vip === null
      ? l10n.t('If it has backends, its health checks found them down.')
      : vip.backends.length === 1
        ? l10n.t('It has the backend {0}, which its health checks found down.', listSome(vip.backends))
        : l10n.t('It has the backends {0}, which its health checks found down.', listSome(vip.backends));
  return [
    down,
    l10n.t('Look at their state with "ovn-sbctl list Service_Monitor", and at the service on the backend.'),
  ];
}
