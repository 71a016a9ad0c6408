import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** What the button of a failure does that only the user's own ssh can mend. */
describe('Use OpenSSH Client', () => {
  const settings = () => vscode.workspace.getConfiguration('ovnTrace');
  const { showErrorMessage } = vscode.window;
  const errors: string[] = [];

  before(() => {
    Object.assign(vscode.window, {
      showErrorMessage: (message: string) => Promise.resolve(void errors.push(message)),
    });
  });
  after(async () => {
    Object.assign(vscode.window, { showErrorMessage });
    await settings().update('targets', undefined, vscode.ConfigurationTarget.Global);
    await settings().update('targets', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('sets the client of that target, where it is defined, and nothing else', async () => {
    const one = { name: 'one', type: 'ssh', host: 'h1', username: 'u', environment: { A: 'b' } };
    const two = { name: 'two', type: 'ssh', host: 'h2' };
    for (const where of [vscode.ConfigurationTarget.Global, vscode.ConfigurationTarget.Workspace]) {
      await settings().update('targets', [one, two], where);
      await vscode.commands.executeCommand('ovnTrace.useOpenSsh', 'one');
      assert.deepEqual(settings().get('targets'), [{ ...one, client: 'openssh' }, two]);
    }
    assert.deepEqual(errors, []);
  });

  it('says when there is no such target, or none over SSH', async () => {
    await settings().update(
      'targets',
      [{ name: 'here', type: 'local' }],
      vscode.ConfigurationTarget.Workspace,
    );
    await vscode.commands.executeCommand('ovnTrace.useOpenSsh', 'here');
    await vscode.commands.executeCommand('ovnTrace.useOpenSsh', 'nowhere');
    assert.equal(errors.length, 2);
    assert.match(errors[0]!, /"here" is not reached over SSH/);
    assert.match(errors[1]!, /no target "nowhere"/);
    assert.deepEqual(settings().get('targets'), [{ name: 'here', type: 'local' }]);
  });
});
