import { setTimeout } from "node:timers/promises";
import { CoreV1Api, type V1Node } from "@kubernetes/client-node";
import { zoneLabel, zoneOf } from "../plan/zones";
import { apiClient } from "./clients";

interface NodeGpu {
  /** As NVIDIA's driver names it. */
  readonly product: string;
  /** In MiB. */
  readonly memory: number;
}

interface NodeOptions {
  readonly gpusPerNode: number;
  readonly gpu?: NodeGpu | undefined;
  readonly zones?: number | undefined;
  readonly cpu?: string;
  readonly memory?: string;
  readonly address?: string;
}

/**
 * Creates simulated nodes `gpu-node-0`, `gpu-node-1`, … and waits until pods can be scheduled on all of them.
 *
 * @param options.cpu - of each node, a Kubernetes quantity. Default 128
 * @param options.memory - of each node, a Kubernetes quantity. Default 1Ti
 * @param options.gpu - what its GPUs are. Default: H100s
 * @param options.zones - that they are in, each in its turn. Default: none
 * @param options.address - of every node. Default: each has one of its own, where nothing answers
 * @throws Error where a node is not Ready within a minute
 */
export async function createNodes(
  kubeconfig: string,
  options: NodeOptions & { nodes: number },
): Promise<void> {
  await create(
    kubeconfig,
    Array.from({ length: options.nodes }, (_, i) => nodeOf(i, options)),
  );
}

/** Creates simulated nodes as given, as {@link createNodes} does. */
export async function createNodesAs(
  kubeconfig: string,
  nodes: readonly V1Node[],
  address?: string,
): Promise<void> {
  await create(
    kubeconfig,
    nodes.map((node, i) => {
      const { metadata, spec, status } = nodeOf(i, { gpusPerNode: 0, address });
      return {
        metadata: { ...metadata, ...node.metadata },
        spec: { ...spec, ...node.spec },
        status: { ...status, ...node.status },
      };
    }),
  );
}

async function create(kubeconfig: string, nodes: readonly V1Node[]): Promise<void> {
  const core = apiClient(kubeconfig, CoreV1Api);
  for (let index = 0; index < nodes.length; index += 50)
    await Promise.all(nodes.slice(index, index + 50).map((body) => core.createNode({ body })));
  const names = new Set(nodes.map(({ metadata }) => metadata?.name));
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { items } = await core.listNode();
    const waiting = items.filter((node) => names.has(node.metadata?.name) && !isSchedulable(node));
    if (waiting.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`${waiting.length} of ${nodes.length} nodes are not Ready after 60 s`);
    await setTimeout(100);
  }
}

function nodeOf(index: number, options: NodeOptions): V1Node {
  const name = `gpu-node-${index}`;
  const gpus = String(options.gpusPerNode);
  const resources = {
    cpu: options.cpu ?? "128",
    memory: options.memory ?? "1Ti",
    "ephemeral-storage": "1Ti",
    pods: "110",
    ...(options.gpusPerNode > 0 && { "nvidia.com/gpu": gpus }),
  };
  const subnet = `${index >> 8}.${index & 255}`;
  return {
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        ...(options.gpusPerNode > 0 && gpuLabels(gpus, options.gpu)),
        ...(options.zones !== undefined && { [zoneLabel]: zoneOf(index, options.zones) }),
      },
    },
    // A range of its own for each node gives every pod an address of its own.
    spec: { podCIDR: `10.${128 + (index >> 8)}.${index & 255}.0/24` },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: "InternalIP", address: options.address ?? `172.16.${subnet}` },
        { type: "Hostname", address: name },
      ],
    },
  };
}

/** As NVIDIA's GPU feature discovery labels a node. */
function gpuLabels(
  gpus: string,
  { product, memory }: NodeGpu = { product: "NVIDIA H100 80GB HBM3", memory: 81559 },
): Record<string, string> {
  return {
    "nvidia.com/gpu.present": "true",
    "nvidia.com/gpu.count": gpus,
    "nvidia.com/gpu.family": "hopper",
    "nvidia.com/gpu.machine": "rehearsal",
    "nvidia.com/gpu.memory": `${memory}`,
    "nvidia.com/gpu.product": product.replaceAll(" ", "-"),
  };
}

/** Ready, and without the taints that the controller manager takes away only after that; those of a cordoned node stay. */
function isSchedulable(node: V1Node): boolean {
  const ready = node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  const passing = node.spec?.taints?.filter(
    ({ key }) => key.startsWith("node.kubernetes.io/") && key !== "node.kubernetes.io/unschedulable",
  );
  return Boolean(ready) && !passing?.length;
}
