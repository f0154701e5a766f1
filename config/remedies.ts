/** What to write in place of a value of the wrong kind, where a schema shows it. */
import type { z } from "zod";
import { printable } from "./printable";

type Shape = Readonly<Record<string, z.ZodType>>;
type Field = [name: string, schema: z.ZodType];

/** What zod says of a schema itself, as far as the config's schemas have it. */
interface Definition {
  readonly type: string;
  readonly shape?: Shape;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodObject[];
  readonly discriminator?: string;
  readonly values?: readonly unknown[];
}

const definitionOf = (schema: unknown) => (schema as { readonly def: Definition }).def;

/** A text that no setting with a form of its own takes, and a name that none takes that has a choice of words. */
const [formless, strange] = ["?? ", "unlike-any"];

/**
 * The end of a message on a value of the wrong kind: what to write in its place.
 * @param schema that has refused it
 */
export function remedy(schema: unknown, value: unknown): string {
  const close = typeof value === "string" ? spaceAfterColon(value, namesIn(schema)) : undefined;
  if (close !== undefined) return `: ${close}`;
  const isNothing = value === null || value === "" || value === false;
  const shapes = shapesOf(schema, isNothing ? undefined : value);
  if (shapes.length === 0) return "";
  return `: write ${shapes.join(" or ")}${isNothing ? ", or remove it" : ""}`;
}

/** That a key, or a text, is `name:value` in one; undefined where it is not, or the name is not known. */
export function spaceAfterColon(text: string, names: readonly string[]): string | undefined {
  const [, name = "", value = ""] = /^"?(\w+)"?:(\S*)/.exec(text) ?? [];
  return names.includes(name)
    ? `write a space after the colon, as ${name}: ${printable(value, 60) || "…"}`
    : undefined;
}

/**
 * Why a number, true or false, or nothing, is no text: that it lacks its quotes, or what else its setting asks of a text.
 * @param error in whose words
 */
export function refusedAsText(
  schema: unknown,
  value: unknown,
  error: z.core.$ZodErrorMap,
): string | undefined {
  if (definitionOf(schema).type !== "string" || (typeof value === "object" && value !== null))
    return undefined;
  const refused = (schema as z.ZodType).safeParse(String(value ?? ""), { error }).error;
  return (
    refused?.issues[0]?.message ??
    `must be a text, found ${value}: write ${JSON.stringify(String(value ?? ""))}`
  );
}

function namesIn(schema: unknown): readonly string[] {
  const { shape = {}, options = [] } = definitionOf(schema);
  return [shape, ...options.map((option) => option.shape)].flatMap((one) => Object.keys(one));
}

/** Objects or lists that a schema takes, with a value where it most likely belongs; none for what is neither. */
function shapesOf(schema: unknown, value: unknown): string[] {
  const { type, shape, element, options = [], discriminator = "" } = definitionOf(schema);
  if (shape !== undefined) return [shown(shape, value) ?? shown(shape)];
  if (type === "union") {
    const fitting = options.flatMap((option) => shown(option.shape, value) ?? []);
    return value === undefined || fitting.length === 0
      ? options.map(({ shape: { [discriminator]: tag, ...others } }) =>
          shown(onlyValue(tag) === undefined ? others : { [discriminator]: tag as z.ZodType, ...others }),
        )
      : fitting.slice(0, 1);
  }
  if (type === "record") return [`{ <name>: ${isScalar(value) ? inYaml(value) : "…"} }`];
  if (type !== "array" || element === undefined) return [];
  if (isScalar(value) && element.safeParse(value).success) return [`[${inYaml(value)}]`];
  return [`[${shapesOf(element, value)[0] ?? "…"}]`];
}

/** An object with a value in the field that is most likely meant, and with what must be beside it; undefined where no field takes it. */
function shown(shape: Shape): string;
function shown(shape: Shape, value: unknown): string | undefined;
function shown(shape: Shape, value?: unknown): string | undefined {
  const fields: Field[] = Object.entries(shape);
  const required = fields.filter(([, field]) => !field.safeParse(undefined).success);
  const takes = ([, field]: Field) =>
    /^(string|number)$/.test(typeof value) && field.safeParse(value).success;
  const refuses = (text: string) => fields.filter(([, field]) => !field.safeParse(text).success);
  const chosen = typeof value === "string" ? refuses(strange).find(takes) : undefined;
  const others = required.length > 0 ? [] : [...refuses(formless), ...fields.slice(0, 1)];
  const meant = required.find(takes) ?? chosen ?? others.find(takes);
  if (value !== undefined && meant === undefined) return undefined;
  const named = [...required, ...(meant ? [meant] : required.length > 0 ? [] : fields.slice(0, 1))];
  const parts = fields
    .filter((field) => named.includes(field))
    .map(([name, field]) => `${name}: ${inYaml(name === meant?.[0] ? value : onlyValue(field))}`);
  return `{ ${parts.join(", ")} }`;
}

/** The only value that a field takes. */
const onlyValue = (field: z.ZodType | undefined) => field && definitionOf(field).values?.[0];

const isScalar = (value: unknown) => value !== undefined && (value === null || typeof value !== "object");

/** A scalar as YAML has it: with quotes where it would else be another, or end where it should not. What is not known or long is "…". */
function inYaml(value: unknown): string {
  if (value === undefined || String(value).length > 60) return "…";
  if (typeof value !== "string") return String(value);
  const isPlain =
    /^[A-Za-z/][\w./:@-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$|:$/i.test(value);
  return isPlain ? value : printable(JSON.stringify(value));
}
