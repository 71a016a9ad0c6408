import type { IconName } from '../src/protocol/panelModel';

export type PanelIcon =
  | IconName
  | 'run'
  | 'edit'
  | 'swap'
  | 'copy'
  | 'export'
  | 'file'
  | 'filter'
  | 'search'
  | 'stop'
  | 'chevron'
  | 'compare';

const ring = 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z';

/** Outlines on a field of 16 by 16, drawn with a stroke of the text's colour. Each verdict has a shape of its own. */
const outlines: Readonly<Record<PanelIcon, string>> = {
  allow: `${ring}M5.2 8.2l2 2.1 3.6-4.5`,
  drop: `${ring}M3.8 12.2l8.4-8.4`,
  reject: 'M13.5 3v4a2.5 2.5 0 0 1-2.5 2.5H3M6 6.3L2.8 9.5 6 12.7',
  answer: 'M2.5 3.5h11v7.2H8.2l-3 2.6v-2.6H2.5zM5.4 7.1h5.2',
  fork: 'M1.5 8h4l4-4h4.3M5.5 8l4 4h4.3M11.6 1.8L13.8 4l-2.2 2.2M11.6 9.8l2.2 2.2-2.2 2.2',
  unknown: `${ring}M6.1 6.4a1.9 1.9 0 1 1 2.9 1.6c-.7.4-1 .7-1 1.4M8 11.4v.2`,
  error: `${ring}M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4`,
  warning: 'M8 2.2l6.2 11.3H1.8zM8 6.4v3.5M8 11.6v.2',
  info: `${ring}M8 7.3v3.6M8 5.1v.2`,
  none: 'M3 8h.1M8 8h.1M13 8h.1',
  port: 'M2.5 3.5h11v9H10v-2H6v2H2.5zM5.5 3.5V6M8 3.5V6M10.5 3.5V6',
  switch: 'M1.5 5.5h13v5h-13zM4 8h.1M6.5 8h.1M9 8h.1M11.8 8h.1',
  router: `${ring}M8 4.4v7.2M4.4 8h7.2M6.8 5.6L8 4.4l1.2 1.2M6.8 10.4L8 11.6l1.2-1.2M5.6 6.8L4.4 8l1.2 1.2M10.4 6.8L11.6 8l-1.2 1.2`,
  cloud: 'M4.4 12.5h7.2a2.7 2.7 0 0 0 .3-5.4 4 4 0 0 0-7.7-.4 2.9 2.9 0 0 0 .2 5.8z',
  conntrack: 'M13 6.8A5.2 5.2 0 0 0 3.5 5M3.2 2.3v2.9h3M3 9.2A5.2 5.2 0 0 0 12.5 11M12.8 13.7v-2.9h-3',
  go: 'M2.5 8h11M9.5 4l4 4-4 4',
  rewrite: 'M3 5h10M10.5 2.5L13 5l-2.5 2.5M13 11H3M5.5 8.5L3 11l2.5 2.5',
  run: 'M4.5 2.8v10.4L13 8z',
  edit: 'M10.8 2.6l2.6 2.6L6 12.6l-3.4.8.8-3.4z',
  swap: 'M3 5h10M10.5 2.5L13 5l-2.5 2.5M13 11H3M5.5 8.5L3 11l2.5 2.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  export: 'M8 9.5v-7M5 5.3l3-2.8 3 2.8M3 8.5v5h10v-5',
  file: 'M9 2.5H3.5v11h9V6zM9 2.5V6h3.5',
  filter: 'M2 3.5h12L9.5 8.8v4.4l-3-1.6V8.8z',
  search: 'M11.2 7A4.2 4.2 0 1 1 2.8 7a4.2 4.2 0 0 1 8.4 0zM10.2 10.2l3.4 3.4',
  stop: 'M4 4h8v8H4z',
  chevron: 'M6 4l4 4-4 4',
  compare: 'M2.5 2.5h5v11h-5zM9.5 2.5h4v11h-4M4.2 8h1.6M11 8h1.6M11.8 7.2v1.6',
};

const svgNamespace = 'http://www.w3.org/2000/svg';

/** An icon for the eye only: the words beside it say the same. */
export function icon(name: PanelIcon, className = ''): SVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon ${className}`.trim());
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', outlines[name]);
  svg.append(path);
  return svg;
}

/** The icon of a verdict in its tone's colour. */
export function toneIcon(badge: { readonly tone: string; readonly icon: IconName }): SVGElement {
  return icon(badge.icon, `tone-${badge.tone}`);
}
