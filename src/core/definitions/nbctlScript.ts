import type { Node, Tree } from 'web-tree-sitter';
import type { AclDefinition } from './definition';
import type { DefinitionFormat, RuleEdit, SourceText, WantedPacket } from './format';
import type { Grammar, ParseWithGrammar } from './grammar';
import { allowBeside } from './nbctl/allow';
import type { RecordedAcl } from './nbctl/recorder';
import { AclRecorder } from './nbctl/recorder';
import { withoutCarriageReturns } from './nbctl/statement';
import { proposeRepairs } from './shell/repair';
import { Scope } from './shell/scope';
import type { Source } from './shell/source';
import { sourceOfFile, withoutInlineComments, withText } from './shell/source';
import { ShellWalk } from './shell/walk';
import { createPositionLookup } from './textPositions';

/** The format of shell scripts that add ACLs with `ovn-nbctl acl-add` or `ovn-nbctl create ACL`. */
export function createNbctlScriptFormat(shell: Grammar): DefinitionFormat {
  return {
    id: 'ovn-nbctl',
    matches: (file, text) => isShellScript(file, text) && mayHoldAcls(text),
    prepare: () => shell.load(),
    parse: (source) => readScript(source, shell.parse),
    allow: (source, beside, packet) =>
      beside.kind === 'acl' ? allowInScript(source, beside, packet, shell.parse) : null,
  };
}

function isShellScript(file: string, text: string): boolean {
  const name = file.replace(/^.*[/\\]/s, '');
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  if (extension !== undefined && ['sh', 'bash', 'ksh', 'zsh', 'dash', 'bats'].includes(extension))
    return true;
  return /^\uFEFF?#!.*\b(sh|bash|ksh|zsh|dash)\b/.test(text);
}

/** The grammar takes time by the square of a run of NULs: a file that has one is no script. */
function mayHoldAcls(text: string): boolean {
  return /acl-add|create\s+(?:[\s\S]{0,40}?)acl/i.test(text) && !text.includes('\0');
}

function readScript({ text, file }: SourceText, parseShell: ParseWithGrammar): readonly AclDefinition[] {
  if (!mayHoldAcls(text)) return [];
  return withTrees(parseShell, (parse) => toDefinitions(recordAcls(sourceOfFile(text), parse), text, file));
}

function allowInScript(
  source: SourceText,
  beside: AclDefinition,
  packet: WantedPacket,
  parseShell: ParseWithGrammar,
): RuleEdit | null {
  const { text } = source;
  if (!mayHoldAcls(text)) return null;
  return withTrees(parseShell, (parse) => {
    const tree = parse(withoutCarriageReturns(text));
    // In a script with syntax errors nobody knows what a line more would do.
    if (tree === null || tree.rootNode.hasError) return null;
    return allowBeside(source, beside, packet, {
      records: recordAcls(sourceOfFile(text), parse),
      root: tree.rootNode,
      read: (edited) => readScript(edited, parseShell),
    });
  });
}

/** The trees are in the grammar's memory, which nobody else clears. */
function withTrees<Result>(
  parseShell: ParseWithGrammar,
  work: (parse: (script: string) => Tree | null) => Result,
): Result {
  const trees: Tree[] = [];
  try {
    return work((script) => {
      const tree = script.includes('\0') ? null : parseShell(script);
      if (tree) trees.push(tree);
      return tree;
    });
  } finally {
    for (const tree of trees) tree.delete();
  }
}

/** Repairing reads the script anew each time: in a large one there is time for little of it. */
const mostRepairedText = 400_000;
const mostRepairs = 5;

/** Reads the script; one with syntax errors also without its broken lines, as long as that brings more to light. */
function recordAcls(file: Source, parse: ParseWithGrammar): readonly RecordedAcl[] {
  const source = withoutInlineComments(file);
  let best = recordScript(source, parse, new Set());
  let doubtful: readonly string[] = [];
  let textLeft = mostRepairedText;
  for (let repairs = 0; best?.root.hasError && repairs < mostRepairs; repairs++) {
    const { root, text, records } = best;
    const attempts = proposeRepairs(text, root).flatMap((repaired) => {
      textLeft -= text.length;
      if (textLeft < 0) return [];
      const names = [...doubtful, ...repaired.doubtful];
      const attempt = recordScript(withText(source, repaired.text), parse, new Set(names));
      return attempt && attempt.records.length > records.length ? [{ attempt, names }] : [];
    });
    const [winner] = attempts.sort((one, other) => other.attempt.records.length - one.attempt.records.length);
    if (!winner) break;
    best = winner.attempt;
    doubtful = winner.names;
  }
  return best?.records ?? [];
}

interface ReadScript {
  readonly text: string;
  readonly root: Node;
  readonly records: readonly RecordedAcl[];
}

function recordScript(
  source: Source,
  parse: ParseWithGrammar,
  doubtful: ReadonlySet<string>,
): ReadScript | null {
  const tree = parse(source.text);
  if (!tree) return null;
  const recorder = new AclRecorder(parse);
  new ShellWalk(source, recorder, new Scope(false, doubtful)).run(tree.rootNode);
  return { text: source.text, root: tree.rootNode, records: recorder.records };
}

function toDefinitions(
  records: readonly RecordedAcl[],
  text: string,
  file: string,
): readonly AclDefinition[] {
  const positionAt = createPositionLookup(text);
  const definitions = new Map<string, AclDefinition>();
  const inOrder = [...records].sort((one, other) => one.span.start - other.span.start);
  for (const { acl, span, matchSpan } of inOrder) {
    // Rounds of a loop that do not differ are one definition.
    const key = JSON.stringify([span, acl]);
    if (definitions.has(key)) continue;
    definitions.set(key, {
      format: 'ovn-nbctl',
      file,
      range: { start: positionAt(span.start), end: positionAt(span.end) },
      matchRange: { start: positionAt(matchSpan.start), end: positionAt(matchSpan.end) },
      ...acl,
    });
  }
  return [...definitions.values()];
}
