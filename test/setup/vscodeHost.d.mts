/** Fetches what drives a browser, and the editors that are named. */
export function ensureVscodeHost(...editors: readonly unknown[]): Promise<void>;
