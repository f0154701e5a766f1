/** Mistakes in the config, as one line each: what is wrong, and at which key. */
import type { z } from "zod";
import { nearest, nearestFirst } from "./near";
import { manyNames, printable, some } from "./printable";
import { refusedAsText, remedy, spaceAfterColon } from "./remedies";

const nouns: Record<string, string> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** Limits of what is no number. */
const things: Readonly<Record<string, string>> = { string: "character", array: "item" };

/** What a limit asks for: "be at most 5", or "have at least 1 character". */
function within(limit: string, count: number | bigint, origin: string): string {
  const thing = things[origin];
  return thing === undefined
    ? `be ${limit} ${count}`
    : `have ${limit} ${count} ${thing}${Number(count) === 1 ? "" : "s"}`;
}

/** A value as it was found. What is in a list or object may be long, or not for everybody. */
function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value !== null && typeof value === "object") return "an object";
  return printable(JSON.stringify(value) ?? "nothing", 100);
}

/** A union's issue. Of one with a discriminator zod lists its values. */
interface UnionIssue {
  readonly discriminator?: string;
  readonly options: readonly unknown[];
  readonly input: Record<string, unknown>;
}

/** zod's error map: what was expected, and what was found. Undefined leaves the schema's own message. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type": {
      const expected = isWhole(issue.inst) ? "a whole number" : (nouns[issue.expected] ?? issue.expected);
      if (issue.input === undefined) return `is missing: write ${expected}`;
      return (
        refusedAsText(issue.inst, issue.input, describeIssue) ??
        `must be ${expected}, found ${show(issue.input)}${remedy(issue.inst, issue.input)}`
      );
    }
    case "too_small":
      return `must ${within("at least", issue.minimum, issue.origin)}, found ${show(issue.input)}`;
    case "too_big":
      return `must ${within("at most", issue.maximum, issue.origin)}, found ${show(issue.input)}`;
    case "invalid_value":
      return `must be ${issue.values.map(show).join(" or ")}, found ${show(issue.input)}`;
    case "invalid_union": {
      const { discriminator, options, input } = issue as unknown as UnionIssue;
      if (discriminator === undefined) return `can't be ${show(input)}`;
      const close = Object.keys(input).flatMap((key) => spaceAfterColon(key, [discriminator]) ?? []);
      if (close.length > 0) return close[0];
      // An option that may be left out is among them as undefined.
      const values = options.filter((option) => option != null);
      return `must be ${values.map(show).join(" or ")}, found ${show(input[discriminator])}`;
    }
    case "invalid_key": // of a record
      return issue.issues[0]?.message;
    case "unrecognized_keys": {
      const known = Object.keys((issue.inst as z.ZodObject).def.shape);
      return issue.keys.map((key) => unknownKey(key, known)).join("\n");
    }
    default:
      return undefined;
  }
};

/** Whether a schema is of whole numbers: zod's own, or one of fields.ts. */
const isWhole = (schema: unknown) =>
  (schema as Partial<z.ZodNumber>).isInt || (schema as z.ZodType).meta()?.type === "integer";

/** What to write in place of a key that is not known. */
function unknownKey(key: string, known: readonly string[]): string {
  const close = spaceAfterColon(key, known);
  if (close !== undefined) return close;
  const near = nearest(key, known);
  if (near !== undefined) return `is not a setting: write ${near}, or remove it`;
  if (known.length === 0) return "is not a setting: remove it";
  const names = known.length > manyNames ? nearestFirst(key, known) : known;
  return `is not a setting: remove it, or write one of ${some(names)}`;
}

/** Key of the config as people write it: `dynamo:graphs[0].workers.gpus`. */
export const keyOf = (path: readonly PropertyKey[]): string => `dynamo:${pathOf(path)}`;

/** Path of a value as people write it: `graphs[0].workers.gpus`. */
export function pathOf([first = "its root", ...rest]: readonly PropertyKey[]): string {
  return rest.reduce<string>(
    (key, part) => key + (typeof part === "number" ? `[${part}]` : `.${String(part)}`),
    String(first),
  );
}

/**
 * zod's issues as one line each: `✖ what is wrong → at dynamo:key`. The message on keys that are not known has a line for each.
 * @param nameOf a path as people write it. Default: as a key of the config
 */
export function describeMistakes(issues: readonly z.core.$ZodIssue[], nameOf = keyOf): string[] {
  return issues.flatMap((issue) => {
    const lines = issue.code === "unrecognized_keys" ? issue.message.split("\n") : [issue.message];
    return placesOf(issue).map((at, i) => `✖ ${lines[i]} → at ${nameOf(at)}`);
  });
}

/** What is wrong with a value, as `✖ what is wrong → at its.path`; none where a schema takes it. */
export function mistakesIn(schema: z.ZodType, value: unknown, nameOf = pathOf): string[] {
  const { error } = schema.safeParse(value, { error: describeIssue });
  return describeMistakes(error?.issues ?? [], nameOf);
}

/** Paths of what an issue is about: of keys that are not known, each. */
export function placesOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}

/**
 * Issues without those that follow from others: `{ name:chat }` has no name, as its key is another, and what is no text has
 * no length.
 */
export function withoutConsequences(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const unknown = issues.filter(({ code }) => code === "unrecognized_keys").flatMap(placesOf);
  const meant = new Set(
    unknown.map((path) => keyOf([...path.slice(0, -1), String(path.at(-1)).split(":", 1)[0] ?? ""])),
  );
  const ill = new Set<string>();
  return issues.filter(({ code, path, message }) => {
    const key = keyOf(path);
    if (ill.has(key)) return false;
    if (code === "invalid_type" || code === "invalid_format") ill.add(key);
    return !/^is missing|found nothing$/.test(message) || !meant.has(key);
  });
}
