/** Devices that pods claim, counted as the policies do. */

import { checkSettings } from "../../../config/parse";
import { gpuDemand } from "../../../gpus/demand";
import { at, list } from "../../../gpus/manifest";
import { budgetQuota } from "../../../plan/budget";
import { planStack } from "../../../plan/stack";
import { mistakesIn, schemaOf } from "./crd";

function planned(apiVersion: string, graph: object, more: object = {}) {
  const { config, mistakes } = checkSettings({
    runtime: { version: "1.4.2" },
    platform: { apiVersion, orchestrator: "grove" },
    graphs: [{ name: "chat", model: "m", ...graph }],
    ...more,
  });
  if (config === undefined) throw new Error(mistakes.join("\n"));
  const plan = planStack(config);
  const [one] = plan.graphs;
  if (!one) throw new Error("no graph");
  return { ...one, plan, demand: gpuDemand([...one.before, one.deployment]) };
}

const versions = ["v1alpha1", "v1beta1"] as const;

/** Claims of a worker's pods and its container, wherever the API's version has them. */
function claimsIn({ deployment }: ReturnType<typeof planned>, apiVersion: string, name = "VllmWorker") {
  if (apiVersion === "v1alpha1") {
    const service = at(deployment.spec, "services", name);
    return [at(service, "extraPodSpec", "resourceClaims"), at(service, "resources", "claims")];
  }
  const component = list(at(deployment.spec, "components")).find((one) => at(one, "name") === name);
  const pod = at(component, "podTemplate", "spec");
  return [at(pod, "resourceClaims"), at(list(at(pod, "containers"))[0], "resources", "claims")];
}

describe.each(versions)("in %s", (apiVersion) => {
  const schema = schemaOf("1.4", apiVersion);
  const check = schema ? test : test.skip;

  test("GPUs that are claimed are those of the graph, and asked for once", () => {
    const graph = planned(apiVersion, {
      workers: { gpus: 2, replicas: 3, gpuDeviceClass: "gpu.nvidia.com" },
    });
    expect(graph.demand).toMatchObject({ gpus: 6, byKind: { "gpu.nvidia.com": 6 }, uncounted: [] });
    expect(graph.plan.gpus).toMatchObject({ total: 6, byKind: { "gpu.nvidia.com": 6 } });
    expect(JSON.stringify(graph.deployment)).not.toContain("nvidia.com/gpu");
    const [template] = graph.before;
    expect(claimsIn(graph, apiVersion)).toEqual([
      [{ name: "gpus", resourceClaimTemplateName: template?.metadata.name }],
      [{ name: "gpus" }],
    ]);
  });

  test("GPUs that a memory service shares are those of the graph, under their class", () => {
    const graph = planned(apiVersion, {
      workers: { gpus: 2, replicas: 3, gpuMemoryService: { deviceClass: "gpu.example.com" } },
    });
    expect(graph.demand).toMatchObject({ gpus: 6, byKind: { "gpu.example.com": 6 }, uncounted: [] });
    expect(graph.plan.gpus).toMatchObject({ total: 6, byKind: { "gpu.example.com": 6 } });
    expect(JSON.stringify(graph.deployment)).toMatch(/--load-format gms/);
    expect(schema && mistakesIn(JSON.parse(JSON.stringify(graph.deployment)), schema)).toEqual(schema && []);
  });

  test("a checkpoint is made in a pod more, and one that is there in none", () => {
    const workers = { gpus: 2, replicas: 3 };
    const made = planned(apiVersion, { workers: { ...workers, checkpoint: {} } });
    expect(made.demand).toMatchObject({ gpus: 8, uncounted: [] });
    expect(made.plan.gpus.total).toBe(8);
    const there = planned(apiVersion, { workers: { ...workers, checkpoint: { checkpointRef: "loaded" } } });
    expect([there.demand.gpus, there.plan.gpus.total]).toEqual([6, 6]);
    for (const { deployment } of [made, there])
      expect(schema && mistakesIn(JSON.parse(JSON.stringify(deployment)), schema)).toEqual(schema && []);
  });

  test("workers of several nodes share an NVLink domain, which is no GPU", () => {
    const pool = { gpus: 4, nodes: 2, computeDomain: true };
    const graph = planned(apiVersion, { prefill: pool, decode: pool });
    expect(graph.before).toEqual([
      expect.objectContaining({ apiVersion: "resource.nvidia.com/v1beta1", kind: "ComputeDomain" }),
    ]);
    expect(graph.demand).toMatchObject({ gpus: 16, byKind: { "nvidia.com/gpu": 16 }, uncounted: [] });
    for (const name of ["Prefill", "Decode"])
      expect(claimsIn(graph, apiVersion, name)[1]).toEqual([{ name: "compute-domain-channel" }]);
  });

  test("network devices are no GPUs", () => {
    const resourceClaims = [{ name: "nics", deviceClass: "mrdma.google.com", count: 2 }];
    const graph = planned(apiVersion, { workers: { resourceClaims } });
    expect(graph.demand).toMatchObject({ gpus: 1, uncounted: [] });
    expect(graph.before[0]).toMatchObject({
      spec: {
        spec: { devices: { requests: [{ exactly: { deviceClassName: "mrdma.google.com", count: 2 } }] } },
      },
    });
  });

  check("the CRD knows all of it", () => {
    const { deployment } = planned(apiVersion, {
      workers: {
        gpuDeviceClass: "gpu.nvidia.com",
        computeDomain: true,
        resourceClaims: [
          { name: "a", template: "a" },
          { name: "b", claim: "b" },
        ],
      },
    });
    expect(mistakesIn(deployment, schema ?? {})).toEqual([]);
  });
});

test("the quota of a budget has the class as Kubernetes names it", () => {
  const pool = { workers: { gpuDeviceClass: "gpu.nvidia.com" } };
  const { plan } = planned("v1beta1", pool, { budget: { gpus: 4 } });
  expect(budgetQuota("dynamo", plan.gpus).spec.hard).toEqual({
    "requests.nvidia.com/gpu": "4",
    "gpu.nvidia.com.deviceclass.resource.k8s.io/devices": "4",
  });
});
