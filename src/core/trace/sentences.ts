import * as l10n from '@vscode/l10n';
import { describeStage } from '../ovn/stages';
import { aclWords } from './aclSentences';
import {
  callPort,
  packetOf,
  routerOf,
  stageOf,
  switchOf,
  type CauseFacts,
  type CauseWords,
  type WordsOf,
} from './causeFacts';
import type { CauseCode } from './explanation';
import type { TraceHop } from './hop';
import { loadBalancerWords } from './loadBalancerSentences';
import { asArgument, capitalize, nameDatapath, readableMatch } from './phrases';
import { routerWords } from './routerSentences';
import { switchWords } from './switchSentences';

/** The sentence, the advice and the command of a cause, with this packet's names in them. */
export function wordCause(code: CauseCode, facts: CauseFacts): Required<CauseWords> {
  const { sentence, advice, command } = words[code](facts);
  return { sentence: capitalize(sentence), advice: advice.map(capitalize), command: command ?? null };
}

const general: WordsOf<
  'HAIRPIN' | 'NO_OUTPUT_PORT' | 'PORT_DISABLED' | 'ROUTER_DISABLED' | 'NO_MATCH' | 'UNKNOWN'
> = {
  PORT_DISABLED: (facts) => wordDisabled(facts),
  ROUTER_DISABLED: ({ disabled }) => ({
    sentence: l10n.t('{0} is disabled, so it forwards nothing.', nameDatapath('router', disabled?.name)),
    ...enable('set Logical_Router', disabled?.name, 'enabled=true'),
  }),
  HAIRPIN: (facts) => ({
    sentence: l10n.t(
      'The packet would leave through {0} where it came from, and OVN does not send it back there.',
      callPort(facts, facts.hop?.inport, l10n.t('the port')),
    ),
    advice: [
      l10n.t(
        'Check the destination MAC{0}: it belongs to the port that sends.',
        facts.names.ethDst === null ? '' : ` ${facts.names.ethDst}`,
      ),
    ],
  }),
  NO_OUTPUT_PORT: (facts) => ({
    sentence: facts.danglingPort
      ? l10n.t(
          'Port {0} of {1} leads to a router port that does not exist, so the packet goes nowhere.',
          facts.names.callPort(facts.danglingPort),
          switchOf(facts),
        )
      : l10n.t('The packet is sent to a port that does not exist or leads nowhere{0}.', stageOf(facts)),
    advice: facts.danglingPort
      ? [l10n.t('Correct options:router-port of {0}, or delete that port.', facts.danglingPort)]
      : [
          l10n.t(
            'Check that the port still exists; for a port to a router, that options:router-port names a router port; for a distributed router port, its gateway chassis.',
          ),
        ],
  }),
  NO_MATCH: (facts) => ({
    sentence: l10n.t('No logical flow matches the packet{0}, so it is dropped.', stageOf(facts)),
    advice: [
      ...aboutStage(facts.hop),
      l10n.t('Check that ovn-northd runs and has caught up: "ovn-nbctl --wait=sb sync" waits for it.'),
    ],
  }),
  UNKNOWN: (facts) => wordUnknown(facts),
};

const words: WordsOf<CauseCode> = {
  ...general,
  ...aclWords,
  ...switchWords,
  ...routerWords,
  ...loadBalancerWords,
};

function wordDisabled(facts: CauseFacts): CauseWords {
  const { disabled, hop, names } = facts;
  if (disabled?.kind === 'router port' || (disabled === null && hop?.stage === 'lr_out_delivery')) {
    return {
      sentence: l10n.t(
        'Port {0} of {1} is disabled.',
        disabled?.name ?? callPort(facts, hop?.outport, l10n.t('of the packet')),
        routerOf(facts),
      ),
      ...enable('lrp-set-enabled', disabled?.name, 'enabled'),
    };
  }
  const printed = hop?.pipeline === 'egress' ? hop.outport : (hop?.inport ?? null);
  const isLookup = /^ls_in_l2_/.test(hop?.stage ?? '');
  const name =
    disabled !== null
      ? l10n.t('port {0}', names.callPort(disabled.name))
      : isLookup || printed === null
        ? nameOfDestination(names.ipDst ?? names.ethDst)
        : l10n.t('port {0}', printed);
  return {
    sentence: l10n.t('{0} is disabled, so it neither sends nor receives.', name),
    ...enable('lsp-set-enabled', disabled?.name, 'enabled'),
  };
}

function nameOfDestination(address: string | null): string {
  return address === null ? l10n.t('the port of the destination') : l10n.t('the port of {0}', address);
}

function enable(command: string, name: string | undefined, state: string): Omit<CauseWords, 'sentence'> {
  const argument = asArgument(name);
  const line = `ovn-nbctl ${command} ${argument ?? 'NAME'} ${state}`;
  return {
    advice: [l10n.t('Enable it with "{0}", or in the platform that owns it.', line)],
    command: argument === null ? null : line,
  };
}

const withStages = (): string => l10n.t('Run ovn-trace with --detailed, which shows every stage.');

function wordUnknown(facts: CauseFacts): CauseWords {
  const { hop, names, loss } = facts;
  if (loss.kind === 'rejected') {
    return {
      sentence: l10n.t(
        '{0} is refused with a reset or an ICMP error{1}; the trace does not say by what.',
        packetOf(facts),
        stageOf(facts),
      ),
      advice: hop && hop.stage !== null ? aboutStage(hop) : [withStages()],
    };
  }
  if (!hop) {
    return {
      sentence: l10n.t(
        '{0} from {1} does not arrive anywhere; this format does not show which stage drops it.',
        names.service,
        names.source,
      ),
      advice: [withStages()],
    };
  }
  if (hop.stage === null && hop.table < 0) {
    return {
      sentence: l10n.t(
        '{0} is dropped{1}; this format does not show by which stage.',
        packetOf(facts),
        stageOf(facts),
      ),
      advice: [withStages()],
    };
  }
  const match = readableMatch(hop.match);
  return {
    sentence:
      match === ''
        ? l10n.t('The packet is dropped{0}.', stageOf(facts))
        : l10n.t('The packet is dropped{0} by the logical flow for {1}.', stageOf(facts), match),
    advice: [
      ...aboutStage(hop),
      hop.uuid === null
        ? l10n.t('Look the logical flow up with "ovn-sbctl lflow-list" to see why it was made.')
        : l10n.t(
            'See with "ovn-sbctl list Logical_Flow {0}" why the flow was made: its external_ids name the source and the northbound row.',
            hop.uuid,
          ),
    ],
  };
}

function aboutStage(hop: TraceHop | null): readonly string[] {
  const stage = hop?.stage ?? null;
  const description = stage === null ? null : describeStage(stage);
  return description
    ? [l10n.t('Stage {0} ({1}): {2}', stage ?? '', description.title, description.about)]
    : [];
}
