export interface PanelPage {
  /** The source that style sheets may come from: `webview.cspSource`. */
  readonly source: string;
  /** Addresses of the bundled browser code and its style sheet. */
  readonly script: string;
  readonly style: string;
  /** New for each page. */
  readonly nonce: string;
}

/**
 * The page of the panel: nothing may load but the script (by its nonce) and the style sheet. The page holds no data; it
 * asks for its state when it runs.
 */
export function panelHtml({ source, script, style, nonce }: PanelPage): string {
  // The toolkit makes one empty style element, to see what the browser can do; it takes the nonce from `csp-nonce`.
  const policy = `default-src 'none'; style-src ${source} 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
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
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
