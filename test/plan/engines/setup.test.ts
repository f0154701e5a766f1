import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackConfig } from "../../../config/schema";
import { at } from "../../../gpus/manifest";
import { planStack } from "../../../plan/stack";

const folder = mkdtempSync(join(tmpdir(), "setup-"));
afterAll(() => rmSync(folder, { recursive: true }));
// The engine in the shell's eyes.
writeFileSync(join(folder, "python3"), '#!/bin/sh\necho engine $X $MODE "$@"\n', { mode: 0o755 });

/** What a worker's container prints, run as it is planned. */
function run(workers: object, platform: object = {}): string {
  const graphs = [{ name: "chat", model: "a/b", backend: "sglang", workers }];
  const config = stackConfig.parse({
    runtime: { version: "1.4.2" },
    platform: { apiVersion: "v1alpha1", ...platform },
    graphs,
  });
  const spec = planStack(config).graphs[0]?.deployment.spec;
  const container = at(spec, "services", "SglangWorker", "extraPodSpec", "mainContainer");
  const [command = "", ...words] = [at(container, "command"), at(container, "args")].flat().map(String);
  return execFileSync(command, words, {
    env: { PATH: `${folder}:${process.env.PATH}` },
    encoding: "utf8",
  });
}

test.each([
  ["export X=1\necho before", "before\nengine 1 -m dynamo.sglang --model-path a/b"],
  ["export X='a b' &&", "engine a b -m dynamo.sglang --model-path a/b"],
  [
    'X="$(echo -n 3 | sort -r -n)"\numask -S >/dev/null\nexport X',
    "engine 3 -m dynamo.sglang --model-path a/b",
  ],
  ["[[ a == a && b == b ]] && export X=2", "engine 2 -m dynamo.sglang --model-path a/b"],
])("%j runs before the engine, which gets all of its arguments", (setup, printed) => {
  const output = run({ setup, args: ["--chat-template", "it's one"] });
  expect(output.startsWith(printed)).toBe(true);
  expect(output.trim().endsWith("--chat-template it's one")).toBe(true);
});

test("an engine that may not start does not", () => {
  expect(() => run({ setup: "false &&" })).toThrow();
});

test("over several nodes the operator's flags are behind the engine", () => {
  const output = run({ setup: "echo before", nodes: 2, gpus: 8 }, { orchestrator: "grove" });
  expect(output).toMatch(/^before\nengine -m dynamo.sglang --model-path a\/b .*--tp-size 16/);
});
