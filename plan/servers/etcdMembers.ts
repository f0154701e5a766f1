/** Names, addresses and arguments of etcd's members, for all that works on them. */

import type { NodesConfig } from "../../config/placement";
import { memberHost, memberNames, memberSet } from "./members";
import { restrictedPod } from "./pods";
import type { ServerSurroundings } from "./surroundings";

export const etcdMembers = memberSet("etcd");
const { name, namespace } = etcdMembers;
/** Address for clients. */
export const etcdUrl = `http://${name}.${namespace}:2379`;

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
export function bootstrapArgs(member: string, replicas: number, domain: string): string[] {
  const peers = memberNames(etcdMembers, replicas).map(
    (peer) => `${peer}=http://${memberHost(etcdMembers, peer, domain)}:2380`,
  );
  return [
    `--name=${member}`,
    `--initial-advertise-peer-urls=http://${memberHost(etcdMembers, member, domain)}:2380`,
    `--initial-cluster=${peers.join(",")}`,
    `--initial-cluster-token=${namespace}`,
  ];
}
