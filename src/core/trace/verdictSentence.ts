import * as l10n from '@vscode/l10n';
import type { ExplainedLoss } from './explanation';
import type { Answer, AnswerKind, Arrival, TraceOutcome } from './outcome';
import { refusalSentence } from './refusal';
import type { PacketNames } from './causeFacts';

/** The verdict in one sentence, for the banner, the terminal and the notification. */
export function sentenceOf(
  outcome: TraceOutcome,
  losses: readonly ExplainedLoss[],
  names: PacketNames,
): string {
  const { arrivals, answers, verdict } = outcome;
  const [loss] = losses;
  switch (verdict) {
    case 'allow':
      return l10n.t(
        '{0} from {1} arrives at {2}.',
        capitalize(names.service),
        names.source,
        listArrivals(arrivals, names),
      );
    case 'drop':
    case 'reject':
      return loss ? withMore(loss.cause.sentence, losses.length - 1) : l10n.t('The packet does not arrive.');
    case 'answer':
      return sentenceOfAnswer(answers[0], names);
    case 'mixed':
      return sentenceOfMixed(outcome, losses, names);
    case 'unknown':
      return outcome.undecided?.message ?? l10n.t('The text does not decide what became of the packet.');
    case 'error':
      return outcome.refusal === null
        ? l10n.t('This text is no output of ovn-trace. Paste what ovn-trace printed, from its first line on.')
        : refusalSentence(outcome.refusal);
  }
}

function sentenceOfMixed(
  { arrivals, losses: lost }: TraceOutcome,
  losses: readonly ExplainedLoss[],
  names: PacketNames,
): string {
  const arrived = arrivals.length === 0 ? null : listArrivals(arrivals, names);
  const [cause] = losses.map((loss) => loss.cause);
  // Without stages there is no saying where, and that it arrives nowhere would be about that branch alone.
  return cause === undefined || (cause.code === 'UNKNOWN' && lost[0]?.hop === null)
    ? sentenceWithoutCause(arrived, losses.length)
    : sentenceWithCause(arrived, losses.length, cause.sentence);
}

function sentenceWithoutCause(arrived: string | null, lost: number): string {
  if (arrived === null) {
    return lost === 1
      ? l10n.t(
          'OVN answers one branch of the packet, but one branch is lost; this format does not show which stage drops it.',
        )
      : l10n.t(
          'OVN answers one branch of the packet, but {0} branches are lost; this format does not show which stage drops them.',
          lost,
        );
  }
  return lost === 1
    ? l10n.t(
        'The packet arrives at {0}, but one branch is lost; this format does not show which stage drops it.',
        arrived,
      )
    : l10n.t(
        'The packet arrives at {0}, but {1} branches are lost; this format does not show which stage drops them.',
        arrived,
        lost,
      );
}

function sentenceWithCause(arrived: string | null, lost: number, cause: string): string {
  if (arrived === null) {
    return lost === 1
      ? l10n.t('OVN answers one branch of the packet, but one branch is lost: {0}', cause)
      : l10n.t('OVN answers one branch of the packet, but {0} branches are lost: {1}', lost, cause);
  }
  return lost === 1
    ? l10n.t('The packet arrives at {0}, but one branch is lost: {1}', arrived, cause)
    : l10n.t('The packet arrives at {0}, but {1} branches are lost: {2}', arrived, lost, cause);
}

const mostNamed = 4;

function listArrivals(arrivals: readonly Arrival[], { callPort }: PacketNames): string {
  const named = arrivals
    .slice(0, mostNamed)
    .map(({ port, type }) => `${callPort(port)}${wherePortLeads(type)}`);
  const more = arrivals.length - named.length;
  if (more === 1) return l10n.t('{0} and one more port', named.join(', '));
  if (more > 1) return l10n.t('{0} and {1} more ports', named.join(', '), more);
  const last = named.pop();
  return named.length === 0
    ? (last ?? l10n.t('its destination'))
    : l10n.t('{0} and {1}', named.join(', '), last ?? '');
}

function wherePortLeads(type: string | null): string {
  switch (type) {
    case 'localnet':
      return ` (${l10n.t('the physical network')})`;
    case 'remote':
      return ` (${l10n.t('another availability zone')})`;
    case 'vtep':
    case 'l2gateway':
    case 'localport':
      return ` (${type})`;
    default:
      return '';
  }
}

const answerWords = (): Readonly<Record<AnswerKind, string>> => ({
  arp: l10n.t('an ARP reply'),
  nd: l10n.t('a neighbour advertisement'),
  dhcp: 'DHCP',
  dhcpv6: 'DHCPv6',
  ra: l10n.t('a router advertisement'),
  dns: 'DNS',
  ping: l10n.t('an echo reply'),
  tcp_reset: l10n.t('a TCP reset'),
  sctp_abort: l10n.t('an SCTP abort'),
  icmp4: l10n.t('an ICMP error'),
  icmp6: l10n.t('an ICMPv6 error'),
});

function sentenceOfAnswer(answer: Answer | undefined, names: PacketNames): string {
  if (!answer) return l10n.t('OVN answers the packet itself.');
  const how = answerWords()[answer.kind];
  return answer.ports.length > 0
    ? l10n.t(
        'OVN itself answers {0} with {1}; the answer reaches {2}.',
        names.source,
        how,
        answer.ports.map(names.callPort).join(', '),
      )
    : l10n.t('OVN itself answers {0} with {1}.', names.source, how);
}

function withMore(sentence: string, more: number): string {
  if (more <= 0) return sentence;
  return more === 1
    ? l10n.t('{0} One more branch is lost too.', sentence)
    : l10n.t('{0} {1} more branches are lost too.', sentence, more);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
