/** From the text of Pulumi's config to a StackConfig, or to one error that lists every mistake. */
import { ignoredKeys } from "./foreignKeys";
import { describeIssue, describeMistakes, keyOf, placesOf, withoutConsequences } from "./messages";
import { firstLines, printableLines } from "./printable";
import { checkStack } from "./rules";
import { type StackConfig, stackSettings, withRuntime } from "./schema";
import { hasSecret, masked } from "./secretTexts";

/** The rules also run where a shape is wrong, on the parts that are sound. */
const checkedConfig = stackSettings.superRefine(checkStack, { when: () => true }).transform(withRuntime);

/** Error of a config that can't be used. The message has one line for each mistake. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(printableLines(masked(message)));
  }
}

/** Mistakes that are told at once. */
const maxMistakes = 50;

/** Graphs of a stack, and levels, items and characters of lists, objects and texts in a value: more than any that is meant. */
const [maxGraphs, maxDepth, maxItems, maxCharacters] = [2_000, 100, 1_000, 65_536];

/** Text in the place of a secret that is not decrypted. */
export const redacted = "[secret]";

/** Key of the Hugging Face token. Secrets are keys of their own: inside an object one would reach the program as plain text. */
export const tokenKey = "huggingFaceToken";

/**
 * Checks a stack's config.
 * @param values by full key, as Pulumi hands them to programs: objects and lists as JSON.
 * @param isSecret whether the value of a key is encrypted in the stack's file.
 * @throws ConfigError that lists every mistake
 */
export function parseConfig(
  project: string,
  stack: string,
  values: Readonly<Record<string, string>>,
  isSecret: (key: string) => boolean,
): StackConfig {
  const prefix = `${project}:`;
  const token = prefix + tokenKey;
  const settings = Object.entries(values)
    .filter(([key]) => key.startsWith(prefix) && key !== token)
    .map(([key, text]) => ({ name: key.slice(prefix.length), value: parse(text), secret: isSecret(key) }));
  const refused = new Map(
    settings.map(({ name, value, secret }) => [
      name,
      secret ? secretMistakes(name, value) : [...sizeMistakes(name, value), ...plainSecrets(name, value)],
    ]),
  );
  // What is refused so is not looked at further: a secret's value must be in no message.
  const others = settings.filter(({ name }) => refused.get(name)?.length === 0);
  const { config, mistakes } = checkSettings(
    Object.fromEntries(others.map(({ name, value }) => [name, value])),
  );
  mistakes.unshift(...[...refused.values()].flat());
  mistakes.push(...tokenMistakes(token, values[token], isSecret(token)));
  mistakes.push(...ignoredKeys(project, values, [...Object.keys(stackSettings.shape), tokenKey], isSecret));
  if (config === undefined || mistakes.length > 0)
    throw new ConfigError(
      [`the config of stack ${stack} can't be used:`, ...firstLines(mistakes, maxMistakes)].join("\n"),
    );
  return config;
}

/** A line where the token is not what only Pulumi can read, or more than a token, whose secret parts nothing would look at. */
function tokenMistakes(key: string, text: string | undefined, isSecret: boolean): string[] {
  if (text === undefined) return [];
  const write = `write it with \`pulumi config set --secret ${tokenKey}\``;
  if (!isSecret) return [`✖ is in plain text: ${write}, and revoke this one → at ${key}`];
  const value = parse(text);
  if (value === null || typeof value !== "object") return [];
  return [`✖ must be one text, found ${Array.isArray(value) ? "a list" : "an object"}: ${write} → at ${key}`];
}

/** A line for each secret in a setting: a program gets it as plain text, for objects that anybody may read. */
function secretMistakes(name: string, value: unknown): string[] {
  const paths = pathsOf((text) => text === redacted, value, [name]);
  return (paths.length > 0 ? paths : [[name]]).map(
    (path) =>
      `✖ can't be secret, as it would be in plain text in the cluster: have a Secret there, and refer to it; only ${tokenKey} takes a secret → at ${keyOf(path)}`,
  );
}

/** A line for each text of a setting that is a secret, and for arguments that hand one over. */
function plainSecrets(name: string, value: unknown): string[] {
  return pathsOf(hasSecret, value, [name]).map(
    (path) =>
      `✖ is a secret in plain text: put it in a Secret of the cluster, refer to that, and revoke this one → at ${keyOf(path)}`,
  );
}

/** Paths at which a value has a text; one of a list may be of several of its items together, as arguments are. */
function pathsOf(
  has: (text: string) => boolean,
  value: unknown,
  path: readonly PropertyKey[],
): (readonly PropertyKey[])[] {
  if (typeof value === "string") return has(value) ? [path] : [];
  const items = Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  if (items.length > 1 && !items.some(has) && has(items.join(" "))) return [path];
  if (value === null || typeof value !== "object" || path.length > maxDepth) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    pathsOf(has, item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A line for a setting that would take long to look at. */
function sizeMistakes(name: string, value: unknown): string[] {
  const found = tooLarge(value, [name]);
  return found === undefined ? [] : [`✖ ${found.what} → at ${keyOf(found.path)}`];
}

/** The first part of a value that is larger than any that is meant. */
function tooLarge(
  value: unknown,
  path: readonly PropertyKey[],
): { what: string; path: readonly PropertyKey[] } | undefined {
  if (typeof value === "string" && value.length > maxCharacters)
    return { what: `has ${value.length} characters, and may have ${maxCharacters}: keep it elsewhere`, path };
  if (value === null || typeof value !== "object") return undefined;
  if (path.length > maxDepth)
    return { what: `is nested deeper than ${maxDepth} levels: write it flat`, path: path.slice(0, 1) };
  const entries = Object.entries(value);
  const max = path.length === 1 ? maxGraphs : maxItems;
  if (entries.length > max) {
    const remedy = path.length === 1 ? "make another stack of the others" : "write fewer";
    return { what: `has ${entries.length} items, and may have ${max}: ${remedy}`, path };
  }
  for (const [key, item] of entries) {
    const found = tooLarge(item, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A config, where nothing is wrong with it, and a line for each mistake. */
export interface CheckedSettings {
  readonly config: StackConfig | undefined;
  readonly mistakes: string[];
  /** Where in the settings each mistake is. */
  readonly paths: readonly (readonly PropertyKey[])[];
}

/**
 * Checks settings, whoever wrote them: their shape, and every rule.
 * @param settings by key, without the project: `{ discovery, graphs, … }`.
 */
export function checkSettings(settings: Readonly<Record<string, unknown>>): CheckedSettings {
  const { success, data, error } = checkedConfig.safeParse(settings, { error: describeIssue });
  if (success) return { config: data, mistakes: [], paths: [] };
  const issues = withoutConsequences(error.issues);
  return { config: undefined, mistakes: describeMistakes(issues), paths: issues.flatMap(placesOf) };
}

/** Plain text is not JSON, and stays what it is for the schema to judge. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
