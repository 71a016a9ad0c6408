export interface PanelPage {
  /** The source that style sheets may come from: `webview.cspSource`. */
  readonly source: string;
  /** Addresses of the bundled browser code and its style sheet. */
  readonly script: string;
  readonly style: string;
  /** New for each page. */
  readonly nonce: string;
  /** The texts of another language than English, where the editor has one; null else. */
  readonly translation: { readonly language: string; readonly texts: object } | null;
}

/**
 * The page of the panel: nothing may load but the script (by its nonce) and the style sheet. The page holds no data; it
 * asks for its state when it runs. The texts of a translation are in an element that is data and never run.
 */
export function panelHtml({ source, script, style, nonce, translation }: PanelPage): string {
  // The toolkit makes one empty style element, to see what the browser can do; it takes the nonce from `csp-nonce`.
  const policy = `default-src 'none'; style-src ${source} 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const texts =
    translation === null
      ? ''
      : `<script type="application/json" id="l10n">${JSON.stringify(translation.texts).replaceAll('<', '\\u003c')}</script>\n`;
  return `<!DOCTYPE html>
<html lang="${translation === null ? 'en' : translation.language.replace(/[^\w-]/g, '')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>OVN Packet Trace</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main id="panel"></main>
${texts}<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
