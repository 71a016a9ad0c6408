import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { startDemoNetwork } from '../../src/target/demoNetwork';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { createResultCommands } from '../../src/ui/commands/resultCommands';
import { Inventories } from '../../src/ui/inventory/inventories';
import type { Services } from '../../src/ui/services';
import type { Settings } from '../../src/ui/settings/settings';
import { Targets } from '../../src/ui/targets/targets';
import { WorkspaceConsent } from '../../src/ui/targets/workspaceConsent';
import { TopologyView } from '../../src/ui/topology/topologyView';
import type { TopologyElement } from '../../src/ui/topology/topologyElements';
import { CurrentTrace } from '../../src/ui/trace/currentTrace';
import { History } from '../../src/ui/trace/history';
import type { SavedTraces } from '../../src/ui/trace/savedTraces';
import type { TraceEntry } from '../../src/ui/trace/traceEntry';
import { HopsView } from '../../src/ui/views/hopsView';
import { TracesView } from '../../src/ui/views/tracesView';
import { reportOf } from '../unit/ui/report';
import { historyEntry } from './historyEntry';

/** What a view has told the editor; the extension's own views stand in the real one. */
interface ToldView {
  message?: string;
  readonly expanded: vscode.EventEmitter<{ readonly element: TopologyElement }>;
}

const told: ToldView[] = [];
const { createTreeView, showWarningMessage } = vscode.window;
const lastTold = () => told.at(-1)!;

function createToldView(): unknown {
  const expanded = new vscode.EventEmitter<{ readonly element: TopologyElement }>();
  const view = {
    expanded,
    onDidExpandElement: expanded.event,
    onDidChangeVisibility: new vscode.EventEmitter<unknown>().event,
    dispose: () => expanded.dispose(),
  };
  told.push(view);
  return view;
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !isSo(); round++) await new Promise((go) => setTimeout(go, 50));
  assert.ok(isSo(), what);
}

function mementoOf(kept: Readonly<Record<string, unknown>> = {}): vscode.Memento {
  const values = new Map(Object.entries(kept));
  return {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  };
}

describe('the trees of the side bar', () => {
  let folder: string;
  let ovn: PrivateOvn;
  let log: vscode.LogOutputChannel;

  before(async () => {
    const { extensionPath } = vscode.extensions.getExtension('ovn-packet-trace.ovn-packet-trace')!;
    ovn = await startDemoNetwork(join(extensionPath, 'fixtures', 'demo'));
    folder = mkdtempSync(join(tmpdir(), 'trees-'));
    // Leaves its process id, and ends only when it is ended where it is told to be slow.
    const script = `#!/bin/sh\necho $$ > '${folder}'/ran-"$1"\n[ "$1" = slow ] && exec sleep 300\nshift\nexec "$@"\n`;
    writeFileSync(join(folder, 'run.sh'), script, { mode: 0o755 });
    log = vscode.window.createOutputChannel('Trees', { log: true });
    Object.assign(vscode.window, { createTreeView: createToldView });
  });
  after(async () => {
    Object.assign(vscode.window, { createTreeView, showWarningMessage });
    log.dispose();
    rmSync(folder, { recursive: true });
    await ovn.stop();
  });

  const ran = (mark: string) => existsSync(join(folder, `ran-${mark}`));

  function targetNamed(name: string, northbound = ovn.northbound): TargetConfig {
    const commandPrefix = [join(folder, 'run.sh'), name];
    return targetSchema.parse({ name, type: 'local', commandPrefix, northbound });
  }

  function open(...list: readonly TargetConfig[]) {
    const settings = {
      onDidChange: () => new vscode.Disposable(() => undefined),
      targets: () => ({ targets: list, problems: [] }),
      isOfWorkspace: () => false,
      get: (_key: string, fallback: unknown) => fallback,
    } as unknown as Settings;
    const memento = mementoOf();
    const consent = new WorkspaceConsent(memento, () => Promise.resolve(false));
    const nothing = {} as never;
    const targets = new Targets(settings, nothing, nothing, log, memento, consent);
    const inventories = new Inventories(targets, log);
    const view = new TopologyView(targets, inventories, log);
    const labels = (at: number) =>
      view.getChildren(view.getChildren()[at]).map((child) => textOf(view.getTreeItem(child)));
    const expand = (at: number) => lastTold().expanded.fire({ element: view.getChildren()[at]! });
    const end = () => {
      vscode.Disposable.from(view, inventories, targets).dispose();
    };
    return { view, inventories, labels, expand, end };
  }

  describe('Topology', () => {
    it('reads a target when it is opened, and no other', async () => {
      const { labels, expand, end } = open(targetNamed('first'), targetNamed('other'));
      assert.deepEqual([labels(0), labels(1)], [['Read the Network'], ['Read the Network']]);
      assert.deepEqual([ran('first'), ran('other')], [false, false]);
      expand(0);
      await until('the network is shown', () => labels(0).includes('Switches'));
      assert.deepEqual(labels(0), ['Switches', 'Routers', 'Port Groups']);
      assert.deepEqual([ran('first'), ran('other')], [true, false]);
      end();
    });

    it('keeps its lines when the inventory is read again, and tells the editor', async () => {
      const target = targetNamed('again');
      const { view, inventories, end } = open(target);
      await view.read('again');
      const ids = () => {
        const below = (element?: TopologyElement): readonly (string | undefined)[] =>
          view.getChildren(element).flatMap((child) => [view.getTreeItem(child).id, ...below(child)]);
        return below();
      };
      const before = ids();
      assert.ok(before.length > 15);
      let changes = 0;
      const listener = view.onDidChangeTreeData(() => changes++);
      await ovn.check(['ovn-nbctl', 'lsp-set-enabled', 'web2', 'disabled']);
      await inventories.read(target);
      assert.deepEqual(ids(), before);
      assert.ok(changes > 0);
      listener.dispose();
      await ovn.check(['ovn-nbctl', 'lsp-set-enabled', 'web2', 'enabled']);
      end();
    });

    it('says that it reads, and ends the reading on request with what runs for it', async () => {
      const { view, labels, expand, end } = open(targetNamed('slow'));
      expand(0);
      await until('the program runs', () => ran('slow') && readPid('slow') > 0);
      assert.deepEqual(labels(0), ['Reading the northbound database…', 'Cancel Reading']);
      view.cancel('slow');
      await until('it says so', () => labels(0)[0] === 'Reading was cancelled.');
      assert.deepEqual(labels(0), ['Reading was cancelled.', 'Try Again']);
      await until('the program has ended', () => !isAlive(readPid('slow')));
      end();
    });

    it('goes on reading for who still waits when another cancels', async () => {
      const target = targetNamed('shared');
      const { inventories, end } = open(target);
      const controller = new AbortController();
      const [cancelled, other] = [inventories.read(target, controller.signal), inventories.read(target)];
      controller.abort();
      await assert.rejects(cancelled, { reason: 'cancelled' });
      assert.equal((await other).inventory.switches.length, 3);
      end();
    });

    it('says in a line what went wrong, and what to do', async () => {
      const { view, labels, end } = open(targetNamed('failing', 'unix:/nowhere.sock'));
      await view.read('failing');
      const [sentence, ...actions] = labels(0);
      assert.match(sentence!, /nowhere\.sock/);
      assert.deepEqual(actions, ['Try Again', 'Check Target', 'Open Settings']);
      end();
    });

    it('leads with its buttons to commands, which take no line for one that is none', async () => {
      for (const value of [undefined, null, 7, {}, { kind: 'router', target: 'x', name: 'y' }]) {
        for (const name of ['traceFromHere', 'traceToHere', 'cancelReading']) {
          await vscode.commands.executeCommand(`ovnTrace.${name}`, value);
        }
      }
    });

    function readPid(mark: string): number {
      return Number(readFileSync(join(folder, `ran-${mark}`), 'utf8'));
    }
  });

  describe('Traces', () => {
    const day = 86_400_000;
    const many = (count: number): TraceEntry[] =>
      Array.from({ length: count }, (_, at) => ({
        ...(historyEntry('lab', at + 1) as unknown as TraceEntry),
        at: Date.now() - at * day,
      }));
    const noneSaved = {
      list: () => Promise.resolve([]),
      onDidChange: new vscode.EventEmitter<void>().event,
    } as unknown as SavedTraces;

    it('keep a thousand, and delete all that are selected once', async () => {
      const entries = many(1100);
      const history = new History(mementoOf({ 'ovnTrace.history': entries }));
      const forgotten: string[] = [];
      const uncompared: string[] = [];
      const shown = { forget: (id: string) => Promise.resolve(forgotten.push(id)) };
      const kept = { shown, compared: { forget: (id: string) => Promise.resolve(uncompared.push(id)) } };
      const { deleteTrace } = createResultCommands({ history, kept } as unknown as Services);
      let asked = '';
      Object.assign(vscode.window, {
        showWarningMessage: (message: string) => {
          asked = message;
          return Promise.resolve('Delete');
        },
      });
      await deleteTrace(entries[0], [entries[0], entries[1], { kind: 'group' }]);
      assert.equal(asked, 'Delete 2 traces?');
      assert.equal(history.list().length, 1000);
      assert.equal(history.list()[0]?.id, entries[2]!.id);
      await deleteTrace(entries[2]);
      assert.equal(history.list().length, 999);
      Object.assign(vscode.window, { showWarningMessage: () => Promise.resolve(undefined) });
      await deleteTrace(entries[3], [entries[3], entries[4]]);
      assert.equal(history.list().length, 999);
      assert.deepEqual(forgotten, [entries[0]!.id, entries[1]!.id, entries[2]!.id]);
      assert.deepEqual(uncompared, forgotten);
      history.dispose();
    });

    it('are shown by day, and narrowed by a filter that is said', async () => {
      const history = new History(mementoOf({ 'ovnTrace.history': many(30) }));
      const view = new TracesView(() => Promise.resolve({ history, saved: noneSaved }), log);
      const groups = async () =>
        (await view.getChildren()).map((group) => {
          const { label, description } = view.getTreeItem(group);
          return `${textOf({ label })} ${String(description)}`;
        });
      assert.deepEqual(await groups(), ['Today 1', 'Yesterday 1', 'Earlier 28']);
      view.setFilter(' port 30 ');
      assert.deepEqual(await groups(), ['Earlier 1']);
      assert.equal(lastTold().message, 'Filter "port 30": 1 of 30 shown');
      view.setFilter('');
      assert.equal((await groups()).length, 3);
      assert.equal(lastTold().message, '');
      view.dispose();
      history.dispose();
    });
  });

  it('Hops say when they are of the trace before the one that failed', () => {
    const current = new CurrentTrace();
    const view = new HopsView(current);
    current.fail();
    assert.ok(!lastTold().message, 'nothing is shown that could be taken for its result');
    current.show(reportOf([]));
    assert.equal(lastTold().message, '');
    current.fail();
    assert.match(lastTold().message!, /^The last trace failed; these are the hops of the one before/);
    current.show(reportOf([]));
    assert.equal(lastTold().message, '');
    current.show(null);
    view.dispose();
    current.dispose();
  });
});

function textOf({ label }: { readonly label?: string | vscode.TreeItemLabel | undefined }): string {
  return typeof label === 'string' ? label : '';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
