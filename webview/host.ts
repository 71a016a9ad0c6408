import { isToPanel, type FromPanel, type PanelAction, type ToPanel } from '../src/protocol/panelMessages';

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** The other side of the panel: requests with an answer each, and what is kept while the panel is hidden. */
export class Host {
  private lastId = 0;
  private readonly waiting = new Map<number, (error: string | null) => void>();

  constructor(
    private readonly api: VsCodeApi,
    onMessage: (message: Exclude<ToPanel, { type: 'done' | 'failed' }>) => void,
    private readonly onFailure: (sentence: string) => void,
  ) {
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!isToPanel(data)) return;
      if (data.type === 'done') this.settle(data.id, null);
      else if (data.type === 'failed') this.settle(data.id, data.message);
      else onMessage(data);
    });
  }

  ready(): void {
    this.api.postMessage({ type: 'ready' });
  }

  /** Asks for an action. `onDone` runs when it succeeded; a failure is shown in the panel. */
  request(action: PanelAction, onDone: () => void = () => undefined): void {
    this.lastId += 1;
    this.waiting.set(this.lastId, (error) => {
      if (error === null) onDone();
      else this.onFailure(error);
    });
    this.api.postMessage({ type: 'request', id: this.lastId, action });
  }

  load(): unknown {
    return this.api.getState();
  }

  save(state: unknown): void {
    this.api.setState(state);
  }

  private settle(id: number, error: string | null): void {
    this.waiting.get(id)?.(error);
    this.waiting.delete(id);
  }
}
