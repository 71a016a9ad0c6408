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
    sentence: `${nameDatapath('router', disabled?.name)} is disabled, so it forwards nothing.`,
    ...enable('set Logical_Router', disabled?.name, 'enabled=true'),
  }),
  HAIRPIN: (facts) => ({
    sentence: `The packet would leave through ${callPort(facts, facts.hop?.inport, 'the port')} where it came from, and OVN does not send it back there.`,
    advice: [
      `Check the destination MAC${facts.names.ethDst === null ? '' : ` ${facts.names.ethDst}`}: it belongs to the port that sends.`,
    ],
  }),
  NO_OUTPUT_PORT: (facts) => ({
    sentence: facts.danglingPort
      ? `Port ${facts.names.callPort(facts.danglingPort)} of ${switchOf(facts)} leads to a router port that does not exist, so the packet goes nowhere.`
      : `The packet is sent to a port that does not exist or leads nowhere${stageOf(facts)}.`,
    advice: facts.danglingPort
      ? [`Correct options:router-port of ${facts.danglingPort}, or delete that port.`]
      : [
          'Check that the port still exists; for a port to a router, that options:router-port names a router port; for a distributed router port, its gateway chassis.',
        ],
  }),
  NO_MATCH: (facts) => ({
    sentence: `No logical flow matches the packet${stageOf(facts)}, so it is dropped.`,
    advice: [
      ...aboutStage(facts.hop),
      'Check that ovn-northd runs and has caught up: "ovn-nbctl --wait=sb sync" waits for it.',
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
      sentence: `Port ${disabled?.name ?? callPort(facts, hop?.outport, 'of the packet')} of ${routerOf(facts)} is disabled.`,
      ...enable('lrp-set-enabled', disabled?.name, 'enabled'),
    };
  }
  const printed = hop?.pipeline === 'egress' ? hop.outport : (hop?.inport ?? null);
  const isLookup = /^ls_in_l2_/.test(hop?.stage ?? '');
  const name =
    disabled !== null
      ? `port ${names.callPort(disabled.name)}`
      : isLookup || printed === null
        ? `the port of ${names.ipDst ?? names.ethDst ?? 'the destination'}`
        : `port ${printed}`;
  return {
    sentence: `${name} is disabled, so it neither sends nor receives.`,
    ...enable('lsp-set-enabled', disabled?.name, 'enabled'),
  };
}

function enable(command: string, name: string | undefined, state: string): Omit<CauseWords, 'sentence'> {
  const argument = asArgument(name);
  const line = `ovn-nbctl ${command} ${argument ?? 'NAME'} ${state}`;
  return {
    advice: [`Enable it with "${line}", or in the platform that owns it.`],
    command: argument === null ? null : line,
  };
}

const withStages = 'Run ovn-trace with --detailed, which shows every stage.';

function wordUnknown(facts: CauseFacts): CauseWords {
  const { hop, names, loss } = facts;
  if (loss.kind === 'rejected') {
    return {
      sentence: `${packetOf(facts)} is refused with a reset or an ICMP error${stageOf(facts)}; the trace does not say by what.`,
      advice: hop && hop.stage !== null ? aboutStage(hop) : [withStages],
    };
  }
  if (!hop) {
    return {
      sentence: `${names.service} from ${names.source} does not arrive anywhere; this format does not show which stage drops it.`,
      advice: [withStages],
    };
  }
  if (hop.stage === null && hop.table < 0) {
    return {
      sentence: `${packetOf(facts)} is dropped${stageOf(facts)}; this format does not show by which stage.`,
      advice: [withStages],
    };
  }
  const match = readableMatch(hop.match);
  return {
    sentence: `The packet is dropped${stageOf(facts)}${match === '' ? '' : ` by the logical flow for ${match}`}.`,
    advice: [
      ...aboutStage(hop),
      hop.uuid === null
        ? 'Look the logical flow up with "ovn-sbctl lflow-list" to see why it was made.'
        : `See with "ovn-sbctl list Logical_Flow ${hop.uuid}" why the flow was made: its external_ids name the source and the northbound row.`,
    ],
  };
}

function aboutStage(hop: TraceHop | null): readonly string[] {
  const stage = hop?.stage ?? null;
  const description = stage === null ? null : describeStage(stage);
  return description ? [`Stage ${stage ?? ''} (${description.title}): ${description.about}`] : [];
}
