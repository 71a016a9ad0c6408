/** Changes of the active line that come so soon after a key stroke are the editor's own, about the list before it. */
const ownChangeMs = 150;
/** After so long the editor shows the list that belongs to what was typed. */
const settledMs = 1000;

/**
 * Tells whether Enter means the line that the editor names, or the first line for what was typed.
 * The editor names a line by its position, and while a new list is on its way to the window that position is one of the
 * list before: Enter right behind the last letter would take another line than the one that was asked for.
 * Times are milliseconds.
 */
export class TypingGuard {
  private typedAt = Number.NEGATIVE_INFINITY;
  private moved = false;

  typed(now: number): void {
    this.typedAt = now;
    this.moved = false;
  }

  activeChanged(now: number): void {
    if (now - this.typedAt >= ownChangeMs) this.moved = true;
  }

  meansFirst(now: number): boolean {
    return !this.moved && now - this.typedAt < settledMs;
  }
}
