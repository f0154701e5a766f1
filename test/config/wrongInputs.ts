/** Wrong configs, and the lines that each must end in: one a mistake. */

const graph = { name: "demo", model: "Qwen/Qwen2.5-1.5B-Instruct" };
const withGraph = (more: object) => ({ graphs: [{ ...graph, ...more }] });
const withWorkers = (workers: object) => withGraph({ workers });
const withFrontend = (frontend: object) => withGraph({ frontend });
const natsEtcd = (more: object) => ({ discovery: { mode: "nats-etcd", ...more } });
const withGraphs = (one: object, other: object) => ({
  graphs: [
    { ...graph, ...one },
    { ...graph, name: "other", ...other },
  ],
});
const split = { prefill: {}, decode: {} };
const old = { runtime: { version: "0.8.1" } };
const since14 = { runtime: { version: "1.4.2" } };
const withPatch = (...patch: object[]) => ({ kind: "StatefulSet", name: "nats", patch });
const nodePort = (port: unknown) => ({ expose: { type: "NodePort", nodePort: port } });

export const wrongInputs: Readonly<Record<string, { config: Record<string, unknown>; lines: RegExp[] }>> = {
  // Refused by the design
  "0.7 with kubernetes": {
    config: { runtime: { version: "0.7.1" } },
    lines: [
      /^✖ "kubernetes" needs a runtime of 0.8 or newer, found 0.7.1.*nats-etcd.*→ at dynamo:discovery.mode$/,
    ],
  },
  "encryption where the runtime has none": {
    config: { ...since14, encryption: { issuer: "own" } },
    lines: [
      /^✖ needs a runtime of 1.5 or newer, found 1.4.2, .*raise dynamo:runtime.version → at dynamo:encryption.issuer$/,
    ],
  },
  "encryption with servers of someone else that speak plain text": {
    config: {
      ...natsEtcd({
        nats: { external: true, server: "nats://n:4222" },
        etcd: { external: true, endpoints: ["http://e:2379"] },
      }),
      encryption: { issuer: "own" },
    },
    lines: [
      /^✖ must begin with tls:\/\/ where dynamo:encryption has an issuer, found nats:\/\/n:4222 → at dynamo:discovery.nats.server$/,
      /^✖ must be https:\/\/ where dynamo:encryption has an issuer: .* → at dynamo:discovery.etcd.endpoints$/,
    ],
  },
  "plain text refused, and nothing encrypted": {
    config: { encryption: { refusePlain: true } },
    lines: [
      /^✖ is of a stack that encrypts the rest: write issuer: own or cert-manager beside it → at dynamo:encryption.refusePlain$/,
    ],
  },
  "cert-manager without an issuer": {
    config: { encryption: { issuer: "cert-manager" } },
    lines: [
      /^✖ is missing: write the name of the ClusterIssuer .* issuerRef: { name: internal-ca } → at dynamo:encryption.issuerRef$/,
    ],
  },
  "an issuer of cert-manager's where another signs": {
    config: { encryption: { issuer: "own", issuerRef: { name: "internal-ca" } } },
    lines: [
      /^✖ is of issuer: cert-manager, found issuer: own: write that, or take it out → at dynamo:encryption.issuerRef$/,
    ],
  },
  "an issuer for one namespace": {
    config: { encryption: { issuer: "cert-manager", issuerRef: { name: "ca", kind: "Issuer" } } },
    lines: [/^✖ must be of an issuer for all namespaces, .* → at dynamo:encryption.issuerRef.kind$/],
  },
  "an issuer of no name and kind": {
    config: {
      encryption: {
        issuer: "cert-manager",
        issuerRef: { name: "Internal CA", kind: "cluster-issuer", group: "x".repeat(64) },
      },
    },
    lines: [
      /^✖ must be lower-case letters, digits, dashes and dots, .* → at dynamo:encryption.issuerRef.name$/,
      /^✖ must be the kind of an object, such as "ClusterIssuer" → at dynamo:encryption.issuerRef.kind$/,
      /^✖ must be at most 63 characters: names of Secrets are made of it → at dynamo:encryption.issuerRef.group$/,
    ],
  },
  "a certificate for a NATS that asks for none": {
    config: natsEtcd({ nats: { external: true, server: "nats://n:4222", certificate: "c" } }),
    lines: [
      /^✖ must begin with tls:\/\/ to show nats.certificate, found .* → at dynamo:discovery.nats.server$/,
    ],
  },
  "a certificate for NATS where the runtime shows none": {
    config: {
      ...since14,
      ...natsEtcd({ nats: { external: true, server: "tls://n:4222", certificate: "c" } }),
    },
    lines: [/^✖ needs a runtime of 1.5 or newer, found 1.4.2: .* → at dynamo:discovery.nats.certificate$/],
  },
  "encryption by other ways than its setting": {
    config: withGraph({
      env: [{ name: "DYN_TCP_TLS_INSECURE", value: "1" }],
      frontend: { args: ["--nats-tls-insecure"], env: [{ name: "NATS_TLS_INSECURE", value: "1" }] },
      workers: {
        args: ["--tcp-tls-cert-path=/c"],
        volumes: [{ name: "dynamo-tls", mountPath: "/t", secret: "t" }],
      },
    }),
    lines: [
      /^✖ "--nats-tls-insecure" decides the encryption.*dynamo:encryption → at dynamo:graphs\[0\].frontend.args\[0\]$/,
      /^✖ "--tcp-tls-cert-path" decides the encryption.* → at dynamo:graphs\[0\].workers.args\[0\]$/,
      /^✖ DYN_TCP_TLS_INSECURE decides what the plan says: .*dynamo:encryption → at dynamo:graphs\[0\].env\[0\].name$/,
      /^✖ NATS_TLS_INSECURE decides .* → at dynamo:graphs\[0\].frontend.env\[0\].name$/,
      /^✖ "dynamo-tls" is a volume of the program's .* → at dynamo:graphs\[0\].workers.volumes\[0\].name$/,
    ],
  },
  "unknown key of the stack": {
    config: { graph: [] },
    lines: [/^✖ is not a setting: .* → at dynamo:graph$/],
  },
  "unknown key of a graph": {
    config: withGraph({ gpu: 1 }),
    lines: [/^✖ is not a setting: .* → at dynamo:graphs\[0\].gpu$/],
  },
  "two unknown keys": {
    config: withWorkers({ gpu: 1, replica: 2 }),
    lines: [/→ at dynamo:graphs\[0\].workers.gpu$/, /→ at dynamo:graphs\[0\].workers.replica$/],
  },
  "quantities that no cluster has": {
    config: {
      ...withWorkers({ replicas: 9007199254740991, gpus: 4096, nodes: 1e8 }),
      ...natsEtcd({ nats: { storage: "99999999Ti", cpu: "99999999" }, credentials: { generation: 1e9 } }),
      budget: { pricePerGpuHour: 1e308 },
    },
    lines: [
      /at most 100000, found 9007199254740991 → at dynamo:graphs\[0\].workers.replicas$/,
      /at most 1024, found 4096 → at dynamo:graphs\[0\].workers.gpus$/,
      /at most 1024, found 100000000 → at dynamo:graphs\[0\].workers.nodes$/,
      /→ at dynamo:discovery.nats.storage$/,
      /→ at dynamo:discovery.nats.cpu$/,
      /→ at dynamo:discovery.credentials.generation$/,
      /^✖ must be at most 1000000, found 1e\+308 → at dynamo:budget.pricePerGpuHour$/,
    ],
  },
  "runbooks that are no address": {
    config: { monitoring: { runbooks: "javascript:alert(1)" } },
    lines: [/^✖ must be an address such as .* or a path → at dynamo:monitoring.runbooks$/],
  },
  "an adapter with the name of a model, or of another, behind the same frontends": {
    config: {
      runtime: { version: "1.4.2" },
      ...withGraphs(
        {
          loras: [
            { name: "l", source: "hf://a/b" },
            { name: "m", source: "hf://a/b" },
          ],
        },
        { model: "m", servedBy: "demo", loras: [{ name: "l", source: "hf://c/d" }] },
      ),
    },
    lines: [
      /^✖ "m" is used twice, as it is the model of graph "other" too.* → at dynamo:graphs\[0\].loras\[1\].name$/,
      /^✖ "l" is used twice, as it is an adapter of graph "demo" too.* → at dynamo:graphs\[1\].loras\[0\].name$/,
    ],
  },
  "a budget that is none": {
    config: { budget: { gpus: 1.5, pricePerGpuHour: 0, currency: "dollars" } },
    lines: [
      /→ at dynamo:budget.gpus$/,
      /^✖ must be more than 0.* → at dynamo:budget.pricePerGpuHour$/,
      /^✖ must be a code of three letters such as "USD".* → at dynamo:budget.currency$/,
    ],
  },
  "objectives that no metric can tell": {
    config: withGraph({ objectives: { timeToFirstToken: 3, availability: 1, fastRequests: 0 } }),
    lines: [
      /^✖ must be one of 0.1, .* 2.2, .*→ at dynamo:graphs\[0\].objectives.timeToFirstToken$/,
      /^✖ must be a share between 0.5 and 0.9999.*→ at dynamo:graphs\[0\].objectives.availability$/,
      /^✖ must be a share between 0.5 and 0.9999.*→ at dynamo:graphs\[0\].objectives.fastRequests$/,
    ],
  },
  "graphs whose pods are named alike": {
    config: { graphs: [graph, { ...graph, name: "demo-0" }, { ...graph, name: "demo-vllmworker-x" }] },
    lines: [
      /^✖ "demo-0" can't be distinguished from graph "demo" .* → at dynamo:graphs\[1\].name$/,
      /^✖ "demo-vllmworker-x" can't be distinguished from graph "demo" .* → at dynamo:graphs\[2\].name$/,
    ],
  },
  "NATS settings in kubernetes mode": {
    config: { discovery: { mode: "kubernetes", nats: { replicas: 3 } } },
    lines: [/^✖ is not a setting: .* → at dynamo:discovery.nats$/],
  },
  "even etcd": {
    config: natsEtcd({ etcd: { replicas: 2 } }),
    lines: [/^✖ must be odd, found 2: .* write 1 or 3 → at dynamo:discovery.etcd.replicas$/],
  },
  "even NATS": {
    config: natsEtcd({ nats: { replicas: 4 } }),
    lines: [/^✖ must be odd, found 4: .* write 3 or 5 → at dynamo:discovery.nats.replicas$/],
  },
  "node port below the range": {
    config: withFrontend(nodePort(29999)),
    lines: [/between 30000 and 32767, found 29999 → at dynamo:graphs\[0\].frontend.expose.nodePort$/],
  },
  "node port above the range": {
    config: withFrontend(nodePort(32768)),
    lines: [/between 30000 and 32767, found 32768/],
  },
  "the single-node graph's port": {
    config: withFrontend(nodePort(30100)),
    lines: [/30100 belongs to the single-node graph/],
  },
  "a port twice": {
    config: {
      graphs: [
        { ...graph, frontend: nodePort(30200) },
        { ...graph, name: "other", frontend: nodePort(30200) },
      ],
    },
    lines: [/30200 is already the port of graph "demo".* → at dynamo:graphs\[1\].frontend.expose.nodePort$/],
  },
  "a name beyond the operator's": {
    config: withGraph({ name: "a".repeat(36), frontend: { name: "F" }, workers: { name: "W" } }),
    lines: [
      /the graph's name must be at most 41 characters, found 42.*shorten it by 1 → at dynamo:graphs\[0\].name$/,
    ],
  },
  "a name that is too long in the mode": {
    config: {
      ...natsEtcd({}),
      ...withGraph({ name: "a".repeat(31), frontend: { name: "F" }, workers: { name: "W" } }),
    },
    lines: [/at most 41 characters, found 42 with "g[0-9a-f]{4}-a{31}-etcd"/],
  },
  "a name that is too long with the namespace": {
    config: { ...old, namespace: { name: "n".repeat(40) }, ...withGraph({ name: "a".repeat(30) }) },
    lines: [/<namespace>-<graph> must be at most 63 characters, found 71.*shorten it by 8/],
  },
  "a name that is too long with a component": {
    config: { ...old, ...withGraph({ name: "a".repeat(36) }) },
    lines: [/a component's name together .*must be at most 45 characters, found 46/],
  },
  "a name that is too long on several nodes": {
    config: {
      platform: { orchestrator: "grove" },
      ...withGraph({ name: "a".repeat(16), workers: { nodes: 2 } }),
    },
    lines: [/a component's name together .*must be at most 45 characters, found 46/],
  },
  "a name that is too long for a label of a worker's pods": {
    config: { ...since14, ...withGraph({ name: "a".repeat(29), workers: { name: "W".repeat(19) } }) },
    lines: [/labels of the component's pods must be at most 63 characters, found 64 .*shorten it by 1/],
  },
  "a frontend's name that is too long for a Service": {
    config: { ...since14, ...withGraph({ name: "a".repeat(24), frontend: { name: "F".repeat(33) } }) },
    lines: [/labels of the component's pods must be at most 63 characters, found 64 .*shorten it by 1/],
  },
  "a name that is too long for a StatefulSet of several nodes": {
    config: {
      ...since14,
      platform: { orchestrator: "leaderworkerset" },
      ...withGraph({ name: "a".repeat(20), workers: { name: "W".repeat(13), nodes: 2 } }),
    },
    lines: [/labels of the component's pods must be at most 63 characters, found 64 .*shorten it by 1/],
  },
  "components that differ in case": {
    config: withWorkers({ name: "FRONTEND" }),
    lines: [
      /"FRONTEND" and the frontend's "Frontend" differ at most in case.* → at dynamo:graphs\[0\].workers.name$/,
    ],
  },
  "half a GPU": {
    config: withWorkers({ gpus: 0.5 }),
    lines: [/^✖ must be a whole number of at least 1, found 0.5 → at dynamo:graphs\[0\].workers.gpus$/],
  },
  "tensor parallel beyond the GPUs": {
    config: withWorkers({ gpus: 4, tensorParallel: 8 }),
    lines: [
      /8 tensor x 1 pipeline parallel is 8, but a worker has 4 GPUs.* → at dynamo:graphs\[0\].workers.tensorParallel$/,
    ],
  },
  "tensor x pipeline below the GPUs": {
    config: {
      platform: { orchestrator: "grove" },
      ...withWorkers({ gpus: 4, nodes: 2, tensorParallel: 2, pipelineParallel: 2 }),
    },
    lines: [/2 tensor x 2 pipeline parallel is 4, but a worker has 8 GPUs \(4 gpus x 2 nodes\)/],
  },
  "pipeline that does not divide": {
    config: withWorkers({ gpus: 4, pipelineParallel: 3 }),
    lines: [/3 does not divide a worker's 4 GPUs.* → at dynamo:graphs\[0\].workers.pipelineParallel$/],
  },
  "data parallel that does not divide": {
    config: withWorkers({ gpus: 4, dataParallel: 3 }),
    lines: [/3 does not divide a worker's 4 GPUs.* → at dynamo:graphs\[0\].workers.dataParallel$/],
  },
  "tensor x data beyond the GPUs": {
    config: withWorkers({ gpus: 4, tensorParallel: 2, dataParallel: 4 }),
    lines: [/2 tensor x 1 pipeline x 4 data parallel is 8, but a worker has 4 GPUs/],
  },
  "data parallel ranks across nodes": {
    config: {
      platform: { orchestrator: "grove" },
      ...withWorkers({ gpus: 4, nodes: 3, dataParallel: 2 }),
    },
    lines: [
      /leaves a rank 6 GPUs, which don't fill pods of 4.* → at dynamo:graphs\[0\].workers.dataParallel$/,
    ],
  },
  "data parallel over nodes on LeaderWorkerSet": {
    config: {
      platform: { orchestrator: "leaderworkerset" },
      ...withWorkers({ gpus: 4, nodes: 2, dataParallel: 8 }),
    },
    lines: [/needs Grove.* → at dynamo:graphs\[0\].workers.dataParallel$/],
  },
  "fewer ranks than GPUs with TensorRT-LLM": {
    config: { graphs: [{ ...graph, backend: "trtllm", workers: { gpus: 8, dataParallel: 4 } }] },
    lines: [/must be 8, since TensorRT-LLM.* → at dynamo:graphs\[0\].workers.dataParallel$/],
  },
  "a quote in an argument of TensorRT-LLM over nodes": {
    config: {
      platform: { orchestrator: "grove" },
      graphs: [{ ...graph, backend: "trtllm", workers: { gpus: 8, nodes: 2, args: ["--x=it's"] } }],
    },
    lines: [/has a single quote or \$\(.* → at dynamo:graphs\[0\].workers.args\[0\]$/],
  },
  "env that wires the pods": {
    config: { graphs: [{ ...graph, env: [{ name: "NATS_SERVER", value: "nats://other:4222" }] }] },
    lines: [
      /NATS_SERVER decides what the plan says.* dynamo:discovery → at dynamo:graphs\[0\].env\[0\].name$/,
    ],
  },
  "a frontend's argument that a setting decides, and one that is gone": {
    config: {
      runtime: { version: "1.7.0" },
      ...withFrontend({ args: ["--router-mode=kv", "--router-temperature=1"] }),
    },
    lines: [
      /"--router-mode" decides the router.* → at dynamo:graphs\[0\].frontend.args\[0\]$/,
      /"--router-temperature" is not taken by frontends of 1.7.* → at dynamo:graphs\[0\].frontend.args\[1\]$/,
    ],
  },
  "env of the operator's own": {
    config: withFrontend({ env: [{ name: "DYN_HTTP_PORT", value: "80" }] }),
    lines: [
      /DYN_HTTP_PORT is set by the operator: remove it → at dynamo:graphs\[0\].frontend.env\[0\].name$/,
    ],
  },
  "env twice, of the graph and of a component": {
    config: {
      graphs: [
        {
          ...graph,
          env: [{ name: "A", value: "1" }],
          workers: {
            env: [
              { name: "A", value: "2" },
              { name: "B", value: "1" },
              { name: "B", value: "2" },
            ],
          },
        },
      ],
    },
    lines: [
      /A is the graph's too.* → at dynamo:graphs\[0\].workers.env\[0\].name$/,
      /B is there twice.* → at dynamo:graphs\[0\].workers.env\[2\].name$/,
    ],
  },
  "a secret in env": {
    config: withWorkers({ env: [{ name: "HF_TOKEN", value: "hf_x" }] }),
    lines: [/of HF_TOKEN would be readable.*secretKeyRef → at dynamo:graphs\[0\].workers.env\[0\].value$/],
  },
  "env with no value, and with two": {
    config: withWorkers({ env: [{ name: "A" }, { name: "B", valueFrom: {} }] }),
    lines: [
      /must have exactly one of value and valueFrom → at dynamo:graphs\[0\].workers.env\[0\]$/,
      /must have exactly one of secretKeyRef, configMapKeyRef and fieldRef/,
    ],
  },
  "env that the runtime no longer reads": {
    config: {
      runtime: { version: "1.4.2" },
      ...withWorkers({
        env: [
          { name: "DYN_STORE_KV", value: "mem" },
          { name: "DYN_VLLM_KV_EVENT_PORT", value: "1" },
        ],
      }),
    },
    lines: [
      /DYN_STORE_KV decides what the plan says: remove it, and use dynamo:discovery/,
      /DYN_VLLM_KV_EVENT_PORT is not read by runtime 1.4: write --kv-events-config/,
    ],
  },
  "an image's tag without its release in v1alpha1": {
    config: {
      runtime: { version: "1.5.0" },
      platform: { apiVersion: "v1alpha1" },
      graphs: [{ ...graph, imageTag: "1.5.0-efa-amd64" }],
    },
    lines: [/does not tell the operator its release.* → at dynamo:graphs\[0\].imageTag$/],
  },
  "quota above half the volume": {
    config: natsEtcd({ etcd: { storage: "8Gi", quota: "5Gi" } }),
    lines: [/must be at most half of etcd.storage \(8Gi\), found 5Gi.* → at dynamo:discovery.etcd.quota$/],
  },
  "eleven frontends": {
    config: withFrontend({ replicas: 11 }),
    lines: [/must be at most 10, found 11.* → at dynamo:graphs\[0\].frontend.replicas$/],
  },
  "a version that YAML made a number": {
    config: { runtime: { version: 1.3 } },
    lines: [/YAML read the number 1.3; quote the version.*"1.3.0" → at dynamo:runtime.version$/],
  },

  // Of topologies
  "prefill without decode": {
    config: withGraph({ prefill: {} }),
    lines: [/^✖ is missing: prefill workers need decode workers → at dynamo:graphs\[0\].decode$/],
  },
  "decode without prefill": {
    config: withGraph({ decode: {} }),
    lines: [/^✖ is missing: decode workers need prefill workers → at dynamo:graphs\[0\].prefill$/],
  },
  "workers beside prefill and decode": {
    config: withGraph({ workers: {}, ...split }),
    lines: [/^✖ do all of a request, prefill and decode each a part: .* → at dynamo:graphs\[0\].workers$/],
  },
  "several nodes without an orchestrator": {
    config: withGraph({ prefill: { name: "P", nodes: 2 }, decode: {} }),
    lines: [
      /^✖ 2 need Grove or LeaderWorkerSet.*dynamo:platform.orchestrator → at dynamo:graphs\[0\].prefill.nodes$/,
    ],
  },
  "replicas of one's own and of a scaler": {
    config: withWorkers({ replicas: 2, scaling: { by: "hpa", max: 4 } }),
    lines: [/^✖ belong to the scaler: .*workers.scaling → at dynamo:graphs\[0\].workers.replicas$/],
  },
  "more replicas at least than at most": {
    config: withWorkers({ scaling: { by: "keda", min: 4, max: 2 } }),
    lines: [
      /^✖ must be at most workers.scaling.max \(2\), found 4 → at dynamo:graphs\[0\].workers.scaling.min$/,
    ],
  },
  "a scaler without a limit": {
    config: withWorkers({ scaling: { by: "hpa" } }),
    lines: [/^✖ is missing: write a whole number → at dynamo:graphs\[0\].workers.scaling.max$/],
  },
  "a scaler that 0.7 has no adapter for": {
    config: {
      ...natsEtcd({}),
      runtime: { version: "0.7.1" },
      ...withWorkers({ scaling: { by: "hpa", max: 4 } }),
    },
    lines: [/^✖ needs the scaling adapters of 0.8 and newer: .* → at dynamo:graphs\[0\].workers.scaling$/],
  },
  "a planner of workers that do all": {
    config: { ...since14, ...withGraph({ planner: { maxGpus: 4 } }) },
    lines: [/^✖ scales prefill and decode workers: .* → at dynamo:graphs\[0\].planner$/],
  },
  "a planner beside a scaler": {
    config: {
      ...since14,
      ...withGraph({ prefill: { scaling: { by: "hpa", max: 4 } }, decode: {}, planner: { maxGpus: 4 } }),
    },
    lines: [/^✖ and the planner would both set the replicas: .* → at dynamo:graphs\[0\].prefill.scaling$/],
  },
  "a planner's replicas": {
    config: { ...since14, ...withGraph({ prefill: {}, decode: { replicas: 2 }, planner: { maxGpus: 4 } }) },
    lines: [/^✖ belong to the planner: .* → at dynamo:graphs\[0\].decode.replicas$/],
  },
  "a planner without a profile, before 1.4": {
    config: { ...old, ...withGraph({ ...split, planner: { maxGpus: 4 } }) },
    lines: [
      /^✖ is missing: the planner of 0.8 plans by a profile.* 1.4 .* → at dynamo:graphs\[0\].planner.profile$/,
    ],
  },
  "a planner of what it can't count": {
    config: {
      ...since14,
      platform: { orchestrator: "grove" },
      ...withGraph({
        prefill: { name: "P", nodes: 2 },
        decode: { gpuResource: "nvidia.com/mig-3g.40gb" },
        planner: { maxGpus: 4 },
      }),
    },
    lines: [
      /^✖ 2 are more than the planner of 1.4 counts.* → at dynamo:graphs\[0\].prefill.nodes$/,
      /^✖ "nvidia.com\/mig-3g.40gb" is not seen by the planner.* → at dynamo:graphs\[0\].decode.gpuResource$/,
    ],
  },
  "a planner without a limit": {
    config: { ...since14, ...withGraph({ ...split, planner: {} }) },
    lines: [/^✖ is missing: write a whole number → at dynamo:graphs\[0\].planner.maxGpus$/],
  },
  "settings that the planner does not read, or that the plan says": {
    config: {
      ...since14,
      ...withGraph({
        ...split,
        planner: {
          maxGpus: 4,
          profile: "chat-profile",
          settings: {
            ttft: 200,
            max_gpu_budget: -1,
            min_gpu_budget: 8,
            environment: "virtual",
            load_adjustment_interval_second: 5,
            metric_pulling_prometheus_token: "$(TOKEN)",
            prefill_min_endpoint: 1,
            scheduling: {},
            load_predictor: ["arima"],
            log_dir: null,
            profile_results_dir: "/profile",
          },
        },
      }),
    },
    lines: [
      /^✖ is what the plan says to the planner: .* write timeToFirstToken → at .*\.planner\.settings\.ttft$/,
      /^✖ is what the plan says.* write maxGpus → at .*\.planner\.settings\.max_gpu_budget$/,
      /^✖ is what the plan says.* write maxGpus → at .*\.planner\.settings\.min_gpu_budget$/,
      /^✖ is what the plan says to the planner: remove it → at .*\.planner\.settings\.environment$/,
      /^✖ is no setting that the planner of 1\.4 reads: write load_adjustment_interval_seconds, .*_second$/,
      /^✖ is no setting that the planner of 1\.4 reads: .*metric_pulling_prometheus_token$/,
      /^✖ is no setting that the planner of 1\.4 reads: remove it → at .*prefill_min_endpoint$/,
      /^✖ is no setting that the planner of 1\.4 reads: remove it → at .*scheduling$/,
      /^✖ must be a number, a text, or true or false → at .*load_predictor$/,
      /^✖ must be a number, a text, or true or false → at .*log_dir$/,
      /^✖ and the planner's profile would both say where the profile is: .*profile_results_dir$/,
    ],
  },
  "a planner whose least replicas are past its limit": {
    config: {
      ...since14,
      ...withGraph({
        prefill: { gpus: 2 },
        decode: { gpus: 4 },
        planner: { maxGpus: 17, settings: { min_endpoint: 3 } },
      }),
    },
    lines: [/^✖ makes at least 18 GPUs of workers, which are more than maxGpus: .*min_endpoint$/],
  },
  "a planner of a long name, under Grove": {
    config: {
      ...since14,
      platform: { orchestrator: "grove" },
      ...withGraph({
        name: "a".repeat(33),
        frontend: { name: "F" },
        prefill: { name: "P" },
        decode: { name: "D" },
        planner: { maxGpus: 4 },
      }),
    },
    lines: [/a component's name together .*must be at most 45 characters, found 46/],
  },
  "a component that is named as the planner": {
    config: {
      ...since14,
      ...withGraph({ prefill: { name: "planner" }, decode: {}, planner: { maxGpus: 4 } }),
    },
    lines: [
      /^✖ "planner" and the planner's "Planner" differ at most in case.* → at dynamo:graphs\[0\].prefill.name$/,
    ],
  },
  "an index without the kv router": {
    config: withGraph({ router: { index: "exact" } }),
    lines: [/^✖ is of the kv router, and the mode is round-robin: .* → at dynamo:graphs\[0\].router.index$/],
  },
  "an exact index where nothing carries events": {
    config: { ...old, ...withGraph({ router: { mode: "kv", index: "exact" } }) },
    lines: [
      /^✖ "exact" needs events, which runtime 0.8 sends over NATS alone: .* → at dynamo:graphs\[0\].router.index$/,
    ],
  },
  "a transfer with nobody to take it": {
    config: withGraph({ kvTransfer: { transports: ["tcp"] } }),
    lines: [/^✖ is between prefill and decode workers: .* → at dynamo:graphs\[0\].kvTransfer$/],
  },
  "GPUs as network devices, and the other way": {
    config: withGraph({
      prefill: { gpuResource: "rdma/ib" },
      decode: {},
      kvTransfer: { rdma: { resource: "nvidia.com/gpu" }, transports: [] },
    }),
    lines: [
      /^✖ must be of GPUs, .* → at dynamo:graphs\[0\].prefill.gpuResource$/,
      /^✖ "nvidia.com\/gpu" counts as a GPU: .* → at dynamo:graphs\[0\].kvTransfer.rdma.resource$/,
      /^✖ must list at least one transport → at dynamo:graphs\[0\].kvTransfer.transports$/,
    ],
  },
  "adapters of another engine": {
    config: { ...since14, ...withGraph({ backend: "sglang", loras: [{ name: "a", source: "s3://b/a" }] }) },
    lines: [/^✖ are served by backend vllm, and this one is sglang: .* → at dynamo:graphs\[0\].loras$/],
  },
  "adapters before 0.8": {
    config: {
      ...natsEtcd({}),
      runtime: { version: "0.7.1" },
      ...withGraph({ loras: [{ name: "a", source: "s3://b/a" }] }),
    },
    lines: [/^✖ need a runtime of 0.8 or newer: .* → at dynamo:graphs\[0\].loras$/],
  },
  "adapters that the worker can't get, one of them twice": {
    config: withGraph({
      loras: [
        { name: "a", source: "hf://org/a" },
        { name: "a", source: "s3://b/a" },
        { name: "b", source: "https://example.com/b" },
      ],
    }),
    lines: [/^✖ must be an address such as "hf:.* → at dynamo:graphs\[0\].loras\[2\].source$/],
  },
  "a size in the wrong unit, of no precision": {
    config: withGraph({
      modelSize: {
        parameters: 7e9,
        experts: 0,
        unquantized: -1,
        precision: "fp7",
        kvBytesPerToken: 0.5,
        kvHeads: 0,
        heads: 2 ** 30,
      },
    }),
    lines: [
      /^✖ must be in 10⁹: 70.6 for a model of 70B.* → at dynamo:graphs\[0\].modelSize.parameters$/,
      /^✖ must be more than 0.* → at dynamo:graphs\[0\].modelSize.experts$/,
      /^✖ must be more than 0.* → at dynamo:graphs\[0\].modelSize.unquantized$/,
      /dynamo:graphs\[0\].modelSize.precision$/,
      /dynamo:graphs\[0\].modelSize.kvBytesPerToken$/,
      /between 1 and 1048576, found 0 → at dynamo:graphs\[0\].modelSize.kvHeads$/,
      /dynamo:graphs\[0\].modelSize.heads$/,
    ],
  },
  "prices of nothing, and of nothing's kind": {
    config: { budget: { prices: { "NVIDIA L4": 1, "NVIDIA-H200": 0 } } },
    lines: [/dynamo:budget\.prices/, /^✖ must be more than 0.* → at dynamo:budget.prices.NVIDIA-H200$/],
  },
  "memory that is no size": {
    config: { cluster: { gpuMemory: "80 GB" } },
    lines: [/^✖ must be a size .* → at dynamo:cluster.gpuMemory$/],
  },
  "an adapter of the hub before 1.4, and its name twice": {
    config: {
      ...old,
      ...withGraph({
        loras: [
          { name: "a", source: "hf://org/a" },
          { name: "a", source: "s3://b/a" },
        ],
      }),
    },
    lines: [
      /^✖ hf:\/\/ needs a runtime of 1.4 or newer, found 0.8: .* → at dynamo:graphs\[0\].loras\[0\].source$/,
      /^✖ "a" is used twice.* → at dynamo:graphs\[0\].loras\[1\].name$/,
    ],
  },
  "served by nobody, or by itself": {
    config: withGraphs({ servedBy: "none" }, { servedBy: "other" }),
    lines: [
      /^✖ "none" is no other graph of the stack: .* → at dynamo:graphs\[0\].servedBy$/,
      /^✖ "other" is no other graph of the stack: .* → at dynamo:graphs\[1\].servedBy$/,
    ],
  },
  "served by one that is served": {
    config: {
      graphs: [graph, { ...graph, name: "a", servedBy: "demo" }, { ...graph, name: "b", servedBy: "a" }],
    },
    lines: [/^✖ "a" has no frontend itself: write "demo" → at dynamo:graphs\[2\].servedBy$/],
  },
  "a way to a frontend that is another's, and its router": {
    config: withGraphs({}, { servedBy: "demo", frontend: nodePort(30200), router: { mode: "kv" } }),
    lines: [
      /^✖ is of no use: the frontend is that of "demo"; remove it → at dynamo:graphs\[1\].frontend.expose$/,
      /^✖ is that of "demo", whose frontends choose the workers: .* → at dynamo:graphs\[1\].router$/,
    ],
  },
  "graphs whose workers another's frontends take up": {
    config: { ...since14, ...withGraphs({ name: "chat" }, { name: "chat-2" }) },
    lines: [/^✖ "chat-2" begins with the name of graph "chat", .* → at dynamo:graphs\[1\].name$/],
  },
  "the newer API on an older runtime": {
    config: { ...old, platform: { apiVersion: "v1beta1" } },
    lines: [/^✖ "v1beta1" needs a runtime of 1.3 or newer, found 0.8.1: .* → at dynamo:platform.apiVersion$/],
  },
  "nodes that can't be": {
    config: withWorkers({
      placement: {
        gpuProduct: "NVIDIA H100",
        nodeSelector: { "a b": "c", d: "e f" },
        priorityClass: "High",
        spread: "rack",
      },
    }),
    lines: [
      /^✖ must be the value of a label: .* → at dynamo:graphs\[0\].workers.placement.gpuProduct$/,
      /^✖ must be the key of a label, .* → at dynamo:graphs\[0\].workers.placement.nodeSelector.a b$/,
      /^✖ must be the value of a label: .* → at dynamo:graphs\[0\].workers.placement.nodeSelector.d$/,
      /lower-case letters.* → at dynamo:graphs\[0\].workers.placement.priorityClass$/,
      /must be "node" or "zone", found "rack"/,
    ],
  },
  "tolerations that Kubernetes refuses": {
    config: withWorkers({
      placement: {
        tolerations: [
          { key: "a", value: "b" },
          { key: "a", operator: "Equal" },
          { operator: "Equal", value: "b" },
        ],
      },
    }),
    lines: [
      /^✖ is of operator Equal, and of no other: .* → at dynamo:graphs\[0\].workers.placement.tolerations\[0\].value$/,
      /→ at dynamo:graphs\[0\].workers.placement.tolerations\[1\].value$/,
      /^✖ is missing: operator Equal .* → at dynamo:graphs\[0\].workers.placement.tolerations\[2\].key$/,
    ],
  },
  "a transform of what is not the graph's": {
    config: withGraph({
      transform: [
        { op: "replace", path: "/metadata/name", value: "x" },
        { op: "add", path: "/spec/x" },
        { op: "remove", path: "/spec/x", value: 1 },
        { op: "move", path: "/spec/x", from: "/spec/y" },
      ],
    }),
    lines: [
      /^✖ must begin with \/spec, .* → at dynamo:graphs\[0\].transform\[0\].path$/,
      /^✖ is missing: write a value → at dynamo:graphs\[0\].transform\[1\].value$/,
      /^✖ is not a setting: .* → at dynamo:graphs\[0\].transform\[2\].value$/,
      /^✖ must be "add" or "replace" or "remove" or "test", found "move" → at dynamo:graphs\[0\].transform\[3\].op$/,
    ],
  },
  "an adopted graph without its name, or of what is not the graph's": {
    config: withGraph({
      adopted: { deployment: "Chat", patch: [{ op: "remove", path: "/metadata/name" }] },
    }),
    lines: [
      /^✖ must be lower-case letters, .* → at dynamo:graphs\[0\].adopted.deployment$/,
      /^✖ .* → at dynamo:graphs\[0\].adopted.inPlaceOf$/,
      /^✖ must begin with \/spec, .* → at dynamo:graphs\[0\].adopted.patch\[0\].path$/,
    ],
  },
  "one graph that two have adopted": {
    config: {
      graphs: ["a", "b"].map((name) => ({
        name,
        model: "m",
        adopted: { deployment: "chat", inPlaceOf: name },
      })),
    },
    lines: [/^✖ "b" .* graph "a".* → at dynamo:graphs\[1\].name$/],
  },
  "a transform of objects that leads to what stays": {
    config: {
      transform: [
        withPatch({ op: "replace", path: "/metadata/name", value: "x" }),
        withPatch({ op: "replace", path: "/metadata/labels", value: {} }),
        withPatch({ op: "add", path: "/kind", value: "x" }),
        withPatch({ op: "add", path: "", value: {} }),
        withPatch({ op: "remove", path: "/metadata/labels/pulumi-dynamo~1stack" }),
        withPatch({ op: "add", path: "/metadata/annotations/dynamo~1replicas", value: "5" }),
        withPatch({ op: "add", path: "/metadata/labels/app.kubernetes.io~1managed-by", value: "Helm" }),
        withPatch({ op: "add", path: "/spec/constructor/x", value: 1 }),
        withPatch({ op: "add", path: "/spec/kind", value: 1 }),
      ],
    },
    lines: [
      /^✖ must begin with \/metadata\/annotations\/, .* → at dynamo:transform\[0\].patch\[0\].path$/,
      /^✖ must begin with .* → at dynamo:transform\[1\].patch\[0\].path$/,
      /^✖ must begin with .* → at dynamo:transform\[2\].patch\[0\].path$/,
      /^✖ must begin with .* → at dynamo:transform\[3\].patch\[0\].path$/,
      /^✖ must name fields of the manifest: .* → at dynamo:transform\[7\].patch\[0\].path$/,
      /^✖ leads to pulumi-dynamo\/stack, by which the program .* → at dynamo:transform\[4\].patch\[0\].path$/,
      /^✖ leads to dynamo\/replicas, by which the program .* → at dynamo:transform\[5\].patch\[0\].path$/,
      /^✖ leads to app.kubernetes.io\/managed-by, .* → at dynamo:transform\[6\].patch\[0\].path$/,
    ],
  },
  "a transform of objects that have other ways": {
    config: {
      transform: [
        { ...withPatch({ op: "add", path: "/spec/x", value: 1 }), kind: "DynamoGraphDeployment" },
        { ...withPatch({ op: "add", path: "/spec/x", value: 1 }), kind: "Release" },
        { ...withPatch({ op: "add", path: "/stringData/x", value: "y" }), kind: "Secret" },
        { ...withPatch({ op: "add", path: "/metadata/labels/x", value: "y" }), kind: "Secret" },
      ],
    },
    lines: [
      /^✖ can't be DynamoGraphDeployment: a graph has a transform of its own.*: dynamo:graphs\[\].transform → at dynamo:transform\[0\].kind$/,
      /^✖ can't be Release: .*: dynamo:platform.install.values → at dynamo:transform\[1\].kind$/,
      /^✖ leads into a Secret, of which only labels and annotations .* → at dynamo:transform\[2\].patch\[0\].path$/,
    ],
  },
  "a transform of objects with secrets in plain text": {
    config: {
      transform: [
        withPatch(
          { op: "add", path: "/data/admin.password", value: "hunter2" },
          { op: "add", path: "/spec/a/-", value: { name: "API_TOKEN", value: "hunter2" } },
          { op: "add", path: "/spec/b", value: [{ config: { passwd: "hunter2" } }] },
          {
            op: "add",
            path: "/spec/c",
            value: { name: "API_TOKEN", valueFrom: { secretKeyRef: { name: "a" } } },
          },
        ),
      ],
    },
    lines: [0, 1, 2].map(
      (i) =>
        new RegExp(`^✖ is a secret in plain text: .* → at dynamo:transform\\[0\\].patch\\[${i}\\].value$`),
    ),
  },
  "a transform of no object": {
    config: {
      transform: [
        { kind: "statefulset", name: "Nats", namespace: "-", patch: [] },
        { kind: "StatefulSet", patch: [{ op: "copy", path: "/spec/x", from: "/spec/y" }], all: true },
      ],
    },
    lines: [
      /^✖ must be a kind as manifests have it, .* → at dynamo:transform\[0\].kind$/,
      /^✖ must be the name of an object: .* → at dynamo:transform\[0\].name$/,
      /^✖ must be lower-case letters, .* → at dynamo:transform\[0\].namespace$/,
      /^✖ must have a change → at dynamo:transform\[0\].patch$/,
      /^✖ is missing: write a text → at dynamo:transform\[1\].name$/,
      /^✖ must be "add" or .*, found "copy" → at dynamo:transform\[1\].patch\[0\].op$/,
      /^✖ is not a setting: .* → at dynamo:transform\[1\].all$/,
    ],
  },
  "hosts that are none": {
    config: withGraphs(
      { frontend: { expose: { type: "Ingress", host: "localhost" } } },
      { frontend: { expose: { type: "Gateway", host: "llm.example.com" } } },
    ),
    lines: [
      /^✖ must be a name of DNS, .* → at dynamo:graphs\[0\].frontend.expose.host$/,
      /^✖ is missing: write a text → at dynamo:graphs\[1\].frontend.expose.gateway$/,
    ],
  },

  "clients of servers that someone else runs": {
    config: natsEtcd({
      clientNamespaces: ["team-b"],
      nats: { external: true, server: "nats://nats.example.com:4222" },
      etcd: { external: true, endpoints: ["http://etcd.example.com:2379"] },
    }),
    lines: [/^✖ is for servers that the stack runs, .*remove it.* → at dynamo:discovery.clientNamespaces$/],
  },
  "clients of a namespace that can't be": {
    config: natsEtcd({ clientNamespaces: ["Team B"] }),
    lines: [/ → at dynamo:discovery.clientNamespaces\[0\]$/],
  },

  // And beyond
  "no mode": {
    config: { discovery: {} },
    lines: [/must be "kubernetes" or "nats-etcd", found nothing → at dynamo:discovery.mode$/],
  },
  "a mode of the operator's vocabulary": {
    config: { discovery: { mode: "etcd" } },
    lines: [/must be "kubernetes" or "nats-etcd", found "etcd" → at dynamo:discovery.mode$/],
  },
  "a mode as the whole value": {
    config: { discovery: "kubernetes" },
    lines: [/must be an object, found "kubernetes": write { mode: kubernetes } → at dynamo:discovery$/],
  },
  "a mode as a list": {
    config: { discovery: ["kubernetes"] },
    lines: [
      /must be an object, found a list: write { mode: kubernetes } or { mode: nats-etcd } → at dynamo:discovery$/,
    ],
  },
  "zero members": {
    config: natsEtcd({ nats: { replicas: 0 } }),
    lines: [/between 1 and 9, found 0 → at dynamo:discovery.nats.replicas$/],
  },
  "negative members": { config: natsEtcd({ etcd: { replicas: -1 } }), lines: [/between 1 and 5, found -1/] },
  "members as text": {
    config: natsEtcd({ nats: { replicas: "3" } }),
    lines: [/must be a whole number, found "3"/],
  },
  "nine etcd members": { config: natsEtcd({ etcd: { replicas: 9 } }), lines: [/between 1 and 5, found 9/] },
  "storage without a unit": {
    config: natsEtcd({ nats: { storage: "10" } }),
    lines: [/must be a size such as/],
  },
  "storage in decimal units": {
    config: natsEtcd({ nats: { storage: "10GB" } }),
    lines: [/must be a size such as/],
  },
  "storage as a number": {
    config: natsEtcd({ etcd: { storage: 10 } }),
    lines: [/^✖ must be a size such as "512Mi", "10Gi" or "1Ti" → at dynamo:discovery.etcd.storage$/],
  },
  "an etcd volume that its logs fill": {
    config: natsEtcd({ etcd: { storage: "512Mi" } }),
    lines: [/must be at least 1Gi, found 512Mi/],
  },
  "half a server of someone else's": {
    config: natsEtcd({ nats: { external: true, replicas: 3 } }),
    lines: [
      /is missing: write a text → at dynamo:discovery.nats.server$/,
      /is not a setting: remove it, or write one of external, server, secret, certificate → at dynamo:discovery.nats.replicas$/,
    ],
  },
  "a server that is external to a degree": {
    config: natsEtcd({ etcd: { external: "yes" } }),
    lines: [/must be false or true, found "yes" → at dynamo:discovery.etcd.external$/],
  },
  "a password in an address": {
    config: natsEtcd({ nats: { external: true, server: "nats://user:secret@nats.example.com:4222" } }),
    lines: [
      /is a secret in plain text: put it in a Secret of the cluster, refer to that, and revoke this one → at dynamo:discovery.nats.server$/,
    ],
  },
  "no endpoint of an external etcd": {
    config: natsEtcd({ etcd: { external: true, endpoints: [] } }),
    lines: [/must list at least one address → at dynamo:discovery.etcd.endpoints$/],
  },
  "TLS without a certificate": {
    config: natsEtcd({ etcd: { external: true, endpoints: ["https://a:2379"], secret: "etcd-user" } }),
    lines: [
      /must begin with http:\/\/, found https.*name its Secret as etcd.certificate → at dynamo:discovery.etcd.endpoints\[0\]$/,
    ],
  },
  "a password and a certificate": {
    config: natsEtcd({
      etcd: { external: true, endpoints: ["https://a:2379"], secret: "etcd-user", certificate: "etcd-tls" },
    }),
    lines: [/and etcd.secret exclude each other.* → at dynamo:discovery.etcd.certificate$/],
  },
  "an endpoint without a scheme": {
    config: natsEtcd({ etcd: { external: true, endpoints: ["etcd.example.com:2379"] } }),
    lines: [/must be an address such as .* → at dynamo:discovery.etcd.endpoints\[0\]$/],
  },
  "CPUs as a number": {
    config: natsEtcd({ nats: { cpu: 2 } }),
    lines: [/must be a text, found 2: write "2" → at dynamo:discovery.nats.cpu$/],
  },
  "memory that no server starts with": {
    config: natsEtcd({ nats: { memory: "16Mi" }, etcd: { memory: "many" } }),
    lines: [
      /must be at least 64Mi, found 16Mi → at dynamo:discovery.nats.memory$/,
      /must be a size such as .* → at dynamo:discovery.etcd.memory$/,
    ],
  },
  "a schedule that cron can't read": {
    config: natsEtcd({ etcd: { snapshots: { schedule: "@daily" } } }),
    lines: [/must be five fields of cron.* → at dynamo:discovery.etcd.snapshots.schedule$/],
  },
  "a volume for less than two snapshots": {
    config: natsEtcd({ etcd: { storage: "8Gi", snapshots: { storage: "4Gi" } } }),
    lines: [
      /must hold two snapshots, each up to the quota \(3840Mi\), found 4Gi.*at least 7680Mi → at dynamo:discovery.etcd.snapshots.storage$/,
    ],
  },
  "passwords before the first": {
    config: natsEtcd({ credentials: { generation: 0 } }),
    lines: [/must be a whole number of at least 1, found 0 → at dynamo:discovery.credentials.generation$/],
  },
  "a setting of NATS in the other mode": {
    config: { discovery: { mode: "kubernetes", credentials: { generation: 2 } } },
    lines: [/is not a setting: remove it, or write one of mode → at dynamo:discovery.credentials$/],
  },
  "an unknown request plane": {
    config: natsEtcd({ requestPlane: "http" }),
    lines: [/must be "tcp" or "nats", found "http"/],
  },
  "a version from the future": {
    config: { runtime: { version: "2.0.0" } },
    lines: [/"2.0.0" is not known: write a version of 0.7 to 1.7, of which 1.7.0 is the newest/],
  },
  "a patch from the future": {
    config: { runtime: { version: "1.7.1" } },
    lines: [
      /"1.7.1" is not known: the newest of 1.7 that this program knows is 1.7.0; write that, or one before it → at dynamo:runtime.version$/,
    ],
  },
  "a flag that workers of the runtime no longer take": {
    config: {
      runtime: { version: "1.7.0" },
      graphs: [
        {
          name: "a",
          model: "b",
          backend: "trtllm",
          workers: { args: ["--max-num-tokens", "8192", "--publish-events-and-metrics"] },
        },
      ],
    },
    lines: [
      /"--publish-events-and-metrics" decides KV events, .*: remove it, and write router.index → at dynamo:graphs\[0\].workers.args\[2\]$/,
    ],
  },
  "such a flag with its value in one item": {
    config: {
      runtime: { version: "1.4.2" },
      graphs: [{ name: "a", model: "b", workers: { args: ["--is-decode-worker=true", "--store-kv mem"] } }],
    },
    lines: [
      /"--is-decode-worker" decides the role, .*: remove it, and write prefill and decode in place of workers → at .*args\[0\]$/,
      /"--store-kv" decides discovery, .*: remove it, and write dynamo:discovery.mode → at .*args\[1\]$/,
    ],
  },
  "a flag and its value in one word": {
    config: {
      graphs: [
        {
          name: "a",
          model: "b",
          frontend: { args: ["--x y"] },
          workers: { args: ["-O 3", "--max-model-len 8192"] },
        },
      ],
    },
    lines: [
      /^✖ --x and its value are one word: write two items, or --x=value → at dynamo:graphs\[0\].frontend.args\[0\]$/,
      /^✖ --max-model-len and its value .* or --max-model-len=value → at dynamo:graphs\[0\].workers.args\[1\]$/,
    ],
  },
  "a graph that looks like a generation of another's workers": {
    config: {
      runtime: { version: "1.6.1" },
      graphs: [
        { name: "chat", model: "b" },
        { name: "chat-0123abcd", model: "b" },
      ],
    },
    lines: [
      /"chat-0123abcd" begins with the name of graph "chat", whose frontends would take up its workers/,
    ],
  },
  "a version from before": { config: { runtime: { version: "0.6.1" } }, lines: [/"0.6.1" is not known/] },
  "a version that is no version": {
    config: { runtime: { version: "latest" } },
    lines: [/must be a released version such as "0.8.1"/],
  },
  "a version with a v": { config: { runtime: { version: "v0.8.1" } }, lines: [/must be a released version/] },
  "images that are none": {
    config: withGraph({ image: "nvcr.io/x/y:", workers: { image: "https://nvcr.io/x" } }),
    lines: [
      /must be an image, such as .* → at dynamo:graphs\[0\].image$/,
      /must be an image, such as .* → at dynamo:graphs\[0\].workers.image$/,
    ],
  },
  "two tags of an image": {
    config: withGraph({ image: "nvcr.io/x/y:1.0", imageTag: "1.4.2" }),
    lines: [/^✖ is of an image without a tag or digest.* → at dynamo:graphs\[0\].imageTag$/],
  },
  "images without their release in v1alpha1": {
    config: {
      runtime: { version: "1.5.0" },
      platform: { apiVersion: "v1alpha1" },
      graphs: [
        { ...graph, image: "nvcr.io/x/y:1.5.0-efa", frontend: { image: `y@sha256:${"0".repeat(64)}` } },
      ],
    },
    lines: [
      /does not tell the operator its release.* → at dynamo:graphs\[0\].image$/,
      /does not tell the operator its release.* → at dynamo:graphs\[0\].frontend.image$/,
    ],
  },
  "volumes that can't be": {
    config: withWorkers({
      volumes: [
        { name: "a", mountPath: "/a" },
        { name: "b", mountPath: "/b", claim: "b", secret: "b" },
        { name: "c", mountPath: "../c", claim: "c" },
        { name: "d", mountPath: "/d", claim: "d", defaultMode: "0755" },
        { name: "e", mountPath: "/e", emptyDir: { sizeLimit: "1G" } },
      ],
    }),
    lines: [
      /^✖ must have exactly one of claim, .* → at dynamo:graphs\[0\].workers.volumes\[0\]$/,
      /^✖ must have exactly one of claim, .* → at dynamo:graphs\[0\].workers.volumes\[1\]$/,
      /^✖ must be an absolute path.* → at dynamo:graphs\[0\].workers.volumes\[2\].mountPath$/,
      /^✖ and defaultMode are of a configMap.* → at dynamo:graphs\[0\].workers.volumes\[3\].items$/,
      /^✖ must be a size.* → at dynamo:graphs\[0\].workers.volumes\[4\].emptyDir.sizeLimit$/,
    ],
  },
  "volumes in each other's way": {
    config: withGraph({
      modelCache: { claim: "models", mountPath: "/models" },
      workers: {
        volumes: [
          { name: "a", mountPath: "/dev/shm", emptyDir: { medium: "Memory" } },
          { name: "a", mountPath: "/a", claim: "a" },
          { name: "model-cache", mountPath: "/b", claim: "b" },
          { name: "c", mountPath: "/models", claim: "c" },
          { name: "d", mountPath: "/a", claim: "d" },
        ],
      },
    }),
    lines: [
      /^✖ \/dev\/shm is mounted already.* sharedMemory → at dynamo:graphs\[0\].workers.volumes\[0\].mountPath$/,
      /^✖ "a" is there with another source.* → at dynamo:graphs\[0\].workers.volumes\[1\].name$/,
      /^✖ "model-cache" is a volume of the program's.* → at dynamo:graphs\[0\].workers.volumes\[2\].name$/,
      /^✖ \/models is mounted already.* modelCache → at dynamo:graphs\[0\].workers.volumes\[3\].mountPath$/,
      /^✖ \/a is mounted twice.* → at dynamo:graphs\[0\].workers.volumes\[4\].mountPath$/,
    ],
  },
  "security that contradicts itself": {
    config: withWorkers({
      securityContext: {
        privileged: true,
        allowPrivilegeEscalation: false,
        capabilities: { add: ["CAP_SYS_PTRACE"] },
      },
      podSecurityContext: { runAsUser: -1 },
    }),
    lines: [
      /^✖ can't be false of a privileged container.* → at dynamo:graphs\[0\].workers.securityContext.allowPrivilegeEscalation$/,
      /^✖ must be a whole number between 0 and .* → at dynamo:graphs\[0\].workers.podSecurityContext.runAsUser$/,
    ],
  },
  "root that must be none": {
    config: withWorkers({
      securityContext: { runAsUser: 0, runAsNonRoot: true, capabilities: { add: ["ptrace"] } },
    }),
    lines: [
      /^✖ must be a capability.* → at dynamo:graphs\[0\].workers.securityContext.capabilities.add\[0\]$/,
      /^✖ 0 is root, which runAsNonRoot.* → at dynamo:graphs\[0\].workers.securityContext.runAsUser$/,
    ],
  },
  "probes that ask nothing, or nowhere": {
    config: withFrontend({
      startupProbe: { periodSeconds: 5 },
      livenessProbe: { httpGet: { path: "live", port: 0 } },
      readinessProbe: { exec: { command: ["true"] }, httpGet: { path: "/health", port: "http" } },
    }),
    lines: [
      /^✖ must have exactly one of httpGet and exec → at dynamo:graphs\[0\].frontend.startupProbe$/,
      /^✖ must begin with \/ → at dynamo:graphs\[0\].frontend.livenessProbe.httpGet.path$/,
      /^✖ must be the number of a port.* → at dynamo:graphs\[0\].frontend.livenessProbe.httpGet.port$/,
      /^✖ must have exactly one of httpGet and exec → at dynamo:graphs\[0\].frontend.readinessProbe$/,
    ],
  },
  "engine's settings that contradict the graph's": {
    config: withGraphs(
      {
        backend: "trtllm",
        workers: {
          gpus: 4,
          engineConfig: { tensor_parallel_size: 8, enable_attention_dp: true, max_batch_size: 1 },
        },
      },
      {
        backend: "sglang",
        workers: { engineConfig: { "tp-size": 2, "--host": "x", "mem-fraction-static": 0.9 } },
      },
    ),
    lines: [
      /^✖ must be 4, as gpus, .* found 8.* → at dynamo:graphs\[0\].workers.engineConfig.tensor_parallel_size$/,
      /^✖ must be false, as dataParallel say.* → at dynamo:graphs\[0\].workers.engineConfig.enable_attention_dp$/,
      /^✖ decides parallelism.* → at dynamo:graphs\[1\].workers.engineConfig.tp-size$/,
      /^✖ is no argument of the engine.* → at dynamo:graphs\[1\].workers.engineConfig.--host$/,
    ],
  },
  "a setup that does what the plan does": {
    config: withGraphs(
      { prefill: { setup: "vllm serve model" }, decode: { setup: "echo --tensor-parallel-size 8" } },
      {
        backend: "sglang",
        prefill: { setup: "date |" },
        decode: { setup: "sleep 1 &" },
      },
    ),
    lines: [
      /^✖ names vllm serve, which the plan starts itself.* → at dynamo:graphs\[0\].prefill.setup$/,
      /^✖ has --tensor-parallel-size, which decides parallelism.* → at dynamo:graphs\[0\].decode.setup$/,
      /^✖ ends with a pipe.* → at dynamo:graphs\[1\].prefill.setup$/,
      /^✖ ends with a pipe or &.* → at dynamo:graphs\[1\].decode.setup$/,
    ],
  },
  "a setup that sets what the plan does, or the operator": {
    config: withGraphs(
      {
        prefill: { setup: "export A=1 DYN_NAMESPACE=x" },
        decode: { setup: "DYN_SYSTEM_PORT=1; export DYN_SYSTEM_PORT" },
      },
      { backend: "sglang", prefill: { setup: "export DYN_SGL_DISAGGREGATION_MODE=decode" }, decode: {} },
    ),
    lines: [
      /^✖ sets DYN_NAMESPACE, which decides what the plan says.* → at dynamo:graphs\[0\].prefill.setup$/,
      /^✖ sets DYN_SYSTEM_PORT, which the operator sets: remove it → at dynamo:graphs\[0\].decode.setup$/,
      /^✖ sets DYN_SGL_DISAGGREGATION_MODE, .* → at dynamo:graphs\[1\].prefill.setup$/,
    ],
  },
  "a setup that takes the engine into its last word": {
    config: withGraphs(
      { prefill: { setup: "echo 'unclosed" }, decode: { setup: 'echo "\\"' } },
      { prefill: { setup: "echo a \\" }, decode: { setup: "cat > /tmp/a <<EOF\nb" } },
    ),
    lines: ["0].prefill", "0].decode", "1].prefill", "1].decode"].map(
      (at) => new RegExp(`^✖ ends within quotes, .*: close it → at dynamo:graphs\\[${at}.setup$`),
    ),
  },
  "a frontend's port in its arguments": {
    config: withFrontend({ args: ["--http-port", "9000"] }),
    lines: [/^✖ "--http-port" decides where it listens, .* → at dynamo:graphs\[0\].frontend.args\[0\]$/],
  },
  "several parts of GPUs, by class, product or label": {
    config: withGraphs(
      {
        prefill: { gpus: 2, gpuDeviceClass: "mig.nvidia.com" },
        decode: { gpus: 2, placement: { gpuProduct: "NVIDIA-A100-SXM4-80GB-MIG-3g.40gb" } },
      },
      {
        prefill: {
          gpus: 2,
          placement: { nodeSelector: { "cloud.google.com/gke-gpu-partition-size": "1g.10gb" } },
        },
        decode: { gpus: 1, placement: { gpuProduct: "NVIDIA-A100-SXM4-80GB-MIG-3g.40gb" } },
      },
    ),
    lines: [
      /^✖ must be 1 of mig.nvidia.com, found 2.* → at dynamo:graphs\[0\].prefill.gpus$/,
      /^✖ must be 1 of NVIDIA-A100-SXM4-80GB-MIG-3g.40gb, found 2.* → at dynamo:graphs\[0\].decode.gpus$/,
      /^✖ must be 1 of 1g.10gb, found 2.* → at dynamo:graphs\[1\].prefill.gpus$/,
    ],
  },
  "memory of a GPU in another unit": {
    config: { ...withGraph({}), cluster: { gpuMemory: "80Mi" } },
    lines: [/^✖ must be at least 1Gi, found 80Mi → at dynamo:cluster.gpuMemory$/],
  },
  "a secret in JSON of an argument": {
    config: withWorkers({ args: ["--model-loader-extra-config", '{"token":"pw9pw9"}'] }),
    lines: [/^✖ is a secret in plain text.* → at dynamo:graphs\[0\].workers.args\[1\]$/],
  },
  "secrets in settings of an engine": {
    config: withGraphs(
      {
        prefill: { engineConfig: { "model-loader-extra-config": { token: "pw9pw9" } } },
        decode: {},
      },
      { backend: "trtllm", prefill: { engineConfig: { cache: { password: "pw9pw9" } } }, decode: {} },
    ),
    lines: [
      /^✖ is a secret in plain text.* → at dynamo:graphs\[0\].prefill.engineConfig.model-loader-extra-config.token$/,
      /^✖ is a secret in plain text.* → at dynamo:graphs\[1\].prefill.engineConfig.cache.password$/,
    ],
  },
  "a setup over several nodes": {
    config: {
      platform: { orchestrator: "grove" },
      ...withGraphs(
        { workers: { nodes: 2, gpus: 8, setup: "ulimit -l unlimited" } },
        { backend: "sglang", workers: { nodes: 2, gpus: 8, setup: "python3 -c 1" } },
      ),
    },
    lines: [
      /^✖ is of workers of one node.* → at dynamo:graphs\[0\].workers.setup$/,
      /^✖ names python3, which.* → at dynamo:graphs\[1\].workers.setup$/,
    ],
  },
  "engine's settings from several places": {
    config: withGraphs(
      { backend: "trtllm", workers: { engineConfig: {}, args: ["--extra-engine-args", "/a.yaml"] } },
      { backend: "trtllm", workers: { args: ["--trtllm.max_seq_len=8", "--override-engine-args={}"] } },
    ),
    lines: [
      /^✖ "--extra-engine-args" would be a second file.* → at dynamo:graphs\[0\].workers.args\[0\]$/,
      /^✖ "--override-engine-args" and "--trtllm." arguments exclude.* → at dynamo:graphs\[1\].workers.args\[1\]$/,
    ],
  },
  "devices that can't be": {
    config: {
      platform: { orchestrator: "grove" },
      ...withGraphs(
        { workers: { gpus: 2, gpuResource: "nvidia.com/mig-3g.40gb" } },
        {
          prefill: { nodes: 2, gpuDeviceClass: "gpu.nvidia.com" },
          decode: {
            gpuDeviceClass: "mrdma.google.com",
            resourceClaims: [
              { name: "gpus", template: "a" },
              { name: "b", template: "b", count: 2 },
              { name: "c", deviceClass: "gpu.nvidia.com" },
              { name: "d", template: "d", claim: "d" },
            ],
          },
        },
      ),
    },
    lines: [
      /^✖ must be 1 of nvidia.com\/mig-3g.40gb, found 2.* → at dynamo:graphs\[0\].workers.gpus$/,
      /^✖ leaves the operator no GPUs to count.* → at dynamo:graphs\[1\].prefill.gpuDeviceClass$/,
      /^✖ is of a deviceClass: remove it → at dynamo:graphs\[1\].decode.resourceClaims\[1\].count$/,
      /^✖ "gpu.nvidia.com" counts as a GPU.* → at dynamo:graphs\[1\].decode.resourceClaims\[2\].deviceClass$/,
      /^✖ must have exactly one of deviceClass, template and claim → at dynamo:graphs\[1\].decode.resourceClaims\[3\]$/,
    ],
  },
  "claims in each other's way": {
    config: withWorkers({
      gpuDeviceClass: "mrdma.google.com",
      resourceClaims: [
        { name: "gpus", template: "a" },
        { name: "b", template: "b" },
        { name: "b", template: "c" },
      ],
    }),
    lines: [
      /^✖ "mrdma.google.com" has no GPUs.* → at dynamo:graphs\[0\].workers.gpuDeviceClass$/,
      /^✖ "gpus" is the name of another claim.* → at dynamo:graphs\[0\].workers.resourceClaims\[0\].name$/,
      /^✖ "b" is the name of another claim.* → at dynamo:graphs\[0\].workers.resourceClaims\[2\].name$/,
    ],
  },
  "images without a version": {
    config: {
      images: {
        nats: "registry.example.com/nats",
        node: "node@sha256:1",
        registry: "registry.example.com/x:1",
      },
    },
    lines: [
      /^✖ must have a tag or a digest, found registry.example.com\/nats → at dynamo:images.nats$/,
      /^✖ must be an image, .* → at dynamo:images.node$/,
      /^✖ must be a registry .* → at dynamo:images.registry$/,
    ],
  },
  "a domain that is none, and servers' nodes": {
    config: {
      platform: { clusterDomain: "Cluster.local." },
      ...natsEtcd({ etcd: { placement: { gpuProduct: "NVIDIA-B200" } } }),
    },
    lines: [
      /^✖ must be a domain, .* → at dynamo:platform.clusterDomain$/,
      /^✖ is not a setting: .* → at dynamo:discovery.etcd.placement.gpuProduct$/,
    ],
  },
  "a route with settings of another": {
    config: withGraphs(
      {
        frontend: {
          expose: {
            type: "LoadBalancer",
            sourceRanges: ["fd00::/129"],
            ipFamilies: [],
            requestTimeout: "1h",
          },
        },
      },
      {
        frontend: {
          expose: { type: "Gateway", host: "a.example.com", gateway: "g", requestTimeout: "1 hour" },
        },
      },
    ),
    lines: [
      /^✖ must be a range of IPv4 or IPv6.* → at dynamo:graphs\[0\].frontend.expose.sourceRanges\[0\]$/,
      /^✖ must list at least one family → at dynamo:graphs\[0\].frontend.expose.ipFamilies$/,
      /^✖ is not a setting: .* → at dynamo:graphs\[0\].frontend.expose.requestTimeout$/,
      /^✖ must be a duration.* → at dynamo:graphs\[1\].frontend.expose.requestTimeout$/,
    ],
  },
  ...Object.fromEntries(
    Object.entries({
      moreModels: ["a/b"],
      allowPatterns: ["*.json"],
      ignorePatterns: ["*.pth"],
      caCertificate: { configMap: "ca", key: "ca.crt" },
    }).map(([setting, value]) => [
      `${setting} of no download`,
      {
        config: withGraph({ modelCache: { pvc: { size: "1Gi", [setting]: value } } }),
        lines: [/^✖ is false, and moreModels.* → at dynamo:graphs\[0\].modelCache.pvc.download$/],
      },
    ]),
  ),
  "env from nowhere, and devices that are GPUs": {
    config: withGraph({
      workers: { envFrom: [{}], devices: { "nvidia.com/gpu": 1 }, workingDir: "workspace" },
      modelCache: { pvc: { size: "1Gi", ignorePatterns: ["*.pth"], moreModels: ["a/b"] } },
    }),
    lines: [
      /^✖ must have exactly one of secret and configMap → at dynamo:graphs\[0\].workers.envFrom\[0\]$/,
      /^✖ "nvidia.com\/gpu" counts as a GPU.* → at dynamo:graphs\[0\].workers.devices.nvidia.com\/gpu$/,
      /^✖ must be an absolute path.* → at dynamo:graphs\[0\].workers.workingDir$/,
      /^✖ is false, and moreModels, allowPatterns.* → at dynamo:graphs\[0\].modelCache.pvc.download$/,
    ],
  },
  "revisions of what has none, and certificates from nowhere": {
    config: {
      graphs: [
        { model: "/models/own", modelRevision: "main" },
        { modelRevision: "main branch" },
        { modelCache: { pvc: { size: "1Gi", download: true, caCertificate: { secret: "a", key: "a/b" } } } },
        { modelCache: { pvc: { size: "1Gi", download: true, caCertificate: {} } } },
        { modelCache: { pvc: { size: "1Gi", caCertificate: { secret: "proxy-ca" } } } },
        { workers: { args: ["--revision=main"] } },
      ].map((more, i) => ({ ...graph, name: `demo-${"abcdef"[i]}`, ...more })),
    },
    lines: [
      /^✖ is of models of Hugging Face's, and this one is a path: remove it → at dynamo:graphs\[0\].modelRevision$/,
      /^✖ must be the name of a branch or tag, or a commit → at dynamo:graphs\[1\].modelRevision$/,
      /^✖ must be the name of a key.* → at dynamo:graphs\[2\].modelCache.pvc.caCertificate.key$/,
      /^✖ must have exactly one of configMap and secret → at dynamo:graphs\[3\].modelCache.pvc.caCertificate$/,
      /^✖ is false, and .*caCertificate are of it: .* → at dynamo:graphs\[4\].modelCache.pvc.download$/,
      /--revision.*the model's revision.*modelRevision.* → at dynamo:graphs\[5\].workers.args\[0\]$/,
    ],
  },
  "memory services and checkpoints that can't be": {
    config: {
      ...since14,
      platform: { orchestrator: "grove" },
      graphs: [
        { gpuMemoryService: {}, gpuDeviceClass: "gpu.nvidia.com" },
        { gpuMemoryService: {}, gpuResource: "nvidia.com/mig-2g.20gb" },
        { gpuMemoryService: {}, checkpoint: {}, nodes: 2 },
        { gpuMemoryService: { deviceClass: "mrdma.google.com" } },
        { checkpoint: { startupPolicy: "WaitForCheckpoint", checkpointRef: "loaded" } },
      ].map((workers, i) => ({ ...graph, name: `demo-${"abcde"[i]}`, workers })),
    },
    lines: [
      /^✖ claims the GPUs itself: .* → at dynamo:graphs\[0\].workers.gpuMemoryService$/,
      /^✖ shares GPUs .* nvidia.com\/gpu, found nvidia.com\/mig.* → at dynamo:graphs\[1\].workers.gpuMemoryService$/,
      /^✖ is of workers on one node, and these have 2.* → at dynamo:graphs\[2\].workers.checkpoint$/,
      /^✖ is of workers on one node, and these have 2.* → at dynamo:graphs\[2\].workers.gpuMemoryService$/,
      /^✖ "mrdma.google.com" has no GPUs.* → at dynamo:graphs\[3\].workers.gpuMemoryService.deviceClass$/,
      /^✖ is of a checkpoint that is made.* → at dynamo:graphs\[4\].workers.checkpoint.startupPolicy$/,
    ],
  },
  "memory services and checkpoints before they were": {
    config: { ...withWorkers({ gpuMemoryService: {}, checkpoint: {} }), runtime: { version: "1.0.2" } },
    lines: [
      /^✖ needs a runtime of 1.1 or newer.* → at dynamo:graphs\[0\].workers.gpuMemoryService$/,
      /^✖ needs a runtime of 1.4 or newer.* → at dynamo:graphs\[0\].workers.checkpoint$/,
    ],
  },
  "endpoint pickers beside what they can't be with": {
    config: {
      ...natsEtcd({}),
      platform: { orchestrator: "grove" },
      graphs: [
        {
          model: "/models/own",
          router: { mode: "kv" },
          loras: [{ name: "a", source: "hf://a/b" }],
          workers: { nodes: 2 },
          frontend: { replicas: 2, expose: { type: "NodePort", nodePort: 30200 } },
        },
        { servedBy: "demo-a" },
        { prefill: {}, decode: {}, planner: { maxGpus: 4 } },
        { endpointPicker: { name: "VllmWorker", blockSize: 0, config: [] } },
      ].map((more, i) => ({ ...graph, name: `demo-${"abcd"[i]}`, endpointPicker: {}, ...more })),
    },
    lines: [
      /^✖ needs mode kubernetes and a runtime of 1.3 or newer.* → at dynamo:graphs\[0\].endpointPicker$/,
      /^✖ picks no workers by their LoRA adapters.* → at dynamo:graphs\[0\].endpointPicker$/,
      /^✖ has no volume for a model that is a path.* → at dynamo:graphs\[0\].endpointPicker$/,
      /^✖ is the frontends', and endpointPicker chooses.* → at dynamo:graphs\[0\].router$/,
      /^✖ over which no frontend is made.* → at dynamo:graphs\[0\].workers.nodes$/,
      /^✖ is of pods of the frontend's own.* → at dynamo:graphs\[0\].frontend.replicas$/,
      /^✖ NodePort leads past endpointPicker.* → at dynamo:graphs\[0\].frontend.expose.type$/,
      /^✖ "demo-a" has no frontends of its own.* → at dynamo:graphs\[1\].servedBy$/,
      /^✖ needs mode kubernetes.* → at dynamo:graphs\[1\].endpointPicker$/,
      /^✖ is of graphs with frontends of their own.* → at dynamo:graphs\[1\].endpointPicker$/,
      /^✖ needs mode kubernetes.* → at dynamo:graphs\[2\].endpointPicker$/,
      /^✖ and the planner, .* can't be together.* → at dynamo:graphs\[2\].endpointPicker$/,
      /^✖ .* → at dynamo:graphs\[3\].endpointPicker.blockSize$/,
      /^✖ .* → at dynamo:graphs\[3\].endpointPicker.config$/,
    ],
  },
  "an endpoint picker without its plugins, and with certificates": {
    config: {
      runtime: { version: "1.3.1" },
      graphs: [
        { ...graph, endpointPicker: { name: "vllmworker" } },
        { ...graph, name: "other", endpointPicker: { config: {} } },
      ],
    },
    lines: [
      /^✖ "VllmWorker" and the endpointPicker's "vllmworker" differ.* → at dynamo:graphs\[0\].workers.name$/,
      /^✖ is missing: the picker of 1.3 goes by its plugins.* 1.5 or newer → at dynamo:graphs\[0\].endpointPicker.config$/,
    ],
  },
  "an endpoint picker with certificates": {
    config: { ...withGraph({ endpointPicker: {} }), encryption: { issuer: "own" } },
    lines: [/^✖ has no certificate of the stack's.* → at dynamo:graphs\[0\].endpointPicker$/],
  },
  "labels of the operator's": {
    config: withWorkers({
      annotations: { "nvidia.com/vllm-distributed-executor-backend": "ray" },
      labels: { "app.kubernetes.io/name": "x" },
    }),
    lines: [
      /is written by the operator.* → at dynamo:graphs\[0\].workers.annotations.nvidia.com\/vllm-distributed-executor-backend$/,
      /is written by the operator.* → at dynamo:graphs\[0\].workers.labels.app.kubernetes.io\/name$/,
    ],
  },
  "an affinity that is none": {
    config: withWorkers({
      placement: {
        affinity: {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
          podAffinity: { required: [] },
          podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0 }] },
        },
      },
    }),
    lines: [
      /→ at dynamo:graphs\[0\].workers.placement.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms$/,
      /^✖ is not a setting: .* → at dynamo:graphs\[0\].workers.placement.affinity.podAffinity.required$/,
      /→ at dynamo:graphs\[0\].workers.placement.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution\[0\].weight$/,
      /→ at dynamo:graphs\[0\].workers.placement.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution\[0\].podAffinityTerm$/,
    ],
  },
  "an image with capitals": {
    config: { runtime: { registry: "NVCR.io/x" } },
    lines: [/must be an image repository/],
  },
  "graphs as an object": {
    config: { graphs: { name: "a", model: "b" } },
    lines: [/must be a list, found an object: write \[{ name: …, model: … }\] → at dynamo:graphs$/],
  },
  "graphs as text": {
    config: { graphs: "demo" },
    lines: [/must be a list, found "demo": write \[{ name: demo, model: … }\] → at dynamo:graphs$/],
  },
  "a graph that is a number": {
    config: { graphs: [5] },
    lines: [/must be an object, found 5: write { name: …, model: … } → at dynamo:graphs\[0\]$/],
  },
  "a graph that is null": {
    config: { graphs: [null] },
    lines: [
      /must be an object, found null: write { name: …, model: … }, or remove it → at dynamo:graphs\[0\]$/,
    ],
  },
  "no name and no model": {
    config: { graphs: [{}] },
    lines: [
      /is missing: write a text → at dynamo:graphs\[0\].name$/,
      /is missing: write a text → at dynamo:graphs\[0\].model$/,
    ],
  },
  "a name twice": {
    config: { graphs: [graph, graph] },
    lines: [/"demo" is used twice.* → at dynamo:graphs\[1\].name$/],
  },
  "a name with capitals": {
    config: withGraph({ name: "Demo" }),
    lines: [/lower-case letters, digits and dashes/],
  },
  "a name that no Service can have": {
    config: withGraph({ name: "70b" }),
    lines: [/^✖ must begin with a letter, .* → at dynamo:graphs\[0\].name$/],
  },
  "a name with a dot": {
    config: withGraph({ name: "demo.v1" }),
    lines: [/lower-case letters, digits and dashes/],
  },
  "a name that ends in a dash": {
    config: withGraph({ name: "demo-" }),
    lines: [/lower-case letters, digits and dashes/],
  },
  "a model with a command in it": {
    config: withGraph({ model: "x; rm -rf /" }),
    lines: [/must be a model's name/],
  },
  "a model with a flag in it": { config: withGraph({ model: "--help" }), lines: [/must be a model's name/] },
  "an empty model": { config: withGraph({ model: "" }), lines: [/must be a model's name/] },
  "no GPU": { config: withWorkers({ gpus: 0 }), lines: [/at least 1, found 0/] },
  "negative GPUs": { config: withWorkers({ gpus: -8 }), lines: [/at least 1, found -8/] },
  "GPUs as text": { config: withWorkers({ gpus: "8" }), lines: [/must be a whole number, found "8"/] },
  "no worker": {
    config: withWorkers({ replicas: 0 }),
    lines: [/at least 1, found 0 → at dynamo:graphs\[0\].workers.replicas$/],
  },
  "no frontend": {
    config: withFrontend({ replicas: 0 }),
    lines: [/at least 1, found 0 → at dynamo:graphs\[0\].frontend.replicas$/],
  },
  "no node": { config: withWorkers({ nodes: 0 }), lines: [/at least 1, found 0/] },
  "a component's name with an underscore": {
    config: withWorkers({ name: "vllm_worker" }),
    lines: [/must be letters, digits and dashes/],
  },
  "an unknown way to expose": {
    config: withFrontend({ expose: { type: "Tunnel" } }),
    lines: [/must be "NodePort" or "LoadBalancer" or "Ingress" or "Gateway", found "Tunnel"/],
  },
  "a node port without a number": {
    config: withFrontend({ expose: { type: "NodePort" } }),
    lines: [/is missing: write a whole number/],
  },
  "a load balancer for everyone": {
    config: withFrontend({ expose: { type: "LoadBalancer", sourceRanges: [] } }),
    lines: [/must list at least one range/],
  },
  "a load balancer without ranges": {
    config: withFrontend({ expose: { type: "LoadBalancer" } }),
    lines: [/is missing: write a list → at dynamo:graphs\[0\].frontend.expose.sourceRanges$/],
  },
  "a range without a prefix": {
    config: withFrontend({ expose: { type: "LoadBalancer", sourceRanges: ["10.0.0.1"] } }),
    lines: [/must be a range of IPv4 or IPv6.* → at dynamo:graphs\[0\].frontend.expose.sourceRanges\[0\]$/],
  },
  "a node port for a load balancer": {
    config: withFrontend({ expose: { type: "LoadBalancer", sourceRanges: ["10.0.0.0/8"], nodePort: 30200 } }),
    lines: [/is not a setting: .* → at dynamo:graphs\[0\].frontend.expose.nodePort$/],
  },
  "two caches": {
    config: withGraph({ modelCache: { hostPath: "/data", pvc: { size: "1Gi" } } }),
    lines: [/must have exactly one of hostPath, pvc and claim → at dynamo:graphs\[0\].modelCache$/],
  },
  "no cache in the cache": {
    config: withGraph({ modelCache: {} }),
    lines: [/must have exactly one of hostPath, pvc and claim/],
  },
  "a cache at a relative path": {
    config: withGraph({ modelCache: { hostPath: "data" } }),
    lines: [/must be an absolute path/],
  },
  "a claim without a size": {
    config: withGraph({ modelCache: { pvc: {} } }),
    lines: [/is missing: write a text → at dynamo:graphs\[0\].modelCache.pvc.size$/],
  },
  "a claim with an unknown access mode": {
    config: withGraph({ modelCache: { pvc: { size: "1Gi", accessMode: "ReadOnlyMany" } } }),
    lines: [/must be "ReadWriteMany" or "ReadWriteOnce", found "ReadOnlyMany"/],
  },
  "a timeout without a unit": {
    config: withGraph({ readyTimeout: "30" }),
    lines: [/must be a duration such as/],
  },
  "a timeout of nothing": {
    config: withGraph({ readyTimeout: "0m" }),
    lines: [/must be a duration such as/],
  },
  "a secret's name with a slash": {
    config: withGraph({ huggingFaceSecret: "dynamo/hf" }),
    lines: [/lower-case letters/],
  },
  "the namespace as text": {
    config: { namespace: "dynamo" },
    lines: [/must be an object, found "dynamo": write { name: dynamo } → at dynamo:namespace$/],
  },
  "a namespace of NATS": {
    config: { namespace: { name: "nats-system" } },
    lines: [/"nats-system" is not for graphs/],
  },
  "create as text": {
    config: { namespace: { create: "yes" } },
    lines: [/must be true or false, found "yes"/],
  },
  "no release": { config: { monitoring: { release: "" } }, lines: [/lower-case letters/] },
  "a cluster of half nodes": {
    config: { cluster: { nodes: 2.5 } },
    lines: [/at least 1, found 2.5 → at dynamo:cluster.nodes$/],
  },
  "a cluster of no zones": {
    config: { cluster: { zones: 0 } },
    lines: [/at least 1, found 0 → at dynamo:cluster.zones$/],
  },
  "an empty context": { config: { cluster: { context: "" } }, lines: [/dynamo:cluster.context$/] },
  "a token in plain text": {
    config: { huggingFaceToken: "hf_abc" },
    lines: [/is in plain text.*--secret huggingFaceToken.* → at dynamo:huggingFaceToken$/],
  },
  "platform.install as a switch": {
    config: { platform: { install: true } },
    lines: [/^✖ must be an object, found true: write { version: … } → at dynamo:platform.install$/],
  },
  "a platform whose chart is not known": {
    config: { runtime: { version: "1.7.0" }, platform: { install: {} } },
    lines: [/nothing of its chart was to be had; write .*version: 1.6.2.* → at dynamo:platform.install$/],
  },
  "a platform with an etcd of its own": {
    config: { runtime: { version: "0.8.1" }, platform: { install: {} } },
    lines: [/needs an etcd of the platform's own.*by hand.* → at dynamo:platform.install$/],
  },
  "an operator that does not run the runtime": {
    config: { platform: { install: { version: "1.4.2" } } },
    lines: [/^✖ an operator of 1.4.2 does not run runtime 1.6.1.* → at dynamo:platform.install.version$/],
  },
  "a version of the platform that is none": {
    config: { platform: { install: { version: "latest" } } },
    lines: [/^✖ must be a version of the chart such as "1.6.1".*install.version$/],
  },
  "charts with a password": {
    config: { platform: { install: { repository: "https://me:pass@charts.example.com" } } },
    lines: [/^✖ is a secret in plain text.* → at dynamo:platform.install.repository$/],
  },
  "charts on this machine": {
    config: { platform: { install: { repository: "file:///tmp/charts" } } },
    lines: [/^✖ must be where the chart is.*install.repository$/],
  },
  "values that are decided": {
    config: {
      platform: {
        install: {
          values: {
            global: { nats: { install: true }, grove: { install: true } },
            "dynamo-operator": { controllerManager: { manager: { image: "other" } }, upgradeCRD: false },
          },
        },
      },
    },
    lines: [
      /is decided by the program, as false: take it out.* → at .*values.global.nats.install$/,
      /or write dynamo:platform.orchestrator: grove → at .*values.global.grove.install$/,
      /and write dynamo:runtime.registry → at .*manager.image.repository$/,
      /and write dynamo:platform.install.version → at .*manager.image.tag$/,
      /as true: .* → at .*dynamo-operator.upgradeCRD$/,
    ],
  },
  "all of the operator's values": {
    config: {
      platform: { install: { values: { "dynamo-operator": { namespaceRestriction: { enabled: true } } } } },
    },
    lines: [/as false: take it out.*dynamo-operator.namespaceRestriction.enabled$/],
  },
  "a password in values": {
    config: {
      platform: {
        install: {
          values: {
            "dynamo-operator": {
              dynamo: { dockerRegistry: { password: "hunter2" } },
              env: [
                { name: "LOG", value: "1" },
                { name: "API_TOKEN", value: "hunter3" },
              ],
            },
          },
        },
      },
    },
    lines: [
      /^✖ is a secret in plain text: name a Secret.* → at .*dockerRegistry.password$/,
      /^✖ is a secret in plain text: name a Secret.* → at .*dynamo-operator.env\[1\].value$/,
    ],
  },
  "a path as one name": {
    config: { platform: { install: { values: { "dynamo-operator.env": [] } } } },
    lines: [/^✖ is one name to Helm, and no path/],
  },
  "a platform in a namespace of servers": {
    config: { platform: { namespace: "etcd-system", install: {} } },
    lines: [/^✖ "etcd-system" is not for a platform.* → at dynamo:platform.namespace$/],
  },
  "an encryption that is none, with graphs": {
    config: { encryption: null, graphs: [graph] },
    lines: [/^✖ must be an object, found null: write { issuer: … }, or remove it → at dynamo:encryption$/],
  },
  "an issuer's reference that is none": {
    config: { encryption: { issuer: "cert-manager", issuerRef: null }, graphs: [graph] },
    lines: [/→ at dynamo:encryption.issuerRef$/],
  },
  "variables of a graph that are no list, beside those of a pool": {
    config: withGraph({ env: {}, workers: { env: [{ name: "A", value: "b" }] } }),
    lines: [/→ at dynamo:graphs\[0\].env$/],
  },
  "a variable of a graph that is none, beside those of a pool": {
    config: withGraph({ env: [null], workers: { env: [{ name: "A", value: "b" }] } }),
    lines: [/→ at dynamo:graphs\[0\].env\[0\]$/],
  },
  "adapters that are no list, with an Endpoint Picker": {
    config: { runtime: { version: "1.6.1" }, ...withGraph({ endpointPicker: {}, loras: null }) },
    lines: [/→ at dynamo:graphs\[0\].loras$/],
  },
  "scalars in place of objects, which belong into one of their settings": {
    config: {
      namespace: "team-llm",
      budget: 12,
      runtime: "1.4.2",
      platform: "grove",
      monitoring: "http://prometheus:9090",
      cluster: "prod",
      ...natsEtcd({ nats: "nats://n:4222", etcd: 3 }),
      graphs: [
        {
          ...graph,
          frontend: { expose: 30200 },
          router: "kv",
          modelCache: "/models",
          modelSize: 70,
          workers: {
            scaling: 4,
            placement: { nodeSelector: "h100", tolerations: "nvidia.com/gpu" },
            args: "--x",
          },
        },
      ],
    },
    lines: [
      /found "team-llm": write { name: team-llm } → at dynamo:namespace$/,
      /found 12: write { gpus: 12 } → at dynamo:budget$/,
      /found "1.4.2": write { version: "1.4.2" } → at dynamo:runtime$/,
      /found "grove": write { orchestrator: grove } → at dynamo:platform$/,
      /write { prometheus: http:\/\/prometheus:9090 } → at dynamo:monitoring$/,
      /found "prod": write { context: prod } → at dynamo:cluster$/,
      /write { external: true, server: nats:\/\/n:4222 } → at dynamo:discovery.nats$/,
      /found 3: write { replicas: 3 } → at dynamo:discovery.etcd$/,
      /found 30200: write { type: NodePort, nodePort: 30200 } → at .*frontend.expose$/,
      /found "kv": write { mode: kv } → at .*router$/,
      /found "\/models": write { hostPath: \/models } → at .*modelCache$/,
      /found 70: write { parameters: 70 } → at .*modelSize$/,
      /found 4: write { by: …, max: 4 } → at .*workers.scaling$/,
      /found "h100": write { <name>: h100 } → at .*placement.nodeSelector$/,
      /found "nvidia.com\/gpu": write \[{ key: nvidia.com\/gpu }\] → at .*placement.tolerations$/,
      /found "--x": write \["--x"\] → at .*workers.args$/,
    ],
  },
  "values in place of objects that fit nowhere in them": {
    config: {
      discovery: "k8s",
      encryption: true,
      namespace: false,
      budget: "",
      cluster: `x${"y".repeat(100)} z`,
      graphs: [{ ...graph, workers: { resources: "8Gi", env: { A: "b" } } }],
    },
    lines: [
      /found "k8s": write { mode: kubernetes } or { mode: nats-etcd } → at dynamo:discovery$/,
      /found true: write { issuer: … } → at dynamo:encryption$/,
      /found false: write { name: … }, or remove it → at dynamo:namespace$/,
      /found "": write { gpus: … }, or remove it → at dynamo:budget$/,
      /: write { context: … } → at dynamo:cluster$/,
      /found "8Gi": write { requests: … } → at .*workers.resources$/,
      /must be a list, found an object: write \[{ name: … }\] → at .*workers.env$/,
    ],
  },
  "keys without the space after their colon": {
    config: {
      discovery: { "mode:nats-etcd": null },
      budget: { '"gpus":2': null },
      graphs: [
        { "name:a": null, "model:b": null },
        { ...graph, workers: { "replicas:2": null, "gpus:2": null, scaling: { "by:hpa": null, max: 3 } } },
        { ...graph, name: "text", workers: "replicas:2 gpus:2" },
        "name:chat",
      ],
    },
    lines: [
      /^✖ write a space after the colon, as mode: nats-etcd → at dynamo:discovery.mode$/,
      /^✖ write a space after the colon, as gpus: 2 → at dynamo:budget."gpus":2$/,
      /^✖ write a space after the colon, as name: a → at dynamo:graphs\[0\].name:a$/,
      /^✖ write a space after the colon, as model: b → at dynamo:graphs\[0\].model:b$/,
      /^✖ write a space after the colon, as replicas: 2 → at .*workers.replicas:2$/,
      /^✖ write a space after the colon, as gpus: 2 → at .*workers.gpus:2$/,
      /^✖ write a space after the colon, as by: hpa → at .*workers.scaling.by:hpa$/,
      /: write a space after the colon, as replicas: 2 → at dynamo:graphs\[2\].workers$/,
      /: write a space after the colon, as name: chat → at dynamo:graphs\[3\]$/,
    ],
  },
  "unknown keys among many that are known": {
    config: withWorkers({ banana: 1, gpu: 1, argumens: [] }),
    lines: [
      /^✖ is not a setting: remove it, or write one of (\w+, ){7}\w+ and \d+ more → at .*workers.banana$/,
      /^✖ is not a setting: write gpus, or remove it → at .*workers.gpu$/,
      /^✖ is not a setting: remove it, or write one of args, .*workers.argumens$/,
    ],
  },
  "numbers beyond all, each in one line": {
    config: {
      ...withGraph({ workers: { replicas: 1e20, gpus: 1e30, nodes: 1e30 }, frontend: { replicas: 1e30 } }),
      budget: { gpus: 1e30 },
      ...natsEtcd({ nats: { replicas: 1e30 }, etcd: { replicas: 10 } }),
    },
    lines: [
      /^✖ must be at most 100000, found 100000000000000000000 → at .*workers.replicas$/,
      /^✖ must be at most 1024, found 1e\+30 → at .*workers.gpus$/,
      /^✖ must be at most 1024, found 1e\+30 → at .*workers.nodes$/,
      /^✖ must be at most 10, found 1e\+30: with more .* → at .*frontend.replicas$/,
      /^✖ must be at most 100000, found 1e\+30 → at dynamo:budget.gpus$/,
      /^✖ must be a whole number between 1 and 9, found 1e\+30 → at dynamo:discovery.nats.replicas$/,
      /^✖ must be a whole number between 1 and 5, found 10 → at dynamo:discovery.etcd.replicas$/,
    ],
  },
  "numbers, true and nothing in place of texts, and the other way": {
    config: {
      cluster: { gpuMemory: 80, context: 5, identifier: null, nodes: "3" },
      budget: { pricePerGpuHour: "2.5" },
      monitoring: { release: [] },
      images: { nats: "" },
      ...withGraph({
        readyTimeout: 30,
        imageTag: 1.4,
        workers: { sharedMemory: true, resources: { requests: { cpu: 2, memory: 200 } } },
      }),
    },
    lines: [
      /^✖ must be a size such as "512Mi", "10Gi" or "1Ti" → at dynamo:cluster.gpuMemory$/,
      /^✖ must be a text, found 5: write "5" → at dynamo:cluster.context$/,
      /^✖ must have at least 1 character, found "" → at dynamo:cluster.identifier$/,
      /^✖ must be a whole number, found "3" → at dynamo:cluster.nodes$/,
      /^✖ must be a number, found "2.5" → at dynamo:budget.pricePerGpuHour$/,
      /^✖ must be a text, found a list → at dynamo:monitoring.release$/,
      /^✖ must be an image, such as .* → at dynamo:images.nats$/,
      /^✖ must be a duration such as "90s", "30m" or "2h" → at .*readyTimeout$/,
      /^✖ must be a text, found 1.4: write "1.4" → at .*imageTag$/,
      /^✖ must be a size such as .* → at .*workers.sharedMemory$/,
      /^✖ must be a text, found 2: write "2" → at .*requests.cpu$/,
      /^✖ must be a size such as .* → at .*requests.memory$/,
    ],
  },
  "many mistakes at once": {
    config: {
      runtime: { version: 0.8 },
      discovery: { mode: "nats-etcd", etcd: { replicas: 2 } },
      graphs: [
        { ...graph, workers: { gpus: 0.5 }, frontend: nodePort(1) },
        { ...graph, workers: { gpus: 2, tensorParallel: 4 } },
      ],
    },
    lines: [
      /runtime.version$/,
      /etcd.replicas$/,
      /workers.gpus$/,
      /nodePort$/,
      /tensorParallel$/,
      /graphs\[1\].name$/,
    ],
  },
};
