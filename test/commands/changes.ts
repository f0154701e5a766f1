/** Changes of the project's stacks, and of what policies allow them, that a pull request may bring. */
import type { PolicySettings } from "../../commands/preview/policySettings";
import { projectDir } from "../../config/project";
import type { StackConfig } from "../../config/schema";

const graphs = ({ graphs }: StackConfig, name: string, replicas: number) => ({
  graphs: graphs.map((graph) =>
    graph.name === name ? { ...graph, workers: { ...graph.workers, replicas } } : graph,
  ),
});

export const changes = {
  replicas: {
    stack: "prod",
    change: (config: StackConfig) => graphs(config, "qwen-1b", 6),
    base: projectDir,
  },
  mode: { stack: "dev", change: () => ({ discovery: { mode: "nats-etcd" } }) },
  budget: { stack: "prod", change: (config: StackConfig) => graphs(config, "qwen-72b", 10) },
  members: {
    stack: "prod",
    change: ({ discovery }: StackConfig) => ({
      discovery: { ...discovery, etcd: { replicas: 5, storage: "8Gi" } },
    }),
  },
  limits: {
    stack: "prod",
    change: () => ({}),
    policies: { "gpu-budget": { gpus: 8000 }, "gpu-limits": "disabled", images: "disabled" },
  },
  runtime: { stack: "prod", change: () => ({ runtime: { version: "1.7.0" } }) },
  jump: { stack: "dev", change: () => ({ runtime: { version: "1.4.2" } }) },
  model: {
    stack: "prod",
    change: ({ graphs }: StackConfig) => ({
      graphs: graphs.map((graph) =>
        graph.name === "qwen-1b" ? { ...graph, model: "Qwen/Qwen3-1.7B" } : graph,
      ),
    }),
  },
  unfit: {
    stack: "prod",
    change: ({ graphs }: StackConfig) => ({
      graphs: [
        ...graphs,
        { name: "llama-405b", model: "meta-llama/Llama-3.1-405B-Instruct", workers: { gpus: 8 } },
      ],
    }),
  },
  price: {
    stack: "prod",
    change: ({ budget }: StackConfig) => ({ budget: { ...budget, pricePerGpuHour: 3 } }),
  },
  // What main allows, it does not: the base's policies judge, too.
  raised: {
    stack: "prod",
    change: (config: StackConfig) => ({
      ...graphs(config, "qwen-72b", 10),
      budget: { ...config.budget, gpus: 8000 },
    }),
    policies: { "gpu-budget": { gpus: 8000 }, "gpu-limits": "disabled" },
    base: projectDir,
  },
} as const satisfies Record<string, ChangeOfStack>;

interface ChangeOfStack {
  readonly stack: string;
  readonly change: (config: StackConfig) => object;
  readonly policies?: PolicySettings["byRule"];
  /** Checkout of the base. @default its policies are not asked */
  readonly base?: string;
}

export type Change = keyof typeof changes;
