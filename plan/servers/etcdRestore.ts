/** Restore of etcd from a snapshot: a Job for each member, which fills its volume while no member runs. */
import type { EtcdPlan } from "./etcd";
import { bootstrapArgs, dataDir, dataMount, etcdMembers, etcdTool, etcdToolPod } from "./etcdMembers";
import { snapshotMount, snapshotVolume } from "./etcdSnapshots";
import { memberNames } from "./members";
import { guaranteed, restrictedContainer } from "./pods";

/**
 * Jump of the revisions. Clients that watched before the loss must never see a revision again:
 * https://etcd.io/docs/v3.7/op-guide/recovery/#restoring-with-revision-bump
 */
const revisionBump = 1_000_000_000;

/** Directory of an unpacked snapshot. It takes the place of a member's data when it is complete and sound. */
const restoredDir = `${dataMount.mountPath}/restored`;

type RestoredEtcd = Pick<EtcdPlan, "config" | "around" | "certificate">;

/**
 * The Jobs that restore a snapshot.
 * @param snapshot name of the file, as `etcd-snapshot-29384750.db`.
 */
export function etcdRestore(etcd: RestoredEtcd, snapshot: string) {
  const members = memberNames(etcdMembers, etcd.config.replicas);
  return members.map((member) => restoreJob(member, etcd, snapshot));
}

function restoreJob(
  member: string,
  { config: { replicas, placement }, around, certificate }: RestoredEtcd,
  snapshot: string,
) {
  const { images, domain } = around;
  const labels = etcdTool("restore");
  const shell = (name: string, command: string) => ({
    ...restrictedContainer,
    name,
    image: images.node,
    command: ["/bin/sh", "-c", command],
    resources: guaranteed("50m", "32Mi"),
    volumeMounts: [dataMount],
  });
  const restore = {
    ...restrictedContainer,
    name: "restore",
    image: images.etcd,
    command: ["/usr/local/bin/etcdutl"],
    args: [
      ...["snapshot", "restore", `${snapshotMount.mountPath}/${snapshot}`],
      ...bootstrapArgs(member, replicas, domain, certificate?.metadata.name),
      `--data-dir=${restoredDir}`,
      `--bump-revision=${revisionBump}`,
      "--mark-compacted",
    ],
    resources: guaranteed("500m", "512Mi"),
    volumeMounts: [dataMount, { ...snapshotMount, readOnly: true }],
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `restore-${member}`, namespace: etcdMembers.namespace, labels },
    spec: {
      backoffLimit: 2,
      template: {
        metadata: { labels },
        spec: {
          ...etcdToolPod(around, placement),
          initContainers: [shell("clear", `rm -rf ${restoredDir}`), restore],
          containers: [shell("swap", `rm -rf ${dataDir} && mv ${restoredDir} ${dataDir}`)],
          volumes: [
            { name: dataMount.name, persistentVolumeClaim: { claimName: `${dataMount.name}-${member}` } },
            snapshotVolume,
          ],
        },
      },
    },
  };
}
