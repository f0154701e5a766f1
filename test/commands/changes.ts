/** Changes of the project's stacks, and of what policies allow them, that a pull request may bring. */
import type { PolicySettings } from "../../commands/preview/policySettings";
import type { StackConfig } from "../../config/schema";

const graphs = ({ graphs }: StackConfig, name: string, replicas: number) => ({
  graphs: graphs.map((graph) =>
    graph.name === name ? { ...graph, workers: { ...graph.workers, replicas } } : graph,
  ),
});

export const changes = {
  replicas: { stack: "prod", change: (config: StackConfig) => graphs(config, "qwen-1b", 6) },
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
} as const satisfies Record<
  string,
  { stack: string; change: (config: StackConfig) => object; policies?: PolicySettings["byRule"] }
>;

export type Change = keyof typeof changes;
