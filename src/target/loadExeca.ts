import type { execa } from 'execa';

/** execa is an ES module and this program is not; so it is loaded when the first command runs. */
export async function loadExeca(): Promise<typeof execa> {
  return (await import('execa')).execa;
}
