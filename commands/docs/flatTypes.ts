/** Interfaces as Pulumi's analyzer of components can read them, which knows no unions of objects: a field for each that any has. */
import { isGiven } from "../../components/args/inputs";
import { isOfTexts, type Schema } from "../../config/reference";

export type Fields = Readonly<Record<string, Schema>>;

/**
 * A file with these interfaces, and the types that they need. Fields that other resources may give are inputs, all else is
 * plain: the plan goes by it.
 */
export function flatTypes(interfaces: Fields): string {
  const declared = new Map<string, { readonly shape: string; code: string }>();

  /** Declares a type, unless there is one of the same shape. Answers with its name. */
  function declare(name: string, parts: unknown, code: () => string): string {
    const shape = JSON.stringify(parts);
    const [known] = [...declared].find(([, one]) => one.shape === shape) ?? [];
    if (known) return known;
    if (declared.has(name)) throw new RangeError(`two types of args have the name ${name}`);
    const type = { shape, code: "" };
    declared.set(name, type);
    type.code = code();
    return name;
  }

  const object = (name: string, schema: Schema): string =>
    declare(name, shapeOf(schema), () => {
      const lines = fieldsOf(schema).map((field) => {
        const { name: key, description, isRequired } = field;
        return `${comment(description, "  ")}  ${key}${isRequired ? "" : "?"}: ${typeOf(field, name)};\n`;
      });
      return `${comment(schema.description)}export interface ${name} {\n${lines.join("")}}`;
    });

  const choice = (name: string, values: readonly string[], descriptions: readonly (string | undefined)[]) =>
    declare(name, [values, descriptions], () => {
      const lines = values.map(
        (value, i) => `${comment(descriptions[i], "  ")}  ${pascal(value)}: ${JSON.stringify(value)},\n`,
      );
      // Not an enum: no text is assignable to one, and the args of components are of texts.
      const type = `export type ${name} = (typeof ${name})[keyof typeof ${name}];`;
      return `export const ${name} = {\n${lines.join("")}} as const;\n${type}`;
    });

  function typeOf({ name, schemas }: Field, owner: string): string {
    const [schema = {}] = schemas;
    const isTag = schema.const !== undefined;
    const values = schema.enum ?? schemas.map((one) => one.const);
    if (values.every((value) => typeof value === "string"))
      return choice(
        owner.replace(/(Args|Settings)$/, pascal(name)),
        values,
        schemas.map((one) => (isTag ? one.description : undefined)),
      );
    return isGiven(name) || name === "labels" ? given(schema) : plain(name, schema);
  }

  function plain(name: string, schema: Schema): string {
    if (schema.items) return `${plain(name.replace(/s$/, ""), schema.items)}[]`;
    if (schema.properties || schema.oneOf) return object(`${pascal(schema.title ?? name)}Settings`, schema);
    if (schema.type === "object") return isOfTexts(schema) ? "Record<string, string>" : "any";
    return schema.type === "integer" ? "number" : (schema.type ?? "any");
  }

  for (const [name, schema] of Object.entries(interfaces)) object(name, schema);
  const types = [...declared.values()].map(({ code }) => code);
  return `/** Written by \`npm run docs\` from the config's schema. */\nimport type { Input } from "@pulumi/pulumi";\n\n${types.join("\n\n")}\n`;
}

interface Field {
  readonly name: string;
  /** Its schema in each alternative that has it. */
  readonly schemas: readonly Schema[];
  readonly isRequired: boolean;
  readonly description: string;
}

/** Fields of an object, or of all of its alternatives. */
function fieldsOf(schema: Schema): Field[] {
  const options = schema.oneOf ?? [schema];
  const names = new Set(options.flatMap(({ properties = {} }) => Object.keys(properties)));
  return [...names].map((name) => {
    const having = options.filter(({ properties = {} }) => name in properties);
    const schemas = having.map(({ properties = {} }) => properties[name] as Schema);
    const isInAll = having.length === options.length;
    return {
      name,
      schemas,
      isRequired: isInAll && having.every(({ required = [] }) => required.includes(name)),
      description: `${isInAll ? "" : `With ${having.map(tagOf).join(" or ")}: `}${describe(schemas)}`,
    };
  });
}

/** The field, and its value, that make an alternative the one that it is. */
function tagOf({ properties = {} }: Schema): string {
  const [name, tag] = Object.entries(properties).find(([, one]) => one.const !== undefined) ?? [];
  return `${name} ${tag?.const}`;
}

/** Texts that are tags say themselves what they mean. */
function describe(schemas: readonly Schema[]): string {
  const [{ const: tag, default: value, description = "" } = {}] = schemas;
  if (typeof tag === "string") return "";
  if (tag !== undefined) return schemas.map((one) => `${one.const}: ${one.description}`).join(" ");
  // The end of a comment could be in it, as in fields of cron.
  const isShown =
    value !== undefined && typeof value !== "object" && !/Default:|\*\//.test(`${description}${value}`);
  return `${description}${isShown ? ` Default: ${value}.` : ""}`;
}

function given({ items, type }: Schema): string {
  if (items) return "Input<Input<string>[]>";
  return type === "object" ? "Input<Record<string, Input<string>>>" : "Input<string>";
}

/** Identity of a shape, whatever it is for. */
const shapeOf = (schema: Schema) =>
  fieldsOf(schema).map(({ name, schemas, isRequired }) => [name, schemas, isRequired]);

const pascal = (name: string) =>
  name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

/** With keys as args have them. */
const comment = (description = "", indent = "") =>
  description === "" ? "" : `${indent}/** ${description.replaceAll("dynamo:", "")} */\n`;
