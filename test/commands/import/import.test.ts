import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { importGraphs } from "../../../commands/import/importGraphs";
import { objectsOf } from "../../../commands/import/objects";
import { planStack } from "../../../plan/stack";
import { examples } from "../../examples/examples";
import { run } from "../command";
import { aggregated, alpha, beta } from "./graphs";

const folder = mkdtempSync(join(tmpdir(), "import-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (text: string) => {
  const file = join(folder, "graph.yaml");
  writeFileSync(file, text);
  return file;
};
const imported = (text: string) => {
  const { graphs, beside } = objectsOf([fileOf(text)]);
  return importGraphs(graphs, beside);
};
const graphOf = (text: string) => imported(text).graphs[0];
const settingsOf = (text: string) => (imported(text).settings.graphs as Record<string, unknown>[])[0] ?? {};

const chat = {
  name: "chat",
  model: "Qwen/Qwen3-32B",
  router: { mode: "kv" },
  modelCache: { claim: "models" },
  huggingFaceSecret: "hf-token",
  frontend: { name: "Frontend", replicas: 2 },
  prefill: {
    name: "PrefillWorker",
    gpus: 2,
    args: ["--block-size", "64"],
    sharedMemory: "16Gi",
    resources: { limits: { memory: "64Gi" } },
    volumes: [{ name: "compiled", mountPath: "/home/dynamo/.cache/vllm", claim: "compiled" }],
    placement: { gpuProduct: "NVIDIA-B200", tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }] },
  },
  decode: { name: "DecodeWorker", replicas: 3, gpus: 4, args: ["--max-model-len", "8192"] },
};

test.each([
  ["v1alpha1", alpha],
  ["v1beta1", beta],
])("a graph of %s becomes settings alone, and nothing is left out", (apiVersion, text) => {
  const { settings, graphs } = imported(text);
  expect(settings).toMatchObject({
    runtime: { version: "1.4.2" },
    platform: { apiVersion },
    namespace: { name: "serving" },
    graphs: [chat],
  });
  expect(graphs[0]).toMatchObject({ changes: [], leftOut: [] });
});

test.each([
  ["--block-size 64", "--block-size 32", ""],
  ["NVIDIA-B200", "NVIDIA-H200", ""],
])("what differs in the graph differs in the settings: %s", (before, after) => {
  expect(settingsOf(alpha.replace(before, after))).not.toEqual(settingsOf(alpha));
});

test("a frontend that the graph has not is told, and no Service is taken for its", () => {
  const withoutFrontend = parse(alpha);
  delete withoutFrontend.spec.services.Frontend;
  const graph = graphOf(JSON.stringify(withoutFrontend));
  expect(graph?.leftOut).toContainEqual(
    expect.objectContaining({ component: "Frontend", what: "a frontend is added, with its Service" }),
  );
  expect(graph?.renamed.filter(([from]) => from.startsWith("Service "))).toEqual([]);
  expect(graphOf(alpha)?.leftOut).toEqual([]);
});

test("what has no setting is changed by transform, and the plan has it", () => {
  const { settings, graphs } = imported(
    aggregated({
      args: "ulimit -l unlimited && python3 -m dynamo.vllm --model a/b | tee /tmp/log",
      container: "tty: true\n              command: [/bin/bash, -lc]",
    }),
  );
  expect(graphs[0]?.leftOut).toEqual([]);
  expect(settings).toMatchObject({ graphs: [{ workers: { setup: "ulimit -l unlimited &&" } }] });
  expect(JSON.stringify(settings)).toMatch(/&& exec python3 -m dynamo.vllm --model a\/b .*\| tee \/tmp\/log/);
  expect(graphs[0]?.changes.flatMap(({ differences }) => differences.map(({ field }) => field))).toEqual([
    "login",
    "after",
    "container.tty",
  ]);
});

test.each([
  [
    "a size that is not the GPUs'",
    { args: "python3 -m dynamo.vllm --model a/b -tp 2" },
    /--tensor-parallel-size: 2/,
  ],
  [
    "a discovery backend",
    { args: "python3 -m dynamo.vllm --model a/b --discovery-backend etcd" },
    /--discovery-backend: etcd/,
  ],
])("%s is left out and told, with a comment", async (_, worker, what) => {
  const leftOut = graphOf(aggregated(worker))?.leftOut ?? [];
  expect(leftOut).toEqual([
    expect.objectContaining({ component: "Worker", what: expect.stringMatching(what) }),
  ]);
  const { code, stdout, stderr } = await run("import", fileOf(aggregated(worker)));
  expect([code, stdout, stderr]).toEqual([
    0,
    expect.stringMatching(new RegExp(`# left out of Worker: ${what.source}`)),
    expect.stringContaining("1 left out"),
  ]);
});

test("claims of devices become settings by what they are, and the stack makes their objects", () => {
  const claims = [
    ["gpus", { resourceClaimTemplateName: "gpu-template" }],
    ["channel", { resourceClaimTemplateName: "the-channel" }],
    ["nic", { resourceClaimName: "shared-nic" }],
  ] as const;
  const worker = aggregated({
    args: "python3 -m dynamo.vllm --model a/b -tp 4",
    pod: `resourceClaims: ${JSON.stringify(claims.map(([name, source]) => ({ name, ...source })))}`,
  }).replace(
    "resources: { limits: { nvidia.com/gpu: 1 } }",
    `resources: { claims: ${JSON.stringify(claims.map(([name]) => ({ name })))} }`,
  );
  const template = (name: string, deviceClassName: string) => `---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: { name: ${name} }
spec: { spec: { devices: { requests: [{ name: a, exactly: { deviceClassName: ${deviceClassName}, count: 4 } }] } } }
`;
  const domain = `---
apiVersion: resource.nvidia.com/v1beta1
kind: ComputeDomain
metadata: { name: domain }
spec: { numNodes: 2, channel: { resourceClaimTemplate: { name: the-channel } } }
`;
  const { settings, graphs, beside } = imported(
    worker + template("gpu-template", "gpu.nvidia.com") + template("unused", "gpu.nvidia.com") + domain,
  );
  expect(graphs[0]).toMatchObject({ changes: [], leftOut: [] });
  expect(settings).toMatchObject({
    graphs: [
      {
        workers: {
          ...{ gpus: 4, gpuDeviceClass: "gpu.nvidia.com", computeDomain: true },
          resourceClaims: [{ name: "shared-nic", claim: "shared-nic" }],
        },
      },
    ],
  });
  expect(beside).toEqual(["ResourceClaimTemplate unused"]);
});

test("a file of arguments is read where it is beside the graph", () => {
  const worker = aggregated({
    args: "python3 -m dynamo.sglang --config /etc/sglang/agg.yaml --context-length 4096",
    pod: "volumes: [{ name: config, configMap: { name: engine } }]",
    container:
      "volumeMounts: [{ name: config, mountPath: /etc/sglang }]\n              command: [/bin/sh, -c]",
  });
  const config = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: engine }
data: { agg.yaml: "model-path: a/b\\ntrust-remote-code: true\\nenable-metrics: false\\ncontext-length: 1" }
`;
  expect(imported(worker + config).settings).toMatchObject({
    graphs: [
      {
        ...{ model: "a/b", backend: "sglang" },
        workers: { args: ["--trust-remote-code", "--context-length", "4096"] },
      },
    ],
  });
  expect(() => graphOf(worker)).toThrow(/does not say its model .* give the ConfigMap of its --config too/);
});

test("pods that look for others of their graph look for those of the stack's", () => {
  const affinity = {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          labelSelector: { matchLabels: { "nvidia.com/dynamo-graph-deployment-name": "chat" } },
          topologyKey: "kubernetes.io/hostname",
        },
      ],
    },
  };
  const text = aggregated({ pod: `affinity: ${JSON.stringify(affinity)}` });
  const { renamed, leftOut } = graphOf(text) ?? {};
  const [[, name] = []] = renamed ?? [];
  expect([name, leftOut]).toEqual([expect.stringMatching(/^g.{4}-chat$/), []]);
  expect(JSON.stringify(settingsOf(text))).toContain(`"nvidia.com/dynamo-graph-deployment-name":"${name}"`);
});

test("what the graph's object says beside its components is kept, or told", () => {
  const text = aggregated()
    .replace(
      "metadata: { name: chat }",
      'metadata: { name: chat, labels: { kueue.x-k8s.io/queue-name: gpus, app.kubernetes.io/name: chat }, annotations: { example.com/owner: me, kubectl.kubernetes.io/last-applied-configuration: "{}" } }',
    )
    .replace("spec:\n", "spec:\n  restart: { id: a }\n");
  const { graphs, settings } = imported(text);
  expect(graphs[0]?.leftOut).toEqual([]);
  expect(settings).toMatchObject({
    graphs: [
      {
        transform: [
          { path: "/metadata/annotations/example.com~1owner", value: "me" },
          { path: "/metadata/labels/kueue.x-k8s.io~1queue-name", value: "gpus" },
          { path: "/spec/restart", value: { id: "a" } },
        ],
      },
    ],
  });
  const claims = alpha.replace(
    "{ name: compiled, create: false }",
    "{ name: compiled, create: true, size: 1Gi }",
  );
  expect(graphOf(claims)?.changes.map(({ patches }) => patches[0]?.path)).toEqual(["/spec/pvcs"]);
});

test("requests by NATS are of the other mode, and what was assumed is told", () => {
  const { settings, notes } = imported(
    aggregated({ args: "DYN_REQUEST_PLANE=nats python3 -m dynamo.vllm --model a/b --request-plane nats" }),
  );
  expect(settings).toMatchObject({ discovery: { mode: "nats-etcd", requestPlane: "nats" } });
  expect(notes).toEqual([expect.stringContaining("requests go by NATS")]);
});

test("a component of a kind that a graph has no place for is left out", () => {
  const text = `${aggregated()}    - { name: Picker, type: epp, podTemplate: { spec: { containers: [{ name: main, image: a }] } } }\n`;
  expect(graphOf(text)?.leftOut).toMatchObject([{ component: "Picker" }]);
});

test("a secret is in nothing that is written, and its Secret is named", async () => {
  const token = `hf_${"x".repeat(30)}`;
  const file = fileOf(aggregated({ env: `{ name: HF_TOKEN, value: ${token} }` }));
  const out = join(folder, "Pulumi.secret.yaml");
  const { code, stdout, stderr } = await run("import", file, "--out", out);
  expect([code, stdout]).toEqual([0, expect.stringContaining("HF_TOKEN of Secret chat-env")]);
  expect(stdout + stderr + readFileSync(out, "utf8")).not.toContain(token);
  expect(parse(readFileSync(out, "utf8")).config["dynamo:graphs"][0].workers.env).toEqual([
    { name: "HF_TOKEN", valueFrom: { secretKeyRef: { name: "chat-env", key: "HF_TOKEN" } } },
  ]);
});

test("a secret in a file of arguments is in nothing that is written", async () => {
  const key = `sk-${"x".repeat(30)}`;
  const file = fileOf(`${aggregated({
    args: "python3 -m dynamo.sglang --config /etc/sglang/agg.yaml",
    pod: "volumes: [{ name: config, configMap: { name: engine } }]",
    container:
      "volumeMounts: [{ name: config, mountPath: /etc/sglang }]\n              command: [/bin/sh, -c]",
  })}---
apiVersion: v1
kind: ConfigMap
metadata: { name: engine }
data: { agg.yaml: "model-path: a/b\\napi-key: ${key}" }
`);
  const { code, stdout, stderr } = await run("import", file);
  expect([code, stdout, stderr]).toEqual([
    1,
    "",
    expect.stringMatching(
      /what they have is a secret in plain text.* → at dynamo:graphs\[0\].workers.args.*\n$/,
    ),
  ]);
  expect(stderr).not.toContain(key);
});

test("lists of kubectl are read, with a Service of the frontend and claims beside it", () => {
  const items = [
    parse(alpha),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "door" },
      spec: {
        type: "NodePort",
        selector: {
          "nvidia.com/dynamo-component-type": "frontend",
          "nvidia.com/dynamo-graph-deployment-name": "chat",
        },
        ports: [{ port: 8000, nodePort: 30333 }],
      },
    },
    { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "models" } },
    { apiVersion: "v1", kind: "Secret", metadata: { name: "hf-token" }, data: { HF_TOKEN: "c2VjcmV0" } },
  ];
  const { settings, beside } = imported(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  expect(settings).toMatchObject({
    graphs: [{ frontend: { expose: { type: "NodePort", nodePort: 30333 } } }],
  });
  expect(beside).toEqual(["PersistentVolumeClaim models", "Secret hf-token"]);
  expect(JSON.stringify(settings)).not.toContain("c2VjcmV0");
});

test("amounts that are none are told as they were written", () => {
  const text = alpha
    .replace(
      'limits: { gpu: "2", memory: 64Gi }, requests: { gpu: "2" }',
      "limits: { gpu: lots, memory: much }",
    )
    .replace("replicas: 2", "replicas: some");
  const told = graphOf(text)?.leftOut.map(({ what }) => what);
  expect(told).toEqual(
    expect.arrayContaining([
      "limit nvidia.com/gpu: lots becomes 1",
      "limit memory: much",
      "replicas: some becomes 1",
    ]),
  );
});

test("names that the operator can't bear are made shorter, and told", () => {
  const long = "chat-with-a-name-that-is-longer-than-most";
  const { renamed } = graphOf(alpha.replace("name: chat", `name: ${long}`)) ?? {};
  expect(renamed).toContainEqual(["component PrefillWorker", "Prefill"]);
});

test.each(examples.map(({ name, config }) => [name, config] as const))(
  "the graphs of example %s come back whole",
  (_, settings) => {
    const graphs = planStack(settings).graphs.map(
      ({ deployment }) => deployment as unknown as Record<string, unknown>,
    );
    if (settings.graphs.some(({ servedBy }) => servedBy)) return; // which says more than a graph
    const again = importGraphs(graphs, [], settings.runtime.version);
    expect(again.graphs.flatMap(({ leftOut }) => leftOut)).toEqual([]);
  },
);

test.each([
  [
    "kind: ConfigMap\napiVersion: v1",
    /there is no DynamoGraphDeployment, only ConfigMap: name a file that has one/,
  ],
  ["apiVersion: v1\nkind: List\nitems: []", /there is no DynamoGraphDeployment, only empty lists/],
  [
    aggregated().replace("image: example.com/vllm:1.4.2", "image: $IMAGE"),
    /fill the variable in first, as envsubst does/,
  ],
  [
    "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: { name: a }\nspec: { services: { A: { replicas: 2 } } }",
    /is no whole graph, as it has no images: give what kustomize build makes of it/,
  ],
  [
    aggregated({ args: "python3 worker.py" }),
    /has no worker that runs dynamo.vllm, dynamo.sglang or dynamo.trtllm/,
  ],
  [
    aggregated({ args: "python3 -m dynamo.vllm --model a --api-key sk-abcdefghijklmnopqrstuvwxyz" }),
    /has a secret in a command: put it into a Secret/,
  ],
  [aggregated().replaceAll("1.4.2", "0.5.0"), /runtime "0.5.0" is not known/],
  [
    `${aggregated()}---\n${aggregated().replaceAll("1.4.2", "1.5.1").replace("name: chat", "name: other")}`,
    /the images are of runtimes 1.4 and 1.5, and a stack has one/,
  ],
  [aggregated().replace("name: chat", "name: Chat_1"), /must be lower-case letters/],
  ["{", /can't be read/],
])("%#: what can't be imported ends in one line", async (text, message) => {
  const { code, stdout, stderr } = await run("import", fileOf(text));
  expect([code, stdout, stderr.trim().split("\n")]).toEqual([1, "", [expect.stringMatching(message)]]);
});

test("a file that is there is not written over, and one that is not there is told", async () => {
  const out = fileOf(alpha);
  expect(await run("import", out, "--out", out)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is there already"),
  });
  expect(await run("import", join(folder, "none.yaml"))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("none.yaml"),
  });
  expect(existsSync(join(folder, "none.yaml"))).toBe(false);
});

test("--json has the report and the stack", async () => {
  const { stdout } = await run("import", fileOf(beta), "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    graphs: [{ name: "chat", lossless: true, leftOut: [] }],
    stack: expect.stringContaining("dynamo:graphs:"),
  });
});
