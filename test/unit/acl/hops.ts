import type { LogicalFlowRow } from '../../../src/core/ovn/logicalFlows';
import type { Acl } from '../../../src/core/ovn/northbound';
import type { TraceHop } from '../../../src/core/trace/hop';
import type { TraceOutcome } from '../../../src/core/trace/outcome';
import { indexNetwork } from '../inventory/network';

/** A hop of switch `s`, on the way from port `a` to port `b`. */
export function makeHop(
  parts: Partial<TraceHop> & Pick<TraceHop, 'stage' | 'match' | 'priority' | 'actions'>,
): TraceHop {
  return {
    index: 0,
    datapath: 's',
    datapathKind: 'switch',
    pipeline: parts.stage?.startsWith('ls_in') === true ? 'ingress' : 'egress',
    inport: 'a',
    outport: parts.stage?.startsWith('ls_in') === true ? null : 'b',
    table: 8,
    source: null,
    uuid: null,
    implicitDrop: false,
    openFlows: [],
    ctState: ['new', 'trk'],
    ctAssumed: false,
    branch: 0,
    line: 0,
    ...parts,
  };
}

export function makeOutcome(hops: readonly TraceHop[]): TraceOutcome {
  return {
    verdict: 'drop',
    hops: hops.map((hop, index) => ({ ...hop, index })),
    branches: [{ index: 0, parent: null, origin: 'packet', madeBy: null, forkHop: null }],
    arrivals: [],
    losses: [],
    answers: [],
    undecided: null,
    refusal: null,
  };
}

export function makeRow(hop: TraceHop, stageHint: string | null): LogicalFlowRow {
  return {
    uuid: `${hop.uuid ?? ''}-0000-4000-8000-000000000000`,
    pipeline: hop.pipeline,
    table: hop.table,
    priority: hop.priority ?? 0,
    match: hop.match,
    actions: '',
    stage: hop.stage,
    source: null,
    stageHint,
    datapath: null,
    datapathGroup: null,
  };
}

/** Switch `s` with ports `a`, `b` and `u-1`, and another. */
export const network = (acls: readonly Acl[], other: readonly Acl[] = []): ReturnType<typeof indexNetwork> =>
  indexNetwork({
    switches: [
      { name: 's', ports: ['a', 'b', { name: 'u-1', friendlyName: 'web' }], acls },
      { name: 'other', ports: ['c'], acls: other },
    ],
  });
