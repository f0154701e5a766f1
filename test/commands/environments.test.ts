/** Stacks whose values are partly in ESC environments, which only Pulumi can open. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentsOf, unknownValues } from "../../config/environments";
import { run } from "./command";
import { surroundings } from "./surroundings";

const dir = mkdtempSync(join(tmpdir(), "environments-"));
writeFileSync(join(dir, "Pulumi.yaml"), "name: dynamo\nconfig: {}\n");
afterAll(() => rmSync(dir, { recursive: true }));

jest.mock("../../config/project", () => {
  const project = jest.requireActual("../../config/project");
  return { ...project, readStack: (name: string) => project.readStack(name, process.env.STACKS) };
});
process.env.STACKS = dir;

const stack = (yaml: string) => writeFileSync(join(dir, "Pulumi.esc.yaml"), yaml);

const graph = "config:\n  dynamo:graphs: [{ name: chat, model: m }]\n  dynamo:budget: { gpus: 4 }\n";
const told =
  "values of the environments acme/base, dynamo/prod are not known here, and may hold or change any setting: `pulumi preview` knows them";
const environment = "environment: [acme/base, { dynamo/prod: { merge: false } }]\n";

test.each([
  [undefined, undefined],
  [null, undefined],
  [[], undefined],
  [{}, undefined],
  [
    ["a/b", "c"],
    ["a/b", "c"],
  ],
  [
    [{ "a/b@stable": { merge: false } }, "c"],
    ["a/b@stable", "c"],
  ],
  [{ imports: ["a/b"] }, ["a/b"]],
  [{ imports: ["a/b"], values: { pulumiConfig: {} } }, ["a/b", "(inline)"]],
  [{ values: {} }, ["(inline)"]],
  ["a/b", ["a/b"]],
])("the environments of %j are %j", (given, names) => expect(environmentsOf(given)).toEqual(names));

test("none, or one", () => {
  expect(unknownValues(undefined)).toBeUndefined();
  expect(unknownValues(["a"])).toMatch(/^values of the environment a are not known here/);
});

test("a preview says at its top which, and does not end with 0", async () => {
  stack(environment + graph);
  const { code, stdout, stderr } = await run("preview", "--stack", "esc");
  expect(code).toBe(1);
  expect(stdout.split("\n")[0]).toBe(`warning: ${told}`);
  expect(stdout).toContain("dynamo/esc: discovery mode kubernetes");
  expect(stderr).toBe(
    "error: stack esc has values that are not known here, as reported above: --ignore-environments accepts that\n",
  );
});

test("where that is accepted it ends with 0, and says the same", async () => {
  stack(environment + graph);
  const { code, stdout, stderr } = await run("preview", "--stack", "esc", "--ignore-environments");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(told);
});

test("a plan that is refused stays refused", async () => {
  stack(environment + graph.replace("gpus: 4", "gpus: 0"));
  expect((await run("preview", "--stack", "esc", "--ignore-environments")).code).toBe(1);
});

test.each([[[]], [["--ignore-environments"]]])("a comment has no green tick, with %j", async (options) => {
  stack(environment + graph);
  const { stdout } = await run("preview", "--stack", "esc", "--markdown", ...options);
  expect(stdout).toMatch(
    /^<!-- dynamo preview of stack esc -->\n\n### ⚠️ dynamo\/esc: 1 of 4 GPUs\n\n> ⚠️ values of/,
  );
  expect(stdout).toContain("| ⚠️ 3 left |");
  expect(stdout).not.toContain("✅");
});

test("machines read which", async () => {
  stack(environment + graph);
  const { code, stdout } = await run("preview", "--stack", "esc", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ environments: ["acme/base", "dynamo/prod"], refused: false });
});

test.each([
  ["has no values but there", environment, 1],
  ["lacks what may be there", `${environment}config:\n  dynamo:graphs: [{ name: chat }]\n`, 1],
])("a stack that %s says so", async (_, yaml, code) => {
  stack(yaml);
  const ending = await run("preview", "--stack", "esc", "--markdown");
  expect(ending.code).toBe(code);
  expect(ending.stdout.replaceAll("\\`", "`")).toContain(told);
});

const { fakePulumi } = surroundings();
test("commands that go by the stack's file say so too", async () => {
  fakePulumi({});
  stack(environment + graph);
  const { stderr } = await run("smoke", "--stack", "esc");
  expect(stderr).toContain(`warning: ${told}`);
  expect((await run("restore", "--stack", "esc", "--snapshot", "a.db")).stderr).toContain(`warning: ${told}`);
});
