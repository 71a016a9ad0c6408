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
      return `${capitalize(names.service)} from ${names.source} arrives at ${listArrivals(arrivals, names)}.`;
    case 'drop':
    case 'reject':
      return loss ? withMore(loss.cause.sentence, losses.length - 1) : 'The packet does not arrive.';
    case 'answer':
      return sentenceOfAnswer(answers[0], names);
    case 'mixed':
      return sentenceOfMixed(outcome, losses, names);
    case 'unknown':
      return outcome.undecided?.message ?? 'The text does not decide what became of the packet.';
    case 'error':
      return outcome.refusal === null
        ? 'This text is no output of ovn-trace. Paste what ovn-trace printed, from its first line on.'
        : refusalSentence(outcome.refusal);
  }
}

function sentenceOfMixed(
  { arrivals, losses: lost }: TraceOutcome,
  losses: readonly ExplainedLoss[],
  names: PacketNames,
): string {
  const came =
    arrivals.length > 0
      ? `The packet arrives at ${listArrivals(arrivals, names)}`
      : 'OVN answers one branch of the packet';
  const went = losses.length === 1 ? 'one branch is lost' : `${losses.length} branches are lost`;
  const [cause] = losses.map((loss) => loss.cause);
  // Without stages there is no saying where, and that it arrives nowhere would be about that branch alone.
  return cause === undefined || (cause.code === 'UNKNOWN' && lost[0]?.hop === null)
    ? `${came}, but ${went}; this format does not show which stage drops ${losses.length === 1 ? 'it' : 'them'}.`
    : `${came}, but ${went}: ${cause.sentence}`;
}

const mostNamed = 4;

function listArrivals(arrivals: readonly Arrival[], { callPort }: PacketNames): string {
  const named = arrivals
    .slice(0, mostNamed)
    .map(({ port, type }) => `${callPort(port)}${wherePortLeads(type)}`);
  const more = arrivals.length - named.length;
  if (more > 0) return `${named.join(', ')} and ${more === 1 ? 'one more port' : `${more} more ports`}`;
  const last = named.pop();
  return named.length === 0 ? (last ?? 'its destination') : `${named.join(', ')} and ${last ?? ''}`;
}

function wherePortLeads(type: string | null): string {
  switch (type) {
    case 'localnet':
      return ' (the physical network)';
    case 'remote':
      return ' (another availability zone)';
    case 'vtep':
    case 'l2gateway':
    case 'localport':
      return ` (${type})`;
    default:
      return '';
  }
}

const answerWords: Readonly<Record<AnswerKind, string>> = {
  arp: 'an ARP reply',
  nd: 'a neighbour advertisement',
  dhcp: 'DHCP',
  dhcpv6: 'DHCPv6',
  ra: 'a router advertisement',
  dns: 'DNS',
  ping: 'an echo reply',
  tcp_reset: 'a TCP reset',
  sctp_abort: 'an SCTP abort',
  icmp4: 'an ICMP error',
  icmp6: 'an ICMPv6 error',
};

function sentenceOfAnswer(answer: Answer | undefined, names: PacketNames): string {
  if (!answer) return 'OVN answers the packet itself.';
  const to =
    answer.ports.length > 0 ? `; the answer reaches ${answer.ports.map(names.callPort).join(', ')}` : '';
  return `OVN itself answers ${names.source} with ${answerWords[answer.kind]}${to}.`;
}

function withMore(sentence: string, more: number): string {
  return more > 0
    ? `${sentence} ${more === 1 ? 'One more branch is' : `${more} more branches are`} lost too.`
    : sentence;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
