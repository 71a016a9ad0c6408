import type { CauseCode } from '../../../src/core/trace/explanation';
import type { Verdict } from '../../../src/core/trace/outcome';
import type { CauseLab, Packet } from './lab';

/** A network, a packet that is lost in it, what is said of it, and what makes it pass. */
export interface CauseCase {
  readonly what: string;
  /** Lines of ovn-nbctl commands. */
  readonly network: string;
  /** What ovn-controller would write, or what came to the southbound database while northd slept. */
  readonly southbound?: string | ((lab: CauseLab) => Promise<void>);
  readonly packet: Packet;
  readonly code: CauseCode;
  /** `drop` unless told otherwise. */
  readonly verdict?: Verdict;
  /** The losing stage, without `ls_in_` and the like when versions differ. */
  readonly stage: RegExp;
  /** What the sentence has to name. */
  readonly says: readonly string[];
  /** What some piece of advice has to name. */
  readonly advises?: string;
  /** The advice carried out; `null` where nothing is to be mended, as for a limit of ovn-trace. */
  readonly mended: Mended | null;
  /** Releases that cannot do this, by the beginning of their names. */
  readonly not?: readonly string[];
}

export type Mended =
  /** Lines of ovn-nbctl commands. */
  | { readonly by: string; readonly packet?: Packet }
  /** Another packet in the same network. */
  | { readonly packet: Packet; readonly by?: undefined }
  /** The command of the cause itself. */
  | { readonly by: 'its command'; readonly packet?: Packet }
  | { readonly by: (lab: CauseLab) => Promise<void>; readonly packet?: Packet };
