import * as vscode from 'vscode';

/** The editor calls this in its extension host. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('ovn-packet-trace.ovn-packet-trace');
  if (extension === undefined) throw new Error('The extension is missing.');
  await extension.activate();
}
