import { visibleLine } from '../protocol/visibleText';

/**
 * A text with words from outside for a notification, or for the line below an input box. Both make links of `[text](target)`,
 * those of commands too, and the words may be a server's, a network's or a workspace's.
 */
export function plainMessage(text: string): string {
  return visibleLine(text).replaceAll('](', '] (');
}
