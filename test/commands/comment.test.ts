import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comment, failureComment } from "../../commands/preview/comment";
import type { Comparison } from "../../commands/preview/comparison";
import { policyChanges } from "../../commands/preview/policyChanges";
import type { Preview } from "../../commands/preview/previewStack";
import { golden } from "../golden";
import { type Change, changes } from "./changes";
import { run } from "./command";
import { commentOf } from "./commentOf";

const out = mkdtempSync(join(tmpdir(), "comment-"));
afterAll(() => rmSync(out, { recursive: true }));

// After a change that is meant: npx tsx test/writeGolden.ts
test.each(Object.keys(changes) as Change[])("the comment on a change of %s is what it was", async (name) => {
  expect(await commentOf(name)).toBe(readFileSync(join(golden, "comments", `${name}.md`), "utf8"));
});

const preview = (...args: string[]) => run("preview", ...args);

test("nothing changes of what was written just before", async () => {
  const { code, stdout } = await preview("--base", join(golden, "dev"), "--markdown");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^<!-- dynamo preview of stack dev -->\n/);
  expect(stdout).toContain("**Changes**: none");
});

test("another order of replacements, which no object shows, is told", async () => {
  const base = join(mkdtempSync(join(out, "order-")), "dev");
  cpSync(join(golden, "dev"), base, { recursive: true });
  const file = join(base, "summary.json");
  const summary = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(
    file,
    JSON.stringify({ ...summary, switchover: { ...summary.switchover, kind: "recreate" } }),
  );
  const { stdout } = await preview("--base", base, "--markdown");
  expect(stdout).toContain(
    "\nReplacements from now on: **blue-green** (before: `recreate`), by which the new graph is",
  );
  expect((await preview("--base", join(golden, "dev"), "--markdown")).stdout).not.toContain("from now on");
});

test("an empty folder is a new stack", async () => {
  const { stdout } = await preview("--base", mkdtempSync(join(out, "new-")), "--markdown");
  expect(stdout).toContain("**Changes**, compared with nothing: 7 to create, 0 as they are");
});

test("a base that is not there is no new stack: the comment says that it could not be rendered", async () => {
  const { code, stdout, stderr } = await preview("--base", join(out, "nothing"), "--markdown");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^<!-- dynamo preview of stack dev -->\n\n### ❌ dev: can't be previewed\n\n```\n--base/,
  );
  expect(stderr).toMatch(/^error: --base \S+nothing is not there: render it with --out, .* empty folder/);
});

test("the terminal shows the changes too", async () => {
  const { stdout, stderr } = await preview("--stack", "prod", "--base", join(golden, "dev"));
  expect(stderr).toMatch(/^warning: --base \S+dev is of dynamo\/dev: what follows compares two stacks$/m);
  expect(stdout).toContain("+ create StatefulSet nats-system/nats");
  expect(stdout).toContain("- delete DynamoGraphDeployment dynamo/vllm-distributed-demo");
});

test("a folder that is something else is refused", async () => {
  writeFileSync(join(out, "other.txt"), "");
  const { code, stdout, stderr } = await preview("--base", out, "--markdown");
  expect(code).toBe(1);
  expect(stderr).toContain("is not from an earlier preview");
  expect(stdout).toMatch(/^<!-- dynamo preview of stack dev -->\n\n### ❌ dev: can't be previewed/);
});

test("settings that the pack does not know are refused, and the comment says so", async () => {
  const file = join(out, "settings.json");
  writeFileSync(file, JSON.stringify({ "gpu-budget": { gpu: 1 } }));
  const { code, stdout } = await preview("--policy-pack-config", file, "--markdown");
  expect(code).toBe(1);
  expect(stdout).toContain("is not a setting: write gpus, or remove it → at gpu-budget.gpu");
});

test("a violation is told with its remedy, and ends with 1", async () => {
  const file = join(out, "strict.json");
  writeFileSync(file, JSON.stringify({ "gpu-budget": { gpus: 1 } }));
  const { code, stdout, stderr } = await preview("--policy-pack-config", file);
  expect(code).toBe(1);
  expect(stdout).toContain(
    "✖ gpu-budget (critical, mandatory): the stack takes 2 GPUs, and the policies allow 1: 2 by VllmWorker",
  );
  expect(stdout).toContain("→ Lower replicas or gpus of dynamo:graphs");
  expect(stderr).toContain("stack dev may not be made");
});

const summary = (message: string): Preview =>
  ({
    summary: {
      project: "dynamo",
      stack: "dev",
      outputs: {
        discoveryMode: "kubernetes",
        graphs: {},
        services: [],
        servers: [],
        gpus: { total: 0, byGraph: {}, byKind: {}, hoursPerDay: 0 },
      },
      warnings: [message],
      requirements: [message],
      policies: { rules: {}, settings: undefined, violations: [] },
      refusals: [],
      upgrade: [],
      refused: false,
      resources: [],
    },
    resources: [],
  }) as unknown as Preview;

test("text of a config can't become markup, a mention or the end of a table", () => {
  const text = comment(summary("@team <script> | `x` **y**\n\n# z"), undefined);
  expect(text).toContain("- &#64;team &lt;script&gt; \\| \\`x\\` \\*\\*y\\*\\* # z");
});

test("a comment is never longer than GitHub takes", () => {
  const diff = "+`````\n".repeat(6000);
  const change = { operation: "create", object: "ConfigMap a/b", diff, generated: false } as const;
  const comparison: Comparison = {
    before: undefined,
    changes: [change, change],
    unchanged: 0,
    effects: [],
    refusals: [],
    upgrade: [],
    policies: [],
  };
  const text = comment(summary(""), comparison);
  expect(text.length).toBeLessThan(60_000);
  expect(text).toContain("1 more");
  expect(text).toContain("``````diff");
  expect(failureComment("dev", "x".repeat(100_000)).length).toBeLessThan(60_000);
});

test("whatever is long, the whole comment is not, and says what it leaves out", () => {
  const many = (text: string) => Array.from({ length: 1000 }, (_, i) => `${text} ${i} ${"&".repeat(200)}`);
  const plan = summary("");
  const { outputs, policies } = plan.summary;
  const violation = { rule: "images", level: "mandatory", severity: "high", remedy: "" };
  const long = {
    ...plan.summary,
    outputs: {
      ...outputs,
      gpus: { ...outputs.gpus, byGraph: Object.fromEntries(many("graph").map((graph) => [graph, 1])) },
    },
    warnings: many("warning"),
    requirements: many("need"),
    refusals: many("refusal"),
    switchover: { kind: "blue-green", steps: many("step"), peak: 1 },
    policies: { ...policies, violations: many("violation").map((message) => ({ ...violation, message })) },
  };
  const text = comment({ ...plan, summary: long } as unknown as Preview, {
    before: undefined,
    changes: many("ConfigMap").map((object) => ({
      operation: "create",
      object,
      diff: "+x",
      generated: false,
    })),
    unchanged: 0,
    effects: [],
    refusals: [],
    upgrade: [],
    policies: many("rule").map((rule) => ({
      rule,
      setting: "level",
      before: "mandatory",
      after: "disabled",
    })),
  });
  expect(text.length).toBeLessThan(65_536);
  for (const part of [
    "refusal 0",
    "step 0",
    "graph 0",
    "violation 0",
    "rule 0",
    "ConfigMap 0",
    "need 0",
    "warning 0",
  ])
    expect(text).toContain(part);
  expect(text.match(/… and \d+ more/g)).toHaveLength(9);
});

test("limits that are lifted are told one by one, and rules that come and go", () => {
  const rules = (level: "mandatory" | "disabled", gpus: number) => ({
    "gpu-budget": { level, settings: { gpus, products: ["L4"] } },
  });
  expect(policyChanges(rules("mandatory", 80), rules("mandatory", 80))).toEqual([]);
  expect(policyChanges(rules("mandatory", 80), rules("disabled", 8000))).toEqual([
    { rule: "gpu-budget", setting: "level", before: "mandatory", after: "disabled" },
    { rule: "gpu-budget", setting: "gpus", before: 80, after: 8000 },
  ]);
  const images = { images: { level: "mandatory" as const, settings: {} } };
  expect(policyChanges({}, images)).toEqual([
    { rule: "images", setting: "level", before: undefined, after: "mandatory" },
  ]);
  expect(policyChanges(images, {})).toEqual([
    { rule: "images", setting: "level", before: "mandatory", after: undefined },
  ]);
});
