/** What the documents say can be done can be done: commands, links, settings and diagrams. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parse } from "yaml";
import { npmName } from "../../commands/cli/npmName";
import { parseConfig } from "../../config/parse";
import { projectDir } from "../../config/project";
import { supportedVersions } from "../../config/runtime/versions";
import { scripts } from "../../package.json";
import { commandOf, names } from "../commands/command";
import { anchors, codeSpans, commands, fences, links } from "./markdown";

const docs = readdirSync(join(projectDir, "docs"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .map((file) => join("docs", file));
const front = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
const pages = [...front, "examples/README.md", ...docs.sort()];
const read = (page: string) => readFileSync(join(projectDir, page), "utf8");

/** Commands of a page: those of its scripts, and those that its prose names. */
function commandsOf(page: string): string[][] {
  const markdown = read(page);
  const blocks = fences(markdown).filter(({ language }) => language === "sh");
  const named = codeSpans(markdown).filter((code) => /^(npm|kubectl|pulumi) /.test(code));
  return [...blocks.map(({ text }) => text), ...named].flatMap(commands);
}

interface Use {
  readonly script: string;
  readonly options: readonly string[];
}

/** `npm run <script>` with its options, wherever a page has it. */
function scriptsOf(page: string): Use[] {
  return commandsOf(page).flatMap(([npm, ...words]) => {
    const [verb, ...rest] = words.filter((word) => word !== "--silent");
    if (npm !== "npm" || (verb !== "run" && verb !== "test")) return [];
    const [script, ...args] = verb === "test" ? [verb, ...rest] : rest;
    const options = args.filter((word) => /^--?\w/.test(word)).map((word) => word.replace(/=.*/, ""));
    return script === undefined ? [] : [{ script, options }];
  });
}

test.each(pages)("%s: scripts of npm exist", (page) => {
  const used = scriptsOf(page).map(({ script }) => script);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(used));
});

/** The options that the pages give each script. */
const options = new Map<string, Set<string>>();
for (const use of pages.flatMap(scriptsOf))
  for (const option of use.options)
    options.set(use.script, (options.get(use.script) ?? new Set<string>()).add(option));

const files = new Map(names.map((name) => [npmName(name), name]));

test.each([...options].filter(([script]) => files.has(script)))(
  "npm run %s knows its options",
  (script, written) => {
    const known = commandOf(files.get(script) ?? script).options.flatMap(({ short, long }) => [short, long]);
    expect([...known, "--help"]).toEqual(expect.arrayContaining([...written]));
  },
);

/** What the pages may use of others' tools: no more than was looked up. */
const tools: Readonly<Record<string, readonly string[]>> = {
  kubectl: [
    "apply",
    ...["cordon", "create", "delete", "describe", "exec", "get", "label", "logs", "patch", "port-forward"],
    ...["rollout restart", "scale", "set env", "taint", "top", "uncordon", "wait"],
  ],
  pulumi: [
    ...[
      "cancel",
      "config set",
      "destroy",
      "import",
      "login",
      "package add",
      "policy analyze",
      "preview",
      "refresh",
    ],
    ...[
      "stack export",
      "stack import",
      "stack init",
      "stack ls",
      "stack output",
      "stack rename",
      "stack rm",
      "state delete",
      "up",
    ],
  ],
};

test.each(pages)("%s: commands of kubectl and pulumi are known", (page) => {
  const unknown = commandsOf(page).filter(([tool = "", ...words]) => {
    const isOption = (word: string, i: number) =>
      word.startsWith("-") || /^--(namespace|context)$/.test(words[i - 1] ?? "");
    const [verb, noun] = words.filter((word, i) => !isOption(word, i));
    return tools[tool]?.every((known) => known !== verb && known !== `${verb} ${noun}`) ?? false;
  });
  expect(unknown).toEqual([]);
});

test.each(pages)("%s: links lead somewhere", (page) => {
  const local = links(read(page)).filter((link) => !/^[a-z]+:/.test(link));
  for (const link of local) {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : relative(projectDir, join(projectDir, dirname(page), path));
    expect([link, existsSync(join(projectDir, target))]).toEqual([link, true]);
    if (anchor !== undefined && statSync(join(projectDir, target)).isFile())
      expect([link, anchors(read(target))]).toEqual([link, expect.arrayContaining([anchor])]);
  }
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

const stackFile: { properties: { config: Schema } } = JSON.parse(read("config/stack.schema.json"));

/** Whether a schema has a setting: `discovery`, `etcd`, or `[]` for the items of a list. */
function has(
  { properties, additionalProperties, items, oneOf = [] }: Schema,
  path: readonly string[],
): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  const inner =
    key === "[]"
      ? items
      : (properties?.[key] ?? (typeof additionalProperties === "object" && additionalProperties));
  return (inner && has(inner, rest)) || oneOf.some((option) => has(option, path));
}

test.each(pages)("%s: settings exist", (page) => {
  // Types of components are no settings, nor are parts of URNs.
  const named = [
    ...read(page).matchAll(/(?<![\w/.$:-]|type: )(dynamo:[a-zA-Z]\w*)((?:\.[a-zA-Z]\w*|\[\d*\])*)/g),
  ];
  for (const [name, key = "", rest = ""] of named) {
    const path = [key, ...(rest.replaceAll(/\[\d*\]/g, ".[]").match(/[^.]+/g) ?? [])];
    expect([name, has(stackFile.properties.config, path)]).toEqual([name, true]);
  }
});

const configs = pages.flatMap((page) =>
  fences(read(page)).flatMap(({ language, text }) =>
    language === "yaml" && /^ *dynamo:/m.test(text) ? [{ page, text }] : [],
  ),
);

test.each(configs)("$page: the program takes the config that it shows", ({ text }) => {
  const yaml = parse(text);
  const values = Object.entries<unknown>(yaml.config ?? yaml).map(([key, value]) => [
    key,
    JSON.stringify(value),
  ]);
  expect(() =>
    parseConfig("dynamo", "docs", Object.fromEntries(values), (key) => key.endsWith(":huggingFaceToken")),
  ).not.toThrow();
});

const diagrams = pages.flatMap((page) =>
  fences(read(page)).flatMap(({ language, text }) => (language === "mermaid" ? [{ page, text }] : [])),
);

test.each(diagrams)("$page: a diagram is not empty", ({ text }) => {
  expect(text).toMatch(/^flowchart (LR|TB)\n(.*\n)*.*(-->|==>|\.->)/);
});

test("the README is read in a minute, and shows what the commands print", () => {
  const readme = read("README.md");
  expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(8 * 1024);
  const [, shown = ""] = /<!-- preview -->\n```\n([\s\S]*?)\n```\n<!-- \/preview -->/.exec(readme) ?? [];
  // What test/commands/preview.test.ts holds the command to.
  const { "the manifests of dev are what they were 1": printed = "" }: Record<string, string> =
    require("../commands/__snapshots__/preview.test.ts.snap");
  for (const part of shown.split("\n\n…\n\n")) expect(printed).toContain(part);
  expect(shown.split("\n").length).toBeGreaterThan(20);
});

test("the README's stack is the one that is previewed, and its versions are the config's", () => {
  const [stack] = fences(read("README.md")).filter(({ language }) => language === "yaml");
  expect(parse(stack?.text ?? "")).toEqual(parse(read("Pulumi.dev.yaml")));
  expect(read("README.md")).toContain(`| Dynamo runtime | ${supportedVersions}; `);
});

test("the index has every guide", () => {
  const listed = links(read("docs/README.md"));
  const guides = docs.filter((page) => dirname(page) === "docs" && page !== "docs/README.md");
  expect(listed).toEqual(expect.arrayContaining(guides.map((page) => relative("docs", page))));
});
