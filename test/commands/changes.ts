/** Changes of the project's stacks that a pull request may bring. */
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
} as const satisfies Record<string, { stack: string; change: (config: StackConfig) => object }>;

export type Change = keyof typeof changes;
