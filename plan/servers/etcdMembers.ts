/** Names, addresses and arguments of etcd's members, for all that works on them. */
import { memberHost, memberNames, memberSet } from "./members";
import { restrictedPod } from "./pods";

export const etcdMembers = memberSet("etcd");
const { name, namespace } = etcdMembers;
/** Address for clients. */
export const etcdUrl = `http://${name}.${namespace}:2379`;

/** The official image, which holds etcdctl and etcdutl too. It has no shell, so everything is said in arguments. */
export const etcdImage = "gcr.io/etcd-development/etcd:v3.7.1";

/** Directory of a member's data: not the volume's root, whose mode etcd warns about. */
export const dataDir = "/var/lib/etcd/data";
export const dataMount = { name: "data", mountPath: "/var/lib/etcd" };

/** Labels of the pods that work on etcd from within its namespace. */
export const etcdTools = { "app.kubernetes.io/part-of": name };

export function etcdTool(component: string) {
  return { ...etcdTools, "app.kubernetes.io/component": component };
}

/** Settings of all pods of these tools. */
export const etcdToolPod = { ...restrictedPod, serviceAccountName: name, restartPolicy: "Never" };

/** Arguments of a member that begins a cluster. */
export function bootstrapArgs(member: string, replicas: number): string[] {
  const peers = memberNames(etcdMembers, replicas).map(
    (peer) => `${peer}=http://${memberHost(etcdMembers, peer)}:2380`,
  );
  return [
    `--name=${member}`,
    `--initial-advertise-peer-urls=http://${memberHost(etcdMembers, member)}:2380`,
    `--initial-cluster=${peers.join(",")}`,
    `--initial-cluster-token=${namespace}`,
  ];
}
