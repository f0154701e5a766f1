/** Graphs whose frontends are beside the engines, where an Endpoint Picker chooses among them. */
import { checkSettings } from "../../../config/parse";
import { at, list } from "../../../gpus/manifest";
import { endpointOf, frontendRoute, frontendService } from "../../../plan/graph/frontendService";
import { planStack } from "../../../plan/stack";
import { mistakesIn, schemaOf } from "./crd";

const plugins = {
  plugins: [{ type: "max-score-picker" }],
  schedulingProfiles: [{ name: "decode", plugins: [] }],
};

function planned(graph: object = {}, stack: object = {}) {
  const { config, mistakes } = checkSettings({
    runtime: { version: "1.6.1" },
    graphs: [{ name: "chat", model: "org/m", huggingFaceSecret: "hf", endpointPicker: {}, ...graph }],
    ...stack,
  });
  if (config === undefined) throw new Error(mistakes.join("\n"));
  const plan = planStack(config);
  const [one] = plan.graphs;
  if (!one?.frontend) throw new Error("no graph");
  return { ...one, frontend: one.frontend, plan, manifest: JSON.parse(JSON.stringify(one.deployment)) };
}

const args = ["-m", "dynamo.frontend", "--router-mode", "direct", "--dyn-chat-processor=vllm"];
const frontend = { args: ["--dyn-chat-processor=vllm"], env: [{ name: "A", value: "b" }] };

test("in v1alpha1 the operator makes the frontends of a field", () => {
  const { manifest } = planned(
    {
      frontend,
      env: [{ name: "HTTPS_PROXY", value: "http://proxy:3128" }],
      endpointPicker: { config: plugins },
    },
    { runtime: { version: "1.4.2" }, platform: { apiVersion: "v1alpha1" } },
  );
  const { Epp, VllmWorker, ...others } = manifest.spec.services;
  expect(others).toEqual({});
  expect(Epp).toMatchObject({ componentType: "epp", replicas: 1, eppConfig: { config: plugins } });
  expect(VllmWorker).toMatchObject({
    componentType: "worker",
    subComponentType: "decode", // by which pickers know workers
    frontendSidecar: { image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2", args, envFromSecret: "hf" },
  });
  expect(VllmWorker.frontendSidecar.envs).toEqual(
    expect.arrayContaining([
      { name: "HTTPS_PROXY", value: "http://proxy:3128" },
      { name: "A", value: "b" },
    ]),
  );
});

test("in v1beta1 they are containers", () => {
  const { manifest } = planned({ frontend: { ...frontend, image: "own/frontend:1" } });
  const [picker, worker, ...others] = manifest.spec.components;
  expect(others).toEqual([]);
  expect(picker).toMatchObject({ name: "Epp", type: "epp" });
  expect(picker).not.toHaveProperty("eppConfig");
  const [configured] = planned({ endpointPicker: { config: plugins } }).manifest.spec.components;
  expect(configured).toMatchObject({ eppConfig: { config: plugins } });
  expect(picker.podTemplate.spec.containers).toEqual([
    expect.objectContaining({
      image: "nvcr.io/nvidia/ai-dynamo/dynamo-frontend:1.6.1",
      env: [
        { name: "DYN_MODEL_NAME", value: "org/m" },
        { name: "DYN_KV_CACHE_BLOCK_SIZE", value: "16" },
      ],
    }),
  ]);
  expect(worker).toMatchObject({ type: "decode", frontendSidecar: "sidecar-frontend" });
  expect(worker.podTemplate.spec.containers).toEqual([
    expect.objectContaining({ name: "main" }),
    expect.objectContaining({ name: "sidecar-frontend", image: "own/frontend:1", args }),
  ]);
});

test.each(["v1alpha1", "v1beta1"])("the CRD takes them in %s, and only engines have GPUs", (apiVersion) => {
  const { manifest, plan, components } = planned(
    { prefill: { gpus: 2 }, decode: { replicas: 2 }, endpointPicker: { config: plugins } },
    { runtime: { version: "1.4.2" }, platform: { apiVersion } },
  );
  const schema = schemaOf("1.4", apiVersion);
  expect(schema && mistakesIn(manifest, schema)).toEqual(schema && []);
  expect(plan.gpus.total).toBe(4);
  expect(components.map(({ role }) => role)).toEqual(["epp", "prefill", "decode"]);
});

test("a Gateway leads to the pool that the operator makes", () => {
  const expose = { type: "Gateway", host: "chat.example.com", gateway: "inference" };
  const { frontend: exposed, manifest } = planned({ frontend: { expose } });
  const { name } = manifest.metadata;
  const [rule] = list(at(frontendRoute(exposed), "spec", "rules"));
  expect(at(rule, "backendRefs")).toEqual([
    { group: "inference.networking.k8s.io", kind: "InferencePool", name: `${name}-pool` },
  ]);
  expect(frontendService(exposed).spec.selector).toEqual({
    "nvidia.com/dynamo-component-class": "worker",
    "nvidia.com/dynamo-graph-deployment-name": name,
  });
  expect(endpointOf(exposed)).toBe("http://chat.example.com");
  expect(endpointOf(planned().frontend)).toContain(`InferencePool ${name}-pool`);
});

test("Prometheus finds them in the workers' pods, and the picker hears of KV caches", () => {
  const { plan, manifest } = planned({ workers: { replicas: 2 } });
  expect(plan.podMonitors.find(({ name }) => name === "dynamo-frontend")?.selector.matchExpressions).toEqual([
    expect.objectContaining({ values: ["frontend", "worker", "prefill", "decode"] }),
  ]);
  expect(plan.podMonitors.find(({ name }) => name === "dynamo-epp")).toMatchObject({ port: "metrics" });
  const [group] = plan.alerts;
  const none = group?.alerts.find(({ name }) => name === "DynamoNoFrontend");
  expect(none?.expr).toContain(`${manifest.metadata.name}(-0)?-(vllmworker)`);
  expect(JSON.stringify(manifest)).toContain("--kv-events-config");
});
