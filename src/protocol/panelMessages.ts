import type { ComparedSide } from './comparisonModel';
import type { PanelState } from './panelModel';

/** Which of the two traces a hop index means. */
export type TraceSide = 'forward' | 'reply';

export type ExportKind = 'markdown' | 'json' | 'text';

/** What the browser asks the host to do. Each is answered, also when it fails. */
export type PanelAction =
  | { readonly kind: 'start' }
  | { readonly kind: 'again' }
  | { readonly kind: 'reverse' }
  | { readonly kind: 'reply' }
  | { readonly kind: 'edit' }
  /** Trace once for each backend, or each member of a `select`. */
  | { readonly kind: 'traceEach'; readonly what: 'backend' | 'selection' }
  /** Show the trace of one of them whole. */
  | { readonly kind: 'openChoice'; readonly choice: number }
  | { readonly kind: 'cancel' }
  /** Show one of the recent traces, or make it again. */
  | { readonly kind: 'openRecent'; readonly id: string }
  | { readonly kind: 'copyCommand' }
  | { readonly kind: 'copyText'; readonly text: string }
  | { readonly kind: 'export'; readonly format: ExportKind }
  | { readonly kind: 'openDefinition'; readonly link: number }
  | { readonly kind: 'openAcl'; readonly uuid: string }
  | { readonly kind: 'openCause'; readonly code: string }
  | { readonly kind: 'openRaw'; readonly section: number }
  | { readonly kind: 'revealHop'; readonly side: TraceSide; readonly hop: number }
  /** Compare the shown trace with the one made before it. */
  | { readonly kind: 'compare' }
  /** Of a comparison: show one of the traces, at a hop where one is given. */
  | {
      readonly kind: 'openTrace';
      readonly which: ComparedSide;
      readonly side: TraceSide;
      readonly hop: number | null;
    }
  /** Of a comparison: put it on the clipboard as Markdown. */
  | { readonly kind: 'copyMarkdown' }
  | { readonly kind: 'failureAction'; readonly id: string };

export type FromPanel =
  /** The browser code runs and wants the state. */
  | { readonly type: 'ready' }
  | { readonly type: 'request'; readonly id: number; readonly action: PanelAction };

export type ToPanel =
  | { readonly type: 'state'; readonly state: PanelState }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  /** Show this hop: the Hops tree was clicked. */
  | { readonly type: 'showHop'; readonly side: TraceSide; readonly hop: number };

/**
 * Whether something is a message for the panel. The browser only looks at the outer shape: other scripts (VS Code's own
 * among them) post to the same window, and the state itself is made by the host's typed code.
 */
export function isToPanel(message: unknown): message is ToPanel {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  switch (message.type) {
    case 'state':
      return 'state' in message && isState(message.state);
    case 'done':
      return 'id' in message && typeof message.id === 'number';
    case 'failed':
      return (
        'id' in message &&
        typeof message.id === 'number' &&
        'message' in message &&
        typeof message.message === 'string'
      );
    case 'showHop':
      return (
        'hop' in message &&
        typeof message.hop === 'number' &&
        'side' in message &&
        (message.side === 'forward' || message.side === 'reply')
      );
    default:
      return false;
  }
}

function isState(state: unknown): boolean {
  return (
    typeof state === 'object' &&
    state !== null &&
    'running' in state &&
    'content' in state &&
    typeof state.content === 'object' &&
    state.content !== null &&
    'kind' in state.content
  );
}
