import * as l10n from '@vscode/l10n';
import type { TraceHop } from './hop';

/** NAT and load balancing: what a packet's addresses become. */
export interface Rewrite {
  readonly kind: 'lb' | 'snat' | 'dnat';
  /** The new address, as far as the stage says it: `10.0.2.11:80`, `one of 3 backends`. */
  readonly to: string;
  readonly text: string;
}

/** The address translation that a hop's actions make; null for none. */
export function rewriteOf(hop: TraceHop): Rewrite | null {
  for (const action of hop.actions) {
    const rewrite = rewriteByBackends(action) ?? rewriteByVip(action, hop.match) ?? rewriteByNat(action);
    if (rewrite !== null) return rewrite;
  }
  return null;
}

function rewriteByBackends(action: string): Rewrite | null {
  const backends = /^ct_lb(?:_mark|_mark_local)?\(backends=([^;)]*)/.exec(action)?.[1];
  if (backends === undefined) return null;
  const list = backends.split(',').filter((backend) => backend.trim() !== '');
  const only = list.length === 1 ? list[0] : undefined;
  const to = only?.trim() ?? l10n.t('one of {0} backends', list.length);
  return { kind: 'lb', to, text: l10n.t('Load balanced to {0}', to) };
}

/** A conntrack lookup of a virtual address, which finds the backend that was chosen for the connection before. */
function rewriteByVip(action: string, match: string): Rewrite | null {
  if (!/^ct_lb(?:_mark|_mark_local)?;$/.test(action)) return null;
  const vip = /\bip[46]\.dst == ([0-9a-fA-F.:]+)/.exec(match)?.[1];
  return vip === undefined
    ? null
    : {
        kind: 'lb',
        to: l10n.t('a backend of {0}', vip),
        text: l10n.t('Load balanced to a backend of {0}', vip),
      };
}

function rewriteByNat(action: string): Rewrite | null {
  const nat = /^ct_([sd])nat(?:_in_czone)?\(([^,)]+)/.exec(action);
  const to = nat?.[2]?.trim();
  if (nat === null || to === undefined || !/^[0-9a-fA-F.:]+$/.test(to)) return null;
  return nat[1] === 's'
    ? { kind: 'snat', to, text: l10n.t('Source becomes {0}', to) }
    : { kind: 'dnat', to, text: l10n.t('Destination becomes {0}', to) };
}
