import { visibleLine } from '../protocol/visibleText';

/** Names come from the network: what looks like an icon (`$(zap)`) or hides characters is shown as it is written. */
export function plainLabel(text: string): string {
  return visibleLine(text).replaceAll('$(', '\\$(');
}
