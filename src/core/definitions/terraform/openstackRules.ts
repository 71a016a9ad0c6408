import type { NeutronRule } from '../neutron/rule';
import { familyOfPrefix } from '../neutron/prefix';
import type { Told } from '../neutron/told';
import { unknown } from '../neutron/told';
import type { Context } from './evaluate';
import type { Folder } from './folder';
import type { Block } from './syntax';
import { isGiven, toldNumber, toldText, toldTruth } from './told';
import type { Value } from './value';

/** What releases of the provider ask Neutron for. */
export function networkRules(
  folder: Folder,
  block: Block,
  context: Context,
  stateful: Told<boolean>,
): readonly NeutronRule[] {
  const read = (name: string): Value | null => folder.value(block, name, context);
  const rule: NeutronRule = {
    direction: toldText(read('direction')) ?? unknown,
    ethertype: toldText(read('ethertype')) ?? unknown,
    protocol: toldText(read('protocol')),
    min: toldNumber(read('port_range_min')),
    max: toldNumber(read('port_range_max')),
    prefix: toldText(read('remote_ip_prefix')),
    hasRemoteGroup: either(isGiven(read('remote_group_id')), isGiven(read('remote_address_group_id'))),
    stateful,
  };
  return zeroVariants(rule);
}

/** The provider leaves a 0 out, as if it was not given; whether it does so for ICMP depends on its release. */
function zeroVariants(rule: NeutronRule): readonly NeutronRule[] {
  const withoutZeros: NeutronRule = {
    ...rule,
    min: rule.min === 0 ? null : rule.min,
    max: rule.max === 0 ? null : rule.max,
  };
  const hasZeros = rule.min === 0 || rule.max === 0;
  const isIcmp = typeof rule.protocol === 'string' && /^(?:icmp|icmpv6|ipv6-icmp|1|58)$/i.test(rule.protocol);
  if (!hasZeros) return [rule];
  return isIcmp ? [rule, withoutZeros] : [withoutZeros];
}

function either(one: Told<boolean>, other: Told<boolean>): Told<boolean> {
  if (one === true || other === true) return true;
  return one === false ? other : one;
}

/** A rule of Nova's, which passes it on to Neutron: always ingress, and -1 for any. */
export function computeRule(folder: Folder, block: Block, context: Context): readonly NeutronRule[] {
  const read = (name: string): Value | null => folder.value(block, name, context);
  const port = (name: string): Told<number | null> => {
    const number = toldNumber(read(name));
    return number === -1 ? null : number;
  };
  const cidr = toldText(read('cidr'));
  const ethertype = typeof cidr === 'string' && cidr !== '' ? `IPv${familyOfPrefix(cidr)}` : 'IPv4';
  return [
    {
      direction: 'ingress',
      ethertype: cidr === unknown ? unknown : ethertype,
      protocol: toldText(read('ip_protocol')),
      min: port('from_port'),
      max: port('to_port'),
      prefix: cidr,
      hasRemoteGroup: either(isGiven(read('from_group_id')), selfOf(read('self'))),
      stateful: true,
    },
  ];
}

function selfOf(value: Value | null): Told<boolean> {
  return value === null ? false : toldTruth(value);
}
