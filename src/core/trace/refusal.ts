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
    return `ovn-trace knows no logical switch or router called "${datapath}", or more than one. Check the name, or that ovn-northd has caught up.`;
  }
  const port = /^unknown port "(.*)"$/.exec(refusal)?.[1];
  if (port !== undefined)
    return `ovn-trace knows no logical port called "${port}". Check the name, or that ovn-northd has caught up.`;
  const syntax = /^error parsing flow: (.*)$/.exec(refusal)?.[1];
  if (syntax !== undefined)
    return `ovn-trace cannot read the microflow: ${syntax.replace(/\.$/, '')}. Correct it and trace again.`;
  if (/does not specify ingress port|in_key failed/.test(refusal)) {
    return 'The microflow names no inport of this datapath. Add inport == "PORT" with a port that is on the traced switch or router.';
  }
  if (/command not found|: not found$/.test(refusal)) {
    return 'ovn-trace is not installed where the command ran. Install the package ovn-common (Debian, Ubuntu) or ovn (Fedora, RHEL).';
  }
  if (/: assertion .* failed in /.test(refusal)) {
    return `ovn-trace itself broke off on this packet, which is a fault of that release: ${refusal.replace(/\.$/, '')}. Try another release of ovn-trace against the same databases.`;
  }
  return /[.!?]$/.test(refusal) ? refusal : `${refusal}.`;
}
