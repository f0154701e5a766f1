/** What is in a stack's file, beside the settings themselves: the keys that Pulumi knows, and none that would be ignored. */
import { nearest } from "./near";
import { some } from "./printable";
import { spaceAfterColon } from "./remedies";

/** Keys of a stack's file, and what each is. Pulumi ignores all others without a word. */
export const stackFileKeys = {
  config: "The stack's settings.",
  environment: "Pulumi ESC environments, whose values are settings too.",
  secretsprovider: "What encrypts the stack's secrets. Pulumi writes it.",
  encryptedkey: "The key of the stack's secrets, encrypted. Pulumi writes it.",
  encryptionsalt: "The salt of the stack's secrets. Pulumi writes it.",
} as const;

/** Keys of one's own, of which editors know no other way. */
export const ownKeys = /^x-/;

/** A stack's file. */
export interface StackFile {
  /** Values by the keys that they have in the file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: unknown;
}

/**
 * The parts of a stack's file.
 * @param anchored keys of it that hold what aliases stand for, and may have any name
 * @param settings names of the project's settings
 * @throws Error with a line for each key that is none, or for a shape that is another
 */
export function stackFileOf(
  content: unknown,
  anchored: readonly string[],
  project: string,
  settings: readonly string[],
): StackFile {
  const file = objectOf(
    content,
    "it",
    `write config: in its first line, and below it ${project}:graphs and others`,
  );
  const { config, environment } = file;
  const unknown = Object.keys(file).filter(
    (key) => !known.includes(key) && !ownKeys.test(key) && !anchored.includes(key),
  );
  if (unknown.length > 0) {
    const remedy = remedyIn(config !== undefined, project, settings);
    throw new Error(unknown.map((key) => `${key || '""'} ${remedy(key)}`).join("\n"));
  }
  return { config: objectOf(config, "config", `write ${project}:graphs and others below it`), environment };
}

const known = Object.keys(stackFileKeys);

/** What to do with a key that is none, in a file that has a config or not. */
const remedyIn =
  (hasConfig: boolean, project: string, settings: readonly string[]) =>
  (key: string): string => {
    const close = spaceAfterColon(key, known);
    if (close !== undefined) return `is no key of a stack's file: ${close}`;
    if (key.includes(":"))
      return `belongs below config: ${hasConfig ? "indent it there" : "write config: above it, and indent it"}`;
    const near = nearest(key, known);
    if (near !== undefined) return `is no key of a stack's file: write ${near}, or remove it`;
    const setting = settings.includes(key) ? key : nearest(key, settings);
    return setting === undefined
      ? `is no key of a stack's file: remove it, or write one of ${some(known)}; x-${key} may hold anchors`
      : `belongs below config: write it there, as ${project}:${setting}`;
  };

/** What is not there is an object of nothing. */
function objectOf(value: unknown, what: string, remedy: string): Readonly<Record<string, unknown>> {
  if (value === null || value === undefined) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new Error(
    `${what} is ${Array.isArray(value) ? "a list" : "a single value"}, and no object: ${remedy}`,
  );
}

/** Why a key below `config` is none. */
export function refusedKey(key: string, project: string, settings: readonly string[]): string {
  const own = key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
  const close = spaceAfterColon(own, settings);
  return `${key} is no key of a config: ${close ?? `write it as ${project}:graphs`}`;
}
