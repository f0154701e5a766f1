/** What other people need of a project: its licence, its changes, its owners, and updates that find what is pinned. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDir } from "../../config/project";
import packageJson from "../../package.json";
import { etcdImage } from "../../plan/servers/surroundings";

const read = (file: string) => readFileSync(join(projectDir, file), "utf8");
const list = (folder: string) => readdirSync(join(projectDir, folder)).map((file) => `${folder}/${file}`);

test("the licence is Apache-2.0, in full", () => {
  expect(packageJson.license).toBe("Apache-2.0");
  const text = read("LICENSE");
  expect(text).toContain("Apache License\n                           Version 2.0, January 2004");
  expect(text).toContain("END OF TERMS AND CONDITIONS");
});

test("the changes begin with this version", () => {
  const [, newest] = /^## (\d+\.\d+\.\d+)/m.exec(read("CHANGELOG.md")) ?? [];
  expect(newest).toBe(packageJson.version);
});

test("what has an owner is there", () => {
  const lines = read(".github/CODEOWNERS")
    .split("\n")
    .filter((line) => line.startsWith("/"));
  expect(lines).not.toHaveLength(0);
  for (const line of lines)
    expect([line, existsSync(join(projectDir, line.split(" ")[0] ?? ""))]).toEqual([line, true]);
});

test("forms for issues are forms", () => {
  const forms = list(".github/ISSUE_TEMPLATE").filter((file) => !file.endsWith("config.yml"));
  for (const form of forms)
    expect(parse(read(form))).toMatchObject({
      name: expect.any(String),
      description: expect.any(String),
      body: expect.any(Array),
    });
});

test("Renovate finds every image that the plan writes, and the CLI of the workflows", () => {
  const { customManagers } = JSON.parse(read(".github/renovate.json"));
  const [images, cli] = customManagers.map(
    ({ matchStrings: [pattern] }: { matchStrings: string[] }) => new RegExp(pattern ?? "", "g"),
  );
  const sources = list("plan/servers")
    .filter((file) => file.endsWith(".ts"))
    .map(read)
    .join("\n");
  const found = [...sources.matchAll(images)].map(
    ({ groups }) => `${groups?.depName}:${groups?.currentValue}`,
  );
  expect(found.sort()).toEqual(
    [...sources.matchAll(/"([\w./-]+:v?\d+\.\d+[\w.-]*)"/g)].map(([, image]) => image).sort(),
  );
  expect(found).toContain(etcdImage);
  expect([...read(".github/actions/pulumi/action.yml").matchAll(cli)]).toHaveLength(1);
});

test("stack files tell editors their schema", () => {
  const files = [".", "examples"]
    .flatMap((folder) => list(folder))
    .filter((file) => /\/Pulumi\..+\.yaml$/.test(file));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const path = file.startsWith("./") ? "./config/stack.schema.json" : "../config/stack.schema.json";
    expect([file, read(file).split("\n")[0]]).toEqual([file, `# yaml-language-server: $schema=${path}`]);
  }
});
