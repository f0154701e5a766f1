/** Settings of pods: the same of every component, in both versions of the API, and as the real CRDs have them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkSettings } from "../../../config/parse";
import { podSettings } from "../../../config/podSettings";
import { projectDir } from "../../../config/project";
import { gpuDemand } from "../../../gpus/demand";
import { at, list, record } from "../../../gpus/manifest";
import { planStack } from "../../../plan/stack";
import { mistakesIn, schemaOf } from "./crd";

const versions = [
  { release: "0.8", version: "0.8.1", apiVersion: "v1alpha1" },
  { release: "1.4", version: "1.4.2", apiVersion: "v1alpha1" },
  { release: "1.4", version: "1.4.2", apiVersion: "v1beta1" },
] as const;

/** The settings of a page's examples, by the group that they show. */
const shown = Object.entries(
  parse(readFileSync(join(projectDir, "docs/setting-examples.yaml"), "utf8")) as Record<string, string[]>,
).flatMap(([group, texts]) =>
  texts.map((text) => [group, parse(text.replaceAll("dynamo:", "")) as Record<string, unknown>] as const),
);

function deploymentsOf(settings: object, version: string, apiVersion: string) {
  const { config } = checkSettings({
    ...settings,
    runtime: { version },
    platform: { orchestrator: "grove", apiVersion },
  });
  if (config === undefined) return []; // what a release can't do is refused
  return planStack(config).graphs.map(({ deployment }) => deployment);
}

describe.each(versions)("$release in $apiVersion", ({ release, version, apiVersion }) => {
  const schema = schemaOf(release, apiVersion);
  const check = schema ? test : test.skip;

  check.each(shown)("the CRD knows all that the example of %s makes", (_, settings) => {
    for (const deployment of deploymentsOf(settings, version, apiVersion))
      expect(mistakesIn(deployment, schema ?? {})).toEqual([]);
  });

  check("and would tell what it does not know", () => {
    const [deployment] = deploymentsOf({ graphs: [{ name: "chat", model: "m" }] }, version, apiVersion);
    const wrong = { ...deployment, spec: { ...deployment?.spec, replicas: 1, backendFramework: "none" } };
    expect(mistakesIn(wrong, schema ?? {})).toHaveLength(2);
  });
});

/** A value for every setting of pods. */
const all = {
  image: "registry.example.com/own:1.4.2",
  imagePullPolicy: "Always",
  workingDir: "/workspace",
  env: [{ name: "A", value: "1" }],
  envFrom: [{ secret: "s" }, { configMap: "c" }],
  resources: { requests: { cpu: "2", memory: "1Gi", ephemeralStorage: "3Gi" } },
  sharedMemory: "20Gi",
  volumes: [{ name: "data", mountPath: "/data", claim: "data" }],
  startupProbe: { httpGet: { path: "/live", port: 9090 } },
  readinessProbe: { httpGet: { path: "/health", port: "system" } },
  livenessProbe: { exec: { command: ["true"] } },
  securityContext: { runAsUser: 0, capabilities: { add: ["SYS_PTRACE"] } },
  podSecurityContext: { fsGroup: 2000 },
  hostIPC: true,
  hostNetwork: true,
  annotations: { "example.com/a": "b" },
  labels: { "example.com/c": "d" },
  terminationGracePeriodSeconds: 120,
  placement: { runtimeClass: "nvidia", scheduler: "kai", affinity: { nodeAffinity: {} } },
};

/** The same of a pod, in Kubernetes' fields. */
const spec = {
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
  securityContext: { fsGroup: 2000 },
  hostIPC: true,
  hostNetwork: true,
  dnsPolicy: "ClusterFirstWithHostNet",
  terminationGracePeriodSeconds: 120,
  runtimeClassName: "nvidia",
  schedulerName: "kai",
  affinity: { nodeAffinity: {} },
};
const container = {
  workingDir: "/workspace",
  envFrom: [{ secretRef: { name: "s" } }, { configMapRef: { name: "c" } }],
  image: "registry.example.com/own:1.4.2",
  imagePullPolicy: "Always",
  volumeMounts: [{ name: "data", mountPath: "/data" }],
  startupProbe: { httpGet: { path: "/live", port: 9090 } },
  readinessProbe: { httpGet: { path: "/health", port: "system" } },
  livenessProbe: { exec: { command: ["true"] } },
  securityContext: { runAsUser: 0, capabilities: { add: ["SYS_PTRACE"] } },
};
const metadata = { annotations: { "example.com/a": "b" }, labels: { "example.com/c": "d" } };

test("there is a value for each", () =>
  expect(Object.keys(all).sort()).toEqual(Object.keys(podSettings).sort()));

const everywhere = {
  graphs: [
    { name: "chat", model: "m", frontend: all, prefill: all, decode: all, planner: { ...all, maxGpus: 8 } },
  ],
};
const names = ["Frontend", "Prefill", "Decode", "Planner"];

test.each(names)("v1alpha1 has them of %s", (name) => {
  const [deployment] = deploymentsOf(everywhere, "1.4.2", "v1alpha1");
  const service = at(deployment?.spec, "services", name);
  const { mainContainer, ...pod } = record(at(service, "extraPodSpec"));
  expect(pod).toEqual(spec);
  expect(mainContainer).toMatchObject(container);
  expect(list(at(mainContainer, "env"))).toContainEqual({ name: "A", value: "1" });
  expect(service).toMatchObject({
    extraPodMetadata: metadata,
    sharedMemory: { size: "20Gi" },
    resources: { requests: { cpu: "2", memory: "1Gi", custom: { "ephemeral-storage": "3Gi" } } },
  });
});

test.each(names)("v1beta1 has them of %s", (name) => {
  const [deployment] = deploymentsOf(everywhere, "1.4.2", "v1beta1");
  const component = list(at(deployment?.spec, "components")).find((one) => at(one, "name") === name);
  const { containers, ...pod } = record(at(component, "podTemplate", "spec"));
  expect(pod).toEqual(spec);
  expect(list(containers)[0]).toMatchObject({
    ...container,
    resources: { requests: { cpu: "2", memory: "1Gi", "ephemeral-storage": "3Gi" } },
  });
  expect(component).toMatchObject({ podTemplate: { metadata }, sharedMemorySize: "20Gi" });
});

test("capabilities that RDMA needs and those of the settings add up", () => {
  const pool = {
    securityContext: { runAsUser: 0, capabilities: { add: ["SYS_RESOURCE"], drop: ["NET_RAW"] } },
  };
  const graphs = [{ name: "chat", model: "m", prefill: pool, decode: {}, kvTransfer: { rdma: {} } }];
  const [deployment] = deploymentsOf({ graphs }, "1.4.2", "v1alpha1");
  const contextOf = (name: string) =>
    at(deployment?.spec, "services", name, "extraPodSpec", "mainContainer", "securityContext");
  expect(contextOf("Prefill")).toEqual({
    runAsUser: 0,
    capabilities: { add: ["IPC_LOCK", "SYS_RESOURCE"], drop: ["NET_RAW"] },
  });
  expect(contextOf("Decode")).toEqual({ capabilities: { add: ["IPC_LOCK"] } });
});

test("items of one name are one volume with several mounts", () => {
  const cache = { name: "cache", claim: "cache" };
  const volumes = [
    { ...cache, mountPath: "/a", subPath: "a" },
    { ...cache, mountPath: "/b", readOnly: true },
  ];
  const [deployment] = deploymentsOf(
    { graphs: [{ name: "chat", model: "m", workers: { volumes } }] },
    "1.4.2",
    "v1alpha1",
  );
  expect(at(deployment?.spec, "services", "VllmWorker", "extraPodSpec")).toMatchObject({
    volumes: [{ name: "cache", persistentVolumeClaim: { claimName: "cache" } }],
    mainContainer: {
      volumeMounts: [
        { name: "cache", mountPath: "/a", subPath: "a" },
        { name: "cache", mountPath: "/b", readOnly: true },
      ],
    },
  });
});

test.each([
  [{}, {}, "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2"],
  [{ imageTag: "1.4.2-efa-amd64" }, {}, "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2-efa-amd64"],
  [{ image: "r.example.com:5000/own" }, {}, "r.example.com:5000/own:1.4.2"],
  [{ image: "r.example.com:5000/own:1.3.0-dev.4" }, {}, "r.example.com:5000/own:1.3.0-dev.4"],
  [{ imageTag: "1.4.2-cuda13" }, { image: "r.example.com/own" }, "r.example.com/own:1.4.2-cuda13"],
  [{ image: "other" }, { image: `own@sha256:${"0".repeat(64)}` }, `own@sha256:${"0".repeat(64)}`],
])("of a graph with %j, workers with %j run %s", (graph, workers, image) => {
  const graphs = [{ name: "chat", model: "m", ...graph, workers }];
  const [deployment] = deploymentsOf({ graphs }, "1.4.2", "v1alpha1");
  expect(at(deployment?.spec, "services", "VllmWorker", "extraPodSpec", "mainContainer", "image")).toBe(
    image,
  );
});

test.each(["v1alpha1", "v1beta1"])(
  "devices of a pool are beside those of RDMA in %s, and are no GPUs",
  (apiVersion) => {
    const graphs = [
      {
        name: "chat",
        model: "m",
        prefill: { devices: { "vpc.amazonaws.com/efa": 4, "rdma/ib": 2 } },
        decode: {},
        kvTransfer: { rdma: {} },
      },
    ];
    const [deployment] = deploymentsOf({ graphs }, "1.4.2", apiVersion);
    const { byKind } = gpuDemand([deployment]);
    expect(byKind).toEqual({ "nvidia.com/gpu": 2 });
    const text = JSON.stringify(deployment);
    expect(text).toContain('"rdma/ib":"2"');
    expect(text).toContain('"rdma/ib":"1"');
    expect(text.match(/"vpc.amazonaws.com\/efa":"4"/g)).toHaveLength(apiVersion === "v1alpha1" ? 2 : 1);
  },
);
