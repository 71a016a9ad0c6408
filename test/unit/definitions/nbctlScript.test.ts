import assert from 'node:assert/strict';
import type { ReadScript } from './load';
import { formats, loadScriptReader, slice, summary } from './load';

let read: ReadScript;
const summaries = (text: string): readonly string[] => read(text).map(summary);
const add = (port: string): string => `ovn-nbctl acl-add sw0 to-lport 1 "tcp.dst == ${port}" drop`;
const added = (port: string): string => `sw0 to-lport 1 'tcp.dst == ${port}' drop`;
const unknownMatch = 'sw0 to-lport 1 ? drop';

before(async () => {
  read = await loadScriptReader();
});

describe('variables', () => {
  const cases: readonly (readonly [what: string, script: string, expected: readonly string[]])[] = [
    [
      'two on a line',
      `A='2' B='3'\novn-nbctl acl-add "$E" to-lport 1 "$A$B" drop`,
      [`? to-lport 1 '23' drop`],
    ],
    ['for one command', `f() { ${add('$P')}; }\nP=1\nP=2 f\n${add('$P')}`, [added('2'), added('1')]],
    ['a literal', `P=22\n${add('$P')}`, [added('22')]],
    ['export, readonly', `export A=2; readonly B=3\n${add('$A$B')}`, [added('23')]],
    ['the last assignment before the use', `P=1\nP=2\n${add('$P')}\nP=3`, [added('2')]],
    ['from another variable', `A=2; B="$A"2\n${add('${B}')}`, [added('22')]],
    ['a default of an unset variable', add('${P:-22}'), [added('22')]],
    ['no default where there is a value', `P=1\n${add('${P:-22}')}`, [added('1')]],
    ['a default that sets', `: "\${P:=22}"\n${add('$P')}`, [added('22')]],
    ['from the environment', add('$P'), [unknownMatch]],
    ['an argument of the script', add('$1'), [unknownMatch]],
    ['an argument that may be left out', `P=\${1:-}\n${add('$P')}`, [unknownMatch]],
    ['an argument with a default', `P=\${1:-22}\n${add('$P')}`, [added('22')]],
    [
      'an owner that is an argument',
      `SW=\${1:-}\novn-nbctl acl-add $SW to-lport 1 ip4 drop`,
      [`? to-lport 1 'ip4' drop`],
    ],
    ['an empty owner', `SW=\novn-nbctl acl-add "$SW" to-lport 1 ip4 drop`, [`? to-lport 1 'ip4' drop`]],
    ['a command substitution', `P=$(id)\n${add('$P')}`, [unknownMatch]],
    ['a pattern operation', `P=a22\n${add('${P#a}')}`, [unknownMatch]],
    ['a length', `P=a22\n${add('${#P}')}`, [unknownMatch]],
    ['arithmetic', `P=20\n${add('$((P + 2 * 1))')}`, [added('22')]],
    ['arithmetic on something unknown', add('$((P + 2))'), [unknownMatch]],
    ['an octal number', `P=010\n${add('$((P))')}`, [unknownMatch]],
    ['appended to', `P=2\nP+=2\n${add('$P')}`, [unknownMatch]],
    ['read', `P=2\nread -r P\n${add('$P')}`, [unknownMatch]],
    ['a sourced file may set it', `P=2\n. ./settings\n${add('$P')}`, [unknownMatch]],
    ['a sourced file may set what has a default', `. ./settings\n${add('${P:-1}')}`, [unknownMatch]],
    ['eval may set it', `P=2\neval "P=3"\n${add('$P')}`, [added('3')]],
    ['eval of something unknown may set it', `P=2\neval "$X"\n${add('$P')}`, [unknownMatch]],
    ['set in a subshell', `P=2\n(P=3)\n${add('$P')}`, [added('2')]],
    ['set in a pipeline', `P=2\necho 3 | read P\n${add('$P')}`, [added('2')]],
    ['unset', `P=2\nunset P\n${add('$P')}`, [unknownMatch]],
    ['an integer', `declare -i P=1+1\n${add('$P')}`, [unknownMatch]],
    ['an element of an array', `P=(22 80)\n${add('${P[1]}')}`, [added('80')]],
    ['split at IFS', `IFS=,; L=22,80\nfor p in $L; do ${add('$p')}; done`, [added('22'), added('80')]],
    ['IFS unknown', `IFS=$X; L="22 80"\nfor p in $L; do ${add('$p')}; done`, [unknownMatch]],
  ];
  for (const [what, script, expected] of cases) {
    it(what, () => assert.deepEqual(summaries(script), expected));
  }
});

describe('what may or may not run', () => {
  const cases: readonly (readonly [what: string, script: string, expected: readonly string[]])[] = [
    ['one way sets it', `P=1\nif x; then P=2; fi\n${add('$P')}`, [unknownMatch]],
    ['both ways set the same', `if x; then P=2; else P=2; fi\n${add('$P')}`, [added('2')]],
    ['ways without an else', `if x; then P=2; elif y; then P=2; fi\n${add('$P')}`, [unknownMatch]],
    ['in each way', `if x; then P=1; ${add('$P')}; else P=2; ${add('$P')}; fi`, [added('1'), added('2')]],
    ['after &&', `P=1\nx && P=2\n${add('$P')}`, [unknownMatch]],
    ['after ||', `x || ${add('1')}`, [added('1')]],
    ['in a case', `case $x in a) P=1;; *) P=1;; esac\n${add('$P')}`, [added('1')]],
    ['in a case without a default', `case $x in a) P=1;; b) P=1;; esac\n${add('$P')}`, [unknownMatch]],
    ['counted in a while', `P=1\nwhile x; do ${add('$P')}; P=$((P+1)); done`, [unknownMatch]],
    [
      'counted by a function in a while',
      `P=1\nnext() { P=$((P+1)); }\nwhile x; do ${add('$P')}; next; done`,
      [unknownMatch],
    ],
    ['counted in a for', `P=1\nfor i in a b; do ${add('$P')}; P=$((P+1)); done`, [added('1'), added('2')]],
    ['a for that breaks', `P=1\nfor i in a b; do x && break; P=2; done\n${add('$P')}`, [unknownMatch]],
    ['shifted in one way', `f() { if x; then shift; fi; ${add('$1')}; }\nf 22 80`, [unknownMatch]],
    ['shifted', `f() { shift; ${add('$1')}; }\nf 22 80`, [added('80')]],
    ['shifted in a while', `f() { while x; do ${add('$1')}; shift; done; }\nf 22 80`, [unknownMatch]],
    ['a condition', `if ! ${add('1')}; then exit 1; fi`, [added('1')]],
  ];
  for (const [what, script, expected] of cases) {
    it(what, () => assert.deepEqual(summaries(script), expected));
  }
});

describe('loops', () => {
  it('over a literal list: one definition for each round, all where the statement is', () => {
    const text = `for p in 22 80; do\n  ${add('$p')}\ndone`;
    const definitions = read(text);
    assert.deepEqual(definitions.map(summary), [added('22'), added('80')]);
    for (const { range, matchRange } of definitions) {
      assert.equal(slice(text, range), add('$p'));
      assert.equal(slice(text, matchRange), 'tcp.dst == $p');
      assert.deepEqual([range.start.line, range.start.character], [1, 2]);
    }
  });
  it('whose rounds do not differ are one definition', () => {
    assert.deepEqual(summaries(`for i in 1 2 3; do ${add('22')}; done`), [added('22')]);
  });
  it('over braces, arrays and "$@"', () => {
    const expected = [added('1'), added('2'), added('3')];
    assert.deepEqual(summaries(`for p in {1..3}; do ${add('$p')}; done`), expected);
    assert.deepEqual(summaries(`for p in {1,2,3}; do ${add('$p')}; done`), expected);
    assert.deepEqual(summaries(`P=(1 2 3)\nfor p in "\${P[@]}"; do ${add('$p')}; done`), expected);
    assert.deepEqual(summaries(`f() { for p in "$@"; do ${add('$p')}; done; }\nf 1 2 3`), expected);
  });
  it('over something unknown', () => {
    for (const list of ['$LIST', '$(cat list)', '*.list', '"$@"']) {
      assert.deepEqual(summaries(`for p in ${list}; do ${add('$p')}; done`), [unknownMatch], list);
    }
  });
  it('over lines of a here-document', () => {
    const loop = `while read -r a b; do ovn-nbctl acl-add $a to-lport 1 "$b" drop; done`;
    assert.deepEqual(summaries(`${loop} <<EOF\nsw1 ip4\nsw2  ip6 && tcp \nEOF`), [
      `sw1 to-lport 1 'ip4' drop`,
      `sw2 to-lport 1 'ip6 && tcp' drop`,
    ]);
    assert.deepEqual(summaries(`${loop} < file`), ['? to-lport 1 ? drop']);
    assert.deepEqual(summaries(`cat file | ${loop}`), ['? to-lport 1 ? drop']);
  });
});

describe('functions', () => {
  it('that hand everything on: the call is the statement', () => {
    const call = `nb --log acl-add sw0 to-lport 1 'ip4' drop`;
    const text = `nb() { ovn-nbctl --db=x "$@"; }\n${call}`;
    const [definition, ...more] = read(text);
    assert.ok(definition && more.length === 0);
    assert.equal(slice(text, definition.range), call);
    assert.equal(slice(text, definition.matchRange), 'ip4');
  });
  it('that add one ACL: the call is the rule', () => {
    const text = `allow() { ovn-nbctl acl-add "$1" to-lport 1 "tcp.dst == $2" allow; }\nallow sw0 22; allow sw1 80`;
    assert.deepEqual(
      read(text).map((definition) => [summary(definition), slice(text, definition.range)]),
      [
        [`sw0 to-lport 1 'tcp.dst == 22' allow`, 'allow sw0 22'],
        [`sw1 to-lport 1 'tcp.dst == 80' allow`, 'allow sw1 80'],
      ],
    );
  });
  it('that add several: the statements in the body are the rules', () => {
    const text = `close() {\n  ovn-nbctl acl-add $1 to-lport 1 ip4 drop\n  ovn-nbctl acl-add $1 to-lport 1 ip6 drop\n}\nclose sw0`;
    assert.deepEqual(
      read(text).map(({ range }) => range.start.line),
      [1, 2],
    );
  });
  it('that nobody calls', () => {
    assert.deepEqual(summaries(`A=1\nB=1\nf() { ${add('$A$1')}; }\nB=2`), [unknownMatch]);
    assert.deepEqual(summaries(`A=1\nB=1\nf() { ${add('$A')}; ${add('$B')}; }\nB=2`), [
      added('1'),
      unknownMatch,
    ]);
  });
  it('that call themselves', () => {
    assert.deepEqual(summaries(`f() { ${add('22')}; f; }\nf`), [added('22')]);
  });
  it('with local variables', () => {
    assert.deepEqual(summaries(`p=1\nf() { local p=$1; ${add('$p')}; }\nf 2\n${add('$p')}`), [
      added('2'),
      added('1'),
    ]);
  });
});

describe('ranges', () => {
  it('count UTF-16 units, behind text that is longer in bytes', () => {
    const text = `# grüße 🎉 中文\nX='🎉'; ${add('1')}`;
    const [definition] = read(text);
    assert.ok(definition);
    assert.equal(slice(text, definition.range), add('1'));
    assert.deepEqual([definition.range.start.line, definition.range.start.character], [1, 8]);
  });
  it('are right in CR LF files, with tabs and continued lines', () => {
    const text = `#!/bin/sh\r\nif x; then\r\n\tovn-nbctl acl-add sw0 \\\r\n\t\tto-lport 1 \\\r\n\t\t'ip4 &&\r\n\ttcp' drop\r\nfi\r\n`;
    const [definition, ...more] = read(text);
    assert.ok(definition && more.length === 0);
    assert.equal(summary(definition), `sw0 to-lport 1 'ip4 &&\n\ttcp' drop`);
    assert.deepEqual([definition.range.start.line, definition.range.start.character], [2, 1]);
    assert.deepEqual([definition.range.end.line, definition.range.end.character], [5, 10]);
    assert.equal(slice(text, definition.matchRange), 'ip4 &&\r\n\ttcp');
  });
  it('of chained commands are their own', () => {
    const text = `ovn-nbctl pg-add g -- acl-add g to-lport 1 ip4 drop -- --log acl-add g to-lport 2 ip6 drop`;
    assert.deepEqual(
      read(text).map(({ range }) => slice(text, range)),
      ['acl-add g to-lport 1 ip4 drop', '--log acl-add g to-lport 2 ip6 drop'],
    );
  });
  it('of commands with comments between their lines', () => {
    const text = [
      'ovn-nbctl \\',
      '  `# the group` \\',
      '  -- pg-add g \\',
      "  -- acl-add g to-lport 1 'ip4' drop \\",
      "  `# don't forget \\d` \\",
      '  -- acl-add g to-lport 2 "ip6" drop \\',
      '  `# and nothing else`',
    ].join('\n');
    assert.deepEqual(
      read(text).map(({ range }) => slice(text, range)),
      ["acl-add g to-lport 1 'ip4' drop", 'acl-add g to-lport 2 "ip6" drop'],
    );
    const [tick] = read(`ovn-nbctl acl-add sw0 to-lport 1 "$(id)" drop\n\\\`#\\\`\n`);
    assert.equal(tick?.match, null);
  });
  it('behind a byte order mark', () => {
    const text = `\uFEFF${add('1')}`;
    const [definition] = read(text);
    assert.ok(definition);
    assert.equal(slice(text, definition.range), add('1'));
  });
});

describe('what ovn-nbctl would refuse or not do', () => {
  it('is no definition', () => {
    for (const text of [
      'ovn-nbctl acl-add sw0 to-lport 1 ip4',
      'ovn-nbctl acl-add sw0 to-lport 1 ip4 drop more',
      'ovn-nbctl acl-del sw0',
      'echo ovn-nbctl acl-add sw0 to-lport 1 ip4 drop',
      '# ovn-nbctl acl-add sw0 to-lport 1 ip4 drop',
      'cat <<EOF\novn-nbctl acl-add sw0 to-lport 1 ip4 drop\nEOF',
    ]) {
      assert.deepEqual(summaries(text), [], text);
    }
  });
  it('leaves priorities open that are none', () => {
    assert.deepEqual(summaries('ovn-nbctl acl-add sw0 to-lport 40000 ip4 drop'), [
      `sw0 to-lport ? 'ip4' drop`,
    ]);
    assert.deepEqual(summaries('ovn-nbctl acl-add sw0 sideways 1 ip4 drop'), [`sw0 ? 1 'ip4' drop`]);
  });
});

describe('create ACL', () => {
  it('finds the owner in the same command', () => {
    const acl = `create ACL direction=to-lport priority=1 match='"ip4"' action=drop`;
    const owners = [
      ['add Port_Group g acls @a', 'port-group', 'g'],
      ['add Logical_Switch sw0 acls @a', 'switch', 'sw0'],
      ['create Port_Group name=g acls=@b,@a', 'port-group', 'g'],
      ['set Logical_Switch sw0 acls=[@a]', 'switch', 'sw0'],
    ] as const;
    for (const [command, type, name] of owners) {
      const [definition] = read(`ovn-nbctl --id=@a ${acl} -- ${command}`);
      assert.deepEqual(definition?.entity, { type, name }, command);
      assert.equal(definition.match, 'ip4');
    }
    for (const command of [
      'add Port_Group g acls @ab',
      'add Port_Group "$G" acls @a',
      'set Port_Group $G acls=@a',
    ])
      assert.equal(read(`ovn-nbctl --id=@a ${acl} -- ${command}`)[0]?.entity, null, command);
  });
  it('knows no match that ovn-nbctl would not read', () => {
    const [definition] = read(
      `ovn-nbctl create ACL direction=to-lport priority=1 match='ip4 && tcp' action=drop`,
    );
    assert.equal(definition?.match, null);
  });
});

describe('a script being edited', () => {
  const whole = `${add('1')}\nfor p in 2 3; do\n  ${add('$p')}\ndone\n${add('4')}\n`;
  const others = [added('1'), added('2'), added('3'), added('4')];
  const broken: readonly string[] = [
    `ovn-nbctl acl-add sw0 to-lport 9 'ip4 drop`,
    `ovn-nbctl acl-add sw0 to-lport 9 "ip4 drop`,
    'ovn-nbctl acl-add sw0 to-lport 9 ${X drop',
    'ovn-nbctl acl-add sw0 to-lport 9 $(id drop',
    'ovn-nbctl acl-add sw0 to-lport 9 ip4 drop )',
    'if [ x ; then',
    'ovn-nbctl acl-add sw0 to-lport 9 `id drop',
    'foo() {',
    'done',
    'case x in',
  ];
  for (const line of broken) {
    it(`loses only: ${line}`, () => {
      const text = whole.replace('for p', `${line}\nfor p`);
      const found = summaries(text).filter((definition) => !definition.includes(' 9 '));
      assert.deepEqual(found, others);
    });
  }
  it('does not use a variable that the broken line sets', () => {
    const found = summaries(`P=1\nP='2\n${add('$P')}\n`);
    assert.ok(!found.includes(added('1')), found.join());
  });
});

describe('files', () => {
  it('are shell scripts by name or first line', () => {
    const [format] = formats;
    const text = add('1');
    assert.ok(format);
    assert.ok(format.matches('/a/b.sh', text));
    assert.ok(format.matches('C:\\a\\b.BASH', text));
    assert.ok(format.matches('setup', `#!/usr/bin/env bash\n${text}`));
    assert.ok(!format.matches('README.md', text));
    assert.ok(!format.matches('b.sh', 'echo'));
    assert.ok(!format.matches('b.sh', `${text}\0`));
  });
});
