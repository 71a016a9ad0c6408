import type { PrivateOvn } from '../../../src/target/privateOvn';
import type { RandomNetwork } from './builder';

/** Writes the network into the databases: the plan first, then what ovn-controllers would add to it. */
export async function applyNetwork(ovn: PrivateOvn, network: RandomNetwork): Promise<void> {
  await ovn.check(['ovn-nbctl', ...network.northbound]);
  await ovn.sync();
  await waitForBinding(ovn, network.ends.find(({ isHost }) => isHost)!.name);
  for (const command of network.southbound) {
    for (const words of await resolve(ovn, command)) await ovn.check(['ovn-sbctl', ...words]);
  }
  await ovn.sync();
}

/**
 * northd of 25.03 at times says that it has caught up one transaction too early, and then does nothing until another one wakes
 * it up.
 */
async function waitForBinding(ovn: PrivateOvn, port: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await ovn.check(['ovn-sbctl', '--timeout=5', 'wait-until', 'Port_Binding', port]);
      return;
    } catch (error) {
      if (tries === 5) throw error;
      await ovn.sync();
    }
  }
}

const reference = /\{(\w+) (\S+=.*) (\w+)\}/;

/**
 * Puts in what only the database knows: `{TABLE CONDITION COLUMN}` is that column of the rows that fit. The command is run for each
 * of them, and not at all when northd has made no such row.
 */
async function resolve(ovn: PrivateOvn, command: readonly string[]): Promise<readonly (readonly string[])[]> {
  const at = command.findIndex((word) => reference.test(word));
  if (at < 0) return [command];
  const word = command[at]!;
  const [, table = '', condition = '', column = ''] = reference.exec(word) ?? [];
  const found = await ovn.check(['ovn-sbctl', '--bare', `--columns=${column}`, 'find', table, condition]);
  const values = found.split('\n').filter((line) => line !== '');
  const resolved: (readonly string[])[] = [];
  for (const value of values)
    resolved.push(
      ...(await resolve(
        ovn,
        command.with(
          at,
          word.replace(reference, () => value),
        ),
      )),
    );
  return resolved;
}
