/** A pull request's plan before the policies of its base: where the two differ, or the base can't be asked, the comment says so. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDir } from "../../config/project";
import { golden } from "../golden";
import { run } from "./command";

const dir = mkdtempSync(join(tmpdir(), "base-"));
afterAll(() => rmSync(dir, { recursive: true }));

test("a base that says the same is named, and the sign stays green", async () => {
  const { code, stdout } = await run("preview", "--base-policies", projectDir, "--markdown");
  expect(code).toBe(0);
  expect(stdout).toContain("### ✅ dynamo/dev: 2 of 4 GPUs");
  expect(stdout).toContain("(`policies/config/dev.json`); the base's policies say the same");
});

test.each([
  ["is not there", undefined],
  ["fails", "process.exit(2)"],
  ["crashes", "throw new Error('no')"],
  ["answers by something else", "console.log('{}')"],
  ["answers, and fails", `console.log('{"gpus":2,"violations":[]}'); process.exitCode = 7`],
])("a base that %s is no approval", async (what, script) => {
  const base = join(dir, what);
  if (script !== undefined) {
    mkdirSync(base);
    writeFileSync(join(base, "package.json"), JSON.stringify({ scripts: { check: "node check.js" } }));
    writeFileSync(join(base, "check.js"), script);
  }
  const { code, stdout, stderr } = await run("preview", "--base-policies", base, "--markdown");
  expect(code).toBe(1);
  expect(stderr).toContain("stack dev has not been judged by the base's policies");
  expect(stdout).toContain("### ⚠️ dynamo/dev: 2 of 4 GPUs");
  expect(stdout).toContain("⚠️ Only this pull request's own code has judged it");
});

test("the terminal tells where the two differ, and where the base can't be asked", async () => {
  const base = join(dir, "counts otherwise");
  mkdirSync(base);
  writeFileSync(join(base, "package.json"), JSON.stringify({ scripts: { check: "node check.js" } }));
  writeFileSync(join(base, "check.js"), `console.log('{"gpus":3,"violations":[]}')`);
  const differing = await run("preview", "--base-policies", base);
  expect(differing.stdout).toContain("⚠ GPUs by the base: 3; here: 2");
  const failing = await run("preview", "--base-policies", join(dir, "nowhere"));
  expect(failing.stdout).toMatch(/^warning: .*nowhere/m);
});

describe("of a change in place", () => {
  const before = join(dir, "before");
  beforeAll(() => {
    cpSync(join(golden, "dev"), before, { recursive: true });
    for (const path of ["summary.json", "dynamo/DynamoGraphDeployment-vllm-distributed-demo.yaml"]) {
      const text = readFileSync(join(before, path), "utf8");
      writeFileSync(join(before, path), text.replaceAll("Qwen/Qwen2.5-1.5B-Instruct", "Qwen/Qwen3-0.6B"));
    }
  });
  const preview = (base: string) => run("preview", "--base", before, "--base-policies", base, "--markdown");

  test("the base judges by the manifests before, and finds the same", async () => {
    const { stdout } = await preview(projectDir);
    expect(stdout).toContain(
      "| ⚠️ | `in-place-changes` | medium | graph vllm-distributed-demo changes its model",
    );
    expect(stdout).toMatch(/\*\*Policies\*\*: \d+ rules, 1 violated/);
    expect(stdout).toContain("; the base's policies say the same");
  });

  test("one that can't compare judges all the same, and differs there", async () => {
    const base = join(dir, "old");
    mkdirSync(base);
    writeFileSync(join(base, "package.json"), JSON.stringify({ scripts: { check: "node check.js" } }));
    writeFileSync(
      join(base, "check.js"),
      `if (process.argv.includes("--before")) {
        console.error("error: unknown option '--before'");
        process.exitCode = 1;
      } else console.log('{"gpus":2,"violations":[]}')`,
    );
    const { code, stdout } = await preview(base);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "| in-place-changes | no violation | graph vllm-distributed-demo changes its model",
    );
  });
});
