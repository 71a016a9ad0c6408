import type { TargetConfig } from '../../core/session/target';

/** Which ovn-trace each target has, asked once: an upgrade between two traces of one window is not worth a round trip. */
export class ToolVersions {
  private readonly known = new Map<string, string>();

  async of(target: TargetConfig, read: () => Promise<string | null>): Promise<string | null> {
    const key = JSON.stringify(target);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const version = await read();
    if (version !== null) this.known.set(key, version);
    return version;
  }
}
