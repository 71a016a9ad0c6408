import type { TraceHop } from '../trace/hop';
import type { TraceOutcome } from '../trace/outcome';
import type { ParsedTrace, TraceNode } from '../trace/tree';

/** A stage where OVN chooses by a hash of the connection, and ovn-trace at random: one of these. */
export interface Choice {
  readonly kind: 'backend' | 'selection';
  readonly hop: TraceHop;
  /** Backends as `IP:PORT`, or the identifiers of a `select`, in the order of the action. */
  readonly options: readonly string[];
}

/** The first load balancer on the way that names its backends: those that OVN offers now, without the ones that are offline. */
export function findBackends(outcome: TraceOutcome): Choice | null {
  return findChoice(outcome, 'backend', backendsOf);
}

/** The first `select` on the way: ECMP routes and policies. */
export function findSelection(outcome: TraceOutcome): Choice | null {
  return findChoice(outcome, 'selection', selectionsOf);
}

/** Backends of `ct_lb(backends=A,B; hash_fields="…");` and its like; none for other actions. */
export function backendsOf(action: string): readonly string[] {
  return splitOptions(/^ct_lb\w*\(backends=([^;)]*)/.exec(action)?.[1]);
}

/** Identifiers of `reg8[16..31] = select(1=100, 2=100);` and of `select(values=(1=100, 2=100); hash_fields="…");`. */
export function selectionsOf(action: string): readonly string[] {
  return splitOptions(/= select\((?:values=\()?([^;)]*)/.exec(action)?.[1]).map(
    (member) => member.split('=')[0] ?? member,
  );
}

/** What each `select` of the trace chose, in the order of the text. */
export function listSelected(parsed: ParsedTrace): readonly string[] {
  const chosen: string[] = [];
  const pending: TraceNode[] = [...(parsed.sections[0]?.roots ?? [])].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'transformation' && node.name === 'select') {
      const id = /^select: .* = (\d+)/.exec(node.title)?.[1];
      if (id !== undefined) chosen.push(id);
    }
    if ('children' in node) for (const child of [...node.children].reverse()) pending.push(child);
  }
  return chosen;
}

/** `10.0.0.1:80` and `[fd00::1]:80` in parts; the port is null where there is none. */
export function splitBackend(backend: string): { readonly ip: string; readonly port: number | null } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(backend);
  const plain = /^([\d.]+)(?::(\d+))?$/.exec(backend);
  const ip = bracketed?.[1] ?? plain?.[1] ?? backend;
  const port = bracketed?.[2] ?? plain?.[2];
  return { ip, port: port === undefined ? null : Number(port) };
}

function findChoice(
  { hops }: TraceOutcome,
  kind: Choice['kind'],
  optionsOf: (action: string) => readonly string[],
): Choice | null {
  for (const hop of hops) {
    const options = hop.actions.flatMap(optionsOf);
    if (options.length > 0) return { kind, hop, options };
  }
  return null;
}

function splitOptions(list: string | undefined): readonly string[] {
  return (list ?? '')
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '');
}
