/**
 * The shapes of lines that stand around a trace, or in place of a part of it: what people, pagers, wikis, shells and other
 * programs write.
 */

const ellipsis =
  /^[[(<{]*\s*(?:\.{2,}|\u2026)(?:\s*\w[\w +,-]*(?:\.{2,}|\u2026)?)?\s*[\])>}]*$|^[[(<{\s*-]*(?:snip(?:ped)?|truncated|skip(?:ped)?|(?:output )?omitted|cut(?: here)?|\d+ (?:more )?lines?(?: \w+){0,2})[\])>}\s*!.-]*$|^-*\s*8<\s*-*$/i;
/** What people and programs put in place of the parts they leave out. */
export function isEllipsis(text: string): boolean {
  return text.length < 60 && ellipsis.test(text);
}

const fence = /^(?:`{3,}|~{3,})[\w-]*$|^\{(?:noformat|code)(?::[^}]*)?\}$|^\[\/?code\]$/;
/** Where a wiki's block of verbatim text begins or ends. */
export function isFence(text: string): boolean {
  return text.length < 80 && fence.test(text);
}

const asides: readonly RegExp[] = [
  /^Defaulted container "/,
  /^Defaulting container name to /,
  /^command terminated with exit code \d+$/,
  /^Unable to use a TTY/,
  /^--More--/,
  /^\(END\)$/,
  /^lines \d+-\d+/,
  /^(?:real|user|sys)\s+\d+m[\d.,]+s$/,
  /^Connection to \S+ closed\.$/,
  /^\[\d+\/\d+\]$/,
  /^[$#%>\u276f]$/,
];
/** What pagers, kubectl and the shell add to the output. */
export function isAside(text: string): boolean {
  return text.length < 400 && asides.some((pattern) => pattern.test(text));
}

const prompt =
  /^(?:\([^()]*\)\s*)?(?:\[[^[\]]*\]|[\w.-]+@[\w.-]+(?:[: ][^\s#$%]{0,100})?|sh-[\d.]+|bash-[\d.]+)\s*[$#%>\u276f](?:\s.*)?$|^[$#%>\u276f](?:\s+(?:[A-Z_]+=\S+ )*(?:sudo|kubectl|oc|crictl|docker|podman|ov[ns]-\w+|for|while|ssh|exit|cat|grep|logout|ip|ping)\b.*)$/;
const commandEcho = /^\++ \S/;
const otherPrograms =
  /^(?:Start OVS Tracing|bridge\("[^"]*"\)|Flow: \w[\w=,|:./() -]*|Final flow: .*|Megaflow: .*|Datapath actions: .*)$/;
/** A prompt with a whole microflow behind it is shorter. */
const longestEcho = 2000;

/** The shell's next prompt, or what another program prints: whatever follows is not this trace. */
export function startsSomethingElse(text: string): boolean {
  return (
    text.length < longestEcho && (prompt.test(text) || commandEcho.test(text) || otherPrograms.test(text))
  );
}
