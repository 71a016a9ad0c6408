import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { visibleLine } from '../../protocol/visibleText';
import { plainMessage } from '../plainMessage';
import type { Settings } from '../settings/settings';
import { readSshHosts } from './sshHosts';
import type { Targets } from './targets';

interface PlaceItem extends vscode.QuickPickItem {
  readonly place: { readonly type: 'local' } | { readonly type: 'ssh'; readonly host: string } | null;
}

interface PrefixItem extends vscode.QuickPickItem {
  readonly prefix: readonly string[] | null;
}

/** Asks where OVN runs and how it is reached, and writes the answer to the settings. Returns the name, or undefined when left. */
export async function addTarget(settings: Settings, targets: Targets): Promise<string | undefined> {
  const place = await askPlace();
  if (place === undefined) return undefined;
  const prefix = await askPrefix();
  if (prefix === undefined) return undefined;
  const name = await askName(place.type === 'ssh' ? place.host : 'local', targets);
  if (name === undefined) return undefined;
  await settings.addTarget({ name, ...place, ...(prefix.length === 0 ? {} : { commandPrefix: prefix }) });
  return name;
}

async function askPlace(): Promise<NonNullable<PlaceItem['place']> | undefined> {
  const hosts = await readSshHosts();
  const items: PlaceItem[] = [
    ...hosts.map((host) => ({
      label: `$(remote) ${visibleLine(host).replaceAll('$(', '\\$(')}`,
      description: l10n.t('host of your ssh configuration'),
      place: { type: 'ssh' as const, host },
    })),
    { label: l10n.t('$(edit) Another SSH Host…'), description: l10n.t('name or address'), place: null },
    {
      label: l10n.t('$(vm) This Machine'),
      description: l10n.t('where VS Code runs its extensions: also WSL, a container, or the Remote-SSH host'),
      place: { type: 'local' },
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t('Add Target (1/3): Place'),
    placeHolder: l10n.t('Where do ovn-trace and ovn-nbctl run?'),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return undefined;
  if (chosen.place !== null) return chosen.place;
  const host = await vscode.window.showInputBox({
    title: l10n.t('Add Target (1/3): Host'),
    prompt: l10n.t('Host name or address, or an alias of your ssh configuration'),
    ignoreFocusOut: true,
    validateInput: hostProblem,
  });
  return host === undefined ? undefined : { type: 'ssh', host: host.trim() };
}

/** What is wrong with a host name, or null. User and port have settings of their own. */
export function hostProblem(text: string): string | null {
  const host = text.trim();
  if (host === '') return l10n.t('A host name is needed.');
  if (host.includes('@'))
    return l10n.t('Give the host alone; the user name has a setting of its own (username).');
  return /^[\p{L}\p{N}._:-]+$/u.test(host) && !host.startsWith('-')
    ? null
    : plainMessage(l10n.t('"{0}" is no host name.', host));
}

async function askPrefix(): Promise<readonly string[] | undefined> {
  const items: PrefixItem[] = [
    { label: l10n.t('$(terminal) As They Are'), description: 'ovn-trace', prefix: [] },
    { label: l10n.t('$(shield) With sudo'), description: 'sudo -n ovn-trace', prefix: ['sudo', '-n'] },
    {
      label: l10n.t('$(package) In a Container…'),
      description: l10n.t('podman exec NAME ovn-trace, or another prefix'),
      prefix: null,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t('Add Target (2/3): Command'),
    placeHolder: l10n.t('How are the OVN programs called there?'),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return undefined;
  if (chosen.prefix !== null) return chosen.prefix;
  const text = await vscode.window.showInputBox({
    title: l10n.t('Add Target (2/3): Command Prefix'),
    prompt: l10n.t('Words before each command'),
    value: 'podman exec ovn_northd',
    ignoreFocusOut: true,
  });
  return text
    ?.trim()
    .split(/\s+/)
    .filter((word) => word !== '');
}

async function askName(suggestion: string, targets: Targets): Promise<string | undefined> {
  const taken = (name: string) => targets.list().some((target) => target.name === name);
  let value = suggestion;
  for (let number = 2; taken(value); number++) value = `${suggestion} ${number}`;
  const name = await vscode.window.showInputBox({
    title: l10n.t('Add Target (3/3): Name'),
    prompt: l10n.t('Name of the target'),
    value,
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return l10n.t('A name is needed.');
      return taken(text.trim())
        ? plainMessage(l10n.t('There is already a target "{0}".', text.trim()))
        : null;
    },
  });
  return name?.trim();
}
