import type { TraceHop } from '../trace/hop';

const alwaysLooksUp = /^ct_(?:next|lb)(?:_|\b)/;
const looksUpUntracked = /^ct_(?:[ds]nat|commit_nat|commit_to_zone)(?:_|\b)/;
/** Without backends `ct_lb` only undoes what an earlier packet of the connection was given. */
const commits = /^ct_commit(?:_|\b)|^ct_lb\w*\(/;

/** Whether the packet is sent through conntrack here: `ct_next`, `ct_lb`. */
export function looksUp({ actions }: TraceHop): boolean {
  return actions.some((action) => alwaysLooksUp.test(action));
}

/** How many `--ct` lists the stage uses up (`ovntrace_state` consumers in `ovn-trace.c`). */
export function lookupsIn({ actions, ctState }: TraceHop): number {
  return actions.filter(
    (action) => alwaysLooksUp.test(action) || (ctState === null && looksUpUntracked.test(action)),
  ).length;
}

/** Whether the stage makes a connection known to conntrack. */
export function commitsConnection({ actions }: TraceHop): boolean {
  return actions.some((action) => commits.test(action));
}
