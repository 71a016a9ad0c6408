import type { TransformationNode } from './tree';

/** In the order in which ovn-trace prints them. */
const flags = ['new', 'est', 'rel', 'rpl', 'inv', 'trk', 'snat', 'dnat'];

/**
 * Follows the conntrack state of a packet as ovn-trace keeps it: `ct_next` replaces it, load balancing and NAT only add
 * to it, and it stays with the packet from one datapath to the next until `ct_clear`.
 */
export class ConntrackWatch {
  /** Null before the first lookup, and where the text does not show what a lookup found. */
  state: readonly string[] | null = null;
  /** ovn-trace assumed an established connection for want of a `--ct`. */
  assumed = false;
  private tracked = false;

  /** The state adds up what several lookups found; so `new` sticks to a packet behind a load balancer. */
  isUnion = false;

  /** The packet was looked up, and the text does not show that it is a reply of an established connection. */
  get isOtherThanReply(): boolean {
    return this.tracked && this.state?.includes('rpl') !== true;
  }

  /** @param action the action that made the block. */
  see({ name, title, ctState, assumed }: TransformationNode, action: string | null): void {
    switch (name) {
      case 'ct_next':
        this.state = ctState;
        this.assumed = assumed;
        this.tracked = true;
        this.isUnion = false;
        return;
      case 'ct_lb':
      case 'ct_lb_mark':
      case 'ct_lb_mark_local':
        this.lookUp(assumed);
        if (action?.includes('(backends=') === true) this.add('dnat');
        return;
      case 'ct_dnat':
      case 'ct_dnat_in_czone':
      case 'ct_snat':
      case 'ct_snat_in_czone':
      case 'ct_commit_nat':
      case 'ct_commit_to_zone':
        if (!this.tracked) this.lookUp(assumed);
        if (title.includes('(ip')) this.add(name.startsWith('ct_dnat') ? 'dnat' : 'snat');
        return;
      default:
        return;
    }
  }

  clear(): void {
    this.state = null;
    this.assumed = false;
    this.tracked = false;
    this.isUnion = false;
  }

  fork(): ConntrackWatch {
    const copy = new ConntrackWatch();
    copy.state = this.state;
    copy.assumed = this.assumed;
    copy.tracked = this.tracked;
    copy.isUnion = this.isUnion;
    return copy;
  }

  /** The title of these blocks shows the state only when it was assumed; one that was given by `--ct` it does not. */
  private lookUp(assumed: boolean): void {
    this.isUnion = this.tracked;
    this.tracked = true;
    if (!assumed) return;
    this.assumed = true;
    this.state = merge(this.state ?? [], ['est', 'trk']);
  }

  private add(flag: string): void {
    if (this.state) this.state = merge(this.state, [flag]);
  }
}

function merge(one: readonly string[], other: readonly string[]): readonly string[] {
  const both = new Set([...one, ...other]);
  return flags.filter((flag) => both.has(flag));
}
