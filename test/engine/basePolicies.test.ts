/** A pull request's program, which can't hide from the policies of its base what it changes of its own. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDir } from "../../config/project";
import { processOf, runProcess } from "../commands/command";

const dir = mkdtempSync(join(tmpdir(), "base-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A checkout of this project in which one file reads otherwise. */
function checkout(name: string, file: string, from: string, to: string): string {
  const copy = join(dir, name);
  const parts = ["commands", "components", "config", "dashboards", "gpus", "plan", "policies", "preflight"];
  const files = [
    "build",
    "library",
    "rehearsal",
    "index.ts",
    "Pulumi.yaml",
    "Pulumi.dev.yaml",
    "tsconfig.json",
  ];
  for (const part of [...parts, ...files, "package.json", "package-lock.json"])
    cpSync(join(projectDir, part), join(copy, part), { recursive: true });
  symlinkSync(join(projectDir, "node_modules"), join(copy, "node_modules"));
  const text = readFileSync(join(copy, file), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(copy, file), text.replace(from, to));
  return copy;
}

test.each([
  [
    "GPU arithmetic",
    ["gpus/arithmetic.ts", "return perPod * nodes * replicas", "return 0"],
    ["### ⚠️ dynamo/dev: 0 of 4 GPUs", "| budget of the policies |  | 4 | ⚠️ 4 left |", "| GPUs | 2 | 0 |"],
  ],
  [
    "a rule",
    ["policies/rules/images.ts", "if (", 'report("a new word"); if ('],
    ["### ❌ dynamo/dev", "| images | no violation | a new word |"],
  ],
])("a pull request that changes %s can't hide it", async (what, [file = "", from = "", to = ""], told) => {
  const head = checkout(what.replaceAll(" ", "-"), file, from, to);
  const [, ...args] = processOf("preview", "--base-policies", projectDir, "--markdown");
  const { stdout } = await runProcess(process.execPath, join(head, "build/run.js"), ...args);
  for (const words of [
    ...told,
    "⚠️ The policies of the base judge it otherwise than this pull request's, which wrote this comment.",
  ])
    expect(stdout).toContain(words);
});
