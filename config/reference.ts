/** The config as a JSON schema, for editors and for the page of settings. */
import { z } from "zod";
import { tokenKey } from "./parse";
import { stackSettings } from "./schema";
import { ownKeys, stackFileKeys } from "./stackFile";

/** The part of JSON Schema that describes settings. */
export interface Schema {
  readonly type?: string;
  /** Name of the type that other languages know it by, where its key is that of several shapes. */
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

const settings = z.toJSONSchema(stackSettings, { io: "input" }) as Schema;

const token: Schema = {
  type: "object",
  description: `Token for the Secrets that graphs name as huggingFaceSecret, one text: \`pulumi config set --secret ${tokenKey}\`. Default: the Secrets are there.`,
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** Schema of each setting, by its key in the project's namespace. */
export const settingSchemas: Readonly<Record<string, Schema>> = settings.properties ?? {};

/** JSON schema of a `Pulumi.<stack>.yaml`. */
export function stackFileSchema(project: string): object {
  const properties = { ...settingSchemas, [tokenKey]: token };
  const keys = Object.entries(properties).map(([key, schema]) => [`${project}:${key}`, schema]);
  // Pulumi also takes settings without their namespace. What other namespaces have is theirs.
  const others = `^((${project}:config:)?(${Object.keys(properties).join("|")})|(?!${project}:)[^:]+:.+)$`;
  const config = {
    type: ["object", "null"],
    description: stackFileKeys.config,
    properties: Object.fromEntries(keys),
    patternProperties: { [others]: {} },
    additionalProperties: false,
  };
  const described = Object.entries(stackFileKeys).map(([key, description]) => [key, { description }]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of this program",
    type: "object",
    properties: { ...Object.fromEntries(described), config },
    patternProperties: { [ownKeys.source]: {} },
    additionalProperties: false,
  };
}

/** Whether it is of an object with any names, each with a text. */
export const isOfTexts = ({ additionalProperties }: Schema): boolean =>
  typeof additionalProperties === "object" && additionalProperties.type === "string";
