import type { CleanLine } from './lines';

const traceBeginning =
  /^(?:\d+\. |\d+\.?$|ingress\b|egress\b|multicast\b|\/|\*\*\*|LOG:|cookie=|select:|\W*output\b|(?:x{0,2}reg\d|ct_|ct\.|eth\.|ip[46]?\.|icmp|arp\b|arp\.|nd|tcp|udp|sctp|flags\.|outport|inport|next\b|drop\b|log\(|reject|clone|put_|get_|lookup_|check_|chk_))/;
const prose = /^(?!LOG: |\d+\. )(?:[^\w#/*{}<]*\p{L}[\p{L}'’]*[,:;!?.]? +\p{L}|(?!L(?:O(?:G:?)?)?$)\p{Lu})/u;

/** No line of ovn-trace begins so. */
const otherBeginning = /^[^\w/*#}-]/;

/** True for a line that cannot be read, but begins like one of ovn-trace's. People's own words do not. */
export function beginsLikeTrace(text: string): boolean {
  return traceBeginning.test(text) && !prose.test(text);
}

/**
 * Where the text ends in the middle of a line: what is said last fits nothing ovn-trace prints, but could be the beginning
 * of that. Null when it does not.
 */
export function findTornEnd(lines: readonly CleanLine[], end: number): number | null {
  let torn: number | null = null;
  for (let i = end - 1; i >= 0; i--) {
    const { shape, text } = lines[i] ?? {};
    switch (shape?.kind) {
      case undefined:
      case 'blank':
      case 'aside':
        continue;
      case 'foreign':
        if (i === lines.length - 1 ? mayGoOn(text ?? '') : beginsLikeTrace(text ?? '')) torn = i;
        continue;
      case 'table':
        return shape.torn ? i : torn;
      case 'fence':
        return null;
      default:
        return torn;
    }
  }
  return torn;
}

/** Without a line end even a word may be the beginning of a line of ovn-trace. */
function mayGoOn(text: string): boolean {
  return !prose.test(text) && !otherBeginning.test(text);
}
