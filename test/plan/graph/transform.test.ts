import type { PatchConfig } from "../../../config/graph";
import { stackConfig } from "../../../config/schema";
import { at } from "../../../gpus/manifest";
import { planStack } from "../../../plan/stack";

const worker = "/spec/services/VllmWorker";
const backend = "/metadata/annotations/nvidia.com~1dynamo-discovery-backend";

function planned(...transform: PatchConfig[]) {
  const graphs = [{ name: "demo", model: "m", huggingFaceSecret: "hf", transform }];
  const {
    graphs: [graph],
    refusals,
  } = planStack(stackConfig.parse({ runtime: { version: "0.8.1" }, graphs }));
  return { deployment: graph?.deployment, refusals };
}

test.each<[PatchConfig, path: string[], value: unknown]>([
  [
    { op: "add", path: `${worker}/sharedMemory`, value: { size: "1Gi" } },
    ["spec", "services", "VllmWorker", "sharedMemory"],
    { size: "1Gi" },
  ],
  [
    { op: "add", path: "/spec/envs/-", value: { name: "A", value: "1" } },
    ["spec", "envs"],
    [
      { name: "DYN_STORE_KV", value: "mem" },
      { name: "A", value: "1" },
    ],
  ],
  [
    { op: "replace", path: `${worker}/envFromSecret`, value: "other" },
    ["spec", "services", "VllmWorker", "envFromSecret"],
    "other",
  ],
  [
    { op: "remove", path: `${worker}/envFromSecret` },
    ["spec", "services", "VllmWorker", "envFromSecret"],
    undefined,
  ],
  [
    { op: "add", path: "/metadata/annotations/example.com~1owner", value: "me" },
    ["metadata", "annotations", "example.com/owner"],
    "me",
  ],
  [
    { op: "add", path: "/metadata/labels/example.com~1team", value: "search" },
    ["metadata", "labels"],
    { "example.com/team": "search" },
  ],
])("%j changes the manifest", (patch, path, value) => {
  const { deployment, refusals } = planned(patch);
  expect(refusals).toEqual([]);
  expect(at(deployment, ...path)).toEqual(value);
});

const changes = (what: string) => [
  `graph demo: transform changes ${what}: use the graph's own settings for that`,
];
const ofComponents = changes("components, their replicas or their GPUs");
const ofPlan = changes("discovery, planes, names, roles, the router, KV events, parallelism or the model");

/** A script around the program's own command, which stays what it is. */
test.each([
  ["ulimit -l unlimited && ulimit -n 1048576 && ", ""],
  ["test -r /models/config.json || exit 42\n", " 2>&1 | tee /tmp/log"],
  ['if [ -n "$(nvidia-smi)" ]; then echo python3 -m dynamo.vllm --model m; fi\n', ""],
])("%j may be before the engine, and %j after it", (before, after) => {
  const path = ["spec", "services", "VllmWorker", "extraPodSpec", "mainContainer", "args"];
  const [own] = at(planned().deployment, ...path) as string[];
  const value = `${before}${own}${after}`;
  const { deployment, refusals } = planned({ op: "replace", path: `/${path.join("/")}/0`, value });
  expect([refusals, at(deployment, ...path)]).toEqual([[], [value]]);
});

test.each([
  "ulimit -n 4 && python3 -m dynamo.vllm --model other -n 4",
  "echo test -n 4; python3 -m dynamo.vllm -n 4",
  "echo --model m; python3 -m dynamo.vllm --model other --tensor-parallel-size 1",
  "export DYN_DISCOVERY_BACKEND=etcd; python3 -m dynamo.vllm --model Qwen/Qwen3-0.6B",
])("%j still is refused", (value) => {
  const path = `${worker}/extraPodSpec/mainContainer/args/0`;
  expect(planned({ op: "replace", path, value }).refusals).toEqual(ofPlan);
});

test.each([
  { name: "DYN_VLLM_DISAGGREGATION_MODE", value: "prefill" },
  { name: "DYN_HTTP_PORT", value: "8787" },
])("env that decides a role or a port is refused: %j", (variable) => {
  const path = `${worker}/envs`;
  expect(planned({ op: "add", path, value: [variable] }).refusals).toEqual(ofPlan);
});

test("one plan's transform does not touch another's", () => {
  const before = planned().deployment;
  planned({ op: "remove", path: "/spec/services/Frontend/extraPodSpec" });
  expect(planned().deployment).toEqual(before);
});

test.each<[PatchConfig, string[]]>([
  [
    { op: "replace", path: "/spec/nothing", value: 1 },
    ["graph demo: transform[0]: there is no /spec/nothing to replace"],
  ],
  [
    { op: "test", path: "/spec/envs/0/name", value: "A" },
    ["graph demo: transform[0]: /spec/envs/0/name has another value than its test"],
  ],
  [{ op: "remove", path: "/spec/envs/7" }, ["graph demo: transform[0]: there is no /spec/envs/7 to remove"]],
  [
    { op: "add", path: "/spec/a/b", value: 1 },
    ["graph demo: transform[0]: there is nothing that /spec/a/b can be added to"],
  ],
  [
    { op: "add", path: "/spec/envs/9", value: 1 },
    ["graph demo: transform[0]: there is nothing that /spec/envs/9 can be added to"],
  ],
  [
    { op: "add", path: "/spec/backendFramework/a", value: 1 },
    ["graph demo: transform[0]: there is nothing that /spec/backendFramework/a can be added to"],
  ],
  [{ op: "replace", path: backend, value: "etcd" }, changes("the mode of discovery")],
  [{ op: "remove", path: "/spec" }, ofComponents],
  [{ op: "replace", path: "/spec", value: null }, ofComponents],
  [{ op: "replace", path: `${worker}/replicas`, value: 2 }, ofComponents],
  [{ op: "replace", path: `${worker}/resources/limits/gpu`, value: "2" }, ofComponents],
  [{ op: "add", path: `${worker}/resources/limits/custom`, value: { "nvidia.com/gpu": "2" } }, ofComponents],
  [{ op: "add", path: `${worker}/multinode`, value: { nodeCount: 2 } }, ofComponents],
  [{ op: "replace", path: `${worker}/componentType`, value: "planner" }, ofComponents],
  [{ op: "remove", path: "/spec/services/Frontend" }, ofComponents],
  [
    {
      op: "add",
      path: `${worker}/extraPodSpec/containers`,
      value: [{ name: "s", resources: { limits: { "nvidia.com/gpu": 1 } } }],
    },
    ofComponents,
  ],
  ...[
    "--discovery-backend etcd",
    "--tensor_parallel_size 8",
    "--model other/x",
    "--served-model-name=evil",
  ].map((flag): [PatchConfig, string[]] => [
    {
      op: "replace",
      path: `${worker}/extraPodSpec/mainContainer/args/0`,
      value: `python3 -m dynamo.vllm ${flag}`,
    },
    ofPlan,
  ]),
  ...["NATS_SERVER", "DYN_DISCOVERY_BACKEND", "DYN_NAMESPACE"].map((name): [PatchConfig, string[]] => [
    { op: "add", path: "/spec/envs", value: [{ name, value: "x" }] },
    ofPlan,
  ]),
  [{ op: "add", path: `${worker}/checkpoint`, value: { enabled: true } }, ofComponents],
  [{ op: "add", path: `${worker}/autoscaling`, value: { maxReplicas: 9 } }, ofComponents],
  [
    {
      op: "add",
      path: `${worker}/extraPodSpec/resourceClaims`,
      value: [{ name: "a", resourceClaimName: "b" }],
    },
    ofComponents,
  ],
  [
    {
      op: "replace",
      path: `${worker}/extraPodSpec/mainContainer/command`,
      value: ["python3", "-m", "dynamo.planner"],
    },
    ofComponents,
  ],
])("%j is refused where it can't be followed, or would change the count", (patch, refusals) =>
  expect(planned(patch).refusals).toEqual(refusals),
);

test.each(["__proto__", "constructor/prototype", "services/constructor"])("/spec/%s is refused", (field) => {
  const graphs = [
    { name: "demo", model: "m", transform: [{ op: "add", path: `/spec/${field}`, value: {} }] },
  ];
  expect(() => stackConfig.parse({ graphs })).toThrow(/must name fields of the manifest/);
});

test("a list that is empty until the transform adds to it is there then, and only then", () => {
  const envOf = (...transform: PatchConfig[]) => {
    const graphs = [{ name: "demo", model: "m", transform }];
    const { graphs: plans } = planStack(stackConfig.parse({ runtime: { version: "1.4.2" }, graphs }));
    return at(plans[0]?.deployment, "spec", "envs");
  };
  expect(envOf()).toBeUndefined();
  const variable = { name: "A", value: "1" };
  expect(envOf({ op: "add", path: "/spec/envs/-", value: variable })).toEqual([variable]);
});
