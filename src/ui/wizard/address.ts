import * as l10n from '@vscode/l10n';
import { canonicalIp } from '../../core/ovn/ip';

/**
 * What is wrong with an address being typed, or null when it is one, or when it is no attempt at one (a search).
 * `10.0.0.300` is an attempt; `web` and `10.0` are searches.
 */
export function addressProblem(text: string): string | null {
  if (canonicalIp(text) !== null) return null;
  if (/^[\d.]+\/\d+$/.test(text)) return l10n.t('{0} is a network; give one address of it.', text);
  if (/^\d+(\.\d+){3,}$/.test(text)) {
    const parts = text.split('.');
    if (parts.length > 4) return l10n.t('{0} has {1} parts; an IPv4 address has 4.', text, parts.length);
    const large = parts.find((part) => Number(part) > 255);
    if (large !== undefined) return l10n.t('{0} is no IPv4 address: {1} is above 255.', text, large);
    return l10n.t('{0} is no IPv4 address.', text);
  }
  return (text.match(/:/g)?.length ?? 0) >= 2 && /^[\da-f:.]*$/i.test(text)
    ? l10n.t('{0} is no IPv6 address yet.', text)
    : null;
}

const macPattern = /^[\da-f]{2}(:[\da-f]{2}){5}$/i;

/** What is wrong with a MAC address of an end station, or null. */
export function macProblem(text: string): string | null {
  if (!macPattern.test(text))
    return l10n.t('A MAC address has six pairs of hex digits with colons: 0a:00:00:00:00:01.');
  return (parseInt(text.slice(0, 2), 16) & 1) === 1
    ? l10n.t('{0} is a group address, not that of one port.', text)
    : null;
}

/** Splits a load balancer's VIP: `10.0.2.100:5432`, `[fd00::1]:80`, `10.0.2.100`. Null for templates and the like. */
export function parseVip(vip: string): { readonly ip: string; readonly port: number | null } | null {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(vip);
  const plain = /^([\d.]+)(?::(\d+))?$/.exec(vip);
  const found = bracketed ?? plain;
  const ip = canonicalIp(found?.[1] ?? vip);
  if (ip === null) return null;
  const port = found?.[2];
  return { ip, port: port === undefined ? null : Number(port) };
}
