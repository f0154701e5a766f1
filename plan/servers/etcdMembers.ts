/** Names, addresses and arguments of etcd's members, for all that works on them. */

import type { NodesConfig } from "../../config/placement";
import { memberHost, memberNames, memberSet } from "./members";
import { restrictedPod } from "./pods";
import type { ServerSurroundings } from "./surroundings";
import { httpScheme, type Tls } from "./tls";

export const etcdMembers = memberSet("etcd");
const { name, namespace } = etcdMembers;
/** Address for clients. */
export const etcdUrl = (tls: Tls) => `${httpScheme(tls)}://${name}.${namespace}:2379`;

/** Directory of a member's data: not the volume's root, whose mode etcd warns about. */
export const dataDir = "/var/lib/etcd/data";
export const dataMount = { name: "data", mountPath: "/var/lib/etcd" };

/** Labels of the pods that work on etcd from within its namespace. */
export const etcdTools = { "app.kubernetes.io/part-of": name };

export function etcdTool(component: string) {
  return { ...etcdTools, "app.kubernetes.io/component": component };
}

/** Settings of all pods of these tools. */
export const etcdToolPod = (around: ServerSurroundings, placement: NodesConfig | undefined) => ({
  ...restrictedPod(around, placement),
  serviceAccountName: name,
  restartPolicy: "Never",
});

/** Arguments of a member that begins a cluster. */
export function bootstrapArgs(member: string, replicas: number, domain: string, tls: Tls): string[] {
  const peerUrl = (peer: string) => `${httpScheme(tls)}://${memberHost(etcdMembers, peer, domain)}:2380`;
  const peers = memberNames(etcdMembers, replicas).map((peer) => `${peer}=${peerUrl(peer)}`);
  return [
    `--name=${member}`,
    `--initial-advertise-peer-urls=${peerUrl(member)}`,
    `--initial-cluster=${peers.join(",")}`,
    `--initial-cluster-token=${namespace}`,
  ];
}
