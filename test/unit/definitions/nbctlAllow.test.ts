import assert from 'node:assert/strict';
import type { WantedPacket } from '../../../src/core/definitions/format';
import { formats, loadScriptReader, summary, type ReadScript } from './load';

let read: ReadScript;
before(async () => {
  read = await loadScriptReader();
});

const packet: WantedPacket = {
  direction: 'to-lport',
  family: 4,
  protocol: 'tcp',
  dstPort: 22,
  icmp: null,
  peer: '10.0.0.5',
};

/** The script with the rule that lets the packet through a drop of it; null where none is offered. */
function allow(text: string, changes: Partial<WantedPacket> = {}, index = -1): string | null {
  const drops = read(text).filter(({ action }) => action === 'drop' || action === 'reject');
  const beside = drops.at(index);
  assert.ok(beside);
  const format = formats.find(({ id }) => id === 'ovn-nbctl');
  const edit = format?.allow?.({ file: 'test.sh', text }, beside, { ...packet, ...changes });
  if (!edit) return null;
  return text.slice(0, edit.range.start.offset) + edit.newText + text.slice(edit.range.end.offset);
}

const added = "pg to-lport 901 'outport == @pg && ip4.src == 10.0.0.5 && tcp.dst == 22' allow-related";
const allowed = "'outport == @pg && ip4.src == 10.0.0.5 && tcp.dst == 22' allow-related";

describe('adding a rule to a script', () => {
  const cases: readonly (readonly [what: string, script: string, edited: string])[] = [
    [
      'a line before',
      "ovn-nbctl pg-add pg\novn-nbctl acl-add pg to-lport 900 'outport == @pg' drop\n",
      `ovn-nbctl pg-add pg\novn-nbctl acl-add pg to-lport 901 ${allowed}\novn-nbctl acl-add pg to-lport 900 'outport == @pg' drop\n`,
    ],
    [
      'with the words before it and the options that are not the rule’s own',
      `sudo ovn-nbctl --db=tcp:1.2.3.4:6641 --log --name deny --severity=info --tier=2 acl-add pg to-lport 900 "outport == @pg" drop || true`,
      `sudo ovn-nbctl --db=tcp:1.2.3.4:6641 --tier=2 acl-add pg to-lport 901 "${allowed.slice(1).replace("'", '"')}\nsudo ovn-nbctl --db=tcp:1.2.3.4:6641 --log --name deny --severity=info --tier=2 acl-add pg to-lport 900 "outport == @pg" drop || true`,
    ],
    [
      'in continued lines, indented',
      "if x; then\n  ovn-nbctl \\\n    acl-add pg to-lport 900 \\\n    'outport == @pg && ip4' drop > /dev/null\nfi\n",
      `if x; then\n  ovn-nbctl \\\n    acl-add pg to-lport 901 \\\n    ${allowed}\n  ovn-nbctl \\\n    acl-add pg to-lport 900 \\\n    'outport == @pg && ip4' drop > /dev/null\nfi\n`,
    ],
    [
      'with a variable for the group, and one for the program',
      'NB="ovn-nbctl --timeout=3"\nPG=pg\n$NB acl-add $PG to-lport 900 "outport == @$PG" drop',
      `NB="ovn-nbctl --timeout=3"\nPG=pg\n$NB acl-add $PG to-lport 901 "${allowed.slice(1).replace("'", '"')}\n$NB acl-add $PG to-lport 900 "outport == @$PG" drop`,
    ],
    [
      'in a function that hands on its arguments',
      'nb() { ovn-nbctl "$@"; }\nnb acl-add pg to-lport 900 "outport == @pg" drop',
      `nb() { ovn-nbctl "$@"; }\nnb acl-add pg to-lport 901 "${allowed.slice(1).replace("'", '"')}\nnb acl-add pg to-lport 900 "outport == @pg" drop`,
    ],
    [
      'in a chain, before',
      `ovn-nbctl --wait=sb pg-add pg p1 \\\n  -- acl-add pg to-lport 1001 'tcp' allow \\\n  -- --log --name=x acl-add pg to-lport 900 'outport == @pg' drop\n`,
      `ovn-nbctl --wait=sb pg-add pg p1 \\\n  -- acl-add pg to-lport 1001 'tcp' allow \\\n  -- acl-add pg to-lport 901 ${allowed} \\\n  -- --log --name=x acl-add pg to-lport 900 'outport == @pg' drop\n`,
    ],
    [
      'in a chain, behind its first command',
      `ovn-nbctl --wait=sb --log --type=port-group acl-add pg to-lport 900 'outport == @pg' drop -- ls-add sw1`,
      `ovn-nbctl --wait=sb --log --type=port-group acl-add pg to-lport 900 'outport == @pg' drop -- --type=port-group acl-add pg to-lport 901 ${allowed} -- ls-add sw1`,
    ],
    [
      'behind a create',
      `ovn-nbctl --db=x --id=@d create ACL direction=to-lport priority=900 match='"outport == @pg"' action=drop \\\n  -- add Port_Group pg acls @d # last\necho`,
      `ovn-nbctl --db=x --id=@d create ACL direction=to-lport priority=900 match='"outport == @pg"' action=drop \\\n  -- add Port_Group pg acls @d # last\novn-nbctl --db=x acl-add pg to-lport 901 ${allowed}\necho`,
    ],
    [
      'with CR LF',
      "#!/bin/sh\r\novn-nbctl \\\r\n  acl-add pg to-lport 900 'outport == @pg' drop\r\n",
      `#!/bin/sh\r\novn-nbctl \\\r\n  acl-add pg to-lport 901 ${allowed}\r\novn-nbctl \\\r\n  acl-add pg to-lport 900 'outport == @pg' drop\r\n`,
    ],
  ];
  for (const [what, script, edited] of cases) {
    it(what, () => {
      const after = allow(script);
      assert.equal(after, edited);
      const rules = read(after).map(summary);
      assert.ok(rules.includes(added), rules.join('\n'));
      assert.equal(rules.length, read(script).length + 1);
    });
  }

  it('is about the ports that the drop is about', () => {
    const about = (match: string) =>
      read(allow(`ovn-nbctl acl-add sw0 to-lport 900 '${match}' drop`) ?? '')[0]?.match ?? null;
    const rest = 'ip4.src == 10.0.0.5 && tcp.dst == 22';
    assert.equal(about('outport == "web1" && ip4'), `outport == "web1" && ${rest}`);
    assert.equal(about('ip4 && (outport == {@a, "b"} && tcp)'), `outport == {@a, "b"} && ${rest}`);
    assert.equal(about('ip4'), null);
    assert.equal(about('inport == "web1"'), null);
    const script = `ovn-nbctl --type=port-group acl-add pg to-lport 900 'ip4' drop`;
    assert.equal(read(allow(script) ?? '')[0]?.match, `outport == @pg && ${rest}`);
  });

  it('knows other packets', () => {
    const script = `ovn-nbctl acl-add pg from-lport 900 'inport == @pg' drop`;
    const match = (changes: Partial<WantedPacket>) =>
      read(allow(script, { direction: 'from-lport', ...changes }) ?? '')[0]?.match ?? null;
    assert.equal(match({}), 'inport == @pg && ip4.dst == 10.0.0.5 && tcp.dst == 22');
    assert.equal(
      match({ protocol: 'icmp', dstPort: null, icmp: { type: 128, code: 0 }, family: 6, peer: 'fd00::1' }),
      'inport == @pg && ip6.dst == fd00::1 && icmp6.type == 128 && icmp6.code == 0',
    );
    assert.equal(
      match({ protocol: 47, dstPort: null }),
      'inport == @pg && ip4.dst == 10.0.0.5 && ip.proto == 47',
    );
    assert.equal(match({ family: 6 }), null);
    assert.equal(match({ dstPort: null }), null);
  });

  const refused: readonly (readonly [what: string, script: string])[] = [
    ['the priority is the highest', `ovn-nbctl acl-add pg to-lport 32767 'outport == @pg' drop`],
    ['the group is not known', `ovn-nbctl acl-add $PG to-lport 900 'outport == @pg' drop`],
    ['the priority is not known', `ovn-nbctl acl-add pg to-lport $P 'outport == @pg' drop`],
    ['it is in a loop', `for pg in a b; do\novn-nbctl acl-add $pg to-lport 900 "outport == @$pg" drop\ndone`],
    [
      'it is in a loop of one round',
      `for pg in a; do\novn-nbctl acl-add $pg to-lport 900 "outport == @$pg" drop\ndone`,
    ],
    ['it is in a while', `while x; do\novn-nbctl acl-add pg to-lport 900 'outport == @pg' drop\ndone`],
    ['it is in a function', `f() {\novn-nbctl acl-add pg to-lport 900 'outport == @pg' drop\n}\nf`],
    ['a call gives only the group', `f() { ovn-nbctl acl-add $1 to-lport 900 "outport == @$1" drop; }\nf pg`],
    ['it is behind &&', `x && ovn-nbctl acl-add pg to-lport 900 'outport == @pg' drop`],
    ['it is a condition', `if ! ovn-nbctl acl-add pg to-lport 900 'outport == @pg' drop; then x; fi`],
    ['it is in quotes', `bash -c 'ovn-nbctl acl-add pg to-lport 900 "outport == @pg" drop'`],
    ['it is in a here-document', `sh <<EOF\novn-nbctl acl-add pg to-lport 900 'outport == @pg' drop\nEOF`],
    ['something stands before it', `x; ovn-nbctl acl-add pg to-lport 900 'outport == @pg' drop`],
    [
      'its name is in a variable',
      `O="--log --name=x"\novn-nbctl $O acl-add pg to-lport 900 'outport == @pg' drop`,
    ],
    ['it is of the other direction', `ovn-nbctl acl-add pg from-lport 900 'inport == @pg' drop`],
    ['the script is broken', `ovn-nbctl acl-add pg to-lport 900 'outport == @pg' drop\nif x; then`],
  ];
  for (const [what, script] of refused) {
    it(`does not where ${what}`, () => assert.equal(allow(script), null));
  }
});
