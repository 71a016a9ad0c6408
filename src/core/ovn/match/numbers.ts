import * as l10n from '@vscode/l10n';
import type { IntegerConstant, IntegerFormat } from './ast';

/** Number of bits up to the highest one that is set. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** A number of `width` ones. */
export function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** What a numeric word is, or the reason it is none, as the second half of a sentence. */
export type ReadNumber =
  { readonly value: bigint; readonly format: IntegerFormat } | { readonly wrong: string };

/** Reads a word of letters, digits, dots and colons as OVN's lexer does: MAC, decimal, hexadecimal, IPv4, IPv6. */
export function readNumber(word: string): ReadNumber {
  if (word.length === 17) {
    const mac = readEthernet(word);
    if (mac !== null) return { value: mac, format: 'ethernet' };
  }
  if (/^[0-9]+$/.test(word)) {
    if (word.length > 1 && word.startsWith('0'))
      return { wrong: l10n.t('has a leading zero, which OVN refuses in a decimal') };
    // Longer ones are too large anyway, and BigInt takes its time with them.
    const value = word.length > 20 ? null : BigInt(word);
    if (value === null || value > ones(64)) return { wrong: l10n.t('is not less than 2 to the 64th') };
    return { value, format: 'decimal' };
  }
  if (/^0[xX]/.test(word)) return readHexadecimal(word.slice(2));
  const ipv4 = readIpv4(word);
  if (ipv4 !== null) return { value: ipv4, format: 'ipv4' };
  const ipv6 = readIpv6(word);
  if (ipv6 !== null) return { value: ipv6, format: 'ipv6' };
  return { wrong: l10n.t('is neither a number nor an IPv4, IPv6 or Ethernet address') };
}

function readHexadecimal(digits: string): ReadNumber {
  if (digits === '') return { wrong: l10n.t('has no digits after the 0x') };
  if (!/^[0-9a-fA-F]+$/.test(digits)) return { wrong: l10n.t('is not a hexadecimal number') };
  const significant = digits.replace(/^0+/, '');
  if (significant.length > 32) return { wrong: l10n.t('needs more than 128 bits') };
  return { value: BigInt(`0x0${significant}`), format: 'hexadecimal' };
}

/** OVN takes any spelling of six numbers in 17 characters, and the low byte of each. */
function readEthernet(word: string): bigint | null {
  const parts = word.split(':');
  if (parts.length !== 6) return null;
  let value = 0n;
  for (const part of parts) {
    const digits = /^(?:0[xX])?([0-9a-fA-F]+)$/.exec(part)?.[1];
    if (digits === undefined) return null;
    value = (value << 8n) | (BigInt(`0x${digits}`) & 0xffn);
  }
  return value;
}

/** As inet_pton(3): no leading zeros. */
function readIpv4(word: string): bigint | null {
  const parts = word.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

/** As inet_pton(3): `::` stands for at least one group. */
function readIpv6(word: string): bigint | null {
  if (word.length > 45) return null;
  const [head, tail, ...more] = word.split('::');
  if (head === undefined || more.length > 0) return null;
  const high = readGroups(head, tail === undefined);
  const low = tail === undefined ? [] : readGroups(tail, true);
  if (high === null || low === null) return null;
  const missing = 8 - high.length - low.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...high, ...Array<bigint>(missing).fill(0n), ...low].reduce(
    (value, group) => (value << 16n) | group,
    0n,
  );
}

function readGroups(text: string, mayEndInIpv4: boolean): readonly bigint[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const groups: bigint[] = [];
  if (last.includes('.')) {
    if (!mayEndInIpv4) return null;
    const ipv4 = readIpv4(last);
    if (ipv4 === null) return null;
    parts.pop();
    groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
  }
  for (const part of parts) if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
  return [...parts.map((part) => BigInt(`0x${part}`)), ...groups];
}

/** Joins a value and what stands behind its slash; null when OVN does not take the two together. */
export function applyMask(
  value: { readonly value: bigint; readonly format: IntegerFormat },
  mask: { readonly value: bigint; readonly format: IntegerFormat },
): IntegerConstant | null {
  const masked = (bits: bigint, format: IntegerFormat): IntegerConstant => ({
    kind: 'integer',
    value: value.value & bits,
    mask: bits,
    format,
  });
  if (value.format === mask.format) return masked(mask.value, value.format);
  if (mask.format === 'decimal' && (value.format === 'ipv4' || value.format === 'ipv6')) {
    const width = value.format === 'ipv4' ? 32 : 128;
    // OVN keeps the prefix length in 32 bits.
    const prefix = Number(BigInt.asUintN(32, mask.value));
    return prefix <= width ? masked(prefixMask(prefix, width), value.format) : null;
  }
  if (value.format === 'decimal' && value.value === 0n && mask.format === 'hexadecimal') {
    return masked(mask.value, 'hexadecimal');
  }
  return null;
}

/** A mask of `length` ones at the top of `width` bits. */
export function prefixMask(length: number, width: number): bigint {
  return ones(length) << BigInt(width - length);
}

/** The length of a prefix mask, null when the mask is none. */
export function prefixLength(mask: bigint, width: number): number | null {
  const hostBits = bitLength(mask ^ ones(width));
  return mask === prefixMask(width - hostBits, width) ? width - hostBits : null;
}

/** Bits that a constant needs in a field; OVN measures an address by its kind, a masked number by its mask. */
export function constantWidth({ value, mask, format }: IntegerConstant): number {
  if (mask !== null) return bitLength(mask);
  switch (format) {
    case 'decimal':
    case 'hexadecimal':
      return bitLength(value);
    case 'ipv4':
      return 32;
    case 'ipv6':
      return 128;
    case 'ethernet':
      return 48;
  }
}
