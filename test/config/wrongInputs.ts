/** Wrong configs, and the lines that each must end in: one a mistake. */

const graph = { name: "demo", model: "Qwen/Qwen2.5-1.5B-Instruct" };
const withGraph = (more: object) => ({ graphs: [{ ...graph, ...more }] });
const withWorkers = (workers: object) => withGraph({ workers });
const withFrontend = (frontend: object) => withGraph({ frontend });
const natsEtcd = (more: object) => ({ discovery: { mode: "nats-etcd", ...more } });
const nodePort = (port: unknown) => ({ expose: { type: "NodePort", nodePort: port } });

export const wrongInputs: Readonly<Record<string, { config: Record<string, unknown>; lines: RegExp[] }>> = {
  // Refused by the design
  "0.7 with kubernetes": {
    config: { runtime: { version: "0.7.1" } },
    lines: [
      /^✖ "kubernetes" needs a runtime of 0.8 or newer, found 0.7.1.*nats-etcd.*→ at dynamo:discovery.mode$/,
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
      /^✖ "demo-0" can't be told from graph "demo" .* → at dynamo:graphs\[1\].name$/,
      /^✖ "demo-vllmworker-x" can't be told from graph "demo" .* → at dynamo:graphs\[2\].name$/,
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
    config: { namespace: { name: "n".repeat(40) }, ...withGraph({ name: "a".repeat(30) }) },
    lines: [/<namespace>-<graph> must be at most 63 characters, found 71.*shorten it by 8/],
  },
  "a name that is too long with a component": {
    config: withGraph({ name: "a".repeat(36) }),
    lines: [/a component's name together must be at most 45 characters, found 46/],
  },
  "a name that is too long on several nodes": {
    config: {
      platform: { orchestrator: "grove" },
      ...withGraph({ name: "a".repeat(16), workers: { nodes: 2 } }),
    },
    lines: [/a component's name together must be at most 45 characters, found 46/],
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
    lines: [/must be an object, found "kubernetes" → at dynamo:discovery$/],
  },
  "a mode as a list": {
    config: { discovery: ["kubernetes"] },
    lines: [/must be an object, found \["kubernetes"\] → at dynamo:discovery$/],
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
  "storage as a number": { config: natsEtcd({ etcd: { storage: 10 } }), lines: [/must be a text, found 10/] },
  "an etcd volume that its logs fill": {
    config: natsEtcd({ etcd: { storage: "512Mi" } }),
    lines: [/must be at least 1Gi, found 512Mi/],
  },
  "half a server of someone else's": {
    config: natsEtcd({ nats: { external: true, replicas: 3 } }),
    lines: [
      /is missing: write a text → at dynamo:discovery.nats.server$/,
      /is not a setting: remove it, or write one of external, server, secret → at dynamo:discovery.nats.replicas$/,
    ],
  },
  "a server that is external to a degree": {
    config: natsEtcd({ etcd: { external: "yes" } }),
    lines: [/must be false or true, found "yes" → at dynamo:discovery.etcd.external$/],
  },
  "a password in an address": {
    config: natsEtcd({ nats: { external: true, server: "nats://user:secret@nats.example.com:4222" } }),
    lines: [/must be an address .* without user and password → at dynamo:discovery.nats.server$/],
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
    lines: [/must be a text, found 2 → at dynamo:discovery.nats.cpu$/],
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
    lines: [/"2.0.0" is not known: write a version of 0.7 to 1.6/],
  },
  "a version from before": { config: { runtime: { version: "0.6.1" } }, lines: [/"0.6.1" is not known/] },
  "a version that is no version": {
    config: { runtime: { version: "latest" } },
    lines: [/must be a released version such as "0.8.1"/],
  },
  "a version with a v": { config: { runtime: { version: "v0.8.1" } }, lines: [/must be a released version/] },
  "an image with a tag": {
    config: withGraph({ image: "nvcr.io/x/y:1.0" }),
    lines: [/must have no tag.* → at dynamo:graphs\[0\].image$/],
  },
  "an image with capitals": {
    config: { runtime: { registry: "NVCR.io/x" } },
    lines: [/must be an image repository/],
  },
  "graphs as an object": {
    config: { graphs: { name: "a", model: "b" } },
    lines: [/must be a list, found \{.*→ at dynamo:graphs$/],
  },
  "graphs as text": {
    config: { graphs: "demo" },
    lines: [/must be a list, found "demo" → at dynamo:graphs$/],
  },
  "a graph that is a number": {
    config: { graphs: [5] },
    lines: [/must be an object, found 5 → at dynamo:graphs\[0\]$/],
  },
  "a graph that is null": {
    config: { graphs: [null] },
    lines: [/must be an object, found null → at dynamo:graphs\[0\]$/],
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
    lines: [/must be an IPv4 range.* → at dynamo:graphs\[0\].frontend.expose.sourceRanges\[0\]$/],
  },
  "a node port for a load balancer": {
    config: withFrontend({ expose: { type: "LoadBalancer", sourceRanges: ["10.0.0.0/8"], nodePort: 30200 } }),
    lines: [/is not a setting: .* → at dynamo:graphs\[0\].frontend.expose.nodePort$/],
  },
  "two caches": {
    config: withGraph({ modelCache: { hostPath: "/data", pvc: { size: "1Gi" } } }),
    lines: [/must have exactly one of hostPath and pvc → at dynamo:graphs\[0\].modelCache$/],
  },
  "no cache in the cache": {
    config: withGraph({ modelCache: {} }),
    lines: [/must have exactly one of hostPath and pvc/],
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
    lines: [/must be an object, found "dynamo" → at dynamo:namespace$/],
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
  "an empty context": { config: { cluster: { context: "" } }, lines: [/dynamo:cluster.context$/] },
  "a token in plain text": {
    config: { huggingFaceToken: "hf_abc" },
    lines: [/is in plain text.*--secret huggingFaceToken.* → at dynamo:huggingFaceToken$/],
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
