interface Editor {
  readonly vscode: string;
  readonly codeServer: string;
  readonly node: string;
  readonly folder: string;
}

export const cacheFolder: string;
export const ovnChroot: { readonly name: string; readonly suite: string; readonly folder: string };
export const editors: { readonly new: Editor; readonly old: Editor };
export const playwright: { readonly version: string; readonly folder: string };
