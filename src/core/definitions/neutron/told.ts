/** What a file does not tell: it is a parameter, or computed where the file is used. */
export const unknown: unique symbol = Symbol('unknown');
export type Told<T> = T | typeof unknown;
