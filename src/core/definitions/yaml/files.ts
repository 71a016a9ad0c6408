/** Whether a file is a manifest by its name; templates of charts and playbooks have a further ending. */
export function isManifest(file: string): boolean {
  return /\.(?:ya?ml|json)(?:\.[a-z\d]+)?$/i.test(file);
}
