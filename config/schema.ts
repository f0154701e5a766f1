/** The shape of a stack's config. Pure: it knows neither Pulumi nor a cluster. */
import { z } from "zod";
import { budget } from "./budget";
import { discovery } from "./discovery";
import { encryption } from "./encryption";
import { count, label, minStorage, repository } from "./fields";
import { graph } from "./graph";
import { images } from "./images";
import { objectTransform } from "./objectTransform";
import { platform } from "./platform";
import { type Runtime, runtimeOf } from "./runtime/runtime";
import { refusedVersion, supportedVersions, versionPattern } from "./runtime/versions";

const runtime = z
  .strictObject({
    version: z
      .string({
        error: ({ input }) =>
          typeof input === "number"
            ? `YAML read the number ${input}; quote the version and write all three parts, for example "${input}.0"`
            : undefined,
      })
      .regex(versionPattern, `must be a released version such as "0.8.1"`)
      .default("1.6.1")
      .meta({ description: `Image tag of the Dynamo runtime, ${supportedVersions}. Decides env and flags.` }),
    registry: repository.default("nvcr.io/nvidia/ai-dynamo").meta({
      description:
        "Registry and path of NVIDIA's images: vllm-runtime, sglang-runtime, tensorrtllm-runtime, dynamo-planner.",
    }),
  })
  .meta({ description: "The Dynamo runtime that frontends and workers run." });

const namespace = z
  .strictObject({
    name: label.default("dynamo").meta({ description: "Namespace of the graphs." }),
    create: z
      .boolean()
      .default(false)
      .meta({ description: "Whether the stack makes the namespace, or the platform has." }),
  })
  .meta({ description: "The graphs' namespace." });

const monitoring = z
  .strictObject({
    release: label.default("kube-prometheus-stack").meta({
      description:
        "Helm release of kube-prometheus-stack: its Prometheus only looks at objects with this label.",
    }),
    namespace: label
      .default("monitoring")
      .meta({ description: "Namespace of that release: its Prometheus may scrape NATS and etcd." }),
    prometheus: z
      .url({ protocol: /^https?$/, error: 'must be an address such as "http://prometheus.example.com:9090"' })
      .optional()
      .meta({
        description:
          "Address of that Prometheus, for the scalers of graphs. Default: http://prometheus-operated.<namespace>:9090.",
      }),
    podMonitors: z.enum(["stack", "platform"]).default("stack").meta({
      description:
        "Owner of the PodMonitors of frontends and workers: platform where the platform's own select these, or they are scraped twice.",
    }),
    runbooks: z
      .string()
      .regex(
        /^(https?:\/\/[^\s<>()`|"\\]{1,500}|[\w./-]{1,500})$/,
        'must be an address such as "https://example.com/runbooks", or a path',
      )
      .default("docs/runbooks")
      .meta({
        description:
          "Address of the folder docs/runbooks, for the links in alerts. A path, as the default, is shown but is no link.",
      }),
  })
  .meta({ description: "The cluster's kube-prometheus-stack." });

const cluster = z
  .strictObject({
    context: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Context of the kubeconfig. Default: the current one." }),
    identifier: z.string().min(1).optional().meta({
      description:
        "Name of the cluster for Pulumi's provider. A stack keeps what it began with: a change is refused. Default: project and stack.",
    }),
    nodes: count
      .optional()
      .meta({ description: "Nodes of the cluster, for advice on the mode and on frontends." }),
    zones: count.optional().meta({
      description:
        "Zones that these nodes are in, as many in each, for what the stack loses with one. Default: not known.",
    }),
    gpuMemory: minStorage("1Gi").optional().meta({
      description:
        'Memory of a GPU, such as "80Gi", for graphs whose placement does not tell the kind of GPU. Default: not known.',
    }),
    gpusPerNode: count.optional().meta({ description: "GPUs of a node, for advice on what fits." }),
  })
  .meta({ description: "The cluster that the stack is for." });

const switchover = z.enum(["blue-green", "recreate"]).default("blue-green").meta({
  description:
    "Order of replacement where a graph's mode, components, backend or revision change: the new one is Ready before the old one goes, which takes the GPUs of both, or the old one goes first.",
});

/** Everything that a stack may set, under the project's namespace `dynamo:`. */
export const stackSettings = z.strictObject({
  discovery: discovery.prefault({ mode: "kubernetes" }),
  encryption: encryption.prefault({}),
  switchover,
  runtime: runtime.prefault({}),
  images: images.prefault({}),
  graphs: z.array(graph).default([]).meta({ description: "The graphs to serve." }),
  namespace: namespace.prefault({}),
  platform: platform.prefault({}),
  monitoring: monitoring.prefault({}),
  cluster: cluster.prefault({}),
  budget: budget.prefault({}),
  transform: z.array(objectTransform).default([]).meta({
    description:
      "Changes of objects that the stack makes beside its graphs, for what has no setting ([what they may not](limits.md#transforms)).",
  }),
});

/** The settings of a stack, with their defaults. */
export type StackSettings = z.output<typeof stackSettings>;

/** The settings of a stack, with its runtime's facts. */
export interface StackConfig extends Omit<StackSettings, "runtime"> {
  readonly runtime: Runtime;
}

/** Settings with the runtime's facts. A version that is not known is refused. */
export function withRuntime(settings: StackSettings, context: z.RefinementCtx): StackConfig {
  const runtime = runtimeOf(settings);
  if (runtime !== undefined) return { ...settings, runtime };
  context.addIssue({
    code: "custom",
    path: ["runtime", "version"],
    message: refusedVersion(settings.runtime.version) ?? "",
  });
  return z.NEVER;
}

/** A stack's config by its shape alone, without the rules of {@link parseConfig}. */
export const stackConfig = stackSettings.transform(withRuntime);

export type BudgetConfig = StackConfig["budget"];
export type MonitoringConfig = StackConfig["monitoring"];
export type Switchover = StackConfig["switchover"];
