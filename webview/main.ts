import * as l10n from '@vscode/l10n';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { Host } from './host';
import { PanelApp } from './panelApp';
import './panel.css';
import './comparison.css';

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodePanels(),
  vsCodePanelTab(),
  vsCodePanelView(),
  vsCodeProgressRing(),
  vsCodeTextField(),
);

const texts = document.getElementById('l10n')?.textContent;
if (texts) l10n.config({ contents: texts });

const root = document.getElementById('panel');
if (root !== null) {
  const host = new Host(
    acquireVsCodeApi(),
    (message) => {
      if (message.type === 'state') app.show(message.state);
      else app.showHop(message.side, message.hop);
    },
    (sentence) => {
      app.showError(sentence);
    },
  );
  const app = new PanelApp(root, host);
  host.ready();
}
