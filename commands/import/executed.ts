/** A container's command as it is executed: shells' words, values of variables, paths of the working directory. */
import { posix } from "node:path";
import { reservedIn } from "../../config/reservedArgs";
import { at, list, text } from "../../gpus/manifest";
import { type Shell, type Token, tokensOf } from "./shell";

/** What a container runs. */
export interface Executed {
  /** Python module, such as `dynamo.vllm`; undefined where it runs something else. */
  readonly module: string | undefined;
  /** Arguments of the module, or all words where there is none. */
  readonly args: readonly string[];
  /** Parts of a script before and after the module's command, without comments and `exec`; empty where they do nothing. */
  readonly before: string;
  readonly after: string;
  /** What is between the first of these and the command. */
  readonly gap: string;
  /** Variables that are set for the engine alone, as `NAME=value python3 …`. */
  readonly env: Readonly<Record<string, string>>;
  /** Arguments that only its shell knows, as the script has them; empty where there are none. */
  readonly tail?: string;
  /** Whether its pipe ends as the engine does, in place of the last program behind it. */
  readonly isStrict?: boolean;
  /** Whether its shell reads the profiles of a login. */
  readonly isLogin?: boolean;
  /** The script, where only its shell knows the module's arguments. */
  readonly script: string | undefined;
}

/** Working directory of the runtime's images. */
export const workspace = "/workspace";

/**
 * The command of a component's main container.
 * @param env values by name; undefined for those that only the cluster knows
 * @param initial command of the operator where the container has none
 */
export function executedBy(
  container: unknown,
  env: ReadonlyMap<string, string | undefined>,
  initial: readonly string[] = [],
): Executed {
  // What is no text no pod can have, and is told as unread.
  const written = [at(container, "command"), at(container, "args")]
    .flatMap(list)
    .filter((word) => typeof word !== "object")
    .map(String);
  const words = (written.length > 0 ? written : initial).map((word) => expanded(word, env));
  const folder = text(at(container, "workingDir")) || workspace;
  const [shell = "", flag = "", script, ...positional] = words;
  if (!/^(\/bin\/|\/usr\/bin\/)?(ba|da)?sh$/.test(shell) || !/^-[a-z]*c$/.test(flag) || script === undefined)
    return plain(words, folder);
  const isLogin = flag.includes("l");
  const isBash = shell.endsWith("bash");
  return {
    ...ofScript(script, positional.slice(1), env, folder, { isBash, maySet: mayBeSet(container) }),
    isLogin,
  };
}

/** Whether a variable may be one of the objects that env comes from. A Secret of Hugging Face's has its token. */
function mayBeSet(container: unknown): (name: string) => boolean {
  const sources = list(at(container, "envFrom")).map((source) => text(at(source, "secretRef", "name")));
  const isOfToken = (name: string) => /hf|hugging/i.test(name);
  return (name) => sources.some((source) => !isOfToken(source) || isOfToken(name));
}

/** The kubelet puts in values for `$(NAME)`, and not for `$$(NAME)`, which it still is. */
export const expanded = (word: string, env: ReadonlyMap<string, string | undefined>) =>
  word.replace(/\$\$|\$\((\w+)\)/g, (reference, name = "") => env.get(name) ?? reference);

function plain(words: readonly string[], folder: string): Executed {
  const i = moduleAt(words);
  const isModule = i === 0;
  return {
    module: isModule ? words[2] : undefined,
    args: (isModule ? words.slice(3) : words).map((word) => inFolder(word, folder)),
    before: "",
    after: "",
    gap: "",
    env: {},
    script: undefined,
  };
}

/** Index of the `python3` that runs a module of Dynamo's, the last one; -1 where none does. */
function moduleAt(words: readonly string[]): number {
  return words.findLastIndex(
    (word, i) =>
      /^python3?$/.test(word) && words[i + 1] === "-m" && /^(dynamo\.|planner_sla)/.test(words[i + 2] ?? ""),
  );
}

function ofScript(
  script: string,
  positional: readonly string[],
  env: ReadonlyMap<string, string | undefined>,
  folder: string,
  { isBash, maySet }: Pick<Shell, "isBash" | "maySet">,
): Executed {
  const assigned = new Set([...script.matchAll(/(?:^|[\s;&|])(\w+)=/g)].map(([, name]) => name));
  const knownValue = (name: string) => {
    if (assigned.has(name)) return undefined;
    return env.has(name) ? (env.get(name) ?? `$(${name})`) : undefined;
  };
  const isOpen = (name: string) => assigned.has(name) || setsOthers.test(script) || maySet(name);
  const tokens = tokensOf(script, { knownValue, maySet: isOpen, isBash }, positional);
  const start = moduleAt(tokens.map(({ text, isOperator }) => (isOperator ? "" : text)));
  if (start < 0)
    return { module: undefined, args: [], before: "", after: "", gap: "", env: {}, script: script.trim() };
  const rest = tokens.slice(start + 3);
  const length = rest.findIndex(({ isOperator }) => isOperator);
  const all = length < 0 ? rest : rest.slice(0, length);
  const last: Token | undefined = all.at(-1) ?? tokens[start + 2];
  const { args, tail } = apart(all, script);
  const isDynamic = args.some((token) => token.isDynamic);
  const assignments = isDynamic ? [] : assignmentsBefore(tokens.slice(0, start));
  const written = script.slice(0, (assignments[0] ?? tokens[start])?.start);
  const after = isDynamic ? "" : redirects(script.slice(last?.end));
  const before = isDynamic ? "" : beforehand(written);
  return {
    module: tokens[start + 2]?.text,
    args: args.map(({ text: word }) => inFolder(word, folder)),
    before,
    gap: before === "" ? "" : /\n[ \t]*(exec[ \t]+)?$/.test(written) ? "\n" : " ",
    after,
    tail,
    isStrict: before === "" && after !== "" && /\bpipefail\b/.test(written),
    env: Object.fromEntries(
      assignments.map(({ text: word }) => [word.split("=", 1)[0], word.replace(/^\w+=/, "")]),
    ),
    script: isDynamic ? script.trim() : undefined,
  };
}

/**
 * Arguments that a script may have behind others as they are written, as only its shell knows their values: flags with one
 * value, which the plan does not go by. A variable alone may be more than a value.
 */
function apart(all: readonly Token[], script: string): { args: readonly Token[]; tail: string } {
  const starts = all.flatMap(({ text: word }, i) => (i === 0 || /^--?[A-Za-z]/.test(word) ? [i] : []));
  const groups = starts.map((from, i) => all.slice(from, starts[i + 1]));
  const written = (tokens: readonly Token[]) => script.slice(tokens[0]?.start, tokens.at(-1)?.end);
  const isOfTail = ([flag, value, ...more]: readonly Token[]) =>
    flag !== undefined &&
    !flag.isDynamic &&
    value?.isDynamic === true &&
    more.length === 0 &&
    /^--?[A-Za-z][\w-]*$/.test(flag.text) &&
    reservedIn(flag.text) === undefined &&
    !/^\$(\w+|\{\w+\}|\(.*\)|@|\*)$/s.test(written([value]));
  return {
    args: groups.filter((group) => !isOfTail(group)).flat(),
    tail: groups.filter(isOfTail).map(written).join(" "),
  };
}

/** Commands that set variables which can't be seen. */
const setsOthers = /(^|[\s;&|])(source|\.|eval|read|getopts)\s/;

/** The words `NAME=value` right before a command. */
function assignmentsBefore(tokens: readonly Token[]): readonly Token[] {
  const isAssignment = ({ text: word, isOperator, isDynamic }: Token) =>
    !isOperator && !isDynamic && /^\w+=/.test(word);
  const first = tokens.findLastIndex((token) => !isAssignment(token));
  const before = tokens[first];
  return before === undefined || before.isOperator ? tokens.slice(first + 1) : [];
}

/** A script's beginning; empty where it only has comments, settings of the shell, or `exec`. */
function beforehand(script: string): string {
  const lines = script.split("\n").filter((line) => !/^\s*(#.*)?$/.test(line));
  const isIdle = lines.every((line) => /^\s*(set\s+-[\w\s]*|exec\s*)$/.test(line));
  return isIdle
    ? ""
    : lines
        .join("\n")
        .replace(/\bexec\s*$/, "")
        .trim();
}

const redirects = (script: string) => script.replace(/^[\s;]*$/, "").trim();

/** A file that is named from the working directory, by its whole path. */
function inFolder(word: string, folder: string): string {
  const isFile = /^(\.{1,2}\/)?[\w.-]+(\/[\w.-]+)*\.(ya?ml|json|jinja2?|txt)$/.test(word);
  return isFile || /^\.{1,2}(\/[\w.-]+)+\/?$/.test(word) ? posix.join(folder, word) : word;
}
