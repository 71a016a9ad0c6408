import type { PrivateOvn } from '../../../src/target/privateOvn';
import { applyNetwork } from '../randomNetwork/apply';
import type { RandomNetwork } from '../randomNetwork/builder';
import { makeNetwork } from '../randomNetwork/network';
import { drawOptions, drawUniformState, makePacket, type RandomPacket } from '../randomNetwork/packets';
import { Random } from '../randomNetwork/random';
import type { NorthboundSchema } from '../randomNetwork/schema';
import { startResidentTrace, type ResidentTrace } from '../residentTrace';
import { checkExplanation, Explainer, type Traced } from './checkExplanations';
import { checkTrace, splitFormats } from './checkTrace';
import type { Finding, Tally } from './finding';
import { proveAcl } from './proveAcls';

export interface NetworkRun {
  readonly ovn: PrivateOvn;
  readonly schema: NorthboundSchema;
  /** Of this network alone: the same seed, packets and version give the same run. */
  readonly seed: number;
  readonly packets: number;
  /** So many losses to an ACL are proven by changing the network. */
  readonly proofs: number;
  readonly tally: Tally;
}

interface Sent extends Traced {
  readonly packet: RandomPacket;
  /** State of every lookup; null for a run with options of its own. */
  readonly state: string | null;
  readonly evidence: string;
}

/** Makes a network in an empty OVN, sends packets through it, and holds what the program says against what OVN does. */
export async function runNetwork(
  run: NetworkRun,
): Promise<{ readonly network: RandomNetwork; readonly findings: readonly Finding[] }> {
  const { ovn, tally } = run;
  const random = new Random(run.seed);
  const network = makeNetwork(random, run.schema);
  await applyNetwork(ovn, network);
  const findings: Finding[] = [];
  const sent: Sent[] = [];
  const tracers = new Tracers(ovn);
  try {
    for (let count = 0; count < run.packets; count++) {
      const packet = makePacket(random, network);
      const states = random.chance(4) ? drawOptions(random, network) : drawUniformState(random);
      const all = await tracers.trace(packet, states);
      if (all === null) {
        tally.untraced++;
        continue;
      }
      const evidence = `packet ${count} in ${packet.datapath}, ${typeof states === 'string' ? `each --ct=${states}` : states.join(' ')}:\n${packet.microflow}\n${all}`;
      const checked = tryTo(() => checkTrace(splitFormats(all), network.routers, random), findings, evidence);
      if (checked === null) continue;
      findings.push(...checked.findings.map((finding) => ({ ...finding, evidence })));
      sent.push({ ...checked, packet, state: typeof states === 'string' ? states : null, evidence });
      countTrace(tally, checked);
    }
  } finally {
    tracers.stop();
  }
  const explainer = await Explainer.read(
    ovn,
    sent.map(({ outcome }) => outcome),
  );
  for (const traced of sent) {
    const found = tryTo(
      () => checkExplanation(traced, explainer, tally, traced.evidence),
      findings,
      traced.evidence,
    );
    findings.push(...(found ?? []));
  }
  findings.push(...(await prove(run, network, sent, explainer)));
  return { network, findings };
}

/** What throws at a trace is a finding too, and no reason to end a run. */
function tryTo<Result>(check: () => Result, findings: Finding[], evidence: string): Result | null {
  try {
    return check();
  } catch (error) {
    const sentence = `It throws: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    findings.push({ part: 'judge', sentence, evidence });
    return null;
  }
}

function countTrace(tally: Tally, { outcome }: Traced): void {
  tally.packets++;
  tally.count(tally.verdicts, outcome.verdict);
  if (outcome.undecided === null) return;
  const { reason, hop } = outcome.undecided;
  tally.count(tally.undecided, `${reason} in ${outcome.hops[hop ?? -1]?.stage ?? 'no stage'}`);
}

/** A load balancer or an ECMP route may choose another way the next time. */
const choosesAnew = /select: |ct_lb(?:_mark(?:_local)?)?\(backends=/;

async function prove(
  { ovn, proofs, tally }: NetworkRun,
  network: RandomNetwork,
  sent: readonly Sent[],
  explainer: Explainer,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const ports = new Set(network.ends.map(({ name }) => name));
  const met = new Set<string>();
  let left = proofs;
  for (const traced of sent) {
    if (left === 0) break;
    const { outcome, packet, state } = traced;
    // No rule of a stateful switch allows a packet that conntrack calls neither new nor established.
    if (state === null || /inv|^rel$/.test(state) || choosesAnew.test(traced.evidence)) continue;
    const step = explainer.explain(traced).losses.find(({ aclStep }) => aclStep !== null)?.aclStep;
    const hop = outcome.hops[step?.hop ?? -1];
    const port = hop?.pipeline === 'egress' ? hop.outport : hop?.inport;
    // Each ACL once; a name that is not a port's own, but a friendly one, cannot be matched on.
    const key = step?.acls.map(({ acl }) => acl.uuid).join() ?? '';
    if (!step || met.has(key) || !ports.has(port ?? '')) continue;
    met.add(key);
    const proof = await proveAcl(ovn, packet, state);
    if (proof === null) continue;
    left--;
    tally.provenAcls++;
    findings.push(
      ...proof.map((finding) => ({ ...finding, evidence: `${packet.microflow}\n${finding.evidence}` })),
    );
  }
  return findings;
}

/** One resident ovn-trace for each conntrack state in use. */
class Tracers {
  private readonly residents = new Map<string, ResidentTrace>();
  private started = 0;

  constructor(private readonly ovn: PrivateOvn) {}

  /** All formats of a trace; null when ovn-trace died of it or did not end. */
  async trace(
    { datapath, microflow }: RandomPacket,
    states: string | readonly string[],
  ): Promise<string | null> {
    if (typeof states !== 'string') return this.traceAfresh(datapath, microflow, states);
    let resident = this.residents.get(states);
    if (resident === undefined) {
      resident = await startResidentTrace(this.ovn, `trace${this.started++}`, states);
      this.residents.set(states, resident);
    }
    try {
      return await resident.trace(['--all', datapath, microflow]);
    } catch {
      resident.stop();
      this.residents.delete(states);
      return null;
    }
  }

  /** Some options hold for all traces of a resident program, or are used up by them: such a packet takes a program of its own. */
  private async traceAfresh(
    datapath: string,
    microflow: string,
    options: readonly string[],
  ): Promise<string | null> {
    // Killed, since in the middle of a trace it ends at no other signal.
    const argv = [
      'timeout',
      '-s',
      'KILL',
      '3',
      'ovn-trace',
      '--all',
      ...options,
      datapath,
      microflow,
    ] as const;
    const { stdout, exitCode } = await this.ovn.run(argv);
    return exitCode === 0 ? stdout : null;
  }

  stop(): void {
    for (const resident of this.residents.values()) resident.stop();
  }
}
