/**
 * Makes a thing when it is first wanted, and gives the same one from then on. With `await import()` in `make` the code of it is
 * not read before either: the build puts it into a file of its own.
 */
export function lazily<Thing>(make: () => Promise<Thing>): () => Promise<Thing> {
  let made: Promise<Thing> | null = null;
  return () => (made ??= make());
}
