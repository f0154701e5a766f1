/** The settings in Markdown: a section for each group that has an example. */
import { isOfTexts, type Schema } from "../../config/reference";

/** Parts of a stack's file that show a group of settings, by the group's key. `graphs[]` is an item of the list. */
export type SettingExamples = Readonly<Record<string, readonly string[]>>;

interface Section {
  readonly key: string;
  readonly schema: Schema;
}

/**
 * The sections of docs/configuration.md, one for each group of settings. Groups of one shape share a section.
 * @param properties schema of each key in the project's namespace.
 */
export function settingSections(
  project: string,
  properties: Readonly<Record<string, Schema>>,
  examples: SettingExamples,
): string {
  const groups = Object.entries(properties).flatMap(([key, schema]) => groupsOf(key, schema));
  const sections = groups.filter(({ key }) => key in examples);
  const byShape = new Map(sections.map((section) => [shapeOf(section.schema), section]));
  return sections
    .map((section) => describe(project, section, byShape, groups, examples[section.key]))
    .join("\n\n");
}

function groupsOf(key: string, schema: Schema): Section[] {
  const prefix = schema.items ? `${key}[]` : key;
  const inner = optionsOf(schema).flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, one]) => groupsOf(`${prefix}.${name}`, one)),
  );
  return [{ key, schema }, ...inner];
}

/** A group's alternatives; a plain group, or a list of them, has one. */
function optionsOf({ items, ...schema }: Schema): readonly Schema[] {
  return items ? optionsOf(items) : (schema.oneOf ?? [schema]);
}

/** Identity of a group's shape, whatever the group is for. */
const shapeOf = (schema: Schema) =>
  JSON.stringify(optionsOf(schema).map(({ properties, enum: values }) => [properties, values]));

const headingOf = (project: string, key: string) => `${project}:${key}`;
const anchorOf = (heading: string) => heading.toLowerCase().replaceAll(/[^a-z0-9-]/g, "");

function describe(
  project: string,
  { key, schema }: Section,
  byShape: ReadonlyMap<string, Section>,
  groups: readonly Section[],
  examples: readonly string[] = [],
): string {
  const alike = groups.filter((one) => one.key !== key && shapeOf(one.schema) === shapeOf(schema));
  const siblings = [...new Set(alike.map((one) => one.key))].filter((one) => parentOf(one) === parentOf(key));
  const shown = examples.map((text) => `\`\`\`yaml\n${text.trim()}\n\`\`\``);
  const tables = optionsOf(schema).map((option) => {
    const { discriminator, rest } = discriminated(option);
    const rows = rest.flatMap(([name, one]) => rowsOf(name, one, option.required?.includes(name) ?? false));
    const table = ["| setting | value | default | |", "| --- | --- | --- | --- |", ...rows].join("\n");
    return [...discriminator, ...(rows.length > 0 ? [table] : [])].join("\n\n");
  });
  return [
    `${"#".repeat(Math.min(key.split(".").length + 1, 3))} \`${headingOf(project, key)}\``,
    `${schema.description}${isSimple(schema) ? valuesOf(schema) : sharedBy(siblings)}`,
    ...shown,
    ...(isSimple(schema) ? [] : tables),
  ].join("\n\n");

  function rowsOf(name: string, one: Schema, required: boolean): string[] {
    const section = byShape.get(shapeOf(one));
    if (!isSimple(one) && section) {
      const heading = headingOf(project, section.key);
      const link = `[${one.items ? "list of objects" : "object"}](#${anchorOf(heading)})`;
      return [row(name, link, defaultOf(one, required), one)];
    }
    const inner = optionsOf(one).flatMap(({ properties = {}, required: needed = [] }) =>
      Object.entries(properties).flatMap(([child, schema]) =>
        rowsOf(`${name}${one.items ? "[]" : ""}.${child}`, schema, needed.includes(child)),
      ),
    );
    return [row(name, typeOf(one), defaultOf(one, required), one), ...inner];
  }
}

/** An option's discriminator, as a line of its own, and its other settings. */
function discriminated({ properties = {} }: Schema) {
  const entries = Object.entries(properties);
  const chosen = entries.find(([, { const: value }]) => value !== undefined);
  const [name, schema] = chosen ?? [];
  return {
    discriminator: schema ? [`With **\`${name}: ${schema.const}\`**: ${schema.description}`] : [],
    rest: entries.filter((entry) => entry !== chosen),
  };
}

const isSimple = ({ properties, oneOf, items }: Schema): boolean =>
  !properties && !oneOf && (!items || isSimple(items));

const parentOf = (key: string) => key.slice(0, key.lastIndexOf("."));

const sharedBy = (keys: readonly string[]) =>
  keys.length === 0
    ? ""
    : ` ${keys.map((key) => `\`${key.slice(key.lastIndexOf(".") + 1)}\``).join(" and ")} have the same settings.`;

const valuesOf = (schema: Schema) => ` It is ${typeOf(schema)}. Default: ${defaultOf(schema, false)}.`;

function row(name: string, type: string, fallback: string, { description = "" }: Schema): string {
  return `| \`${name}\` | ${type} | ${fallback} | ${description.replaceAll("|", "\\|").replaceAll("<", "&lt;")} |`;
}

function typeOf(schema: Schema): string {
  const { const: value, enum: values, items, type, properties } = schema;
  if (value !== undefined) return `\`${value}\``;
  if (values) return values.map((one) => `\`${one}\``).join(" or ");
  if (items) return `list of ${items.type}s`;
  return type === "object" && !properties && isOfTexts(schema) ? "texts by name" : (type ?? "any");
}

function defaultOf({ default: value }: Schema, required: boolean): string {
  if (required) return "**required**";
  const isShown = value !== undefined && (typeof value !== "object" || Object.keys(value ?? {}).length > 0);
  return isShown ? `\`${typeof value === "object" ? JSON.stringify(value) : value}\`` : "";
}
