import { at, notKnown } from "./manifest";

/** Stands in a command for what is not known yet, like a variable. */
export const unknownWord = "$(unknown)";

/** A container's command and arguments in one line. What is no text is left out. */
export function commandOf(container: unknown): string {
  return wordsOf(container).join(" ");
}

function wordsOf(container: unknown): string[] {
  return [at(container, "command"), at(container, "args")]
    .flat()
    .filter((word) => word !== undefined && typeof word !== "object")
    .map((word) => (word === notKnown ? unknownWord : String(word)));
}

/**
 * The same as it runs: without a shell's comments, and with the values of variables.
 * @param envValue value of a variable of the container's env; undefined where it is not written there.
 */
export function runningCommandOf(
  container: unknown,
  envValue: (variable: string) => string | undefined = () => undefined,
): string {
  const command = withArrays(wordsOf(container).map(withoutComments).join(" "));
  return command.replace(
    /\$\((\w+)\)|\$\{(\w+)(?::?-([^{}\s]*))?\}|\$(\w+)/g,
    (written, kubelet?: string, shell?: string, initial?: string, short?: string) => {
      const variable = kubelet ?? shell ?? short ?? "";
      const assigned = [...command.matchAll(new RegExp(`(?:^|[\\s;&|])${variable}=["']?([\\w.-]+)`, "g"))].at(
        -1,
      );
      return assigned?.[1] ?? envValue(variable) ?? initial ?? written;
    },
  );
}

/** Arrays that are written out of a script: each may be as long as all of it. */
const maxArrays = 8;

/**
 * A script with the words of its arrays in the place of `"${args[@]}"`, as bash has them: those of all additions, on whatever
 * condition. NVIDIA's aiconfigurator writes the engines' arguments so.
 */
function withArrays(script: string): string {
  let written = 0;
  return script.replace(/"?\$\{(\w+)\[[@*]\]\}"?/g, (use, name: string) => {
    if (++written > maxArrays) return use;
    const added = new RegExp(`(?:^|[\\s;&|])${name}\\+?=\\(((?:"[^"]*"|'[^']*'|[^()"'])*)\\)`, "g");
    const words = [...script.matchAll(added)].map(([, inner]) => inner);
    return words.length === 0 ? use : words.join(" ");
  });
}

/** A word without comments, where it is a script: what a comment begins with is text within quotes, and in any other word. */
function withoutComments(word: string): string {
  if (!/\s/.test(word)) return word;
  return word.replace(
    /("(?:[^"\\]|\\.)*"|'[^']*'|\\.)|(^|\s)#.*/gm,
    (_, kept: string = "", before: string = "") => (kept === "" ? before : kept),
  );
}
