/** What holds of every config that may be used. */
import { nameLimits } from "../../../config/names";
import { ConfigError, parseConfig } from "../../../config/parse";
import type { GraphApiVersion } from "../../../config/runtime/release";
import type { StackConfig } from "../../../config/schema";
import { gpuDemand } from "../../../gpus/demand";
import { gpusOfComponent } from "../../../plan/graph/componentGpus";
import type { GraphPlan } from "../../../plan/graph/graphPlan";
import { planStack } from "../../../plan/stack";
import { type GraphResource, servicesOf } from "../../../rehearsal/operator/graphResource";
import { type GraphInV1beta1, v1alpha1Of } from "../../../rehearsal/operator/graphVersions";
import { renderPodSpec } from "../../../rehearsal/operator/pod";
import { onRuntime } from "../../config/runtimes";
import { stacks, textsOfStack } from "../../config/stacks";
import fc from "../../fastCheck";
import { pathsIn, replaced } from "../../places";

function countsItsGpus(config: StackConfig): void {
  const { graphs, gpus } = planStack(config);
  const demand = gpuDemand(
    graphs.flatMap(({ before, deployment, scalers }) => [...before, deployment, ...scalers]),
  );
  expect(demand).toMatchObject({ gpus: gpus.total, byKind: gpus.byKind, uncounted: [] });
  for (const { components, gpus } of graphs)
    expect(components.reduce((sum, component) => sum + gpusOfComponent(component), 0)).toBe(gpus);
}

/** Names of all objects of a graph, and the values of all labels that they select by. */
function namesIn(value: unknown, key = ""): string[] {
  if (typeof value !== "object" || value === null)
    return ["metadata.name", "matchLabels", "selector", "secretName"].some((part) => key.includes(part))
      ? [String(value)]
      : [];
  return Object.entries(value).flatMap(([part, child]) => namesIn(child, `${key}.${part}`));
}

function keepsNamesWithinLimits(config: StackConfig): void {
  const { limitsNamesWithoutGrove, orchestrator } = config.runtime;
  const checked = limitsNamesWithoutGrove || orchestrator === "grove" ? "grove" : "others";
  const limits = nameLimits.filter(({ holdsFor = checked }) => holdsFor === checked);
  for (const { deployment, components, ...objects } of planStack(config).graphs) {
    const { name, namespace } = deployment.metadata;
    for (const { name: component, nodes, role } of components)
      for (const { max, length } of limits) {
        const isWorker = ["worker", "prefill", "decode"].includes(role);
        const names = { namespace, deployment: name, component, isWorker, multinode: nodes > 1 };
        expect(length(names)).toBeLessThanOrEqual(max);
      }
    const { loras, ...others } = objects;
    for (const text of namesIn([deployment, others])) expect(text.length).toBeLessThanOrEqual(63);
    for (const { metadata } of loras) expect(metadata.name.length).toBeLessThanOrEqual(253);
  }
}

/** A manifest as if its graph had another name. In v1beta1 a name begins with a hash, and so is nothing else. */
function renamed({ deployment }: GraphPlan, name = deployment.metadata.name): unknown {
  return JSON.parse(JSON.stringify(deployment), (_, value) =>
    typeof value === "string" ? value.replaceAll(deployment.metadata.name, name) : value,
  );
}

/** What the operator of 1.4 makes of a graph. */
function podsOf(graph: GraphResource) {
  const { annotations } = graph.metadata;
  return servicesOf(graph).map(([name, component]) => {
    const { componentType, subComponentType, replicas, globalDynamoNamespace, scalingAdapter, multinode } =
      component;
    const pod = renderPodSpec(graph, component, { release: "1.4", noted: annotations ?? {} });
    for (const container of pod.containers) {
      const { limits, requests } = container.resources ?? {};
      container.resources = { limits, requests: { ...limits, ...requests } }; // as Kubernetes completes them
      for (const variable of container.env ?? [])
        if (variable.name === "DYN_NAMESPACE_WORKER_SUFFIX") variable.value = "<hash>";
    }
    const { modelRef } = component as { modelRef?: object };
    return [
      name,
      {
        componentType,
        subComponentType,
        replicas,
        globalDynamoNamespace,
        scalingAdapter,
        multinode,
        modelRef,
      },
      pod,
    ];
  });
}

function leadsToTheSamePodsInBothVersions(config: StackConfig): void {
  const inVersion = (apiVersion: GraphApiVersion) =>
    planStack(onRuntime({ ...config, platform: { ...config.platform, apiVersion } }, "1.4.2")).graphs;
  const older = inVersion("v1alpha1");
  const same = inVersion("v1beta1").map((graph, i) =>
    podsOf(v1alpha1Of(renamed(graph, older[i]?.deployment.metadata.name) as GraphInV1beta1)),
  );
  expect(same).toEqual(older.map((graph) => podsOf(renamed(graph) as GraphResource)));
}

function isTheSameEachTime(config: StackConfig): void {
  const before = structuredClone(config);
  expect(planStack(config)).toEqual(planStack(config));
  expect(config).toEqual(before);
}

// Making one takes longer than all that is to hold of it.
const configs = fc.sample(stacks, 30);

test("a plan counts its GPUs, keeps names within limits, leads to the same pods in both versions of the API, and is the same each time", () => {
  for (const config of configs) {
    countsItsGpus(config);
    keepsNamesWithinLimits(config);
    leadsToTheSamePodsInBothVersions(config);
    isTheSameEachTime(config);
  }
});

test("what can't be used is told in words, and what can be is planned", () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(-1, 0, 1, 3, 1e9, "", "a", "kv", "v1beta1", "1.2.1", [], {}, [null], "/spec/services"),
  );
  const some = fc.constantFrom(
    ...configs.map((config) => ({ ...config, runtime: { version: config.runtime.version } })),
  );
  let planned = 0;
  fc.assert(
    fc.property(
      some,
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      anything,
      (stack, at, by) => {
        const paths = pathsIn(stack);
        const values = replaced(stack, paths[Math.floor(at * paths.length)] ?? [], by);
        let parsed: StackConfig;
        try {
          parsed = parseConfig(
            "dynamo",
            "test",
            textsOfStack(values as Record<string, unknown>),
            () => false,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          for (const line of (error as Error).message.split("\n").slice(1))
            expect(line).toMatch(/^✖ .+ → at dynamo:\S|^… and \d+ more$/);
          return;
        }
        planStack(parsed);
        planned++;
      },
    ),
    { numRuns: 500 },
  );
  expect(planned).toBeGreaterThan(0);
});
