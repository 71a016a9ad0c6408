import { inspect } from 'node:util';
import type { PrivateOvn } from '../../../src/target/privateOvn';
import { applyNetwork } from '../randomNetwork/apply';
import type { RandomNetwork } from '../randomNetwork/builder';
import { makeNetwork } from '../randomNetwork/network';
import { drawOptions, drawUniformState, makePacket, type RandomPacket } from '../randomNetwork/packets';
import { Random } from '../randomNetwork/random';
import type { NorthboundSchema } from '../randomNetwork/schema';
import { checkExplanation, Explainer, type Traced } from './checkExplanations';
import { checkTrace, splitFormats } from './checkTrace';
import type { Finding, Tally } from './finding';
import { proveAcl } from './proveAcls';
import { Tracers } from './tracers';

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
  const sent = await sendPackets(run, network, random, findings);
  const outcomes = sent.map(({ outcome }) => outcome);
  const explainer = await Explainer.read(ovn, outcomes);
  for (const traced of sent) {
    const { evidence } = traced;
    tryTo(findings, evidence, () => findings.push(...checkExplanation(traced, explainer, tally, evidence)));
  }
  findings.push(...(await prove(run, network, sent, explainer)));
  return { network, findings };
}

async function sendPackets(
  { ovn, tally, packets }: NetworkRun,
  network: RandomNetwork,
  random: Random,
  findings: Finding[],
): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const tracers = new Tracers(ovn);
  try {
    for (let count = 0; count < packets; count++) {
      const packet = makePacket(random, network);
      const how = random.chance(4) ? drawOptions(random, network) : drawUniformState(random);
      const all = await tracers.trace(packet, how);
      if (all === null) {
        tally.untraced++;
        continue;
      }
      const state = typeof how === 'string' ? how : null;
      const options = typeof how === 'string' ? `each --ct=${how}` : how.join(' ');
      const evidence = `packet ${count} in ${packet.datapath}, ${options}:\n${packet.microflow}\n${all}`;
      tryTo(findings, evidence, () => {
        const checked = checkTrace(splitFormats(all), network.routers, random);
        findings.push(...checked.findings.map((finding) => ({ ...finding, evidence })));
        sent.push({ ...checked, packet, state, evidence });
        countTrace(tally, checked);
      });
    }
  } finally {
    tracers.stop();
  }
  return sent;
}

/** What throws at a trace is a finding too, and no reason to end a run. */
function tryTo(findings: Finding[], evidence: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    findings.push({ part: 'judge', sentence: `It throws: ${inspect(error)}`, evidence });
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
