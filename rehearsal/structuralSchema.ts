export type JsonSchema = { readonly [keyword: string]: unknown };

/** Keywords that JSON Schema and CustomResourceDefinitions have in common. */
const sharedKeywords = [
  "type",
  "description",
  "enum",
  "required",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
];

/**
 * The structural schema, as a CustomResourceDefinition must have it, for a JSON Schema. It accepts what the JSON Schema
 * accepts, and leaves open what a structural schema can't say (unions, references), or says in another language
 * (patterns are RE2 there). Defaults are left out, since the API server would write them into objects.
 */
export function structuralSchema(schema: JsonSchema): JsonSchema {
  const shared = Object.fromEntries(
    sharedKeywords.filter((key) => key in schema).map((key) => [key, schema[key]]),
  );
  switch (schema.type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return shared;
    case "array":
      return { ...shared, items: structuralSchema(isSchema(schema.items) ? schema.items : {}) };
    case "object":
      return { ...shared, ...fields(schema) };
    default:
      return { "x-kubernetes-preserve-unknown-fields": true };
  }
}

/** A structural schema has properties, or a schema for every other field, but not both. */
function fields({ properties, additionalProperties: others }: JsonSchema): JsonSchema {
  if (isSchema(properties)) {
    const known = Object.entries(properties).map(([name, field]) => [
      name,
      structuralSchema(field as JsonSchema),
    ]);
    const closed = others === false ? {} : { "x-kubernetes-preserve-unknown-fields": true };
    return { properties: Object.fromEntries(known), ...closed };
  }
  return isSchema(others)
    ? { additionalProperties: structuralSchema(others) }
    : { "x-kubernetes-preserve-unknown-fields": true };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}
