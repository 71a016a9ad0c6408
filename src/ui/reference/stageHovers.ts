import * as vscode from 'vscode';

/**
 * Says what a stage does when the pointer is on its name in output of ovn-trace, as it was exported, pasted or saved. It looks
 * at plain texts and logs only, and in those only where they are such output.
 */
export function registerStageHovers(): vscode.Disposable {
  const languages = ['plaintext', 'log'].map((language) => ({ language }));
  return vscode.languages.registerHoverProvider(languages, {
    provideHover: async (document, position) => (await import('./stageHover')).hoverStage(document, position),
  });
}
