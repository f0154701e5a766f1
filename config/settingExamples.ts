/** An example of each group of settings. A group with an example is a section of docs/configuration.md. */

/** By the group's key. `graphs[]` is an item of the list. */
export const settingExamples: Readonly<Record<string, readonly string[]>> = {
  discovery: [
    "dynamo:discovery: { mode: kubernetes }",
    `
dynamo:discovery:
  mode: nats-etcd
  requestPlane: nats
  credentials: { generation: 2 }
  keepVolumes: true`,
  ],
  "discovery.nats": [
    `
dynamo:discovery:
  mode: nats-etcd
  nats: { replicas: 3, storage: 10Gi, storageClass: fast, cpu: "2", memory: 2Gi }`,
    `
dynamo:discovery:
  mode: nats-etcd
  nats: { external: true, server: "nats://nats.example.com:4222", secret: nats-user }`,
  ],
  "discovery.etcd": [
    `
dynamo:discovery:
  mode: nats-etcd
  etcd:
    replicas: 3
    storage: 8Gi
    storageClass: fast
    quota: 3Gi
    cpu: "2"
    memory: 2Gi
    snapshots: { schedule: "0 */6 * * *", keep: 8, storage: 30Gi, storageClass: standard }`,
    `
dynamo:discovery:
  mode: nats-etcd
  etcd: { external: true, endpoints: ["http://etcd.example.com:2379"], secret: etcd-user }`,
    `
dynamo:discovery:
  mode: nats-etcd
  etcd: { external: true, endpoints: ["https://etcd.example.com:2379"], certificate: etcd-client }`,
  ],
  switchover: ["dynamo:switchover: recreate"],
  runtime: ["dynamo:runtime: { version: 1.4.2, registry: registry.example.com/ai-dynamo }"],
  graphs: [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-8B
    huggingFaceSecret: hf-token-secret
    readyTimeout: 1h
    revision: 2
  - name: coder
    model: Qwen/Qwen3-Coder-30B-A3B-Instruct
    backend: sglang
    image: registry.example.com/ai-dynamo/sglang-runtime
    servedBy: chat`,
  ],
  "graphs[].frontend": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-8B
    frontend: { name: Entry, replicas: 3 }`,
  ],
  "graphs[].frontend.expose": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-8B
    frontend: { expose: { type: LoadBalancer, sourceRanges: [10.0.0.0/8] } }
  - name: coder
    model: Qwen/Qwen3-Coder-30B-A3B-Instruct
    frontend: { expose: { type: Ingress, host: coder.example.com, className: nginx, tlsSecret: coder-tls } }`,
  ],
  "graphs[].router": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-8B
    router: { mode: kv, index: approximate }
    workers: { replicas: 4 }`,
  ],
  "graphs[].workers": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-32B
    workers: { name: Engine, replicas: 2, gpus: 4, tensorParallel: 2, pipelineParallel: 2, args: ["--max-model-len=8192"] }
  - name: reasoner
    model: deepseek-ai/DeepSeek-R1-Distill-Llama-70B
    prefill: { replicas: 2, gpus: 4 }
    decode: { gpus: 8, nodes: 2 }
  - name: small
    model: Qwen/Qwen3-1.7B
    workers: { gpuResource: nvidia.com/mig-2g.20gb }
dynamo:platform: { orchestrator: grove }`,
  ],
  "graphs[].workers.scaling": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-8B
    workers: { scaling: { by: keda, min: 2, max: 6, requestsPerReplica: 32 } }`,
  ],
  "graphs[].workers.placement": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-32B
    workers:
      gpus: 2
      placement:
        gpuProduct: NVIDIA-H100-80GB-HBM3
        nodeSelector: { example.com/pool: inference }
        tolerations:
          - { key: example.com/pool, operator: Equal, value: inference, effect: NoSchedule }
        priorityClass: inference
        spread: zone`,
  ],
  "graphs[].kvTransfer": [
    `
dynamo:graphs:
  - name: chat
    model: meta-llama/Llama-3.3-70B-Instruct
    prefill: { gpus: 4 }
    decode: { gpus: 4 }
    kvTransfer:
      rdma: { resource: rdma/hca, devices: 4 }
      transports: [rc, cuda_copy, cuda_ipc]`,
  ],
  "graphs[].planner": [
    `
dynamo:runtime: { version: 1.4.2 }
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-32B
    prefill: { gpus: 2 }
    decode: { gpus: 2 }
    planner: { timeToFirstToken: 800, interTokenLatency: 40, maxGpus: 12, profile: qwen3-32b-profile }`,
  ],
  "graphs[].modelCache": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-8B
    modelCache: { pvc: { size: 50Gi, storageClass: shared, accessMode: ReadWriteOnce, download: true } }
  - name: coder
    model: Qwen/Qwen3-Coder-30B-A3B-Instruct
    modelCache: { hostPath: /data/huggingface-cache }`,
  ],
  "graphs[].loras": [
    `
dynamo:graphs:
  - name: chat
    model: meta-llama/Llama-3.1-8B-Instruct
    loras:
      - { name: support, source: "s3://example-bucket/llama-3.1-8b-support" }`,
  ],
  "graphs[].objectives": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-8B
    objectives: { availability: 0.995, timeToFirstToken: 1, fastRequests: 0.9 }`,
  ],
  "graphs[].transform": [
    `
dynamo:graphs:
  - name: chat
    model: Qwen/Qwen3-8B
    transform:
      - { op: add, path: /spec/services/VllmWorker/sharedMemory, value: { size: 32Gi } }
      - { op: replace, path: /metadata/labels/app.kubernetes.io~1part-of, value: inference }
      - { op: remove, path: /spec/services/VllmWorker/resources/requests }`,
  ],
  namespace: ["dynamo:namespace: { name: inference, create: true }"],
  platform: [
    `
dynamo:platform: { namespace: ai-platform, apiVersion: v1beta1, orchestrator: leaderworkerset }
dynamo:runtime: { version: 1.4.2 }`,
  ],
  monitoring: [
    `
dynamo:monitoring:
  release: prometheus
  namespace: observability
  prometheus: "http://prometheus.example.com:9090"
  podMonitors: platform
  runbooks: "https://example.com/runbooks"`,
  ],
  cluster: ["dynamo:cluster: { context: prod-eu, identifier: prod-eu-1, nodes: 20, gpusPerNode: 8 }"],
  budget: ["dynamo:budget: { gpus: 80, pricePerGpuHour: 2.5, currency: EUR }"],
};
