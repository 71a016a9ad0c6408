import * as l10n from '@vscode/l10n';
import type { Undecided } from './outcome';

/** The part that tells is missing. */
export function cutOff(hop: number | null): Undecided {
  return {
    reason: 'cut',
    message: l10n.t(
      'The text ends before the trace does: what became of the packet stands in the part that is missing.',
    ),
    hop,
  };
}

/** northd writes the drop by default as a comment, which ovn-trace does not print; the default to allow ends in `next;`. */
export function defaultOrCut(hop: number | null): Undecided {
  return {
    reason: 'cut',
    message: l10n.t(
      'No ACL decided, and the text ends where the default does. If that is all ovn-trace printed, the default drops the packet (default_acl_drop in NB_Global); otherwise the text was cut off before "next;".',
    ),
    hop,
  };
}

/** Nothing of what ovn-trace prints tells how the packet went on from there. */
export function untraced(sentence: string, hop: number | null): Undecided {
  return {
    reason: 'untraced',
    message: l10n.t('{0} What becomes of the packet is not traced.', sentence),
    hop,
  };
}

export function gatewayUnsnat(hop: number | null): Undecided {
  return {
    reason: 'gateway-unsnat',
    message: l10n.t(
      'ovn-trace does not simulate un-SNAT on a gateway router: the trace stops at "ct_snat;", though the real packet goes on if a connection is known there.',
    ),
    hop,
  };
}

/** A newer OVN, or a title that was mangled: the block may hold the packet, or one that OVN made up. */
export function unknownBlock(title: string, hop: number | null): Undecided {
  return {
    reason: 'untraced',
    message: l10n.t('The trace goes into "{0}", and it is not known which packet lives in there.', title),
    hop,
  };
}

/** @param union the state adds up what several lookups found, whatever the trace was told for the answer. */
export function answerNotAReply(union: boolean, hop: number | null): Undecided {
  const why = union
    ? l10n.t(
        'ovn-trace adds what a load balancer looks up to what was found before, so that the answer still looks like the packet that it answers.',
      )
    : l10n.t(
        'The trace does not take that answer for a reply of the connection, as the real network does: run it with the state est,rpl for the lookups of the answer.',
      );
  return {
    reason: 'answer-untracked',
    message: l10n.t(
      'OVN answers the packet itself, and an ACL stops the answer here, though it need not stop the real one. {0}',
      why,
    ),
    hop,
  };
}

/** Routers drop their copy of a broadcast, and nobody misses it; of a question for a MAC it is lost. */
export function copyOfUnknown(hop: number | null): Undecided {
  return {
    reason: 'cut',
    message: l10n.t(
      'A router drops its copy of the packet. Whether that is a loss depends on the packet, and the text lacks the line beginning with # that describes it.',
    ),
    hop,
  };
}
