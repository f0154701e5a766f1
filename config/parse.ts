/** From the text of Pulumi's config to a StackConfig, or to one error that lists every mistake. */
import { ignoredKeys } from "./foreignKeys";
import { describeIssue, describeMistakes } from "./messages";
import { checkStack } from "./rules";
import { type StackConfig, stackSettings, withRuntime } from "./schema";

/** The rules also run where a shape is wrong, on the parts that are sound. */
const checkedConfig = stackSettings.superRefine(checkStack, { when: () => true }).transform(withRuntime);

/** Error of a config that can't be used. The message has one line for each mistake. */
export class ConfigError extends Error {}

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
  const settings = Object.entries(values)
    .filter(([key]) => key.startsWith(prefix) && key !== prefix + tokenKey)
    .map(([key, text]) => [key.slice(prefix.length), parse(text)]);
  const { config, mistakes } = checkSettings(Object.fromEntries(settings));
  const token = prefix + tokenKey;
  if (token in values && !isSecret(token))
    mistakes.push(
      `✖ is in plain text: write it with \`pulumi config set --secret ${tokenKey}\`, and revoke this one → at ${token}`,
    );
  mistakes.push(...ignoredKeys(project, values, [...Object.keys(stackSettings.shape), tokenKey], isSecret));
  if (config === undefined || mistakes.length > 0)
    throw new ConfigError([`the config of stack ${stack} can't be used:`, ...mistakes].join("\n"));
  return config;
}

/** A config, where nothing is wrong with it, and a line for each mistake. */
export interface CheckedSettings {
  readonly config: StackConfig | undefined;
  readonly mistakes: string[];
}

/**
 * Checks settings, whoever wrote them: their shape, and every rule.
 * @param settings by key, without the project: `{ discovery, graphs, … }`.
 */
export function checkSettings(settings: Readonly<Record<string, unknown>>): CheckedSettings {
  const { success, data, error } = checkedConfig.safeParse(settings, { error: describeIssue });
  return success
    ? { config: data, mistakes: [] }
    : { config: undefined, mistakes: describeMistakes(error.issues) };
}

/** Plain text is not JSON, and stays what it is for the schema to judge. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
