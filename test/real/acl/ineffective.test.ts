import assert from 'node:assert/strict';
import type { IneffectiveAcl } from '../../../src/core/acl/ineffectiveAcls';
import { ovnVersions } from '../../support/ovn';
import { addSwitch, AclLab } from './aclLab';

/** Each on a switch of its own: match, what is found, and what ovn-trace does with a packet that the rule would drop. */
interface Case {
  readonly match: string;
  readonly kind: IneffectiveAcl['kind'] | null;
  readonly direction?: 'from-lport' | 'to-lport';
  readonly says?: RegExp;
  /** The piece of the match that is pointed at. */
  readonly spot?: string;
  /** That OVN drops nothing by it is what the finding claims; without a finding the packet may be dropped. */
  readonly drops?: boolean;
}

const cases: readonly Case[] = [
  {
    match: 'ip4 && !icmp6 && tcp',
    kind: 'unreadable',
    spot: 'icmp6',
    says: /"icmp6" may only be tested positively.*Without that part it would match this packet and drop it\./,
  },
  {
    match: 'udp && !icmp6',
    kind: 'unreadable',
    says: /would not have matched this packet, for want of udp\./,
  },
  { match: 'outport == "HERE-a" && !icmp6', kind: null },
  { match: 'outport == "HERE-b" && !icmp6', kind: 'unreadable' },
  { match: 'outport == @members && tcp.dst = 9', kind: 'unreadable', spot: '=' },
  { match: '(outport == @others) && (tcp.dst = 9)', kind: null },
  {
    match: 'outport == @nosuch && tcp',
    kind: 'unreadable',
    says: /port group nosuch, which does not exist/,
    spot: '@nosuch',
  },
  {
    match: 'ip4.src == $nosuch',
    kind: 'unreadable',
    says: /address set nosuch, which does not exist/,
    spot: '$nosuch',
  },
  { match: 'ip4.src != $nosuch && tcp', kind: 'unreadable' },
  { match: 'ip4.src == {$nosuch, 10.0.0.1}', kind: 'unreadable' },
  { match: 'ip4.src == $nobody', kind: null },
  { match: 'ip4.src != $nobody', kind: null, drops: true },
  { match: 'ip4.src == $macs', kind: 'unreadable', says: /addresses of another kind/ },
  { match: 'outport == @empty && tcp', kind: null },
  { match: '(outport == @empty || tcp)', kind: 'unreadable', says: /no port on this switch/ },
  { match: 'outport == {@empty, "HERE-b"}', kind: 'unreadable' },
  { match: '(inport == @elsewhere || ip4)', kind: 'unreadable', says: /no port on this switch/ },
  { match: 'outport == @elsewhere', kind: null },
  { match: 'ip4 && ip6', kind: 'never' },
  { match: 'tcp && udp.dst == 53', kind: 'never' },
  { match: 'tcp.dst == 9 && tcp.dst == 10', kind: 'never', says: /conditions exclude each other/ },
  { match: 'tcp.dst >= 9 && tcp.dst <= 10', kind: null, drops: true },
  { match: '(ip4 && tcp) || (ip6 && udp)', kind: null, drops: true },
  { match: '0', kind: null },
  {
    match: 'outport == "HERE-b" && tcp',
    kind: 'never',
    direction: 'from-lport',
    says: /before OVN has chosen the output port/,
    spot: 'outport',
  },
  { match: 'outport == @members', kind: 'never', direction: 'from-lport' },
  { match: 'outport == "HERE-a"', kind: null, direction: 'from-lport' },
  { match: 'outport != "HERE-a"', kind: 'unreadable', says: /may only be tested for equality/ },
  { match: 'inport == "HERE-a" && tcp', kind: null, drops: true },
  {
    match: 'ip4.src == ^ADDRESS && tcp',
    kind: 'template',
    spot: '^ADDRESS',
    says: /may or may not take part.*Where the variable fits, it would match this packet and drop it\./,
  },
  { match: '^ANYTHING && tcp', kind: 'template' },
  { match: 'ip4.src == ^ADDRESS && udp', kind: null },
  { match: 'ip4 && tcp && ip.ttl == 64', kind: null, drops: true },
];

for (const version of ovnVersions()) {
  describe(`ACLs without effect on OVN ${version.name}`, function () {
    this.timeout(90_000);
    let lab: AclLab;
    const hasTiers = version.name !== '23.03';
    const named = cases.map((one, at) => ({
      ...one,
      name: `s${at}`,
      match: one.match.replaceAll('HERE', `s${at}`),
    }));

    before(async () => {
      lab = await AclLab.start(version);
      const commands = [
        ...['elsewhere', 'order', 'broken', 'quiet', ...named.map(({ name }) => name)].flatMap((name) =>
          addSwitch(name),
        ),
        ['pg-add', 'empty'],
        ['pg-add', 'elsewhere', 'elsewhere-a'],
        ['pg-add', 'others', ...named.map(({ name }) => `${name}-a`)],
        ['pg-add', 'members', ...named.map(({ name }) => `${name}-b`)],
        ['create', 'Address_Set', 'name=nobody'],
        ['create', 'Address_Set', 'name=macs', 'addresses="0a:00:00:00:00:01"'],
        ...named.map(({ name, match, direction = 'to-lport' }) => [
          'acl-add',
          name,
          direction,
          '900',
          match,
          'drop',
        ]),
      ];
      for (let at = 0; at < commands.length; at += 100) await lab.nbctl(...commands.slice(at, at + 100));
    });
    after(() => lab.stop());

    for (const { name, match, kind, says, spot, drops = false } of named) {
      it(`${kind ?? 'nothing'}: ${match}`, async () => {
        const { outcome, ineffective, ineffectiveOfText } = await lab.trace(`${name}-a`, `${name}-b`, {
          protocol: 'tcp',
          dstPort: 9,
        });
        assert.equal(outcome.verdict, drops ? 'drop' : 'allow', 'what OVN does');
        assert.deepEqual(
          ineffective.map((found) => found.kind),
          kind === null ? [] : [kind],
        );
        assert.deepEqual(
          ineffectiveOfText.map((found) => found.kind),
          ineffective.map((found) => found.kind),
          'without warnings',
        );
        const [found] = ineffective;
        if (says !== undefined) assert.match(found?.message ?? '', says);
        if (spot !== undefined) assert.equal(match.slice(found?.place?.start, found?.place?.end), spot);
      });
    }

    it('finds what only the flow made of the rule makes unreadable', async () => {
      await lab.nbctl(
        ['--name=bare-or', 'acl-add', 'broken', 'to-lport', '700', 'tcp.dst == 1 || tcp.dst == 2', 'reject'],
        ['--log', '--name=a "quote"', 'acl-add', 'broken', 'to-lport', '600', 'tcp.dst == 3', 'drop'],
        ['--log', '--name=no \\escape', 'acl-add', 'broken', 'to-lport', '500', 'tcp.dst == 4', 'drop'],
        ['--log', '--name=a \\/slash', 'acl-add', 'broken', 'to-lport', '400', 'tcp.dst == 5', 'drop'],
        ['--name=stateful', 'acl-add', 'broken', 'to-lport', '10', 'sctp', 'allow-related'],
      );
      const trace = (dstPort: number) => lab.trace('broken-a', 'broken-b', { protocol: 'tcp', dstPort });
      const { ineffective, ineffectiveOfText } = await trace(3);
      const verdicts = [];
      for (const dstPort of [3, 4, 5]) verdicts.push((await trace(dstPort)).outcome.verdict);
      assert.deepEqual(verdicts, ['allow', 'allow', 'drop'], 'what OVN does');
      const names = (found: readonly IneffectiveAcl[]) => found.map(({ acl }) => acl.name).sort();
      // Since 23.06 northd puts the match of a reject rule in parentheses as well.
      const unwritable = ['a "quote"', 'no \\escape'];
      assert.deepEqual(names(ineffective), [...unwritable, ...(hasTiers ? [] : ['bare-or'])].sort());
      assert.deepEqual(names(ineffectiveOfText), unwritable);
    });

    it('says where the rule stands to the one that decided, and leaves out what a reply does not ask', async () => {
      await lab.nbctl(
        ['--name=higher', 'acl-add', 'order', 'to-lport', '950', 'tcp && !icmp6', 'drop'],
        ['--name=decides', 'acl-add', 'order', 'to-lport', '900', 'tcp', 'allow-related'],
        ['--name=lower', 'acl-add', 'order', 'to-lport', '850', 'tcp && !icmp6', 'drop'],
      );
      const { ineffective } = await lab.trace('order-a', 'order-b', { protocol: 'tcp', dstPort: 9 });
      const place = new Map(
        ineffective.map(({ acl, message }) => [
          acl.name,
          /It stands (before|behind) ACL (\S+)/.exec(message),
        ]),
      );
      assert.deepEqual([place.get('higher')?.[1], place.get('higher')?.[2]], ['before', 'decides']);
      assert.deepEqual([place.get('lower')?.[1], place.get('lower')?.[2]], ['behind', 'decides']);
      const reply = await lab.trace('order-a', 'order-b', {
        protocol: 'tcp',
        dstPort: 9,
        connection: { kind: 'reply' },
      });
      assert.deepEqual(reply.ineffective, []);
    });

    it('says which ACL of the same priority might as well decide', async () => {
      await lab.nbctl(
        ['--name=one', 'acl-add', 'quiet', 'to-lport', '950', 'tcp', 'drop'],
        ['--name=other', 'acl-add', 'quiet', 'to-lport', '950', 'ip4', 'allow-related'],
        ['--name=beside', 'acl-add', 'quiet', 'to-lport', '950', 'udp', 'allow-related'],
      );
      const { findings } = await lab.trace('quiet-a', 'quiet-b', { protocol: 'tcp', dstPort: 9 });
      assert.equal(findings.warnings.length, 1);
      assert.match(
        findings.warnings[0]?.message ?? '',
        /^ACL (?:one|other) .*matches this packet as well as ACL (?:one|other) /,
      );
    });

    it('finds a rule behind a router that asks for the port of the sender', async () => {
      await lab.nbctl(
        ['lr-add', 'r'],
        ...['near', 'far'].flatMap((name, at) => [
          ['ls-add', name],
          ['lsp-add', name, `${name}-vm`],
          ['lsp-set-addresses', `${name}-vm`, `0a:00:00:00:01:0${at} 10.1.${at}.2`],
          ['lsp-add', name, `${name}-r`],
          ['lsp-set-type', `${name}-r`, 'router'],
          ['lsp-set-addresses', `${name}-r`, 'router'],
          ['lsp-set-options', `${name}-r`, `router-port=r-${name}`],
          ['lrp-add', 'r', `r-${name}`, `0a:00:00:00:02:0${at}`, `10.1.${at}.1/24`],
        ]),
        ['pg-add', 'senders', 'near-vm'],
        ['--name=by-port', 'acl-add', 'far', 'to-lport', '900', 'inport == "near-vm" && tcp', 'drop'],
        [
          '--name=by-group',
          'acl-add',
          'far',
          'to-lport',
          '800',
          'outport == "far-vm" && inport == @senders',
          'drop',
        ],
        ['--name=by-other', 'acl-add', 'far', 'to-lport', '700', 'inport == "order-a" && tcp', 'drop'],
        ['--name=by-router', 'acl-add', 'far', 'to-lport', '600', 'inport == "far-r" && udp', 'drop'],
      );
      const { outcome, ineffective } = await lab.trace('near-vm', 'far-vm', { protocol: 'tcp', dstPort: 9 });
      assert.equal(outcome.verdict, 'allow');
      assert.deepEqual(ineffective.map(({ acl, kind }) => [acl.name, kind]).sort(), [
        ['by-group', 'never'],
        ['by-port', 'never'],
      ]);
    });
  });
}
