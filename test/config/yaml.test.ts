import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../config/parse";
import { readStack } from "../../config/project";
import {
  brokenFiles,
  files,
  ignoredKeys,
  readings,
  refusedByPulumi,
  refusedFiles,
  refusedHere,
} from "./yamlTraps";

const dir = mkdtempSync(join(tmpdir(), "yaml-"));
writeFileSync(join(dir, "Pulumi.yaml"), "name: dynamo\nconfig: {}\n");
afterAll(() => rmSync(dir, { recursive: true }));

function read(yaml: string | Buffer) {
  writeFileSync(join(dir, "Pulumi.test.yaml"), yaml);
  return readStack("test", dir);
}
const within = (yaml: string) => `config:\n  a:b: { v: ${yaml} }\n`;

function refusal(yaml: string | Buffer): string {
  try {
    return JSON.stringify(read(yaml).config);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
}

test.each(readings)("%s is read as %s", (yaml, json) =>
  expect(read(within(yaml)).config).toEqual({ "a:b": `{"v":${json}}` }),
);

test.each(files)("%j is read as Pulumi reads it", (yaml, values) =>
  expect(read(yaml).config).toEqual(values),
);

test.each([...refusedByPulumi, ...refusedHere].map(within).concat(refusedFiles))(
  "%j is refused in one line",
  (yaml) => expect(refusal(yaml)).toMatch(/^\S+Pulumi\.test\.yaml can't be read: (✖ )?\S.*$/),
);

test.each(ignoredKeys)("%j is refused, though Pulumi reads it as nothing", (yaml, ...lines) =>
  expect(refusal(yaml)).toBe(
    lines.map((line) => `${join(dir, "Pulumi.test.yaml")} can't be read: ${line}`).join("\n"),
  ),
);

test.each(brokenFiles)("%j is refused with its line", (yaml, line) =>
  expect(refusal(yaml)).toBe(`${join(dir, "Pulumi.test.yaml")} can't be read: ${line}`),
);

test("keys that Pulumi itself writes, and those of anchors, are taken", () =>
  expect(
    read(
      "secretsprovider: passphrase\nencryptedkey: a\nencryptionsalt: b\nenvironment: [c]\nx-d: &d 1\nconfig:\n  a:b: *d\n",
    ).config,
  ).toEqual({ "a:b": "1" }));

test.each([
  [
    "a number that is none",
    ".inf",
    "a:b.v: Pulumi can't hand .inf to a program: write a number, or a text in quotes",
  ],
  [
    "a time elsewhere",
    "[2026-11-28T10:20:30+02:00]",
    "a:b.v[0]: Pulumi reads 2026-11-28T10:20:30+02:00 by the machine's time zone: write it in quotes",
  ],
  ["a key of null", "{ ~: 1 }", "a:b.v.~: Pulumi reads a key that is no text: write it in quotes"],
  [
    "a tag that does not fit",
    "!!int five",
    `a:b.v: "five" is no !!int: write another value, or remove the tag`,
  ],
  [
    "a colon without a space",
    "[{ c:{ d: 1 } }]",
    "a:b.v[0].c: write a space after the colon, without which Pulumi reads none",
  ],
  ["bytes that are none", "!!binary a", "a:b.v: !!binary is not in base64: mend it, or remove the tag"],
  ["a merge of nothing", "{ <<: 5 }", "a:b.v: << takes an object, its alias, or a list of these"],
])("%s is named, with what to do", (_, yaml, line) =>
  expect(refusal(within(yaml))).toContain(`read: ${line}`),
);

test.each([
  ["a:b.c: 1", { "a:b.c": "1" }],
  ["a:b: 9223372036854775808", { "a:b": "9223372036854775808" }],
  ["a:b: 18446744073709551616", { "a:b": "18446744073709552000" }],
  ["a:b: [9223372036854775808]", { "a:b": "[9223372036854776000]" }],
  ["a:b: -0.0", { "a:b": "0" }],
  ["a:b: 017", { "a:b": "15" }],
  ["a:b: ~", { "a:b": "" }],
  ["a:b: '017'", { "a:b": "017" }],
  ["a:b: {secure: x, y: 1}", { "a:b": '{"secure":"x","y":1}' }],
  ["a:b: {secure: 5}", { "a:b": '{"secure":5}' }],
])("%s at the top", (line, values) => {
  const { config, secretKeys } = read(`config:\n  ${line}\n`);
  expect(config).toEqual(values);
  expect(secretKeys).toEqual([]);
});

test.each(["{secure: x}", "[1, {secure: x}]", "{a: {b: {secure: x}}}"])("%s is secret", (yaml) => {
  const { config, secretKeys } = read(`config:\n  a:b: ${yaml}\n`);
  expect(secretKeys).toEqual(["a:b"]);
  expect(config["a:b"]).toContain("[secret]");
});

test("keys without the project's name are the project's", () =>
  expect(read("config:\n  switchover: recreate\n").settings.switchover).toBe("recreate"));

test("one key in two ways is refused: Pulumi takes either", () =>
  expect(refusal("config:\n  switchover: recreate\n  dynamo:config:switchover: blue-green\n")).toMatch(
    /it has dynamo:switchover twice, once as dynamo:config:switchover: remove one$/,
  ));

test("an object is written out wherever an alias names it", () => {
  const times = Array.from({ length: 300 }, (_, i) => `  a:k${i}: [*m, { <<: *m, b: ${i} }]\n`);
  const { config } = read(`x-m: &m { a: 1, b: 2 }\nconfig:\n${times.join("")}`);
  expect(config["a:k299"]).toBe('[{"a":1,"b":2},{"a":1,"b":299}]');
});

test.each([
  [
    "aliases of aliases",
    Array.from({ length: 9 }, (_, i) => `k${i}: &l${i} [${`*l${i - 1}, `.repeat(9)}]\n`),
  ],
  ["a long text, often", [`l: [${"*l-1, ".repeat(9_000)}]\n`]],
  ["merges", [`l: [${"{ <<: *l-1 }, ".repeat(9_000)}]\n`]],
])("%s that write out to more than a file may hold are refused", (_, lines) =>
  expect(refusal(`a: &l-1 { text: ${"x".repeat(1_000)} }\n${lines.join("")}config: {}\n`)).toMatch(
    /can't be read: its aliases write out to more than 1 MiB: write fewer of them$/,
  ),
);

test("more aliases than anybody writes are refused", () =>
  expect(refusal(`x-a: &a 1\nx-b: [${"*a, ".repeat(10_001)}]\nconfig: {}\n`)).toMatch(
    /it has more than 10000 aliases: write their values$/,
  ));

test.each([
  ["empty lines", "\n".repeat(400_000)],
  ["items", `a: [${"b,".repeat(200_000)}]\n`],
  ["documents", "---\n".repeat(200_000)],
])("a file of nothing but %s is refused", (_, text) =>
  expect(refusal(`config: {}\n${text}`)).toMatch(/it has more values than a stack's file has: make several/),
);

test("a large file is refused", () =>
  expect(refusal(`config: {}\n#${"x".repeat(2 ** 20)}`)).toMatch(
    /it has more than 1 MiB: make several stacks of it$/,
  ));

test("a file in another encoding is refused", () =>
  expect(refusal(Buffer.from("config:\n  a:b: é\n", "latin1"))).toMatch(/can't be read: .*utf-8/));
