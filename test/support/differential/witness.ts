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
  /** The minimal format has no other `output("…");` than the summary. */
  readonly formatsAgree: boolean;
}

interface WitnessedLoss {
  readonly refused: boolean;
  readonly routersShare: boolean;
  /** A reply that OVN had made of the packet, or a packet without its next hop's MAC that went where ovn-trace does not follow. */
  readonly isArguable: boolean;
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

/** Reads both formats; `routers` are the names of datapaths that are routers. */
export function readWitness(summary: string, minimal: string, routers: readonly string[]): Witness {
  const follower = new Follower(summary, routers);
  follower.follow(readBlocks(summary), { atRouter: false, isCopy: false, turned: false, unresolved: false });
  const { arrivals, replies, losses, advertised, open, deadEnds, mirrors, outputs } = follower;
  return {
    arrivals: arrivals.sort(),
    replies: replies.sort(),
    losses,
    advertised,
    open,
    deadEnds,
    mirrors,
    onlyRoutersShare: losses.every(({ routersShare }) => routersShare),
    formatsAgree: outputs.sort().join('\n') === minimalOutputs(readBlocks(minimal)).sort().join('\n'),
  };
}

/** Follows every way through the summary to its end. */
class Follower {
  readonly arrivals: string[] = [];
  readonly replies: string[] = [];
  readonly mirrors: string[] = [];
  readonly deadEnds: string[] = [];
  /** All of the above. */
  readonly outputs: string[] = [];
  readonly losses: WitnessedLoss[] = [];
  readonly open: string[] = [];
  advertised: boolean;
  private readonly isFlooded: boolean;

  constructor(
    summary: string,
    private readonly routers: readonly string[],
  ) {
    // ovn-trace does not carry out the advertisement that ovn-controller makes.
    this.advertised = summary.includes('put_nd_ra_opts(');
    this.isFlooded = /^# .*\bdl_dst=.[13579bdf]:/.test(summary);
  }

  follow(block: Block, before: Way): void {
    let way = before;
    let [goesOn, refused, endsInClone] = [false, false, false];
    let lastAction = '';
    for (const [at, item] of block.body.entries()) {
      if (typeof item === 'string') {
        const [, port, type = ''] = /^\/\* output to "(.*)", type "(\w*)" \*\/;$/.exec(item) ?? [];
        if (turns.test(item)) way = { ...way, turned: true };
        if (port !== undefined) {
          const isEnd = typeof block.body[at + 1] !== 'object';
          if (isEnd && this.getOut(port, type, way)) goesOn = true;
        }
        // The sender's own copy of a flood.
        else if (item.startsWith('/* omitting')) goesOn ||= way.isCopy && at === 0;
        else if (!/^(?:\/\*|\*\*\*|LOG:)/.test(item)) [lastAction, endsInClone] = [item, false];
      } else if (query.test(item.title)) way = { ...way, unresolved: true };
      else if (refusal.test(item.title)) refused = true;
      else if (item.title === 'nd_na') this.advertised = goesOn = true;
      else {
        this.follow(item, this.enter(item.title, block.title, way));
        if (item.title === 'clone') endsInClone = true;
        else goesOn = true;
      }
    }
    if (refused || !(goesOn || endsInClone)) this.end(way, refused, lastAction);
  }

  private enter(title: string, around: string, way: Way): Way {
    const datapath = /^(?:ingress|egress)\(dp="(.*?)", /.exec(title)?.[1];
    return {
      ...way,
      isCopy: way.isCopy || around.startsWith('multicast(') || title === 'clone',
      atRouter: datapath === undefined ? way.atRouter : this.routers.includes(datapath),
    };
  }

  /** True when the packet reaches somebody there. */
  private getOut(port: string, type: string, way: Way): boolean {
    this.outputs.push(port);
    if (type === 'patch' || type === 'l3gateway') this.deadEnds.push(port);
    else if (!way.unresolved) {
      // What a mirror gets is not sent there.
      (type === 'mirror' ? this.mirrors : way.turned ? this.replies : this.arrivals).push(port);
      return true;
    }
    return false;
  }

  private end(way: Way, refused: boolean, lastAction: string): void {
    const isLeft = lastAction === 'ct_snat;' || leaves.test(lastAction);
    if (isLeft && !way.unresolved) this.open.push(lastAction);
    else {
      const routersShare = this.isFlooded && way.isCopy && way.atRouter;
      this.losses.push({ refused, routersShare, isArguable: isLeft || way.turned });
    }
  }
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
