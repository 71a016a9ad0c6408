import type { AclForm } from '../definition';
import { normalPrefix } from './prefix';
import { protocolNumber, transports } from './protocols';
import type { Told } from './told';
import { unknown } from './told';

/** A rule as Neutron's API takes it. */
export interface NeutronRule {
  readonly direction: Told<string>;
  readonly ethertype: Told<string>;
  /** Null for any. */
  readonly protocol: Told<string | null>;
  /** Least port, or ICMP type. */
  readonly min: Told<number | null>;
  /** Greatest port, or ICMP code. */
  readonly max: Told<number | null>;
  readonly prefix: Told<string | null>;
  /** Another security group or an address group is the other end; which one does not matter, OVN calls sets by ids. */
  readonly hasRemoteGroup: Told<boolean>;
  /** Whether its security group tracks connections. */
  readonly stateful: Told<boolean>;
}

export const anyRule: Omit<NeutronRule, 'direction' | 'ethertype'> = {
  protocol: null,
  min: null,
  max: null,
  prefix: null,
  hasRemoteGroup: false,
  stateful: true,
};

/** The ACLs that releases of Neutron make of a rule; none when the file does not tell, or Neutron would refuse the rule. */
export function formsOfRule(rule: NeutronRule): readonly AclForm[] {
  const isIngress = choose(rule.direction, 'ingress', 'egress');
  const isIpv4 = choose(rule.ethertype, 'ipv4', 'ipv6');
  if (isIngress === null || isIpv4 === null) return [];
  const family = isIpv4 ? 4 : 6;
  const peer = peerMatches(rule, `ip${family}.${isIngress ? 'src' : 'dst'}`, family);
  const services = serviceMatches(rule, family);
  return services.flatMap((service) =>
    peer.map((other): AclForm => ({
      direction: isIngress ? 'to-lport' : 'from-lport',
      priorities: [1002],
      tier: 0,
      actions: actionsOf(rule.stateful),
      match: [`${isIngress ? 'outport' : 'inport'} == @owner`, `ip${family}`, ...other, ...service].join(
        ' && ',
      ),
    })),
  );
}

/** Whether it is the first of two words; null when it is neither, or not told. */
function choose(value: Told<string>, first: string, second: string): boolean | null {
  const word = value === unknown ? '' : value.toLowerCase();
  return word === first ? true : word === second ? false : null;
}

/** Where OVN has no stateless ACLs, Neutron makes stateful ones of stateless groups. */
function actionsOf(stateful: Told<boolean>): readonly string[] {
  return stateful === true ? ['allow-related'] : ['allow-stateless', 'allow-related'];
}

/** What may stand for a part of the match, each as a list of terms; no alternative when it cannot be told. */
type Alternatives = readonly (readonly string[])[];
const none: Alternatives = [];

function peerMatches({ prefix, hasRemoteGroup }: NeutronRule, field: string, family: 4 | 6): Alternatives {
  if (prefix === unknown || hasRemoteGroup === unknown) return none;
  if (hasRemoteGroup) return prefix === null || prefix === '' ? [[`${field} == $peer`]] : none;
  if (prefix === null || prefix === '') return [[]];
  const normal = normalPrefix(prefix, family);
  return normal === null ? none : [[`${field} == ${normal}`]];
}

function serviceMatches({ protocol, min, max }: NeutronRule, family: 4 | 6): Alternatives {
  if (protocol === unknown || min === unknown || max === unknown) return none;
  const hasPorts = min !== null || max !== null;
  if (protocol === null || protocol === '' || protocol.toLowerCase() === 'any') return hasPorts ? none : [[]];
  const number = protocolNumber(protocol, family);
  if (number === null) return none;
  const transport = transports[number];
  if (transport !== undefined) return portMatches(transport, min, max);
  if (number === 1 || number === 58) {
    if (number === 1 && family === 6) return none;
    return icmpMatches(`icmp${family}`, min, max);
  }
  if (hasPorts && !isWholeRange(min, max)) return none;
  // Some releases take 0 for any protocol.
  return number === 0 ? [['ip.proto == 0'], []] : [[`ip.proto == ${number}`]];
}

function portMatches(transport: string, min: number | null, max: number | null): Alternatives {
  if (min === null && max === null) return [[transport]];
  if (min === null || max === null || !isWithin(min, 1, max) || !isWithin(max, 1, 65535)) return none;
  if (min === max) return [[transport, `${transport}.dst == ${min}`]];
  const range = [transport, `${transport}.dst >= ${min}`, `${transport}.dst <= ${max}`];
  // Releases since about 2019 take the whole range for none.
  return isWholeRange(min, max) ? [[transport], range] : [range];
}

function icmpMatches(icmp: string, type: number | null, code: number | null): Alternatives {
  if (type === null) return code === null ? [[icmp]] : none;
  if (isWholeRange(type, code)) return [[icmp]];
  if (!isWithin(type, 0, 255) || (code !== null && !isWithin(code, 0, 255))) return none;
  const codeTerms = code === null ? [] : [`${icmp}.code == ${code}`];
  return [[icmp, `${icmp}.type == ${type}`, ...codeTerms]];
}

function isWholeRange(min: number | null, max: number | null): boolean {
  return min === 1 && max === 65535;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
