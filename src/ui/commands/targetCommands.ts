import * as vscode from 'vscode';
import { commandId } from '../../contributions';
import type { CommandHandlers } from '../../contributions';
import { TraceFailure } from '../../core/failure';
import type { TargetConfig } from '../../core/session/target';

import { actionsFor, failureActionLabels } from '../failureActions';
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
      offer(log, 'information', `Target "${name}" was added.`, [
        { label: 'Check Target', run: () => checkAndTell(services, targets.require(name)) },
      ]);
    },
    selectTarget: async (argument) => {
      const named = targets.find(targetArgument(argument) ?? '');
      const target = named ?? (await pickTarget(services, 'Select Target'));
      if (target === undefined) return;
      await targets.select(target.name);
      vscode.window.setStatusBarMessage(`$(check) Target: ${plainLabel(target.name)}`, 5000);
    },
    checkTarget: async (argument) => {
      const name = targetArgument(argument);
      const target = name === undefined ? await targetInUse(services, 'Check Target') : targets.require(name);
      if (target !== undefined) await checkAndTell(services, target);
    },
    useOpenSsh: async (name) => {
      const target = targets.require(typeof name === 'string' ? name : undefined);
      if (target.type !== 'ssh') {
        throw new TraceFailure('bad-request', `The target "${target.name}" is not reached over SSH.`);
      }
      await settings.changeTarget(target.name, { client: 'openssh' });
      offer(log, 'information', `Target "${target.name}" connects through your own ssh program now.`, [
        { label: 'Check Target', run: () => checkAndTell(services, targets.require(target.name)) },
      ]);
    },
    forgetSecrets: () => forgetSecrets(services),
    refreshInventory: async (argument) => {
      const name = targetArgument(argument);
      // Where it is asked for in the tree, the tree says how it goes.
      if (name !== undefined) return topology.read(name);
      const target = await targetInUse(services, 'Refresh Inventory');
      if (target === undefined) return;
      const { inventory } = await tasks.run(reading(target), (signal) => inventories.read(target, signal));
      vscode.window.setStatusBarMessage(
        `${inventory.switchPorts.length} ports, ${inventory.acls.length} ACLs`,
        5000,
      );
    },
    openAcl: async (uuid) => {
      const target = await targetInUse(services, 'Open ACL');
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
              label: plainLabel(row.name ?? `ACL ${row.uuid.slice(0, 8)}`),
              description: `${row.action}, ${row.direction}, priority ${row.priority}`,
              detail: plainLabel(row.match),
              row,
            })),
            {
              title: 'Open ACL',
              placeHolder: 'ACL of the northbound database',
              matchOnDescription: true,
              matchOnDetail: true,
            },
          )
        )?.row;
      if (acl !== undefined) await aclDocuments.open(target.name, acl);
    },
    showLog: () => log.show(),
    startDemoNetwork: async () => {
      const rules = await tasks.run({ title: 'Starting the demo network', doing: 'starting' }, () =>
        demo.start(),
      );
      offer(
        log,
        'information',
        'The demo network runs and is the target of this window. It ends with the window.',
        [
          { label: 'Trace Packet', run: () => vscode.commands.executeCommand(commandId('tracePacket')) },
          { label: 'Open Its Rules', run: () => vscode.window.showTextDocument(rules) },
          { label: 'Open Terminal', run: () => demo.openTerminal() },
        ],
      );
    },
    stopDemoNetwork: () => demo.stop(),
  };
}

/** What is said while the inventory of the target is read. */
export function reading(target: TargetConfig): TaskWords {
  return { title: `Reading ${target.name}`, doing: 'reading' };
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
      description: [targets.describe(target), target.name === inUse ? 'in use' : '']
        .filter((text) => text !== '')
        .join(', '),
      target,
    })),
    { title, placeHolder: 'Where ovn-trace runs' },
  );
  return chosen?.target;
}

async function checkAndTell({ tasks, targets, log }: Services, target: TargetConfig): Promise<void> {
  requireTrust();
  const { checkTarget } = await import('../targets/checkTarget');
  const steps = await tasks.run({ title: `Checking ${target.name}`, doing: 'checking' }, (signal, report) =>
    checkTarget(target, targets.runner(target), signal, (step) =>
      report(`${step.what}: ${step.state === 'good' ? 'good' : 'see the result'}`),
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
  const showSteps = { label: 'Show Steps', run: () => showStepList(target, steps) };
  if (worst === undefined) {
    const version = steps.find(({ what }) => what === 'ovn-trace')?.text ?? '';
    const good = `Target "${target.name}" works: ${version}; both databases are readable.`;
    offer(log, 'information', good, [showSteps]);
    return;
  }
  const kind = worst.state === 'bad' ? 'error' : 'information';
  offer(log, kind, `Target "${target.name}", ${worst.what}: ${worst.text}`, [...actionsOf(worst), showSteps]);
}

/** What mends a step: the actions of its failure, without the check that was just made. */
function actionsOf({ failure }: CheckStep): Offered[] {
  return (failure === null ? [] : actionsFor(failure))
    .filter((action) => action !== 'checkTarget' && action !== 'editTrace')
    .slice(0, 1)
    .map((action) => ({
      label: failureActionLabels[action],
      run: () => runFailureAction(action, failure?.remedy?.target),
    }));
}

const stepIcons = { good: '$(pass)', warning: '$(warning)', bad: '$(error)' } as const;
const stepWords = { good: 'good', warning: 'worth knowing', bad: 'wrong' } as const;

/** Every step in a list that can be read at leisure; nothing happens when one is chosen. */
async function showStepList(target: TargetConfig, steps: readonly CheckStep[]): Promise<void> {
  await vscode.window.showQuickPick(
    steps.map(({ what, state, text }) => ({
      label: `${stepIcons[state]} ${what}`,
      description: stepWords[state],
      detail: plainLabel(text),
    })),
    { title: `Check of ${target.name}`, placeHolder: 'What was looked at, in order', ignoreFocusOut: true },
  );
}
