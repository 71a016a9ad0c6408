import * as l10n from '@vscode/l10n';
import type { Warning } from './explanation';
import type { TraceOutcome } from './outcome';
import type { LogLine, ParsedTrace, TraceNode } from './tree';

/**
 * Why stages of a trace with `--ovs` show no OpenFlow flows. ovn-trace goes on without them, and says so in a log line when
 * it cannot talk to the bridge, or under each stage when the bridge has no flow of it.
 */
export function warnOfMissingOpenFlows(
  parsed: ParsedTrace,
  { hops }: TraceOutcome,
  logLines: readonly Pick<LogLine, 'module' | 'message'>[],
): readonly Warning[] {
  if (hops.some((hop) => hop.openFlows.length > 0)) return [];
  for (const { module, message } of logLines) {
    const [, remote, problem, reason] =
      /^(\S+): (connection failed|error obtaining flow stats) \((.*)\)$/.exec(message) ?? [];
    if (module !== 'ovntrace' || remote === undefined || reason === undefined) continue;
    return [
      {
        message:
          problem === l10n.t('connection failed')
            ? l10n.t(
                "No OpenFlow flows are shown: ovn-trace could not reach the integration bridge at {0} ({1}). Trace where ovn-controller runs, or name the bridge's connection in the target's openFlow field.",
                remote,
                reason,
              )
            : l10n.t(
                'No OpenFlow flows are shown: the integration bridge at {0} did not list them ({1}).',
                remote,
                reason,
              ),
        acl: null,
      },
    ];
  }
  if (!saysNoFlows(parsed)) return [];
  return [
    {
      message: l10n.t(
        'No OpenFlow flows are shown: the integration bridge has none of this trace. ovn-controller installs only the flows of networks that have a port on its chassis; trace on a chassis that hosts one of the ports.',
      ),
      acl: null,
    },
  ];
}

function saysNoFlows({ sections }: ParsedTrace): boolean {
  const open: TraceNode[] = sections.flatMap(({ roots }) => roots);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === 'error' && node.text.includes(l10n.t('no OpenFlow flows'))) return true;
    if ('children' in node) for (const child of node.children) open.push(child);
  }
  return false;
}
