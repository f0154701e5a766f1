/** The v1alpha1 DynamoGraphDeployment: the fields that this program writes, and how a graph's config becomes one. */
import { z } from "zod";
import { deploymentName } from "../config/names";
import type { GraphConfig } from "../config/schema";
import type { DiscoveryPlanePlan } from "./discoveryPlane";
import { modelCacheMountPath, modelCacheVolume } from "./modelCache";

const envVar = z.strictObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) })
    .optional(),
});

const container = z.strictObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })).optional(),
});

const volume = z.strictObject({
  name: z.string(),
  hostPath: z.strictObject({ path: z.string(), type: z.string() }).optional(),
  persistentVolumeClaim: z.strictObject({ claimName: z.string() }).optional(),
});

const service = z.strictObject({
  componentType: z.enum(["frontend", "worker"]),
  replicas: z.int().min(0),
  envFromSecret: z.string().optional(),
  /** GPUs as text: the CRD refuses a number. */
  resources: z.strictObject({ limits: z.strictObject({ gpu: z.string() }) }).optional(),
  multinode: z.strictObject({ nodeCount: z.int().min(2) }).optional(),
  extraPodSpec: z.strictObject({ volumes: z.array(volume).optional(), mainContainer: container }),
});

/** The `.spec` that this program writes. The real CRD knows more. */
export const dynamoGraphDeploymentSpec = z.strictObject({
  backendFramework: z.enum(["vllm"]),
  envs: z.array(envVar),
  services: z.record(z.string(), service),
});

export type DynamoGraphDeploymentSpec = z.output<typeof dynamoGraphDeploymentSpec>;
type Service = z.output<typeof service>;

export interface DynamoGraphDeployment {
  readonly apiVersion: "nvidia.com/v1alpha1";
  readonly kind: "DynamoGraphDeployment";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: DynamoGraphDeploymentSpec;
}

/** What a graph's manifest depends on beside the graph itself. */
export interface GraphContext {
  readonly namespace: string;
  /** Image of the runtime, with its tag. */
  readonly image: string;
  readonly discovery: DiscoveryPlanePlan;
}

/** The manifest of a graph. */
export function dynamoGraphDeployment(graph: GraphConfig, context: GraphContext): DynamoGraphDeployment {
  const { namespace, discovery } = context;
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: {
      name: deploymentName(graph.name, discovery.mode),
      namespace,
      annotations: { "nvidia.com/dynamo-discovery-backend": discovery.wiring.discoveryBackend },
    },
    spec: {
      backendFramework: "vllm",
      envs: [...discovery.wiring.env, ...discovery.env],
      services: {
        [graph.frontend.name]: frontendComponent(graph, context),
        [graph.workers.name]: workerComponent(graph, context),
      },
    },
  };
}

function frontendComponent(graph: GraphConfig, { image, discovery }: GraphContext): Service {
  const args = discovery.wiring.frontendArgs;
  return {
    componentType: "frontend",
    replicas: graph.frontend.replicas,
    ...hubToken(graph), // for the tokenizer of a gated model
    extraPodSpec: {
      mainContainer: {
        image,
        // The operator's own command is the same. Given args alone would replace its `-m dynamo.frontend`.
        ...(args.length > 0 && { command: ["python3"], args: ["-m", "dynamo.frontend", ...args] }),
      },
    },
  };
}

function workerComponent(graph: GraphConfig, { image, discovery }: GraphContext): Service {
  const args = [...vllmArgs(graph), ...discovery.wiring.workerArgs].map(quote);
  const { workers, modelCache } = graph;
  const volume = modelCache && modelCacheVolume(graph.name, modelCache);
  return {
    componentType: "worker",
    replicas: workers.replicas,
    ...hubToken(graph),
    resources: { limits: { gpu: String(workers.gpus) } },
    ...(workers.nodes > 1 && { multinode: { nodeCount: workers.nodes } }),
    extraPodSpec: {
      ...(volume && { volumes: [volume] }),
      mainContainer: {
        image,
        // One line for a shell: the operator of every release extends it for workers of several nodes.
        command: ["/bin/sh", "-c"],
        args: [["python3 -m dynamo.vllm", ...args].join(" ")],
        ...(volume && { volumeMounts: [{ name: volume.name, mountPath: modelCacheMountPath }] }),
      },
    },
  };
}

function hubToken({ huggingFaceSecret }: GraphConfig) {
  return huggingFaceSecret === undefined ? {} : { envFromSecret: huggingFaceSecret };
}

/** Arguments of `python3 -m dynamo.vllm`. */
function vllmArgs({ model, workers }: GraphConfig): string[] {
  const { gpus, nodes, pipelineParallel } = workers;
  const tensorParallel = workers.tensorParallel ?? (gpus * nodes) / pipelineParallel;
  return [
    ...["--model", model],
    ...["--tensor-parallel-size", String(tensorParallel)],
    ...(pipelineParallel > 1 ? ["--pipeline-parallel-size", String(pipelineParallel)] : []),
  ];
}

/** Quotes an argument for a POSIX shell where it needs it. */
function quote(arg: string): string {
  return /^[\w./:=-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
