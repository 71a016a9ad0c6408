import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { TargetConfig } from '../../core/session/target';

import { actionsFor, labelOfAction } from '../failureActions';
import { runFailureAction } from '../failures';
import { offer } from '../offer';
import type { Offered } from '../offer';
import type { Services } from '../services';
import type { TaskWords } from '../tasks';
import { addTarget } from '../targets/addTarget';
import type { CheckStep } from '../targets/checkTarget';
import { forgetSecrets } from '../targets/forgetSecrets';
import { requireTrust } from '../targets/trust';
import { targetArgument } from '../topology/topologyArgument';
import { plainLabel } from '../plainLabel';

type TargetHandlers = Pick<
  CommandHandlers,
  | 'addTarget'
  | 'selectTarget'
  | 'checkTarget'
  | 'useOpenSsh'
  | 'forgetSecrets'
  | 'refreshInventory'
  | 'openAcl'
  | 'showLog'
  | 'startDemoNetwork'
  | 'stopDemoNetwork'
>;

/** The commands about targets and what they hold. */
export function createTargetCommands(services: Services): TargetHandlers {
  const { tasks, targets, settings, inventories, aclDocuments, topology, demo, log } = services;
  return {
    addTarget: async () => {
      const name = await addTarget(settings, targets);
      if (name === undefined) return;
      await targets.select(name);
      offer(log, 'information', l10n.t('Target "{0}" was added.', name), [
        { label: l10n.t('Check Target'), run: () => checkAndTell(services, targets.require(name)) },
      ]);
    },
    selectTarget: async (argument) => {
      const named = targets.find(targetArgument(argument) ?? '');
      const target = named ?? (await pickTarget(services, l10n.t('Select Target')));
      if (target === undefined) return;
      await targets.select(target.name);
      vscode.window.setStatusBarMessage(l10n.t('$(check) Target: {0}', plainLabel(target.name)), 5000);
    },
    checkTarget: async (argument) => {
      const name = targetArgument(argument);
      const target =
        name === undefined ? await targetInUse(services, l10n.t('Check Target')) : targets.require(name);
      if (target !== undefined) await checkAndTell(services, target);
    },
    useOpenSsh: async (name) => {
      const target = targets.require(typeof name === 'string' ? name : undefined);
      if (target.type !== 'ssh') {
        throw new TraceFailure(
          'bad-request',
          l10n.t('The target "{0}" is not reached over SSH.', target.name),
        );
      }
      await settings.changeTarget(target.name, { client: 'openssh' });
      offer(
        log,
        'information',
        l10n.t('Target "{0}" connects through your own ssh program now.', target.name),
        [{ label: l10n.t('Check Target'), run: () => checkAndTell(services, targets.require(target.name)) }],
      );
    },
    forgetSecrets: () => forgetSecrets(services),
    refreshInventory: async (argument) => {
      const name = targetArgument(argument);
      // Where it is asked for in the tree, the tree says how it goes.
      if (name !== undefined) return topology.read(name);
      const target = await targetInUse(services, l10n.t('Refresh Inventory'));
      if (target === undefined) return;
      const { inventory } = await tasks.run(reading(target), (signal) => inventories.read(target, signal));
      vscode.window.setStatusBarMessage(
        l10n.t(
          '$(check) Read {0}: {1} ports, {2} ACLs',
          plainLabel(target.name),
          inventory.switchPorts.length,
          inventory.acls.length,
        ),
        5000,
      );
    },
    openAcl: async (uuid) => {
      const target = await targetInUse(services, l10n.t('Open ACL'));
      if (target === undefined) return;
      const index =
        inventories.peek(target) ??
        (await tasks.run(reading(target), (signal) => inventories.read(target, signal)));
      const wanted = [uuid].flat().filter((each) => typeof each === 'string');
      const asked = wanted.flatMap((each) => index.acls(each));
      const known = asked.length === 1 ? asked[0] : undefined;
      const acl =
        known ??
        (
          await vscode.window.showQuickPick(
            (asked.length > 1 ? asked : index.inventory.acls).map((row) => ({
              label: plainLabel(row.name ?? l10n.t('ACL {0}', row.uuid.slice(0, 8))),
              description: l10n.t('{0}, {1}, priority {2}', row.action, row.direction, row.priority),
              detail: plainLabel(row.match),
              row,
            })),
            {
              title: l10n.t('Open ACL'),
              placeHolder: l10n.t('ACL of the northbound database'),
              matchOnDescription: true,
              matchOnDetail: true,
            },
          )
        )?.row;
      if (acl !== undefined) await aclDocuments.open(target.name, acl);
    },
    showLog: () => log.show(),
    startDemoNetwork: async () => {
      const rules = await tasks.run(
        { title: l10n.t('Starting the demo network'), doing: l10n.t('starting') },
        () => demo.start(),
      );
      offer(
        log,
        'information',
        l10n.t('The demo network runs and is the target of this window. It ends with the window.'),
        [
          {
            label: l10n.t('Trace Packet'),
            run: () => vscode.commands.executeCommand(commandId('tracePacket')),
          },
          { label: l10n.t('Open Its Rules'), run: () => vscode.window.showTextDocument(rules) },
          { label: l10n.t('Open Terminal'), run: () => demo.openTerminal() },
        ],
      );
    },
    stopDemoNetwork: () => demo.stop(),
  };
}

/** What is said while the inventory of the target is read. */
export function reading(target: TargetConfig): TaskWords {
  return { title: l10n.t('Reading {0}', target.name), doing: l10n.t('reading') };
}

/** The target in use, or the one chosen among several; fails with the sentence to show when there is none. */
export async function targetInUse(services: Services, title: string): Promise<TargetConfig | undefined> {
  requireTrust();
  const { targets } = services;
  const found = targets.find(undefined);
  if (found !== undefined) return found;
  return targets.list().length > 1 ? pickTarget(services, title) : targets.require(undefined);
}

async function pickTarget({ targets }: Services, title: string): Promise<TargetConfig | undefined> {
  const all = targets.list();
  if (all.length === 0) return targets.require(undefined);
  const inUse = targets.find(undefined)?.name;
  const chosen = await vscode.window.showQuickPick(
    all.map((target) => ({
      label: plainLabel(target.name),
      description: [targets.describe(target), target.name === inUse ? l10n.t('in use') : '']
        .filter((text) => text !== '')
        .join(', '),
      target,
    })),
    { title, placeHolder: l10n.t('Where ovn-trace runs') },
  );
  return chosen?.target;
}

async function checkAndTell({ tasks, targets, log }: Services, target: TargetConfig): Promise<void> {
  requireTrust();
  const { checkTarget } = await import('../targets/checkTarget');
  const steps = await tasks.run(
    { title: l10n.t('Checking {0}', target.name), doing: l10n.t('checking') },
    (signal, report) =>
      checkTarget(target, targets.runner(target), signal, (step) =>
        report(
          step.state === 'good' ? l10n.t('{0}: good', step.what) : l10n.t('{0}: see the result', step.what),
        ),
      ),
  );
  for (const step of steps) {
    const line = `${target.name}: ${step.what}: ${step.text}`;
    if (step.state === 'good') log.info(line);
    else if (step.state === 'warning') log.warn(line);
    else log.error(line);
    if (step.failure?.detail) log.error(step.failure.detail);
  }
  const worst = steps.find(({ state }) => state === 'bad') ?? steps.find(({ state }) => state === 'warning');
  const showSteps = { label: l10n.t('Show Steps'), run: () => showStepList(target, steps) };
  if (worst === undefined) {
    const version = steps.find(({ what }) => what === 'ovn-trace')?.text ?? '';
    const good = l10n.t('Target "{0}" works: {1}; both databases are readable.', target.name, version);
    offer(log, 'information', good, [showSteps]);
    return;
  }
  const kind = worst.state === 'bad' ? 'error' : 'information';
  offer(log, kind, l10n.t('Target "{0}", {1}: {2}', target.name, worst.what, worst.text), [
    ...actionsOf(worst),
    showSteps,
  ]);
}

/** What mends a step: the actions of its failure, without the check that was just made. */
function actionsOf({ failure }: CheckStep): Offered[] {
  return (failure === null ? [] : actionsFor(failure))
    .filter((action) => action !== 'checkTarget' && action !== 'editTrace')
    .slice(0, 1)
    .map((action) => ({
      label: labelOfAction(action),
      run: () => runFailureAction(action, failure?.remedy?.target),
    }));
}

const stepIcons = { good: '$(pass)', warning: '$(warning)', bad: '$(error)' } as const;

function stepWord(state: CheckStep['state']): string {
  switch (state) {
    case 'good':
      return l10n.t('good');
    case 'warning':
      return l10n.t('worth knowing');
    case 'bad':
      return l10n.t('wrong');
  }
}

/** Every step in a list that can be read at leisure; nothing happens when one is chosen. */
async function showStepList(target: TargetConfig, steps: readonly CheckStep[]): Promise<void> {
  await vscode.window.showQuickPick(
    steps.map(({ what, state, text }) => ({
      label: `${stepIcons[state]} ${what}`,
      description: stepWord(state),
      detail: plainLabel(text),
    })),
    {
      title: l10n.t('Check of {0}', target.name),
      placeHolder: l10n.t('What was looked at, in order'),
      ignoreFocusOut: true,
    },
  );
}
