/** The config as documents: a JSON schema for editors, and the table of settings for people. */
import { z } from "zod";
import { tokenKey } from "./parse";
import { stackConfig } from "./schema";

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

const settings = z.toJSONSchema(stackConfig, { io: "input" }) as Schema;

const token: Schema = {
  type: "object",
  description: `Token for the graphs' Hugging Face Secrets: \`pulumi config set --secret ${tokenKey}\`. Default: the Secrets are the platform's.`,
  properties: { secure: { type: "string" } },
};

/** JSON schema of a `Pulumi.<stack>.yaml`. */
export function stackFileSchema(project: string): object {
  const properties = { ...settings.properties, [tokenKey]: token };
  const keys = Object.entries(properties).map(([key, schema]) => [`${project}:${key}`, schema]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of this program",
    type: "object",
    properties: { config: { type: "object", properties: Object.fromEntries(keys) } },
  };
}

/** The settings as a Markdown table. */
export function settingsTable(project: string): string {
  const rows = Object.entries({ ...settings.properties, [tokenKey]: token }).flatMap(([key, schema]) =>
    key === tokenKey
      ? [row(`${project}:${key}`, "secret", "", schema)]
      : rowsOf(`${project}:${key}`, schema, false),
  );
  return ["| key | value | default | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function rowsOf(key: string, schema: Schema, required: boolean): string[] {
  if (schema.oneOf) {
    const options = schema.oneOf.flatMap((option) => propertyRows(key, option));
    return [row(key, "object", defaultOf(schema, required), schema), ...options];
  }
  if (schema.properties)
    return [row(key, "object", defaultOf(schema, required), schema), ...propertyRows(key, schema)];
  const { items } = schema;
  if (items?.properties || items?.oneOf)
    return [
      row(key, "list of objects", defaultOf(schema, required), schema),
      ...(items.oneOf ?? [items]).flatMap((item) => propertyRows(`${key}[]`, item)),
    ];
  return [row(key, typeOf(schema), defaultOf(schema, required), schema)];
}

function propertyRows(key: string, { properties = {}, required = [] }: Schema): string[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    rowsOf(`${key}.${name}`, schema, required.includes(name)),
  );
}

function row(key: string, type: string, fallback: string, { description = "" }: Schema): string {
  return `| \`${key}\` | ${type} | ${fallback} | ${description.replaceAll("|", "\\|").replaceAll("<", "&lt;")} |`;
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(" or ");
  return schema.items ? `list of ${schema.items.type}s` : (schema.type ?? "");
}

function defaultOf(schema: Schema, required: boolean): string {
  if (required && schema.const === undefined) return "**required**";
  const { default: value } = schema;
  const isTold = value !== undefined && (typeof value !== "object" || Object.keys(value ?? {}).length > 0);
  return isTold ? `\`${typeof value === "object" ? JSON.stringify(value) : value}\`` : "";
}
