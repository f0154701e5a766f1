import { type NatsEtcdDiscovery, serversOf } from "../../config/discovery";
import type { StackConfig } from "../../config/schema";
import { goWithZone } from "./members";

/** Advice on NATS and etcd, and on how they are reached. */
export function adviseOnServers({ cluster, discovery, runtime }: StackConfig): string[] {
  const servers = serversOf(discovery);
  if (servers === undefined) return [];
  const { etcd } = servers;
  const alone =
    !etcd.external && etcd.replicas === 1 && runtime.endsWithoutEtcd
      ? [
          `graphs of runtime ${runtime.releaseLine} end and start anew when etcd is away for 8 s, and there is one member of it (dynamo:discovery.etcd.replicas)`,
        ]
      : [];
  return [...alone, ...adviseOnMembers(servers, cluster)];
}

function adviseOnMembers(discovery: NatsEtcdDiscovery, cluster: StackConfig["cluster"]): string[] {
  return (["nats", "etcd"] as const).flatMap((server) => {
    const config = discovery[server];
    const key = `dynamo:discovery.${server}`;
    if (config.external)
      return config.secret === undefined && !("certificate" in config)
        ? [
            `${server} is used without credentials: whoever reaches it can take over the graphs (${key}.secret)`,
          ]
        : [];
    const { replicas } = config;
    const { nodes, zones } = cluster;
    return [
      ...(nodes !== undefined && replicas > nodes
        ? [
            `${replicas} members of ${server} need a node each, and the cluster has ${nodes}: some will wait (${key}.replicas)`,
          ]
        : []),
      ...(replicas > 1 && zones !== undefined && goWithZone(replicas, zones)
        ? [
            `${replicas} members of ${server} in ${zones === 1 ? "1 zone" : `${zones} zones`} have no quorum without one of these: it takes 3 zones (dynamo:cluster.zones)`,
          ]
        : []),
    ];
  });
}
