/** The pod of a component on one of its nodes, as the operator hands it to an orchestrator. */
import type { V1Container, V1EnvVar, V1PodSpec } from "@kubernetes/client-node";
import type { Orchestrator } from "../../../config/runtime/runtime";
import { type ComponentSpec, type GraphResource, nodesOf, type OperatorRelease } from "../graphResource";
import { multinodeCommand, type NodeOfWorker } from "../multinodeCommand";
import { renderPodSpec } from "../pod";

export interface OrchestratedOptions {
  /** Which recorded operator is followed. */
  readonly release: OperatorRelease;
  /** Release line that says what becomes of a worker's command. @default the release */
  readonly line?: string;
  readonly orchestrator?: Orchestrator;
  readonly etcdAddress?: string;
}

interface Node {
  readonly orchestrator: Orchestrator;
  readonly name: string;
  readonly role: NodeOfWorker["role"];
  readonly noted: Record<string, string>;
}

/**
 * Left out of the real ones: the init container `wait-for-leader-mp` of vLLM's followers with its ConfigMap, and what the
 * operator adds for ssh to mpirun's.
 */
export function nodePodSpec(
  graph: GraphResource,
  component: ComponentSpec,
  { orchestrator, name, role, noted }: Node,
  { release, line = release, etcdAddress }: OrchestratedOptions,
): V1PodSpec {
  const spec = renderPodSpec(graph, component, { release, etcdAddress, noted });
  const nodes = nodesOf(component);
  const backend = backends.find((one) => one === graph.spec.backendFramework);
  if (nodes === 1 || backend === undefined) return spec;
  const executor = executors.find((one) => one === graph.metadata.annotations?.[executorAnnotation]);
  const gpus = gpusOf(component);
  const node = { line, backend, role, component: name, nodes, gpus, orchestrator, executor };
  return mainEdited(spec, (container) => {
    const { livenessProbe: _, readinessProbe: __, startupProbe: ___, ...unprobed } = container;
    const { command = [], args = [], env = [] } = container;
    const started = multinodeCommand({ command, args }, node);
    return {
      ...(role === "follower" ? unprobed : container),
      command: [...started.command],
      args: [...started.args],
      // Recorded of 1.4.
      env: backend === "vllm" && release === "1.4" ? [...env, sideChannel] : env,
    };
  });
}

const backends = ["vllm", "sglang", "trtllm"] as const;
const executors = ["ray", "mp"] as const;
const executorAnnotation = "nvidia.com/vllm-distributed-executor-backend";
const sideChannel: V1EnvVar = {
  name: "VLLM_NIXL_SIDE_CHANNEL_HOST",
  valueFrom: { fieldRef: { fieldPath: "status.podIP" } },
};

/** A pod with its container `main` edited. */
export const mainEdited = (spec: V1PodSpec, edit: (main: V1Container) => V1Container): V1PodSpec => ({
  ...spec,
  containers: spec.containers.map((container) => (container.name === "main" ? edit(container) : container)),
});

/** GPUs of a pod: the operator reads limits alone. */
const gpusOf = ({ resources, extraPodSpec }: ComponentSpec): number =>
  Number(resources?.limits?.gpu ?? extraPodSpec?.mainContainer?.resources?.limits?.["nvidia.com/gpu"] ?? 0);

/** The variable that takes a label or an annotation of the pod. */
export const ofPod = (name: string, fieldPath: string): V1EnvVar => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});
