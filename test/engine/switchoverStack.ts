/** A stack to be switched: one graph of two frontends and two workers, with the budget for two such graphs. */
import { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { operatorCrds } from "./realCrds";
import { sampling } from "./sampling";

export const chat = {
  name: "chat",
  model: "Qwen/Qwen3-0.6B",
  frontend: { replicas: 2, expose: { type: "NodePort", nodePort: 30201 } },
  workers: { replicas: 2, gpus: 1 },
  readyTimeout: "60s",
};
const start = {
  runtime: { version: "1.4.2" },
  graphs: [chat],
  budget: { gpus: 4 },
  discovery: { mode: "kubernetes" },
  switchover: "blue-green",
  platform: {},
};
/** Changes of the config, each of which is a switchover. */
export const natsEtcd = { discovery: { mode: "nats-etcd" } };
export const revised = { graphs: [{ ...chat, revision: 2 }] };

/** Where clients find the graph. */
export const where = { namespace: "dynamo", service: "chat-frontend-np" };
export const graphs = {
  group: "nvidia.com",
  version: "v1alpha1",
  namespace: "dynamo",
  plural: "dynamographdeployments",
};
export const graphLabel = "nvidia.com/dynamo-graph-deployment-name";

/** Has a rehearsal of the stack for the tests of a file, and answers with what they do with it. */
export function switchoverStack() {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = await startRehearsal({
      stack: devStack(start),
      nodes: 2,
      gpusPerNode: 4,
      crds: operatorCrds(),
    });
  }, 1_800_000);
  afterAll(() => rehearsal?.stop());

  return {
    rehearsal: () => rehearsal,
    configure: (change: object) =>
      rehearsal.engine.configure(
        Object.fromEntries(
          Object.entries({ ...start, ...change }).map(([key, value]) => [`dynamo:${key}`, value]),
        ),
      ),
    up: () => update(rehearsal),
    sampled: <T>(task: Promise<T>) => sampling(rehearsal.kubeconfig, where, task),
    async deployments(): Promise<string[]> {
      const custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
      const { items } = await custom.listNamespacedCustomObject(graphs);
      return items.map(({ metadata }: { metadata: { name: string } }) => metadata.name).sort();
    },
    /** The graph that the Service leads to. */
    async selected(): Promise<string | undefined> {
      const core = apiClient(rehearsal.kubeconfig, CoreV1Api);
      const { spec } = await core.readNamespacedService({ namespace: where.namespace, name: where.service });
      return spec?.selector?.[graphLabel];
    },
  };
}
