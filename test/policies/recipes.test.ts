/** NVIDIA's own graphs before the policies, as `npm run check` has them: what is said of them is so. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readObjects } from "../../commands/check/readObjects";
import { applyPolicies, type Violation } from "../../commands/preview/applyPolicies";
import { projectDir } from "../../config/project";

const recipes = join(projectDir, "../shared/recipes");
const isThere = existsSync(recipes);
if (!isThere) console.warn(`the policies are not held against NVIDIA's graphs: ${recipes} is not there`);

(isThere ? describe : describe.skip)("NVIDIA's graphs", () => {
  const objects = isThere ? readObjects([recipes]) : [];
  const texts = objects.map(({ inputs }) => JSON.stringify(inputs));
  const graphs = texts.filter((_, i) => objects[i]?.inputs.kind === "DynamoGraphDeployment");
  let violations: readonly Violation[];
  beforeAll(async () => {
    ({ violations } = (await applyPolicies(objects, { file: undefined, byRule: {} })).report);
  });
  const messages = (rule: string) =>
    violations.filter((one) => one.rule === rule).map(({ message }) => message);

  test("findings by rule, of 377 graphs", () => {
    expect(graphs.length).toBe(377);
    const counts = Object.fromEntries(violations.map(({ rule }) => [rule, messages(rule).length]));
    expect(counts).toEqual({
      "component-gpus": 4, // of the operator's own tests
      "discovery-annotation": 375,
      "gpu-budget": 22,
      "gpu-kinds": 20, // Intel's, by claims
      "gpu-limits": 16,
      "gpu-quota": 2,
      images: 788, // templates' words, such as my-tag
      "one-dynamo-version": 1,
      "pod-monitors": 970, // they are the platform's to make
      "pod-security": 109,
      "probes-and-limits": 24,
    });
  });

  test("graphs that are not annotated, and no others", () => {
    const bare = graphs.filter((text) => !text.includes("nvidia.com/dynamo-discovery-backend"));
    expect(messages("discovery-annotation")).toHaveLength(bare.length);
  });

  test("what pods of Intel's claim", () => {
    const claims = texts.filter((text) => text.includes('"deviceClassName":"gpu.intel.com"'));
    expect(messages("gpu-kinds")).toHaveLength(claims.length);
  });

  test("images that are no release's", () => {
    for (const message of messages("images")) {
      const [, image = ""] = /runs (\S+),/.exec(message) ?? [];
      expect(texts.some((text) => text.includes(`"${image}"`))).toBe(true);
      expect(image).not.toMatch(/^nvcr\.io\/nvidia\/ai-dynamo\/[\w-]+:\d+\.\d+\.\d+/);
    }
  });

  test("components above the limit by the arithmetic that the message shows", () => {
    for (const message of messages("gpu-limits")) {
      const [perPod = 0, nodes = 0, replicas = 0] =
        /\((\d+) a pod x (\d+) nodes x (\d+) replicas\)/.exec(message)?.slice(1).map(Number) ?? [];
      expect(message).toContain(`takes ${perPod * nodes * replicas} GPUs`);
      expect(perPod * nodes * replicas).toBeGreaterThan(16);
    }
  });

  // They are written for H100, H200, B200 and GB200.
  test.each([
    ["139Gi", []],
    ["79Gi", ["Qwen/Qwen3-32B", "deepseek-ai/DeepSeek-R1"]],
  ])("models that don't fit GPUs of %s", async (gpuMemory, models) => {
    const { report } = await applyPolicies(objects, {
      file: undefined,
      byRule: { "gpu-memory": { gpuMemory } },
    });
    const told = report.violations.filter(({ rule }) => rule === "gpu-memory");
    const named = told.map(({ message }) => /(?:weights|longest text) of (\S+),/.exec(message)?.[1]);
    expect([...new Set(named)].sort()).toEqual(models);
  });
});
