/** The real CRD of graphs, where it lies beside the project, and what it says against a manifest. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { at, type Manifest, record } from "../../../gpus/manifest";

const crds = join(__dirname, "../../../../shared/crds");

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
}

/** The schema of a version of graphs; undefined where the CRD is not at hand, which is told. */
export function schemaOf(release: "0.8" | "1.4", version: string): Schema | undefined {
  const file = join(crds, `dynamo-${release}`, "nvidia.com_dynamographdeployments.yaml");
  if (!existsSync(file)) {
    console.warn(`there is no ${file}`);
    return undefined;
  }
  const { versions } = parse(readFileSync(file, "utf8")).spec as {
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
  return versions.find(({ name }) => name === version)?.schema.openAPIV3Schema;
}

/** What the API server's strict validation would say: unknown fields, missing ones, other types and values. */
export function mistakesIn(value: unknown, schema: Schema, path = ""): string[] {
  if (schema["x-kubernetes-preserve-unknown-fields"] && !schema.properties) return [];
  if (schema["x-kubernetes-int-or-string"])
    return ["number", "string"].includes(typeof value) ? [] : [`${path} is no int or string`];
  if (schema.enum && !schema.enum.includes(value)) return [`${path} is ${value}`];
  switch (schema.type) {
    case "object":
      return value === null || typeof value !== "object" || Array.isArray(value)
        ? [`${path} is no object`]
        : mistakesInObject(record(value), schema, path);
    case "array":
      return Array.isArray(value)
        ? value.flatMap((item, i) => mistakesIn(item, schema.items ?? {}, `${path}[${i}]`))
        : [`${path} is no list`];
    case "integer":
      return Number.isInteger(value) ? [] : [`${path} is no integer`];
    case "string":
      return typeof value === "string" && new RegExp(schema.pattern ?? "").test(value)
        ? []
        : [`${path} is no such text`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path} is no boolean`];
    default:
      return [];
  }
}

function mistakesInObject(value: Manifest, schema: Schema, path: string): string[] {
  const { properties = {}, additionalProperties: others, required = [] } = schema;
  return [
    ...required.filter((name) => at(value, name) === undefined).map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, part]) => {
      const known = properties[name] ?? others;
      if (known) return mistakesIn(part, known, `${path}.${name}`);
      const isOpen = schema["x-kubernetes-preserve-unknown-fields"] || path === ".metadata";
      return isOpen ? [] : [`${path}.${name} is not known`];
    }),
  ];
}
