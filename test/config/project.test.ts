import fs, {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { ConfigError } from "../../config/parse";
import { cliName, identifyStack, projectDir, readStack, stackNames } from "../../config/project";
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

describe("what is no file that can be read", () => {
  const path = join(dir, "Pulumi.odd.yaml");
  afterEach(() => rmSync(path, { recursive: true }));
  const refusal = () => {
    try {
      return String(readStack("odd", dir));
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    }
  };

  test("a folder", () => {
    mkdirSync(path);
    expect(refusal()).toBe(
      `${path} can't be read: it is a folder: move it away, and write a file in its place`,
    );
    expect(stackNames(dir)).not.toContain("odd");
  });

  test("a device", () => {
    symlinkSync("/dev/null", path);
    expect(refusal()).toBe(`${path} can't be read: it is no file: move it away, and write one in its place`);
  });

  test.each(["/nowhere", path])("a link to %s", (target) => {
    symlinkSync(target, path);
    expect(refusal()).toBe(`${path} is a link that leads nowhere: mend it, or put a file in its place`);
    expect(() => identifyStack("odd", dir)).toThrow(/leads nowhere/);
    expect(stackNames(dir)).not.toContain("odd");
  });

  test.each([
    ["EACCES", "you may not read it: have its owner allow it, as by chmod a+r Pulumi.odd.yaml"],
    ["EIO", "the system answers EIO to read: look at its disk"],
  ])("one of which the system says %s", (code, line) => {
    writeFileSync(path, "config: {}");
    const read = fs.readFileSync;
    const spy = jest.spyOn(fs, "readFileSync").mockImplementation(((file: string, ...rest: []) => {
      if (file !== path) return read(file, ...rest);
      throw Object.assign(new Error(`${code}: of the system`), { code, syscall: "read" });
    }) as typeof read);
    expect(refusal()).toBe(`${path} can't be read: ${line}`);
    spy.mockRestore();
  });
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

  test.each([
    ["test.yaml", "test"],
    ["Pulumi.test.yaml", "test"],
    ["Pulumi.test", "test"],
    ["./Pulumi.test.yml", "test"],
    ["./test.yaml", "test"],
    ["/home/me/dynamo/Pulumi.test.yaml", "test"],
    ["acme/test.yaml", "acme/test"],
    ["new.yaml", "new"],
    ["Pulumi.yaml", "test"],
  ])("%s is a file's", (given, stack) => {
    const line = `${JSON.stringify(given)} is the name of a file, and not that of its stack: write --stack ${stack}`;
    expect(() => readStack(given, dir)).toThrow(line);
    expect(() => identifyStack(given, dir)).toThrow(line);
  });

  test("may end like a file's where there is such a stack", () => {
    writeFileSync(join(dir, "Pulumi.v1.yaml.yaml"), "");
    expect(readStack("v1.yaml", dir).name).toBe("v1.yaml");
    rmSync(join(dir, "Pulumi.v1.yaml.yaml"));
  });

  test("of another project is refused", () =>
    expect(() => readStack("acme/web/test", dir)).toThrow(
      /^acme\/web\/test is a stack of project web, and this is dynamo: write acme\/test$/,
    ));

  test("without a file is told the others", () =>
    expect(() => readStack("acme/prod", dir)).toThrow(
      'there is no stack "prod": write one of test, or make Pulumi.prod.yaml',
    ));
});
