import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { Assumption } from './explanation';
import type { TraceOutcome } from './outcome';

/** What the result rests on and ovn-trace does not check. */
export function listAssumptions(outcome: TraceOutcome, index: InventoryIndex | null): readonly Assumption[] {
  if (outcome.hops.length === 0) return [];
  return [...conntrack(outcome), ...choices(outcome), ...portStates(outcome, index), logicalOnly];
}

const logicalOnly: Assumption = {
  severity: 'info',
  message:
    'Only the logical network counts: tunnels, MTU, and the firewalls of hosts and instances are not checked.',
};

function conntrack(outcome: TraceOutcome): readonly Assumption[] {
  const states = new Set<string>();
  let assumed = false;
  for (const hop of outcome.hops) {
    if (hop.ctState === null) continue;
    if (hop.ctAssumed) assumed = true;
    else states.add(hop.ctState.filter((state) => state !== 'trk').join(', '));
  }
  const assumptions: Assumption[] = [];
  if (states.size > 0) {
    assumptions.push({
      severity: 'info',
      message: `Connection tracking says ${[...states].map((state) => state || 'untracked').join(' or ')} at each lookup, as the trace was told.`,
    });
  }
  if (assumed) {
    assumptions.push({
      severity: 'warning',
      message:
        'ovn-trace assumed an established connection where it was not told otherwise (no --ct left). A new connection may fare differently.',
    });
  }
  return assumptions;
}

/** Load balancers and ECMP routes choose by a hash of the connection; ovn-trace takes one of them at random. */
function choices({ hops }: TraceOutcome): readonly Assumption[] {
  const assumptions: Assumption[] = [];
  for (const { datapath, actions } of hops) {
    for (const action of actions) {
      const backends = /^ct_lb(?:_mark)?(?:_local)?\(backends=([^;)]*)/.exec(action)?.[1]?.split(',') ?? [];
      if (backends.length > 1) {
        assumptions.push({
          severity: 'info',
          message: `A load balancer on ${datapath} may choose any of ${backends.length} backends (${backends.join(', ')}); this trace took one of them.`,
        });
      }
      const members = /= select\((.*)\);$/.exec(action)?.[1]?.split(',').length ?? 0;
      if (members > 1) {
        assumptions.push({
          severity: 'info',
          message: `${datapath} chooses one of ${members} equal routes or policies; this trace took one of them.`,
        });
      }
    }
  }
  return assumptions;
}

function portStates(outcome: TraceOutcome, index: InventoryIndex | null): readonly Assumption[] {
  const names = new Set<string>();
  for (const hop of outcome.hops) if (hop.inport !== null && hop.index === 0) names.add(hop.inport);
  for (const { port } of outcome.arrivals) names.add(port);
  for (const loss of outcome.losses) {
    const outport = loss.hop === null ? null : outcome.hops[loss.hop]?.outport;
    if (outport) names.add(outport);
  }
  const down = [...names].filter((name) => index?.port(name)?.up === false && index.port(name)?.type === '');
  if (down.length === 0) {
    return [
      {
        severity: 'info',
        message: 'The ports are up and bound to a chassis; ovn-trace does not look at that.',
      },
    ];
  }
  return [
    {
      severity: 'warning',
      message: `${listNames(down)} ${down.length === 1 ? 'is' : 'are'} down in the northbound database; ovn-trace traces as if ${down.length === 1 ? 'it were' : 'they were'} up.`,
    },
  ];
}

function listNames(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
