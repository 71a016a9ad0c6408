import assert from 'node:assert/strict';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';
import type { ParsedTrace } from '../../../src/core/trace/tree';
import { traces } from './fixtures';

type Damage = (text: string) => string;

const numbered = (prefix: (line: number) => string): Damage => {
  return (text) =>
    text
      .split('\n')
      .map((line, index) => prefix(index + 1) + line)
      .join('\n');
};
const each =
  (prefix: string): Damage =>
  (text) =>
    text.replace(/^/gm, prefix);
const escape = (text: string) => JSON.stringify(text).slice(1, -1);
const entities: Readonly<Record<string, string>> = { '"': '&quot;', '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What loses nothing: the tree is the same, but for the numbers of the lines. */
const lossless: Readonly<Record<string, Damage>> = {
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with lone CR': (text) => text.replaceAll('\n', '\r'),
  'with a byte order mark': (text) => `\ufeff${text}`,
  'read as UTF-8 though it is UTF-16': (text) => text.replace(/./gs, '$&\0'),
  'indented by seven blanks': (text) => text.replace(/^(?=.)/gm, '       '),
  'indented, its first line not': (text) => text.replace(/^(?=.)/gm, '     ').trimStart(),
  'with trailing blanks': (text) => text.replace(/$/gm, '  '),
  'with no-break blanks': (text) => text.replaceAll(' ', '\u00a0'),
  'with tabs of eight': (text) => text.replace(/^( {8})+/gm, (blanks) => '\t'.repeat(blanks.length / 8)),
  'with tabs of four': (text) => text.replace(/^( {4})+/gm, (blanks) => '\t'.repeat(blanks.length / 4)),
  'without blank lines': (text) => text.replace(/\n{2,}/g, '\n'),
  'with doubled line ends': (text) => text.replaceAll('\n', '\n\n'),
  'in colours': (text) => text.replace(/^(.+)$/gm, '\u001b[1;32m$1\u001b[0m'),
  'in colours that lost their escape': (text) => text.replace(/^(.+)$/gm, '[32m$1[0m'),
  'quoted in a mail': each('> '),
  'quoted without a blank': each('>'),
  'quoted three times': each('> > >'),
  'quoted, with words above and below': (text) =>
    `On Monday Bob wrote:\n${text.replace(/^/gm, '> ')}\n\nDid you add a route?\nBob`,
  'behind bars': each('| '),
  'as a comment': each('# '),
  'as a difference': each('+'),
  'with times': each('2026-01-01T10:00:00.123Z '),
  'with times and bars': each('2026-01-01 10:00:00,123 | '),
  'from a system log': each('Jan  1 10:00:00 node1 ovn-trace[123]: '),
  'from a Kubernetes log': each('I0101 10:00:00.000000   12345 trace.go:500] '),
  'from compose': each('ovn-central-1  | '),
  'quoted, with times': each('> 10:00:00 '),
  'with line numbers': numbered((line) => `${String(line).padStart(6)}\t`),
  'with line numbers and blanks': numbered((line) => `${String(line).padStart(4)}  `),
  'as grep prints it': numbered((line) => `${line}:`),
  'as grep prints it of a file': numbered((line) => `logs/trace.txt:${line}:`),
  'in a fence, behind a prompt': (text) =>
    `I see this:\n\`\`\`console\n$ ovn-trace sw0 'inport == "vm1"'\n${text}\`\`\`\nWhat is wrong?`,
  'in a wiki': (text) => `{noformat}\n${text}\n{noformat}`,
  'in a page': (text) => `<pre><code>${text}</code></pre>\n`,
  'after log lines and a prompt': (text) =>
    `[root@node1 ~]# ovn-trace sw0 'inport == "vm1"'\n2026-01-01T00:00:00Z|00001|ovntrace|WARN|x: parsing expression failed (y)\n${text}`,
  'before a prompt': (text) => `${text}root@node1:~# echo $?\n0\nroot@node1:~# `,
  'from kubectl': (text) =>
    `Defaulted container "nb-ovsdb" out of: nb-ovsdb, sb-ovsdb\n+ kubectl exec ovn-central-0 -- ovn-trace sw0\n${text}+ set +x\n--------\nStart OVS Tracing\n\nbridge("br-int")\n----------------\n 0. in_port=3, priority 100, cookie 0x8\n    drop\n`,
  'with entities': (text) => text.replace(/["&<>]/g, (character) => entities[character] ?? character),
  'with curly quotes': (text) => text.replace(/"([^"\n]*)"/g, '“$1”'),
  'in Markdown, escaped': (text) => text.replace(/[_*]/g, '\\$&'),
  'with notes': (text) => text.replace(/(priority \d+, uuid [0-9a-f]{8}|output;)$/gm, '$1   <-- here'),
};

/** What loses a little where the text is short: then it is not recognised, but never misread. */
const almostLossless: Readonly<Record<string, Damage>> = {
  'as a string in JSON': (text) => `{"stdout": ${JSON.stringify(text)}, "rc": 0}`,
  'as a string in a string': (text) => JSON.stringify({ out: JSON.stringify({ stdout: text }) }),
  'as the inside of a string': escape,
  'as a list of strings': (text) =>
    `"stdout_lines": [\n${text
      .split('\n')
      .map((line) => `    ${JSON.stringify(line)}`)
      .join(',\n')}\n]`,
  'as a string in Python': (text) => `{'stdout': '${text.replaceAll('\n', '\\n')}', 'rc': 0}`,
  'without the header': (text) => text.replace(/^# (?!\w+ trace\.$).*\n/gm, ''),
  'wrapped by a mailer': (text) => text.replace(/^.*$/gm, (line) => wrapWords(line, 76)),
  'wrapped by a mailer, quoted': (text) =>
    text.replace(/^.*$/gm, (line) => wrapWords(line, 72)).replace(/^/gm, '> '),
  'with the actions of a stage on one line': joinActions,
  'without the numbers of its tables': (text) => text.replace(/^( *)\d+\. (?=l[sr]_)/gm, '$1'),
  'wrapped by a terminal': (text) => text.replace(/^.{81,}$/gm, (line) => line.replace(/.{80}/g, '$&\n')),
};

function joinActions(text: string): string {
  const action = /^ {4,}\S.*(?:;|\*\/)$/;
  const join = (lines: readonly string[], line: string): readonly string[] => {
    const last = lines.at(-1) ?? '';
    return action.test(line) && action.test(last)
      ? [...lines.slice(0, -1), `${last} ${line.trim()}`]
      : [...lines, line];
  };
  return text.split('\n').reduce(join, []).join('\n');
}

function wrapWords(line: string, width: number): string {
  const wrapped: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const at = blank > rest.search(/\S/) + 3 ? blank : rest.indexOf(' ', width);
    if (at < 0) break;
    wrapped.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...wrapped, rest].join('\n');
}

describe('a text that was pasted', () => {
  for (const [how, damage] of Object.entries(lossless)) {
    it(`${how} has the same tree`, () => {
      for (const { file, text } of traces) {
        const parsed = parseTrace(damage(text));
        assert.deepEqual(withoutLines(parsed), withoutLines(parseTrace(text)), file);
        assert.deepEqual(parsed.gaps, [], file);
      }
    });
  }

  for (const [how, damage] of Object.entries(almostLossless)) {
    it(`${how} tells the same, or does not tell`, () => {
      let same = 0;
      for (const { file, text } of traces) {
        const plain = tell(text);
        const damaged = tell(damage(text));
        if (damaged === plain) same++;
        else assert.match(damaged, /^(?:unknown|error)/, `${file}: ${damaged} instead of ${plain}`);
      }
      assert.ok(same > traces.length * 0.9, `only ${same} of ${traces.length} are read`);
    });
  }
});

function tell(text: string): string {
  const { verdict, arrivals, losses, hops } = judgeTrace(parseTrace(text));
  const stage = hops[losses[0]?.hop ?? -1]?.stage ?? '';
  return `${verdict} ${arrivals.map(({ port }) => port).join()} ${stage}`;
}

function withoutLines({ flow, sections, cutAtStart, cutAtEnd, flat, furtherTraces }: ParsedTrace): unknown {
  const tree: unknown = JSON.parse(
    JSON.stringify(sections, (key, value: unknown) => (key === 'line' ? undefined : value)),
  );
  return { flow, tree, cutAtStart, cutAtEnd, flat, furtherTraces };
}
