import type { PrivateOvn } from '../../../src/target/privateOvn';
import type { RandomPacket } from '../randomNetwork/packets';
import { startResidentTrace, type ResidentTrace } from '../residentTrace';

/** One resident ovn-trace for each conntrack state in use. */
export class Tracers {
  private readonly residents = new Map<string, ResidentTrace>();
  private started = 0;

  constructor(private readonly ovn: PrivateOvn) {}

  /**
   * All formats of a trace; null when ovn-trace died of it or did not end.
   * @param how the state that every conntrack lookup finds, or options for a run of its own.
   */
  async trace(
    { datapath, microflow }: RandomPacket,
    how: string | readonly string[],
  ): Promise<string | null> {
    if (typeof how !== 'string') return this.traceAfresh(datapath, microflow, how);
    let resident = this.residents.get(how);
    if (resident === undefined) {
      resident = await startResidentTrace(this.ovn, `trace${this.started++}`, how);
      this.residents.set(how, resident);
    }
    const text = await resident.trace(['--all', datapath, microflow]);
    if (text === null) {
      resident.stop();
      this.residents.delete(how);
    }
    return text;
  }

  stop(): void {
    for (const resident of this.residents.values()) resident.stop();
  }

  /** Some options hold for all traces of a resident program, or are used up by them. */
  private async traceAfresh(
    datapath: string,
    microflow: string,
    options: readonly string[],
  ): Promise<string | null> {
    // Killed, since in the middle of a trace it ends at no other signal.
    const argv = [
      'timeout',
      '-s',
      'KILL',
      '3',
      'ovn-trace',
      '--all',
      ...options,
      datapath,
      microflow,
    ] as const;
    const { stdout, exitCode } = await this.ovn.run(argv);
    return exitCode === 0 ? stdout : null;
  }
}
