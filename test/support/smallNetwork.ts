import { indexInventory } from '../../src/core/ovn/inventoryIndex';
import { readInventory } from '../../src/core/ovn/readInventory';
import type { TraceRequest } from '../../src/core/flow/request';
import type { TraceReport } from '../../src/core/session/report';
import { targetSchema, type TargetConfig } from '../../src/core/session/target';
import { tracePacket } from '../../src/core/session/tracePacket';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { noDefinitions } from '../../src/core/definitions/definition';

const clock = { now: () => 0 };

/** Runs `ovn-nbctl` commands; a `~` stands for a blank inside a word. */
export async function build(ovn: PrivateOvn, ...commands: readonly string[]): Promise<void> {
  const words = commands.flatMap((command) => [
    '--',
    ...command.split(' ').map((word) => word.replaceAll('~', ' ')),
  ]);
  await ovn.check(['ovn-nbctl', ...words.slice(1)]);
  await ovn.sync();
}

/** A switch of hosts, `10.0.N.H` each, joined to router `r`. */
export function aSwitch(
  name: string,
  net: number,
  hosts: readonly (readonly [string, number])[],
): readonly string[] {
  const hex = (number: number): string => number.toString(16).padStart(2, '0');
  return [
    `ls-add ${name}`,
    `lrp-add r r-${name} 0a:00:00:00:ff:${hex(net)} 10.0.${net}.254/24`,
    `lsp-add ${name} ${name}-r`,
    `lsp-set-type ${name}-r router`,
    `lsp-set-addresses ${name}-r router`,
    `lsp-set-options ${name}-r router-port=r-${name}`,
    ...hosts.flatMap(([host, last]) => [
      `lsp-add ${name} ${host}`,
      `lsp-set-addresses ${host} 0a:00:00:00:${hex(net)}:${hex(last)}~10.0.${net}.${last}`,
    ]),
  ];
}

/** Traces, as a whole session would, TCP port 80 from port `a` to port `b`, but for what `request` says otherwise. */
export async function ask(
  ovn: PrivateOvn,
  request: Partial<TraceRequest> = {},
  southbound = ovn.southbound,
  join = noDefinitions,
): Promise<TraceReport> {
  const target: TargetConfig = targetSchema.parse({
    type: 'local',
    name: 'lab',
    northbound: ovn.northbound,
    southbound,
  });
  const run = (argv: readonly [string, ...string[]]) => ovn.run(argv);
  const index = indexInventory(await readInventory(run, target, clock));
  return tracePacket(
    {
      inport: 'a',
      destination: { kind: 'port', port: 'b' },
      service: { protocol: 'tcp', dstPort: 80 },
      connection: { kind: 'new' },
      ...request,
    },
    index,
    {
      target,
      run,
      clock,
      currentInventory: () => Promise.resolve(index),
      join,
      ovnVersion: null,
    },
    true,
  );
}
