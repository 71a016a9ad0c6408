import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';
import type { TraceHop } from '../../../src/core/trace/hop';
import type { Explanation } from '../../../src/core/trace/explanation';
import type { PrivateOvn } from '../../../src/target/privateOvn';
import type { RandomPacket } from '../randomNetwork/packets';
import { Explainer, type Traced } from './checkExplanations';
import type { Finding } from './finding';

/** More than any trace of a random network needs. */
const lookups = 24;

/**
 * Changes the network as the explanation of a loss suggests, and sees whether the packet follows: an allowing rule above the ACL that
 * is named must let the packet pass it and be named itself, and without that ACL its flow must no longer meet the packet.
 * The network is changed for good. Null when the packet is not lost to an ACL any more.
 */
export async function proveAcl(
  ovn: PrivateOvn,
  packet: RandomPacket,
  state: string,
): Promise<readonly Finding[] | null> {
  const before = await trace(ovn, packet, state);
  const explanation = await explain(ovn, before);
  const lost = explanation.losses.find(
    ({ aclStep }) => aclStep !== null && aclStep.builtIn !== 'invalid' && aclStep.builtIn !== 'blocked',
  );
  const step = lost?.aclStep;
  const hop = before.outcome.hops[step?.hop ?? -1];
  // A priority above which there is none leaves no room for a rule.
  if (!step || !hop || step.acls.some(({ acl }) => acl.priority === 32767)) return null;
  const named = step.acls.map(({ acl }) => acl);
  const findings: Finding[] = [];
  const report = (sentence: string, after: Traced & { readonly text: string }): void => {
    findings.push({ part: 'acl', sentence, evidence: `before:\n${before.text}\nafter:\n${after.text}` });
  };

  const allowed = await addAllow(ovn, hop, step.tier);
  // northd of 25.03 can get stuck on some networks, and says that it has caught up all the same.
  if (!(await hasFlow(ovn, allowed.uuid))) return null;
  const passing = await trace(ovn, packet, state);
  const passed = (await explain(ovn, passing)).aclSteps.some(
    ({ acls, verdict }) => verdict === 'allow' && acls.some(({ acl }) => acl.uuid === allowed.uuid),
  );
  if (!passed)
    report(
      `An allowing ACL ${allowed.uuid} above the one that is named (${named.map(({ uuid }) => uuid).join(', ') || 'none: the default'}) is not what decides then.`,
      passing,
    );
  await ovn.check(['ovn-nbctl', 'remove', 'Logical_Switch', hop.datapath, 'acls', allowed.uuid]);

  for (const { acl, entities } of step.acls) {
    for (const { type, name } of entities)
      await ovn.check([
        'ovn-nbctl',
        'remove',
        type === 'switch' ? 'Logical_Switch' : 'Port_Group',
        name,
        'acls',
        acl.uuid,
      ]);
  }
  await ovn.sync();
  if (named.length > 0) {
    const without = await trace(ovn, packet, state);
    if (without.outcome.hops.some((other) => isSameFlow(other, hop)))
      report(`Without ${named.map(({ uuid }) => uuid).join(', ')} the same flow still decides.`, without);
  }
  return findings;
}

/** A rule on the hop's switch above all others of that tier that allows whatever comes through that port. */
async function addAllow(ovn: PrivateOvn, hop: TraceHop, tier: number): Promise<{ readonly uuid: string }> {
  const isOut = hop.pipeline === 'egress';
  const port = JSON.stringify((isOut ? hop.outport : hop.inport) ?? '');
  const columns = [
    `direction=${isOut ? 'to-lport' : 'from-lport'}`,
    'priority=32767',
    `match=${JSON.stringify(`${isOut ? 'outport' : 'inport'} == ${port}`)}`,
    'action=allow',
    ...(tier > 0 ? [`tier=${tier}`] : []),
    ...(/_after_lb/.test(hop.stage ?? '') ? ['options:apply-after-lb=true'] : []),
  ];
  const text = await ovn.check([
    'ovn-nbctl',
    '--wait=sb',
    '--id=@allow',
    'create',
    'ACL',
    ...columns,
    '--',
    'add',
    'Logical_Switch',
    hop.datapath,
    'acls',
    '@allow',
  ]);
  return { uuid: text.trim() };
}

async function hasFlow(ovn: PrivateOvn, acl: string): Promise<boolean> {
  const hint = `external_ids:stage-hint=${JSON.stringify(acl.slice(0, 8))}`;
  return (await ovn.check(['ovn-sbctl', '--bare', '--columns=_uuid', 'find', 'Logical_Flow', hint])) !== '';
}

function isSameFlow(one: TraceHop, other: TraceHop): boolean {
  return (
    one.datapath === other.datapath &&
    one.stage === other.stage &&
    one.match === other.match &&
    one.priority === other.priority
  );
}

async function trace(
  ovn: PrivateOvn,
  packet: RandomPacket,
  state: string,
): Promise<Traced & { readonly text: string }> {
  const states = state === '' ? [] : Array.from({ length: lookups }, () => `--ct=${state}`);
  const text = await ovn.check(['ovn-trace', ...states, packet.datapath, packet.microflow]);
  const parsed = parseTrace(text);
  return { text, parsed, outcome: judgeTrace(parsed, { complete: true }) };
}

async function explain(ovn: PrivateOvn, traced: Traced): Promise<Explanation> {
  return (await Explainer.read(ovn, [traced.outcome])).explain(traced);
}
