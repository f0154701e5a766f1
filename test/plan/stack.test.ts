import { stackOf } from "../../bench/stackOf";
import { stackConfig } from "../../config/schema";
import { endpointOf } from "../../plan/graph/frontendService";
import { dynamoGraphDeploymentSpec } from "../../plan/graph/v1alpha1";
import { planStack } from "../../plan/stack";
import fc from "../fastCheck";

const specOf = ({ spec }: { spec: object }) => dynamoGraphDeploymentSpec.parse(spec);
const demo = { name: "demo", model: "Qwen/Qwen2.5-1.5B-Instruct" };
const plan = (config: object) => planStack(stackConfig.parse({ runtime: { version: "0.8.1" }, ...config }));
const onlyGraph = (config: object) => {
  const [graph] = plan(config).graphs;
  if (!graph) throw new Error("no graph");
  return graph;
};

describe("a graph's manifest", () => {
  test("in kubernetes mode names no NATS and no etcd", () => {
    const { deployment } = onlyGraph({ graphs: [demo] });
    expect(deployment).toEqual({
      apiVersion: "nvidia.com/v1alpha1",
      kind: "DynamoGraphDeployment",
      metadata: {
        name: "demo",
        namespace: "dynamo",
        annotations: { "nvidia.com/dynamo-discovery-backend": "kubernetes" },
      },
      spec: {
        backendFramework: "vllm",
        envs: [{ name: "DYN_STORE_KV", value: "mem" }],
        services: {
          Frontend: {
            componentType: "frontend",
            replicas: 1,
            extraPodSpec: {
              mainContainer: {
                image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.1",
                command: ["python3"],
                args: ["-m", "dynamo.frontend", "--no-kv-events"],
                env: [{ name: "DYN_HTTP_GRACEFUL_SHUTDOWN_TIMEOUT_SECS", value: "0" }],
                lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
                startupProbe: {
                  exec: { command: ["python3", "-I", "-c", expect.stringContaining("/v1/models")] },
                  periodSeconds: 2,
                  timeoutSeconds: 5,
                  failureThreshold: 3_600,
                },
              },
              terminationGracePeriodSeconds: 300,
            },
          },
          VllmWorker: {
            componentType: "worker",
            replicas: 1,
            resources: { limits: { gpu: "1" } },
            extraPodSpec: {
              mainContainer: {
                image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.1",
                command: ["/bin/sh", "-c"],
                args: [
                  "python3 -m dynamo.vllm --model Qwen/Qwen2.5-1.5B-Instruct --tensor-parallel-size 1 " +
                    `--kv-events-config '{"enable_kv_cache_events":false}'`,
                ],
              },
            },
          },
        },
      },
    });
  });

  test("in nats-etcd mode has another name, annotation and both addresses", () => {
    const { deployment } = onlyGraph({ discovery: { mode: "nats-etcd" }, graphs: [demo] });
    expect(deployment.metadata.name).toBe("demo-etcd");
    expect(deployment.metadata.annotations).toEqual({ "nvidia.com/dynamo-discovery-backend": "etcd" });
    expect(specOf(deployment).envs).toEqual(
      expect.arrayContaining([
        { name: "NATS_SERVER", value: "nats://nats.nats-system:4222" },
        { name: "ETCD_ENDPOINTS", value: "http://etcd.etcd-system:2379" },
      ]),
    );
  });

  test("spreads a worker over nodes", () => {
    const { deployment, gpus } = onlyGraph({
      graphs: [{ ...demo, workers: { gpus: 8, nodes: 2, pipelineParallel: 2, replicas: 3 } }],
    });
    const worker = specOf(deployment).services.VllmWorker;
    expect(worker).toMatchObject({ multinode: { nodeCount: 2 }, resources: { limits: { gpu: "8" } } });
    expect(worker?.extraPodSpec.mainContainer.args?.join(" ")).toContain(
      "--tensor-parallel-size 8 --pipeline-parallel-size 2",
    );
    expect(gpus).toBe(48);
  });

  test.each([
    [{ hostPath: "/data/cache" }, { hostPath: { path: "/data/cache", type: "DirectoryOrCreate" } }],
    [{ pvc: { size: "50Gi" } }, { persistentVolumeClaim: { claimName: "demo-model-cache" } }],
  ])("mounts the cache %o where the runtime looks", (modelCache, source) => {
    const { extraPodSpec } =
      specOf(onlyGraph({ graphs: [{ ...demo, modelCache }] }).deployment).services.VllmWorker ?? {};
    expect(extraPodSpec?.volumes).toEqual([{ name: "model-cache", ...source }]);
    expect(extraPodSpec?.mainContainer.volumeMounts).toEqual([
      { name: "model-cache", mountPath: "/home/dynamo/.cache/huggingface" },
    ]);
  });

  test("names the token's Secret, not the token", () => {
    const { services } = specOf(onlyGraph({ graphs: [{ ...demo, huggingFaceSecret: "hf" }] }).deployment);
    expect(Object.values(services).map(({ envFromSecret }) => envFromSecret)).toEqual(["hf", "hf"]);
  });

  test("only has fields that the program's own schema knows, and counts the same GPUs as the plan", () => {
    const size = fc.integer({ min: 1, max: 16 });
    const workers = fc.record({ replicas: size, gpus: size, nodes: size });
    const mode = fc.constantFrom("kubernetes", "nats-etcd");
    fc.assert(
      fc.property(workers, mode, (workers, mode) => {
        const graph = { name: "g", model: "m", frontend: { name: "F" }, workers: { ...workers, name: "W" } };
        const { deployment, gpus } = onlyGraph({ discovery: { mode }, graphs: [graph] });
        const { W } = dynamoGraphDeploymentSpec.parse(deployment.spec).services;
        return (
          gpus === Number(W?.resources?.limits?.gpu) * (W?.multinode?.nodeCount ?? 1) * (W?.replicas ?? 0)
        );
      }),
    );
  });
});

describe("a graph is Ready", () => {
  const readiness = (config: object) => onlyGraph({ graphs: [demo], ...config }).readiness;
  test("when as many pods are ready as are asked for", () => {
    expect(readiness({ graphs: [{ ...demo, workers: { replicas: 3 } }] })).toEqual({
      status: "services",
      replicas: { Frontend: 1, VllmWorker: 3 },
    });
  });
  test("when 0.7 says so, which counts nothing", () => {
    expect(readiness({ runtime: { version: "0.7.1" }, discovery: { mode: "nats-etcd" } })).toEqual({
      status: "services",
      replicas: {},
    });
  });
  test("without a count of workers on several nodes", () => {
    expect(readiness({ graphs: [{ ...demo, workers: { nodes: 2 } }] }).replicas).toEqual({ Frontend: 1 });
  });
});

describe("an endpoint", () => {
  const frontendOf = ({ frontend }: ReturnType<typeof onlyGraph>) => {
    if (!frontend) throw new Error("no frontend");
    return frontend;
  };
  const withExpose = (expose?: object) => onlyGraph({ graphs: [{ ...demo, frontend: { expose } }] });
  test.each([
    [undefined, undefined, "http://demo-frontend-np.dynamo:8000"],
    [{ type: "NodePort", nodePort: 30200 }, undefined, "http://<any node>:30200"],
    [{ type: "LoadBalancer", sourceRanges: ["10.0.0.0/8"] }, undefined, "http://<load balancer>:8000"],
    [{ type: "LoadBalancer", sourceRanges: ["10.0.0.0/8"] }, "203.0.113.7", "http://203.0.113.7:8000"],
    [{ type: "Ingress", host: "llm.example.com", tlsSecret: "tls" }, undefined, "https://llm.example.com"],
    [{ type: "Gateway", host: "llm.example.com", gateway: "public" }, undefined, "http://llm.example.com"],
  ])("of %o at %s is %s", (expose, address, url) =>
    expect(endpointOf(frontendOf(withExpose(expose)), address)).toBe(url),
  );
});

describe("advice", () => {
  const advice = (cluster: object, more: object = {}) =>
    plan({ runtime: { version: "1.0.0" }, cluster, graphs: [demo], ...more }).warnings;
  const frontends = (replicas: number) => ({ graphs: [{ ...demo, frontend: { replicas } }] });
  const natsEtcd = { discovery: { mode: "nats-etcd" } };

  test.each([
    ["nothing about an unknown cluster", {}, {}, []],
    [
      "that there are no graphs, and nothing about an API version that none has",
      {},
      { runtime: { version: "1.6.1" }, graphs: [] },
      [/^the stack has no graphs: write them below config:, as dynamo:graphs$/],
    ],
    [
      "nothing about a platform without graphs",
      {},
      { runtime: { version: "1.6.1" }, graphs: [], platform: { install: {} } },
      [],
    ],
    [
      "nothing about servers for other namespaces",
      {},
      { graphs: [], discovery: { mode: "nats-etcd", clientNamespaces: ["team-b"] } },
      [],
    ],
    [
      "nats-etcd from 100 nodes",
      { nodes: 100 },
      frontends(5),
      [/mode nats-etcd is advised.*dynamo:discovery.mode/],
    ],
    [
      "kubernetes to 50 nodes",
      { nodes: 50 },
      { ...natsEtcd, ...frontends(5) },
      [/mode kubernetes is advised/],
    ],
    [
      "the platform's PodMonitors in its namespace",
      {},
      { namespace: { name: "dynamo-system" } },
      [/platform's namespace dynamo-system.*dynamo:monitoring\.podMonitors: platform/],
    ],
    [
      "nothing on PodMonitors that are left to it",
      {},
      { namespace: { name: "dynamo-system" }, monitoring: { podMonitors: "platform" } },
      [],
    ],
    ["no mode between", { nodes: 75 }, frontends(5), []],
    [
      "2 to 3 frontends for 3 nodes",
      { nodes: 3 },
      {},
      [/2 to 3 frontends suit 3 nodes, found 1.*graphs\[0\].frontend.replicas/],
    ],
    ["3 to 5 for 10", { nodes: 10 }, frontends(6), [/3 to 5 frontends suit 10 nodes, found 6/]],
    ["5 to 10 for 50", { nodes: 50 }, frontends(4), [/5 to 10 frontends suit 50 nodes, found 4/]],
    ["none for what suits", { nodes: 10 }, frontends(3), []],
    ["no distribution for one GPU", { nodes: 1, gpusPerNode: 1 }, {}, [/one GPU/]],
    [
      "what will never fit",
      { nodes: 2, gpusPerNode: 4 },
      { graphs: [{ ...demo, workers: { gpus: 6 } }] },
      [/a pod of VllmWorker asks for 6 GPUs, and no node has more than 4/],
    ],
    [
      "what will wait",
      { nodes: 2, gpusPerNode: 4 },
      { graphs: [{ ...demo, workers: { gpus: 4, replicas: 3 } }] },
      [/ask for 12 GPUs, and the cluster has 8/],
    ],
    [
      "a node for each member",
      { nodes: 75 },
      { discovery: { ...natsEtcd.discovery, nats: { replicas: 9 } }, ...frontends(5) },
      [],
    ],
    [
      "more members than nodes",
      { nodes: 2 },
      { discovery: { ...natsEtcd.discovery, etcd: { replicas: 3 } } },
      [
        /mode kubernetes is advised/,
        /3 members of etcd need a node each, and the cluster has 2.*dynamo:discovery.etcd.replicas/,
      ],
    ],
    [
      "members whose quorum goes with a zone",
      { nodes: 75, zones: 2 },
      { discovery: { ...natsEtcd.discovery, nats: { replicas: 9 }, etcd: { replicas: 3 } }, ...frontends(5) },
      [
        /9 members of nats in 2 zones have no quorum without one of these: it takes 3 zones \(dynamo:cluster\.zones\)/,
        /3 members of etcd in 2 zones have no quorum/,
      ],
    ],
    [
      "a zone for each member",
      { nodes: 75, zones: 3 },
      { discovery: { ...natsEtcd.discovery, nats: { replicas: 9 } }, ...frontends(5) },
      [],
    ],
    [
      "a server without credentials",
      {},
      {
        discovery: {
          ...natsEtcd.discovery,
          nats: { external: true, server: "nats://a:4222" },
          etcd: { external: true, endpoints: ["http://a:2379"], secret: "etcd-user" },
        },
      },
      [/nats is used without credentials.*dynamo:discovery.nats.secret/],
    ],
    [
      "a single etcd, which graphs of 0.8 can't do without",
      {},
      { ...natsEtcd, runtime: { version: "0.8.1" } },
      [/graphs of runtime 0.8 end .* etcd is away for 8 s/],
    ],
    ["a single etcd with a newer runtime", {}, natsEtcd, []],
  ])("%s", (_, cluster, more, lines) =>
    expect(advice(cluster, more)).toEqual(lines.map((line) => expect.stringMatching(line))),
  );

  test.each([
    ["two workers of 1.4, which can't move", "1.4.2", 2, { mode: "kv" }, true],
    ["one worker, from which nothing can move", "1.4.2", 1, { mode: "kv" }, false],
    ["two of 1.3, where it was not seen", "1.3.1", 2, { mode: "kv" }, false],
    ["two of 1.6, which move", "1.6.1", 2, { mode: "kv" }, false],
    ["two by another router", "1.4.2", 2, { mode: "round-robin" }, false],
  ])("on streams of killed workers: %s", (_, version, replicas, router, isGiven) => {
    const graphs = [{ ...demo, router, workers: { replicas } }];
    const given = plan({ runtime: { version }, graphs }).warnings.filter((line) => /is killed/.test(line));
    expect(given).toEqual(
      isGiven
        ? [
            "graph demo: a worker that is killed cuts its streams, which frontends with KV routing move to no other before 1.6: write round-robin where that matters more than cached prompts, or raise dynamo:runtime.version (dynamo:graphs[0].router.mode)",
          ]
        : [],
    );
  });
});

describe("advice on models", () => {
  const llama = { name: "llama", model: "meta-llama/Llama-3.1-8B-Instruct", huggingFaceSecret: "hf" };
  const on = (graph: object, cluster: object = {}) =>
    plan({ runtime: { version: "1.6.1" }, cluster, graphs: [{ ...llama, ...graph }] }).warnings;

  test("that fit, can be had, and have room", () =>
    expect(on({ modelCache: { pvc: { size: "20Gi" } } }, { gpuMemory: "80Gi" })).toEqual([]));

  test("that don't fit into the GPUs of the cluster, or of their placement", () => {
    expect(on({}, { gpuMemory: "16Gi" })).toEqual([
      expect.stringMatching(/VllmWorker needs 15\.0 GiB of its GPU .* of 16\.0 GiB 12\.6 can be used/),
    ]);
    const workers = { placement: { gpuProduct: "NVIDIA-H100-80GB-HBM3" } };
    expect(on({ workers }, { gpuMemory: "16Gi" })).toEqual([]);
    expect(on({ modelSize: { parameters: 50 } }, { gpuMemory: "80Gi" })).toEqual([
      expect.stringMatching(/needs 93\.1 GiB of its GPU/),
    ]);
  });

  test.each([
    [{ workers: { gpus: 3 } }, 3, "2 or 4"],
    [{ backend: "sglang", workers: { gpus: 6, dataParallel: 2 } }, 3, "2 or 4"],
    [{ workers: { gpus: 8 }, modelSize: { parameters: 8, heads: 12 } }, 8, "6 or 12"],
  ])("that %j can't divide: it is refused", (graph, gpus, better) => {
    const graphs = [{ ...llama, ...graph }];
    expect(plan({ cluster: { gpuMemory: "80Gi" }, graphs })).toMatchObject({
      refusals: [
        expect.stringMatching(
          `^graph llama: .*Worker divides .* heads of ${llama.model} among ${gpus} GPUs, .*: take ${better} `,
        ),
      ],
    });
  });

  test.each([
    [{}, "its GPUs' memory (dynamo:cluster.gpuMemory, or placement.gpuProduct)"],
    [
      { workers: { placement: { gpuProduct: "H100" } } },
      /^the memory of H100 .*such as NVIDIA-H100-80GB-HBM3\)$/,
    ],
    [
      { model: "acme/one", workers: { placement: { gpuProduct: "NVIDIA-L40S" } } },
      "the size of acme/one (dynamo:graphs[].modelSize, which npm run size writes)",
    ],
  ])("of which something is not known: %j", (graph, words) => {
    const [planned] = plan({ graphs: [{ ...llama, ...graph }] }).graphs;
    const unknown = planned?.memory.flatMap((memory) => memory.unknown);
    expect(unknown).toEqual([typeof words === "string" ? words : expect.stringMatching(words)]);
  });

  test("that are larger than their claim", () => {
    expect(on({ modelCache: { pvc: { size: "14Gi" } } })).toEqual([
      "graph llama: its weights take 15Gi, and the claim that keeps them has 14Gi (dynamo:graphs[0].modelCache.pvc.size)",
    ]);
    expect(on({ modelCache: { pvc: { size: "15Gi" } } })).toEqual([]);
  });

  test("that the hub gives to some alone", () => {
    const told = [
      expect.stringMatching(/nothing names their token \(dynamo:graphs\[0\]\.huggingFaceSecret\)/),
    ];
    expect(on({ huggingFaceSecret: undefined })).toEqual(told);
    expect(on({ huggingFaceSecret: undefined, modelCache: { pvc: { size: "20Gi" } } })).toEqual(told);
    expect(on({ huggingFaceSecret: undefined, modelCache: { claim: "models" } })).toEqual([]);
    for (const model of ["Qwen/Qwen3-8B", "like-meta-llama/Llama-3.1-8B-Instruct"])
      expect(on({ huggingFaceSecret: undefined, model })).toEqual([]);
  });
});

describe("advice on nodes that are cut badly", () => {
  const graphs = (...sizes: [gpus: number, replicas: number][]) => ({
    runtime: { version: "1.6.1" },
    graphs: sizes.map(([gpus, replicas], i) => ({ ...demo, name: `g${i}x`, workers: { gpus, replicas } })),
  });
  const fragments = (config: object, nodes: number) =>
    plan({ ...config, cluster: { nodes, gpusPerNode: 8 } }).warnings.filter((line) => /cut badly/.test(line));

  test.each([
    ["five of 6 on four of 8", graphs([6, 5]), 4, "1 pods find no node"],
    ["five of 6 on five of 8", graphs([6, 5]), 5, undefined],
    ["small ones beside large ones", graphs([6, 2], [2, 2]), 2, undefined],
    ["the large ones are placed first", graphs([2, 4], [6, 2]), 3, undefined],
    ["none of several sizes", graphs([5, 2], [3, 2], [4, 2]), 3, undefined],
    ["sizes that leave gaps", graphs([5, 3], [4, 2]), 3, "2 pods find no node"],
  ])("%s", (_, config, nodes, expected) =>
    expect(fragments(config, nodes)).toEqual(expected ? [expect.stringContaining(expected)] : []),
  );
});

test("what a plan needs of the platform and of nodes is told, and is no warning", () => {
  const graphs = [{ ...demo, modelCache: { hostPath: "/data" } }];
  const { requirements, warnings } = plan({ runtime: { version: "1.6.1" }, graphs });
  expect(requirements).toEqual([
    expect.stringMatching(/^a platform without NATS/),
    expect.stringMatching(/^\/data on every GPU node, writable by uid 1000, or graph demo/),
  ]);
  expect(warnings).toEqual([]);
});

test.each([undefined, "bench/loads"])(
  "the stack that is measured can be made, behind the gate %s too",
  (gate) => expect(planStack(stackOf(2, gate).settings).refusals).toEqual([]),
);
