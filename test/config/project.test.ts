import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { ConfigError } from "../../config/parse";
import { cliName, projectDir, readStack } from "../../config/project";
import { stackConfig, stackSettings } from "../../config/schema";
import { wrongInputs } from "./wrongInputs";

const dir = mkdtempSync(join(tmpdir(), "project-"));
copyFileSync(join(projectDir, "Pulumi.yaml"), join(dir, "Pulumi.yaml"));
afterAll(() => rmSync(dir, { recursive: true }));

function read(yaml: string) {
  writeFileSync(join(dir, "Pulumi.test.yaml"), yaml);
  return readStack("test", dir);
}
const file = (config: object) => {
  const keys = Object.entries(config).map(([key, value]) => [`dynamo:${key}`, value]);
  return stringify({ config: Object.fromEntries(keys) });
};

test.each(Object.entries(wrongInputs))("%s is refused from its file too", (_, { config, lines }) => {
  let message = "";
  try {
    read(file(config));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    message = (error as Error).message;
  }
  expect(message.split("\n")).toHaveLength(lines.length + 1);
});

test.each([
  ["a file that is not YAML", "config: [", /can't be read/],
  [
    "a file with a key twice",
    "config:\n  dynamo:graphs: []\n  dynamo:graphs: []\n",
    /dynamo:graphs is there twice: remove one$/,
  ],
  ["a file that is a list", "- config", /can't be read/],
  ["a config that is text", "config: dynamo", /can't be read/],
])("%s is refused", (_, yaml, message) => {
  expect(() => read(yaml)).toThrow(ConfigError);
  expect(() => read(yaml)).toThrow(message);
});

test.each([
  ["an empty file", ""],
  ["a config of nothing", "config:"],
])("%s is a stack of defaults", (_, yaml) => expect(read(yaml).settings).toEqual(stackConfig.parse({})));

test("a secret is never decrypted", () => {
  const stack = read(file({ huggingFaceToken: { secure: "v1:abc" } }));
  expect(stack.secretKeys).toEqual(["dynamo:huggingFaceToken"]);
  expect(stack.config["dynamo:huggingFaceToken"]).toBe("[secret]");
});

test("Pulumi.yaml has a default for every setting, and it is the schema's", () => {
  const { config } = parse(readFileSync(join(projectDir, "Pulumi.yaml"), "utf8"));
  const defaults = Object.entries<{ default: unknown }>(config).map(([key, value]) => [key, value.default]);
  expect(defaults.map(([key]) => key)).toEqual(Object.keys(stackSettings.shape));
  expect(stackConfig.parse(Object.fromEntries(defaults))).toEqual(stackConfig.parse({}));
});

describe("a stack's name", () => {
  beforeAll(() => read("config:\n"));

  test.each([
    ["test", undefined, "test"],
    ["acme/test", "acme", "acme/dynamo/test"],
    ["acme/dynamo/test", "acme", "acme/dynamo/test"],
    ["organization/dynamo/test", "organization", "organization/dynamo/test"],
  ])("%s is read from one file", (given, organization, qualified) => {
    const stack = readStack(given, dir);
    expect(stack).toMatchObject({ project: "dynamo", name: "test", organization });
    expect(cliName(stack)).toBe(qualified);
  });

  test.each([
    "",
    "a/b/c/d",
    "../test",
    "acme/../test",
    "/test",
    "acme/",
    "acme//test",
    "a b",
    "acme/te:st",
    "a".repeat(101),
  ])("%j is none", (given) =>
    expect(() => readStack(given, dir)).toThrow(
      `${JSON.stringify(given)} is no name of a stack: write one such as prod, acme/prod or acme/dynamo/prod`,
    ),
  );

  test("of another project is refused", () =>
    expect(() => readStack("acme/web/test", dir)).toThrow(
      /^acme\/web\/test is a stack of project web, and this is dynamo: write acme\/test$/,
    ));

  test("without a file is told the others", () =>
    expect(() => readStack("acme/prod", dir)).toThrow(
      'there is no stack "prod": write one of test, or make Pulumi.prod.yaml',
    ));
});
