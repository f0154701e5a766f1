/** The policy pack on the real engine and a real control plane, with each stack's own settings. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api, KubernetesObjectApi } from "@kubernetes/client-node";
import { policyOptions, readPolicySettings } from "../../commands/preview/policySettings";
import { projectDir, readStack } from "../../config/project";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { attempt } from "./attempt";
import { allObjects } from "./objects";
import { realCrds } from "./realCrds";
import { gpuPod, rollingUpdate } from "./rollingUpdate";
import { verdictOf, verdictOnState, verdictWithoutEngine } from "./verdicts";

jest.setTimeout(120_000);

let rehearsal: Rehearsal;
afterAll(() => rehearsal?.stop());

async function rehearse(name: string): Promise<void> {
  await rehearsal?.stop();
  const stack = readStack(name);
  rehearsal = await startRehearsal({ stack, nodes: 12, gpusPerNode: 8, crds: realCrds("1.4") });
}

describe("the stack prod", () => {
  const policies = policyOptions(readPolicySettings("prod"));
  beforeAll(() => rehearse("prod"), 2_400_000);

  test("passes its first preview, in which no rule is skipped", async () => {
    const { passed, output, violations } = await verdictOf("preview", rehearsal, policies);
    expect(violations).toEqual([]);
    expect(output).not.toContain("can't run policy");
    expect(passed).toBe(true);
  });

  test("comes up with its owner's labels on every object, and does not change after that", async () => {
    expect(await verdictOf("up", rehearsal, policies)).toMatchObject({ passed: true, violations: [] });
    const objects = KubernetesObjectApi.makeApiClient(clusterConfig(rehearsal.kubeconfig));
    const { deployment } = await rehearsal.engine.stack.exportStack();
    const made = deployment.resources.filter(({ type }: { type: string }) => type.startsWith("kubernetes:"));
    expect(made.length).toBeGreaterThan(30);
    for (const { inputs } of made) {
      const { metadata } = await objects.read(inputs);
      expect(metadata?.labels).toMatchObject({ team: "inference", "cost-center": "inference" });
    }
    const again = await verdictOf("preview", rehearsal, { ...policies, expectNoChanges: true });
    expect(again.passed).toBe(true);
  });

  test("tells another model in place by its level, of what the last update left", async () => {
    const { graphs } = readStack("prod").settings;
    const rule = (level: string) => {
      const file = join(rehearsal.engine.stack.workspace.workDir, "in-place.json");
      const own = JSON.parse(readFileSync(join(projectDir, "policies/config/prod.json"), "utf8"));
      writeFileSync(file, JSON.stringify({ ...own, "in-place-changes": level }));
      return policyOptions(readPolicySettings("prod", file));
    };
    const { config } = readStack("prod");
    const before = JSON.parse(config["dynamo:graphs"] ?? "");
    expect(before).toHaveLength(graphs.length);
    const configure = (graphs: object) => rehearsal.engine.configure({ "dynamo:graphs": graphs });
    await configure([before[0], { ...before[1], model: "Qwen/Qwen3-1.7B" }, ...before.slice(2)]);
    const strict = await attempt(rehearsal, "preview", rule("mandatory"));
    expect(strict.code).toBe(1);
    expect(strict.stdout).toContain("[mandatory] [severity: medium]  in-place-changes");
    expect(strict.stdout).toContain(
      "changes its model in place, from Qwen/Qwen2.5-1.5B-Instruct to Qwen/Qwen3-1.7B",
    );
    expect((await attempt(rehearsal, "preview", rule("advisory"))).code).toBe(0);
    await configure(before);
    expect(await verdictOf("preview", rehearsal, rule("mandatory"))).toMatchObject({
      passed: true,
      violations: [],
    });
  });

  test("keeps its secrets out of the state", async () => {
    const { workDir } = rehearsal.engine.stack.workspace;
    const state = readFileSync(join(workDir, ".pulumi/stacks/dynamo/prod.json"), "utf8");
    const core = apiClient(rehearsal.kubeconfig, CoreV1Api);
    const { items } = await core.listSecretForAllNamespaces({ labelSelector: "team=inference" });
    const values = items.flatMap(({ data }) => Object.entries(data ?? {}));
    const secrets = values.filter(([key]) => key !== "username").map(([, base64]) => base64);
    expect(secrets).toHaveLength(15); // six of passwords, and three of each certificate
    const plain = secrets.map((base64) => Buffer.from(base64, "base64").toString());
    const texts = [...secrets, ...plain.map((text) => JSON.stringify(text).slice(1, -1))];
    expect(texts.filter((text) => state.includes(text))).toEqual([]);
  });

  test("passes pulumi policy analyze, which has no label to add", async () => {
    const { events } = await verdictOnState(rehearsal, policies);
    expect(events).toEqual([expect.objectContaining({ summaryEvent: expect.anything() })]);
  });
});

describe("the stack dev", () => {
  const policies = policyOptions(readPolicySettings("dev"));
  const { graphs, namespace, budget } = readStack("dev").settings;
  const [graph] = graphs;
  if (!graph) throw new Error("the stack has no graph");
  let core: CoreV1Api;

  /** Sets the workers of its graph, and its budget. */
  const configure = (workers: object = {}, gpus: object = budget) =>
    rehearsal.engine.configure({
      "dynamo:graphs": [{ ...graph, workers: { ...graph.workers, ...workers }, readyTimeout: "30s" }],
      "dynamo:budget": gpus,
    });

  /** Its policies, with settings beside its own. */
  const policiesWith = (settings: object) => {
    const file = join(rehearsal.engine.stack.workspace.workDir, "policies.json");
    const own = JSON.parse(readFileSync(join(projectDir, "policies/config/dev.json"), "utf8"));
    writeFileSync(file, JSON.stringify({ ...own, ...settings }));
    return policyOptions(readPolicySettings("dev", file));
  };

  beforeAll(async () => {
    await rehearse("dev");
    core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  }, 2_400_000);

  test("passes its first preview, in which no rule is skipped", async () => {
    const { passed, output, violations } = await verdictOf("preview", rehearsal, policies);
    expect(violations).toEqual([]);
    expect(output).not.toContain("can't run policy");
    expect(passed).toBe(true);
  });

  describe("over the policies' budget", () => {
    beforeAll(() => configure({ replicas: 5 }, { gpus: 8 }));

    test("is refused by the preview that pulumi up begins with, which makes nothing", async () => {
      const before = await allObjects(rehearsal.kubeconfig);
      const { code, stdout } = await attempt(rehearsal, "up", policies);
      expect(code).toBe(1);
      expect(stdout).toContain("[mandatory] [severity: critical]  gpu-budget");
      expect(stdout).toContain("the stack takes 5 GPUs, and the policies allow 4: 5 by VllmWorker of Dynamo");
      expect(stdout).toContain("the policies by gpus of gpu-budget in policies/config/");
      expect(stdout).not.toContain("Updating");
      expect(await allObjects(rehearsal.kubeconfig)).toEqual(before);
    });

    test("passes when the settings raise the budget", async () => {
      const raised = policiesWith({ "gpu-budget": { gpus: 8 } });
      expect(await verdictOf("preview", rehearsal, raised)).toMatchObject({ passed: true, violations: [] });
    });
  });

  test.each([
    ["with", policies],
    ["without", {}],
  ])("is refused by the program over its own budget, %s the policies", async (_, options) => {
    await configure({ replicas: 5 });
    const before = await allObjects(rehearsal.kubeconfig);
    const { code, stdout } = await attempt(rehearsal, "up", options);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "error: the graphs ask for 5 GPUs, and the budget is 4: lower replicas or gpus of dynamo:graphs, or raise dynamo:budget.gpus",
    );
    expect(stdout).not.toMatch(/^\s+at /m);
    expect(await allObjects(rehearsal.kubeconfig)).toEqual(before);
  });

  test("has no graph made that mounts what it may not, even without a preview", async () => {
    await rehearsal.engine.configure({
      "dynamo:graphs": [{ ...graph, modelCache: { hostPath: "/data/other" } }],
    });
    const { code, stdout } = await attempt(rehearsal, "up --skip-preview", policies);
    expect(code).toBe(1);
    expect(stdout).toContain("[mandatory] [severity: critical]  pod-security");
    expect(stdout).toContain("podTemplate.spec.volumes.0.hostPath mounts /data/other of its node");
    const made = await allObjects(rehearsal.kubeconfig);
    expect(made.filter((object) => object.startsWith("DynamoGraphDeployment "))).toEqual([]);
  });

  test("comes up without a violation, as pulumi policy analyze and the rules without an engine say too", async () => {
    await configure();
    const good = { passed: true, violations: [] };
    expect(await verdictOf("up", rehearsal, policies)).toMatchObject(good);
    expect(await verdictOnState(rehearsal, policies)).toMatchObject(good);
    expect(await verdictWithoutEngine(rehearsal)).toMatchObject(good);
  });

  test("has a quota that refuses everyone GPUs beyond its budget", async () => {
    const body = { metadata: { name: "other" }, spec: gpuPod(3, "pause:1") };
    await expect(core.createNamespacedPod({ namespace: namespace.name, body })).rejects.toThrow(
      "exceeded quota: dynamo-gpu-budget, requested: requests.nvidia.com/gpu=3, used: requests.nvidia.com/gpu=2, limited: requests.nvidia.com/gpu=4",
    );
  });

  test("hears the same of many violations from preview, analyze and the rules without an engine", async () => {
    const advisory = policiesWith({ all: "advisory" });
    await configure({}, {});
    await verdictOf("up", rehearsal, advisory); // what is deleted goes last: the quota would stop what follows
    const bad = {
      ...graph,
      frontend: { ...graph.frontend, expose: { type: "LoadBalancer", sourceRanges: ["0.0.0.0/0"] } },
      workers: { ...graph.workers, replicas: 9, gpus: 2 },
      modelCache: { hostPath: "/data/other" },
      readyTimeout: "30s",
    };
    await rehearsal.engine.configure({
      "dynamo:graphs": [{ ...bad, image: "docker.io/someone/vllm-runtime" }],
    });
    expect(await verdictOf("up", rehearsal, advisory)).toMatchObject({ passed: true });

    const verdict = await verdictWithoutEngine(rehearsal);
    const violated = new Set(verdict.violations.map(({ rule, level }) => `${rule} ${level}`));
    expect([...violated]).toEqual([
      "gpu-budget mandatory",
      "gpu-limits mandatory",
      "gpu-quota advisory",
      "images mandatory",
      "load-balancers mandatory",
      "pod-security mandatory",
    ]);
    expect(await verdictOf("preview", rehearsal, policies)).toMatchObject(verdict);
    expect(await verdictOnState(rehearsal, policies)).toMatchObject(verdict);
  });

  test("warns rightly: at the limit of a quota a rolling update of two pods stalls, and one of four does not", async () => {
    const [two, four] = await Promise.all([rollingUpdate(rehearsal, 2), rollingUpdate(rehearsal, 4)]);
    expect(two).toEqual({
      failure: expect.stringContaining("exceeded quota: gpus"),
      updated: 0,
    });
    expect(four.updated).toBeGreaterThan(0);
  });
});
