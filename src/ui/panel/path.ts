import * as l10n from '@vscode/l10n';
import type { AclVerdict } from '../../core/acl/step';
import type { TraceBranch, TraceHop } from '../../core/trace/hop';
import type { Arrival } from '../../core/trace/outcome';
import { nameTable } from '../../core/trace/phrases';
import { rewriteOf } from '../../core/trace/rewrites';
import type {
  Badge,
  PathAside,
  PathChain,
  PathEdge,
  PathModel,
  PathNode,
  PathRow,
  PathStep,
} from '../../protocol/panelModel';
import { splitRuns } from './hops';
import { describeHopResult, nextHopOf } from './hopResult';
import type { ReportIndex } from './reportIndex';
import { isAclDecisionStage, nameAcls, nameAnswer, verdictWords } from './words';

/** Branches below this depth, and beyond this number at one fork, are only counted. */
const deepest = 6;
const widest = 60;

/** The ends of the packet's way, as far as they are known from what was asked. */
export interface PathEnds {
  readonly source: { readonly name: string; readonly address: string | null } | null;
  readonly destination: { readonly name: string; readonly address: string | null } | null;
}

/** The way of the packet as nodes (datapaths and ports), edges and forks. */
export function buildPath(index: ReportIndex, ends: PathEnds): PathModel {
  const { branches } = index.report.outcome;
  const root = branches[0];
  const builder = new ChainBuilder(index, ends);
  const chain = root === undefined ? emptyChain : builder.chain(root, 0);
  return { chain: withSource(chain, ends), asides: buildAsides(index) };
}

const emptyChain: PathChain = { steps: [], branches: [], omitted: 0 };

function withSource(chain: PathChain, ends: PathEnds): PathChain {
  if (ends.source === null || chain.steps.length === 0) return chain;
  const rows = ends.source.address === null ? [] : [plainRow('', ends.source.address)];
  const port: PathNode = { kind: 'port', name: ends.source.name, rows, end: null, missed: false, hop: null };
  const [first, ...others] = chain.steps;
  if (first === undefined) return chain;
  const edge: PathEdge = { label: '', changes: [], cut: false };
  return { ...chain, steps: [{ edge: null, node: port }, { edge, node: first.node }, ...others] };
}

class ChainBuilder {
  private readonly children: ReadonlyMap<number, readonly TraceBranch[]>;

  constructor(
    private readonly index: ReportIndex,
    private readonly ends: PathEnds,
  ) {
    const children = new Map<number, TraceBranch[]>();
    for (const branch of index.report.outcome.branches) {
      if (branch.parent === null || branch.origin === 'generated') continue;
      const siblings = children.get(branch.parent);
      if (siblings === undefined) children.set(branch.parent, [branch]);
      else siblings.push(branch);
    }
    this.children = children;
  }

  /** A branch's own nodes up to its first fork; from there its rest and its copies are branches side by side. */
  chain(branch: TraceBranch, depth: number): PathChain {
    const nodes = splitNodes(this.index.hopsOfBranch.get(branch.index) ?? []);
    const copies = this.children.get(branch.index) ?? [];
    const [lead, ...others] = nodes;
    if (branch.parent === null || lead === undefined || !this.staysInDatapath(branch, lead)) {
      return this.chainOf(branch, nodes, copies, depth, branch.index === 0);
    }
    const chain = this.chainOf(branch, others, copies, depth, false);
    return this.withLead(chain, lead) ?? this.chainOf(branch, nodes, copies, depth, false);
  }

  /** A copy for one port begins in the egress pipeline of the datapath that made it, which has its node already. */
  private staysInDatapath(branch: TraceBranch, lead: readonly TraceHop[]): boolean {
    const maker = branch.forkHop === null ? undefined : this.index.report.outcome.hops[branch.forkHop];
    return maker?.datapath === lead[0]?.datapath && lead.every((hop) => hop.pipeline === 'egress');
  }

  /** What the egress pipeline decided is shown where the copy goes; null when it goes nowhere. */
  private withLead(chain: PathChain, lead: readonly TraceHop[]): PathChain | null {
    const [first, ...others] = chain.steps;
    if (first === undefined) return null;
    const node = {
      ...first.node,
      rows: [...nodeRows(lead, this.index), ...first.node.rows],
      end: first.node.end ?? this.nodeEnd(lead),
    };
    const edge: PathEdge = { label: '', changes: changesOf(lead), cut: first.edge?.cut ?? false };
    return { ...chain, steps: [{ edge, node }, ...others] };
  }

  private chainOf(
    branch: TraceBranch,
    nodes: readonly (readonly TraceHop[])[],
    copies: readonly TraceBranch[],
    depth: number,
    isRoot: boolean,
  ): PathChain {
    const forkAt = nodes.findIndex((hops) => copies.some((copy) => leavesFrom(copy, hops)));
    const before = forkAt === -1 ? nodes : nodes.slice(0, forkAt + 1);
    const after = forkAt === -1 ? [] : nodes.slice(forkAt + 1);
    const steps = before.map((hops, position) =>
      this.step(hops, position === 0 && isRoot, before[position - 1]),
    );
    if (copies.length === 0) return this.ended(branch, steps, before.at(-1));
    if (depth >= deepest) return { steps, branches: [], omitted: copies.length };

    const here = forkAt === -1 ? copies : copies.filter((copy) => leavesFrom(copy, nodes[forkAt] ?? []));
    const leaving = new Set(here);
    const later = copies.filter((copy) => !leaving.has(copy));
    const rest = this.restOf(branch, after, later, depth);
    const chains = [...rest, ...here.slice(0, widest).map((copy) => this.chain(copy, depth + 1))];
    // What was lost is what people look for, so it comes first; otherwise the order of ovn-trace stays.
    chains.sort((a, b) => Number(isLost(b)) - Number(isLost(a)));
    return { steps, branches: chains, omitted: Math.max(0, here.length - widest) };
  }

  private restOf(
    branch: TraceBranch,
    after: readonly (readonly TraceHop[])[],
    later: readonly TraceBranch[],
    depth: number,
  ): readonly PathChain[] {
    if (after.length > 0) return [this.chainOf(branch, after, later, depth + 1, false)];
    const end = this.ended(branch, [], undefined);
    return end.steps.length + end.branches.length === 0 ? [] : [end];
  }

  private step(
    hops: readonly TraceHop[],
    isFirst: boolean,
    before: readonly TraceHop[] | undefined,
  ): PathStep {
    const first = hops[0];
    const kind = first?.datapathKind ?? 'switch';
    const node: PathNode = {
      kind,
      name: first?.datapath ?? '',
      rows: nodeRows(hops, this.index),
      end: this.nodeEnd(hops),
      missed: false,
      hop: first?.index ?? null,
    };
    if (isFirst) return { edge: null, node };
    const label = first?.pipeline === 'ingress' ? first.inport : (first?.outport ?? null);
    return { edge: { label: label ?? '', changes: changesOf(before ?? []), cut: false }, node };
  }

  /** The mark on the datapath where the packet ended. */
  private nodeEnd(hops: readonly TraceHop[]): PathNode['end'] {
    for (const hop of hops) {
      const loss = this.index.losses.get(hop.index);
      if (loss === undefined) continue;
      const shown = loss.decidedBy ?? loss.hop;
      if (loss.kind === 'unresolved') {
        return { tone: 'drop', icon: 'drop', text: l10n.t('MAC of the next hop unknown'), hop: shown };
      }
      return loss.kind === 'rejected'
        ? {
            tone: 'reject',
            icon: 'reject',
            text: l10n.t('Turns back, {0}', nameTable(hop.table)),
            hop: shown,
          }
        : { tone: 'drop', icon: 'drop', text: l10n.t('Stops here, {0}', nameTable(hop.table)), hop: shown };
    }
    const answered = hops.find((hop) => this.index.answers.has(hop.index));
    const answer = answered === undefined ? undefined : this.index.answers.get(answered.index)?.[0];
    if (answered === undefined || answer === undefined) return null;
    return {
      tone: 'answer',
      icon: 'answer',
      text: l10n.t('Answers: {0}', nameAnswer(answer.kind)),
      hop: answered.index,
    };
  }

  /** A branch with the ports at its end: where the packet arrived, or where it should have arrived. */
  private ended(
    branch: TraceBranch,
    steps: readonly PathStep[],
    last: readonly TraceHop[] | undefined,
  ): PathChain {
    const arrivals = this.index.arrivalsOfBranch.get(branch.index) ?? [];
    const ends = arrivals.map((arrival) => arrivalStep(arrival, changesOf(last ?? []), this.ends));
    if (ends.length > 1) {
      const branches = ends.slice(0, widest).map((step) => ({ steps: [step], branches: [], omitted: 0 }));
      return { steps, branches, omitted: Math.max(0, ends.length - widest) };
    }
    const loss = this.index.lossesOfBranch.get(branch.index)?.[0];
    const missed = ends.length > 0 || loss === undefined ? [] : this.missedStep(branch);
    const answered = ends.length > 0 || missed.length > 0 ? [] : this.answeredSteps(branch);
    return { steps: [...steps, ...ends, ...missed, ...answered], branches: [], omitted: 0 };
  }

  /** An answer that OVN made of the packet itself (ARP, ping of a router) goes on in the packet's own branch. */
  private answeredSteps(branch: TraceBranch): readonly PathStep[] {
    const answers = [...this.index.answers.values()]
      .flat()
      .filter((answer) => answer.branch === branch.index);
    const port = answers[0]?.ports[0];
    if (port === undefined) return [];
    const end = { tone: 'answer', icon: 'answer', text: l10n.t('Receives the answer'), hop: null } as const;
    const node: PathNode = { kind: 'port', name: port, rows: [], end, missed: false, hop: null };
    return [{ edge: { label: '', changes: [], cut: false }, node }];
  }

  private missedStep(branch: TraceBranch): readonly PathStep[] {
    const hop = this.index.hopsOfBranch.get(branch.index)?.at(-1);
    const port = hop?.pipeline === 'egress' ? hop.outport : null;
    const wanted = branch.index === 0 ? this.ends.destination : null;
    const name = wanted?.name ?? port;
    if (name === null) return [];
    const address = wanted?.address ?? null;
    const rows = address === null || address === name ? [] : [plainRow('', address)];
    const node: PathNode = {
      kind: 'port',
      name,
      rows: [...rows, plainRow('', l10n.t('not reached'))],
      end: null,
      missed: true,
      hop: null,
    };
    return [{ edge: { label: '', changes: [], cut: true }, node }];
  }
}

function arrivalStep(arrival: Arrival, changes: readonly string[], ends: PathEnds): PathStep {
  const outside = arrival.type === 'localnet' || arrival.type === 'remote' || arrival.type === 'l2gateway';
  const rows: PathRow[] = [];
  if (ends.destination?.name === arrival.port && ends.destination.address !== null) {
    rows.push(plainRow('', ends.destination.address));
  }
  if (arrival.type !== null && arrival.type !== '') rows.push(plainRow(l10n.t('type'), arrival.type));
  const end = { tone: 'allow', icon: 'allow', text: l10n.t('Delivered'), hop: arrival.hop } as const;
  const node: PathNode = {
    kind: outside ? 'cloud' : 'port',
    name: arrival.port,
    rows,
    end,
    missed: false,
    hop: null,
  };
  return { edge: { label: '', changes, cut: false }, node };
}

/** Hops of one datapath in a row: a node. A router or a switch that is met again later is a node of its own. */
function splitNodes(hops: readonly TraceHop[]): readonly (readonly TraceHop[])[] {
  return splitRuns(
    hops,
    (a, b) => a.datapath === b.datapath && !(a.pipeline === 'egress' && b.pipeline === 'ingress'),
  );
}

function leavesFrom(copy: TraceBranch, hops: readonly TraceHop[]): boolean {
  return copy.forkHop !== null && hops.some((hop) => hop.index === copy.forkHop);
}

function isLost(chain: PathChain): boolean {
  return (
    chain.branches.some(isLost) ||
    chain.steps.some(({ node }) => node.missed || node.end?.tone === 'drop' || node.end?.tone === 'reject')
  );
}

/** What was decided in a datapath: ACLs in and out, load balancer, route, NAT, TTL. */
function nodeRows(hops: readonly TraceHop[], index: ReportIndex): readonly PathRow[] {
  const rows: PathRow[] = [];
  for (const hop of hops) {
    const step = index.aclSteps.get(hop.index);
    if (step !== undefined && isAclDecisionStage(hop.stage)) {
      const look = verdictWords(step.verdict === 'pass' ? 'allow' : step.verdict);
      const name = nameAcls(step.acls);
      const silent = name === '' && step.verdict === 'allow';
      rows.push({
        name: hop.pipeline === 'ingress' ? l10n.t('in') : l10n.t('out'),
        text:
          name === ''
            ? silent
              ? l10n.t('no ACL matches')
              : verdictByDefault(step.verdict)
            : verdictOf(name, step.verdict),
        badge: silent ? null : { tone: look.tone, icon: look.icon },
        hop: hop.index,
      });
      continue;
    }
    const rewrite = rewriteOf(hop);
    if (rewrite !== null) {
      const badge = { tone: 'info', icon: rewrite.kind === 'lb' ? 'fork' : 'rewrite' } as const;
      rows.push({ name: rewrite.kind, text: rewrite.to, badge, hop: hop.index });
    } else if (hop.stage === 'lr_in_ip_routing' || hop.stage === 'lr_in_policy') {
      const result = describeHopResult(hop, index);
      const name = hop.stage === 'lr_in_policy' ? l10n.t('policy') : l10n.t('route');
      if (result?.icon === 'go')
        rows.push({ name, text: routeText(hop, result), badge: null, hop: hop.index });
    }
  }
  return rows;
}

function verdictOf(acl: string, verdict: AclVerdict): string {
  switch (verdict) {
    case 'allow':
      return l10n.t('{0} allows', acl);
    case 'drop':
      return l10n.t('{0} drops', acl);
    case 'reject':
      return l10n.t('{0} rejects', acl);
    case 'pass':
      return l10n.t('{0} passes on', acl);
  }
}

function verdictByDefault(verdict: AclVerdict): string {
  switch (verdict) {
    case 'allow':
      return l10n.t('allows by default');
    case 'drop':
      return l10n.t('drops by default');
    case 'reject':
      return l10n.t('rejects by default');
    case 'pass':
      return l10n.t('passes on by default');
  }
}

function routeText(hop: TraceHop, result: Badge): string {
  const prefix = /ip[46]\.dst == ([0-9a-fA-F.:]+\/\d+)/.exec(hop.match)?.[1];
  const via = nextHopOf(hop);
  if (prefix === undefined) return result.text;
  return via === null ? l10n.t('{0}, direct', prefix) : l10n.t('{0} via {1}', prefix, via);
}

function changesOf(hops: readonly TraceHop[]): readonly string[] {
  return hops.flatMap((hop) => {
    const rewrite = rewriteOf(hop);
    return rewrite === null
      ? []
      : [rewrite.kind === 'snat' ? l10n.t('source {0}', rewrite.to) : l10n.t('destination {0}', rewrite.to)];
  });
}

function buildAsides(index: ReportIndex): readonly PathAside[] {
  const { branches, hops } = index.report.outcome;
  return branches
    .filter((branch) => branch.origin === 'generated')
    .slice(0, widest)
    .map((branch) => {
      const own = index.hopsOfBranch.get(branch.index) ?? [];
      const maker = branch.forkHop === null ? undefined : hops[branch.forkHop];
      const way = splitNodes(own).map((run) => run[0]?.datapath ?? '');
      const arrived = arrivalsOfGenerated(branch, index);
      const refusal = branch.madeBy === 'tcp_reset' || /^(?:icmp|sctp)/.test(branch.madeBy ?? '');
      return {
        tone: refusal ? 'reject' : 'info',
        icon: refusal ? 'reject' : 'fork',
        text: l10n.t(
          '{0} also sends {1}',
          maker === undefined ? 'OVN' : maker.datapath,
          nameGenerated(branch.madeBy),
        ),
        way: way.join(' → '),
        hop: branch.forkHop,
        end:
          arrived.length === 0
            ? null
            : { tone: 'neutral', icon: 'go', text: l10n.t('to {0}', nameSome(arrived)) },
      };
    });
}

function arrivalsOfGenerated(branch: TraceBranch, index: ReportIndex): readonly string[] {
  const arrivals = index.arrivalsOfBranch.get(branch.index) ?? [];
  const answers = [...index.answers.values()].flat().filter((answer) => answer.branch === branch.index);
  return [...arrivals.map(({ port }) => port), ...answers.flatMap(({ ports }) => ports)];
}

const generatedNames = (): Readonly<Record<string, string>> => ({
  arp: l10n.t('an ARP request'),
  nd_ns: l10n.t('a neighbour solicitation'),
  nd_na: l10n.t('a neighbour advertisement'),
  tcp_reset: l10n.t('a TCP reset'),
  sctp_abort: l10n.t('an SCTP abort'),
  icmp4: l10n.t('an ICMP message'),
  icmp6: l10n.t('an ICMPv6 message'),
});

function nameGenerated(madeBy: string | null): string {
  return (madeBy === null ? undefined : generatedNames()[madeBy]) ?? l10n.t('a packet of its own');
}

function nameSome(names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.length <= 3
    ? unique.join(', ')
    : l10n.t('{0} and {1} more', unique.slice(0, 3).join(', '), unique.length - 3);
}

function plainRow(name: string, text: string): PathRow {
  return { name, text, badge: null, hop: null };
}
