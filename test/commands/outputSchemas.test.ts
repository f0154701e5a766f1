/** What commands print for machines is of the schemas in docs/schemas/, which have no part that is not printed so. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { outputs } from "../../commands/docs/outputSchemas";
import { toJson } from "../../config/printable";
import { projectDir, readStack } from "../../config/project";
import { examples } from "../examples/examples";
import { previewOf } from "../examples/previewOf";
import { golden } from "../golden";
import { clusterFor, needsOf, node } from "../preflight/clusters";
import { run } from "./command";
import { answers, fakeFrontend, refuses } from "./frontend/fakeFrontend";

const dir = mkdtempSync(join(tmpdir(), "schemas-"));
afterAll(() => rmSync(dir, { recursive: true }));

const validators = new Map(
  Object.keys(outputs).map((command) => {
    const text = readFileSync(join(projectDir, `docs/schemas/${command}.schema.json`), "utf8");
    return [command, z.fromJSONSchema(JSON.parse(text))];
  }),
);

/** What a schema has against an output: nothing, where it is of it. */
function mistakes(command: string, output: unknown): unknown {
  const { error } = validators.get(command)?.safeParse(output) ?? { error: "there is no schema" };
  return error instanceof z.ZodError ? z.prettifyError(error) : error;
}

async function printed(command: string, ...args: string[]): Promise<unknown> {
  return JSON.parse((await run(command, ...args, "--json")).stdout);
}

/** The golden stack dev as it was with another model, and with fewer limits. */
function earlier(): string {
  const base = join(dir, "base");
  cpSync(join(golden, "dev"), base, { recursive: true });
  for (const path of ["summary.json", "dynamo/DynamoGraphDeployment-vllm-distributed-demo.yaml"]) {
    const text = readFileSync(join(base, path), "utf8");
    writeFileSync(join(base, path), text.replaceAll("Qwen/Qwen2.5-1.5B-Instruct", "Qwen/Qwen3-0.6B"));
  }
  return base;
}

test.each(examples.map((example) => [example.name, example] as const))(
  "a preview of %s",
  async (_, example) =>
    expect(mistakes("preview", JSON.parse(toJson((await previewOf(example)).summary)))).toBeUndefined(),
);

test.each<[string, readonly string[]]>([
  ["prod", ["--stack", "prod"]],
  ["a new stack", ["--base", mkdtempSync(join(dir, "new-"))]],
  ["a stack that was of the other mode", ["--stack", "prod", "--base", join(golden, "dev")]],
  ["a stack whose base can't judge", ["--base-policies", dir]],
])("a preview of %s", async (_, args) =>
  expect(mistakes("preview", await printed("preview", ...args))).toBeUndefined(),
);

test("a preview with all of it: changes, their base's verdict, and a cluster", async () => {
  const cluster = join(dir, "cluster.json");
  writeFileSync(cluster, toJson(clusterFor(await needsOf(readStack("dev")), { nodes: [node("gpu-1", 1)] })));
  const graph = join(golden, "dev/dynamo/DynamoGraphDeployment-vllm-distributed-demo.yaml");
  const beside = ["--cluster", cluster, "--lose-node", "--sizing", graph];
  const args = ["--base", earlier(), "--base-policies", projectDir, ...beside];
  const output = (await printed("preview", ...args)) as Record<string, unknown>;
  expect(mistakes("preview", output)).toBeUndefined();
  for (const part of ["comparison", "base", "preflight", "nodeLoss", "sizing"])
    expect(output).toHaveProperty(part);
  expect(output.changesInPlace).toHaveLength(1);
  expect(mistakes("preflight", await printed("preflight", "--cluster", cluster))).toBeUndefined();
  for (const [name, wrong] of [
    ["a part that it does not have", { ...output, more: 1 }],
    ["a part that is missing", { ...output, refused: undefined }],
    ["a part of another type", { ...output, warnings: [1] }],
  ] as const)
    expect([name, mistakes("preview", wrong)]).toEqual([name, expect.stringContaining("✖")]);
});

test("upgrades, of which one is blocked", async () => {
  const cluster = join(dir, "old.json");
  const old = { kubernetes: { gitVersion: "v1.28.0" } };
  writeFileSync(cluster, toJson(clusterFor(await needsOf(readStack("dev")), old)));
  const upgrade = async (...args: string[]) => printed("upgradeCheck", "--to", "1.7.0", ...args);
  expect(mistakes("upgrade-check", await upgrade("--stack", "prod"))).toBeUndefined();
  const blocked = await upgrade("--cluster", cluster);
  expect(blocked).toHaveProperty("ok", false);
  expect(mistakes("upgrade-check", blocked)).toBeUndefined();
});

test("costs, with prices and without", async () => {
  expect(mistakes("cost", await printed("cost"))).toBeUndefined();
});

test("a check that finds something, and one that finds nothing", async () => {
  const file = (name: string, object: object) => {
    writeFileSync(join(dir, name), JSON.stringify(object));
    return join(dir, name);
  };
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "a" }, spec: {} };
  const pod = { containers: [{ name: "a", resources: { limits: { "nvidia.com/gpu": 64 } } }] };
  const checked = await printed("check", file("pod.json", { ...service, kind: "Pod", spec: pod }));
  expect(checked).toHaveProperty("violations.length");
  expect(mistakes("check", checked)).toBeUndefined();
  expect(mistakes("check", await printed("check", file("service.json", service)))).toBeUndefined();
});

test("traffic, of which some failed", async () => {
  const frontend = await fakeFrontend((response, asked, index) =>
    index % 2 === 0 ? answers()(response, asked, index) : refuses(500, "overloaded")(response, asked, index),
  );
  try {
    const report = await printed("traffic", "--url", frontend.url, "--requests", "6", "--request-rate", "50");
    expect(report).toHaveProperty("metrics.outputTokenThroughput");
    expect(mistakes("traffic", report)).toBeUndefined();
    const file = join(dir, "report.json");
    writeFileSync(file, toJson(report));
    const costs = await printed("cost", "--traffic", file, "--stack", "prod", "--graph", "qwen-1b");
    expect(costs).toHaveProperty("traffic.perMillionOutputTokens.how", "computed");
    expect(mistakes("cost", costs)).toBeUndefined();
  } finally {
    await frontend.close();
  }
});
