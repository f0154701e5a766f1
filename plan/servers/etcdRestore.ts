/** Restore of etcd from a snapshot: a Job for each member, which fills its volume while no member runs. */
import type { EtcdConfig } from "../../config/discovery";
import { nodeImage } from "./etcdAccess";
import {
  bootstrapArgs,
  dataDir,
  dataMount,
  etcdImage,
  etcdMembers,
  etcdTool,
  etcdToolPod,
} from "./etcdMembers";
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

/**
 * The Jobs that restore a snapshot.
 * @param snapshot name of the file, as `etcd-snapshot-29384750.db`.
 */
export function etcdRestore({ replicas }: EtcdConfig, snapshot: string) {
  return memberNames(etcdMembers, replicas).map((member) => restoreJob(member, replicas, snapshot));
}

function restoreJob(member: string, replicas: number, snapshot: string) {
  const labels = etcdTool("restore");
  const shell = (name: string, command: string) => ({
    ...restrictedContainer,
    name,
    image: nodeImage,
    command: ["/bin/sh", "-c", command],
    resources: guaranteed("50m", "32Mi"),
    volumeMounts: [dataMount],
  });
  const restore = {
    ...restrictedContainer,
    name: "restore",
    image: etcdImage,
    command: ["/usr/local/bin/etcdutl"],
    args: [
      ...["snapshot", "restore", `${snapshotMount.mountPath}/${snapshot}`],
      ...bootstrapArgs(member, replicas),
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
          ...etcdToolPod,
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
