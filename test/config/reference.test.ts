/** What editors are told of a stack's file, beside its settings. */
import { stackFileSchema } from "../../config/reference";

interface Keys {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly patternProperties: Readonly<Record<string, unknown>>;
  readonly additionalProperties: boolean;
}

const file = stackFileSchema("dynamo") as Keys & { readonly properties: { readonly config: Keys } };

const takes = ({ properties, patternProperties, additionalProperties }: Keys, key: string) =>
  additionalProperties ||
  key in properties ||
  Object.keys(patternProperties).some((pattern) => new RegExp(pattern).test(key));

test.each([
  ["config", true],
  ["environment", true],
  ["secretsprovider", true],
  ["encryptedkey", true],
  ["encryptionsalt", true],
  ["x-common", true],
  ["confg", false],
  ["Config", false],
  ["secretsProvider", false],
  ["dynamo:graphs", false],
  ["foo", false],
])("%s at the top: %p", (key, isTaken) => expect(takes(file, key)).toBe(isTaken));

test.each([
  ["dynamo:graphs", true],
  ["dynamo:huggingFaceToken", true],
  ["graphs", true],
  ["dynamo:config:graphs", true],
  ["kubernetes:context", true],
  ["aws:region", true],
  ["pulumi:tags", true],
  ["dynamo:graph", false],
  ["dynamo:graphsx", false],
  ["graph", false],
  ["dynamo:config:graph", false],
])("%s below config: %p", (key, isTaken) => expect(takes(file.properties.config, key)).toBe(isTaken));

test("a token is one secret text", () =>
  expect(file.properties.config.properties["dynamo:huggingFaceToken"]).toMatchObject({
    required: ["secure"],
    additionalProperties: false,
  }));
