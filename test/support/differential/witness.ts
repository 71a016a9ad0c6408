/**
 * What `ovn-trace --summary` and `--minimal` say by themselves, read with a few lines and nothing of the core: the oracle of the
 * differential test. It knows which blocks are packets of OVN's own making, and which actions turn a packet round; it knows nothing
 * of stages, tables, indentation or ACLs.
 */
export interface Witness {
  /** Ports at which the packet or a copy of it got out, sorted. */
  readonly arrivals: readonly string[];
  /** Ports at which a reply that OVN made of the packet got out, sorted. */
  readonly replies: readonly string[];
  /** Ways that ended without a way out. */
  readonly losses: readonly WitnessedLoss[];
  /** OVN answered with a neighbour advertisement of its own. */
  readonly advertised: boolean;
  /** Actions behind which the trace stops although the packet need not. */
  readonly open: readonly string[];
  /** Switch ports whose router port has no datapath: they lead nowhere, which the minimal format does not show. */
  readonly deadEnds: readonly string[];
  /** Ports that got a mirror's copy, which the minimal format shows like any other. */
  readonly mirrors: readonly string[];
  /** The lost copies are all a router's share of a broadcast or multicast: nobody's loss when others got theirs. */
  readonly onlyRoutersShare: boolean;
  /** The packet is an ARP request or a neighbour solicitation. */
  readonly isQuestion: boolean;
  /** The minimal format has no other `output("…");` than the summary. */
  readonly formatsAgree: boolean;
}

interface WitnessedLoss {
  readonly refused: boolean;
  readonly routersShare: boolean;
}

/** A statement `TITLE {` with all up to its `};`. */
interface Block {
  readonly title: string;
  readonly body: readonly (Block | string)[];
}

/** What is known of a packet on its way through the blocks. */
interface Way {
  readonly atRouter: boolean;
  readonly isCopy: boolean;
  /** OVN made a reply of it. */
  readonly turned: boolean;
  /** It goes on without its next hop's MAC, and so reaches nobody. */
  readonly unresolved: boolean;
}

const query = /^(?:arp|nd_ns)$/;
const refusal = /^(?:icmp4|icmp6|tcp_reset|sctp_abort)$/;
const turns = /^(?:arp\.op = 2;|icmp4\.type = 0;|icmp6\.type = 129;|.*\bput_(?:dhcp|dhcpv6|nd_ra)_opts\()/;
/** With these a packet goes to ovn-controller, or to where ovn-trace does not follow. */
const leaves =
  /^(?:igmp|commit_lb_aff|handle_svc_check|handle_dhcpv6_reply|trigger_event|dhcp6_server_pkt)\b/;

/** Follows every way through the summary to its end. */
export function readWitness(summary: string, minimal: string, routers: readonly string[]): Witness {
  const arrivals: string[] = [];
  const replies: string[] = [];
  const outputs: string[] = [];
  const losses: WitnessedLoss[] = [];
  const open: string[] = [];
  const deadEnds: string[] = [];
  const mirrors: string[] = [];
  // ovn-trace does not carry out the advertisement that ovn-controller makes.
  let advertised = summary.includes('put_nd_ra_opts(');
  const isFlooded = /^# (?!(?:ct_state=[^,]*,)?r?arp\b).*\bdl_dst=.[13579bdf]:/.test(summary);

  const follow = (block: Block, before: Way): void => {
    let way = before;
    let refused = false;
    let goesOn = false;
    let endsInClone = false;
    let lastAction = '';
    for (const [at, item] of block.body.entries()) {
      if (typeof item !== 'string') {
        const { title } = item;
        if (query.test(title)) way = { ...way, unresolved: true };
        else if (refusal.test(title)) refused = true;
        else if (title === 'nd_na') advertised = goesOn = true;
        else {
          const datapath = /^(?:ingress|egress)\(dp="(.*?)", /.exec(title)?.[1];
          const isCopy = way.isCopy || block.title.startsWith('multicast(') || title === 'clone';
          const atRouter = datapath === undefined ? way.atRouter : routers.includes(datapath);
          follow(item, { ...way, isCopy, atRouter });
          if (title === 'clone') endsInClone = true;
          else goesOn = true;
        }
        continue;
      }
      const [, port, type] = /^\/\* output to "(.*)", type "(\w*)" \*\/;$/.exec(item) ?? [];
      if (turns.test(item)) way = { ...way, turned: true };
      if (port === undefined) {
        // The sender's own copy of a flood.
        goesOn ||= item.startsWith('/* omitting') && way.isCopy && at === 0;
        if (!/^(?:\/\*|\*\*\*|LOG:)/.test(item)) {
          lastAction = item;
          endsInClone = false;
        }
      } else if (typeof block.body[at + 1] !== 'object') {
        outputs.push(port);
        if (type === 'patch' || type === 'l3gateway') deadEnds.push(port);
        else if (!way.unresolved) {
          // What a mirror gets is not sent there.
          (type === 'mirror' ? mirrors : way.turned ? replies : arrivals).push(port);
          goesOn = true;
        }
      }
    }
    if ((goesOn || endsInClone) && !refused) return;
    if (lastAction === 'ct_snat;' || leaves.test(lastAction)) open.push(lastAction);
    else losses.push({ refused, routersShare: isFlooded && way.isCopy && way.atRouter });
  };
  follow(readBlocks(summary), { atRouter: false, isCopy: false, turned: false, unresolved: false });
  return {
    arrivals: arrivals.sort(),
    replies: replies.sort(),
    losses,
    advertised,
    open,
    deadEnds,
    onlyRoutersShare: losses.every(({ routersShare }) => routersShare),
    mirrors,
    isQuestion: /\barp_op=1\b|\bicmp_type=13[35]\b/.test(summary.slice(0, summary.indexOf('\n'))),
    formatsAgree: outputs.sort().join('\n') === minimalOutputs(readBlocks(minimal)).sort().join('\n'),
  };
}

/** One statement a line, blocks from `TITLE {` to `};`; the first line is the packet. */
function readBlocks(text: string): Block {
  const root = { title: '', body: [] as (Block | string)[] };
  const open = [root];
  for (const line of text.split('\n').slice(1)) {
    const statement = line.trim();
    if (statement.endsWith(' {')) {
      const block = { title: statement.slice(0, -2), body: [] };
      open[open.length - 1]!.body.push(block);
      open.push(block);
    } else if (statement === '};') open.pop();
    else if (statement !== '') open[open.length - 1]!.body.push(statement);
  }
  return root;
}

function minimalOutputs({ body }: Block): string[] {
  return body.flatMap((item) => {
    if (typeof item === 'string') return /^output\("(.*)"\);$/.exec(item)?.[1] ?? [];
    return query.test(item.title) || refusal.test(item.title) || item.title === 'nd_na'
      ? []
      : minimalOutputs(item);
  });
}
