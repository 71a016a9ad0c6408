import { canonicalIp, familyOf } from '../../ovn/ip';

/** A rule as the file writes it; fields that are not given are `''`. */
export interface InstanceRule {
  readonly action: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly sourcePort: string;
  readonly destinationPort: string;
  readonly icmpType: string;
  readonly icmpCode: string;
}

export type RuleList = 'ingress' | 'egress';

/** The match a rule becomes, and whether it is told to the letter, up to the number of the ACL. */
export interface InstanceMatch {
  readonly text: string;
  readonly isLiteral: boolean;
}

/**
 * The match that Incus and LXD give a rule (`ovnRuleCriteriaToOVNACLRule`), letter by letter but for what only they know: the
 * port groups of this ACL, called `@owner`, of others, called `@peer`, and address sets, called `$peer`. Null for what they refuse.
 * @param ownName by which the rules may name the ACL itself.
 */
export function matchOfRule(
  list: RuleList,
  rule: InstanceRule,
  ownName: string | null,
): InstanceMatch | null {
  const parts = [list === 'ingress' ? 'outport == @owner' : 'inport == @owner'];
  let isLiteral = true;
  for (const [end, subjects] of [
    ['src', rule.source],
    ['dst', rule.destination],
  ] as const) {
    if (subjects === '') continue;
    const matches = subjects.split(',').map((subject) => matchOfSubject(end, subject.trim(), ownName));
    const known = matches.filter((match) => match !== null);
    if (known.length < matches.length) return null;
    parts.push(known.map(({ text }) => text).join(' || '));
    isLiteral &&= known.every((match) => match.isLiteral);
  }
  const protocol = matchOfProtocol(rule);
  if (protocol === null) return null;
  return { text: `(${[...parts, ...protocol].join(') && (')})`, isLiteral };
}

function matchOfSubject(end: 'src' | 'dst', subject: string, ownName: string | null): InstanceMatch | null {
  const [from = '', to] = subject.split('-', 2);
  const ends = [canonicalIp(from), canonicalIp(to ?? '')];
  if (ends[0] && ends[1]) {
    const field = `${familyOf(ends[0])}.${end}`;
    return { text: `(${field} >= ${from} && ${field} <= ${to ?? ''})`, isLiteral: true };
  }
  const address = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(subject);
  const ip = canonicalIp(address?.[1] ?? '');
  if (ip !== null) {
    const width = familyOf(ip) === 'ip4' ? 32 : 128;
    if (Number(address?.[2] ?? width) > width) return null;
    return { text: `${familyOf(ip)}.${end} == ${subject}`, isLiteral: true };
  }
  const port = end === 'src' ? 'inport' : 'outport';
  // The `#` was given up because YAML takes it for a comment.
  if (subject === '@internal' || subject === '#internal') {
    return { text: `${port} == @peer`, isLiteral: false };
  }
  if (subject === '@external' || subject === '#external') {
    return { text: `${port} == "peer"`, isLiteral: false };
  }
  if (/^(?:\$[^/\s]+|@[^/\s]+\/[^\s]+)$/.test(subject)) {
    return { text: `ip6.${end} == $peer || ip4.${end} == $peer`, isLiteral: false };
  }
  // A name of an ACL begins with a letter and is a name that a host may have.
  if (!/^[a-z][a-z\d-]*$/i.test(subject)) return null;
  return { text: `${port} == ${subject === ownName ? '@owner' : '@peer'}`, isLiteral: false };
}

function matchOfProtocol(rule: InstanceRule): readonly string[] | null {
  const { protocol, sourcePort, destinationPort, icmpType, icmpCode } = rule;
  switch (protocol) {
    case 'tcp':
    case 'udp': {
      if (icmpType !== '' || icmpCode !== '') return null;
      const source = matchOfPorts(`${protocol}.src`, sourcePort);
      const destination = matchOfPorts(`${protocol}.dst`, destinationPort);
      return source === null || destination === null ? null : [protocol, ...source, ...destination];
    }
    case 'icmp4':
    case 'icmp6': {
      if (sourcePort !== '' || destinationPort !== '') return null;
      const fields = [
        ['type', icmpType],
        ['code', icmpCode],
      ] as const;
      if (fields.some(([, value]) => value !== '' && !isNumber(value, 255))) return null;
      return [
        protocol,
        ...fields.flatMap(([name, value]) => (value === '' ? [] : [`${protocol}.${name} == ${value}`])),
      ];
    }
    case '':
      return [sourcePort, destinationPort, icmpType, icmpCode].every((value) => value === '') ? [] : null;
    default:
      return null;
  }
}

function matchOfPorts(field: string, ports: string): readonly string[] | null {
  if (ports === '') return [];
  const parts: string[] = [];
  for (const port of ports.split(',')) {
    const [from = '', to, ...more] = port.trim().split('-');
    if (!isNumber(from, 65_535) || more.length > 0) return null;
    if (to === undefined) parts.push(`${field} == ${from}`);
    else if (isNumber(to, 65_535)) parts.push(`(${field} >= ${from} && ${field} <= ${to})`);
    else return null;
  }
  return [parts.join(' || ')];
}

function isNumber(text: string, largest: number): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= largest;
}
