import type { NatsEtcdDiscovery } from "../../config/discovery";
import type { GraphPlan } from "../graph/graphPlan";
import type { AlertGroup } from "./alerts";
import { etcdAlerts } from "./etcdAlerts";
import { natsAlerts } from "./natsAlerts";
import { podPattern } from "./selectors";

/**
 * Alerts on the NATS and etcd that the stack runs.
 * @param discovery undefined where the mode needs no servers
 * @param namespace of the graphs
 */
export function serverAlerts(
  discovery: NatsEtcdDiscovery | undefined,
  graphs: readonly GraphPlan[],
  namespace: string,
): AlertGroup[] {
  if (discovery === undefined) return [];
  const { nats, etcd } = discovery;
  return [
    ...(nats.external ? [] : [natsAlerts(nats.replicas, namespace, natsClients(graphs))]),
    ...(etcd.external ? [] : [etcdAlerts(etcd.replicas)]),
  ];
}

/** Names of the pods of workers that connect to NATS, as a regular expression; undefined where none does. */
function natsClients(graphs: readonly GraphPlan[]): string | undefined {
  const pods = graphs.flatMap(({ deployment, components }) => {
    const names = components.filter(({ natsClient }) => natsClient).map(({ name }) => name.toLowerCase());
    return names.length > 0 ? [podPattern(deployment.metadata.name, names.join("|"))] : [];
  });
  return pods.length > 0 ? pods.join("|") : undefined;
}
