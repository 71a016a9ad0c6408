import * as l10n from '@vscode/l10n';
import type { FailureReason } from '../failure';

/** Why ovn-trace made no trace, from the sentence it printed; null stands for a text that is none of its. */
export function refusalReason(refusal: string | null): FailureReason {
  if (refusal === null) return 'not-a-trace';
  if (/^unknown datapath/.test(refusal)) return 'unknown-datapath';
  if (/^unknown port|ingress port|in_key failed/.test(refusal)) return 'unknown-port';
  if (/^error parsing flow|^failed to parse flow/.test(refusal)) return 'bad-microflow';
  if (/not found$/.test(refusal)) return 'tool-missing';
  if (/database connection failed/.test(refusal)) return 'database';
  return 'tool-failed';
}

/** What ovn-trace refused with, as a sentence that names the next step. */
export function refusalSentence(refusal: string): string {
  const datapath = /^unknown datapath "(.*)"$/.exec(refusal)?.[1];
  if (datapath !== undefined) {
    return l10n.t(
      'ovn-trace knows no logical switch or router called "{0}", or more than one. Check the name, or that ovn-northd has caught up.',
      datapath,
    );
  }
  const port = /^unknown port "(.*)"$/.exec(refusal)?.[1];
  if (port !== undefined)
    return l10n.t(
      'ovn-trace knows no logical port called "{0}". Check the name, or that ovn-northd has caught up.',
      port,
    );
  const syntax = /^error parsing flow: (.*)$/.exec(refusal)?.[1];
  if (syntax !== undefined)
    return l10n.t(
      'ovn-trace cannot read the microflow: {0}. Correct it and trace again.',
      syntax.replace(/\.$/, ''),
    );
  if (/does not specify ingress port|in_key failed/.test(refusal)) {
    return l10n.t(
      'The microflow names no inport of this datapath. Add inport == "PORT" with a port that is on the traced switch or router.',
    );
  }
  if (/command not found|: not found$/.test(refusal)) {
    return l10n.t(
      'ovn-trace is not installed where the command ran. Install the package ovn-common (Debian, Ubuntu) or ovn (Fedora, RHEL).',
    );
  }
  if (/: assertion .* failed in /.test(refusal)) {
    return l10n.t(
      'ovn-trace itself broke off on this packet, which is a fault of that release: {0}. Try another release of ovn-trace against the same databases.',
      refusal.replace(/\.$/, ''),
    );
  }
  return /[.!?]$/.test(refusal) ? refusal : `${refusal}.`;
}
