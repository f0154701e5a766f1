/** Mistakes in the config, as one line each: what is wrong, and at which key. */
import type { z } from "zod";
import { nearest } from "./near";
import { printable } from "./printable";

const nouns: Record<string, string> = {
  string: "a text",
  int: "a whole number",
  number: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** A value as it was found. What is in a list or object may be long, or not for everybody. */
function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value !== null && typeof value === "object") return "an object";
  return printable(JSON.stringify(value) ?? "nothing", 100);
}

/** Every union of the schema has a discriminator, whose values zod lists. */
interface DiscriminatorIssue {
  readonly discriminator: string;
  readonly options: readonly unknown[];
  readonly input: Record<string, unknown>;
}

/** zod's error map: what was expected, and what was found. Undefined leaves the schema's own message. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type": {
      const expected = nouns[issue.expected] ?? issue.expected;
      return issue.input === undefined
        ? `is missing: write ${expected}`
        : `must be ${expected}, found ${show(issue.input)}`;
    }
    case "too_small":
      return `must be at least ${issue.minimum}, found ${show(issue.input)}`;
    case "too_big":
      return `must be at most ${issue.maximum}, found ${show(issue.input)}`;
    case "invalid_value":
      return `must be ${issue.values.map(show).join(" or ")}, found ${show(issue.input)}`;
    case "invalid_union": {
      const { discriminator, options, input } = issue as unknown as DiscriminatorIssue;
      // An option that may be left out is among them as undefined.
      const values = options.filter((option) => option != null);
      return `must be ${values.map(show).join(" or ")}, found ${show(input[discriminator])}`;
    }
    case "invalid_key": // of a record
      return issue.issues[0]?.message;
    case "unrecognized_keys": {
      const keys = Object.keys((issue.inst as z.ZodObject).def.shape);
      const near = issue.keys.length === 1 ? nearest(issue.keys.join(), keys) : undefined;
      return near === undefined
        ? `is not a setting: remove it, or write one of ${keys.join(", ")}`
        : `is not a setting: write ${near}, or remove it`;
    }
    default:
      return undefined;
  }
};

/** Key of the config as people write it: `dynamo:graphs[0].workers.gpus`. */
export function keyOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  return rest.reduce<string>(
    (key, part) => key + (typeof part === "number" ? `[${part}]` : `.${String(part)}`),
    `dynamo:${String(first)}`,
  );
}

/** zod's issues as one line each: `✖ what is wrong → at dynamo:key`. */
export function describeMistakes(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => placesOf(issue).map((at) => `✖ ${issue.message} → at ${keyOf(at)}`));
}

/** Paths of what an issue is about: of keys that are not known, each. */
export function placesOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}
