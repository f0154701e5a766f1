/** Scheduled snapshots of etcd: https://etcd.io/docs/v3.7/op-guide/recovery/ */
import type { EtcdConfig, SnapshotsConfig } from "../../config/discovery";
import { defaultQuota, toBytes, toMebibytes } from "../../config/sizes";
import { envFromSecret } from "../envVar";
import { rootPassword } from "./etcdAccess";
import { etcdMembers, etcdTool, etcdToolPod, etcdUrl } from "./etcdMembers";
import { guaranteed, restrictedContainer } from "./pods";
import type { ServerSurroundings } from "./surroundings";
import { type Tls, tlsFiles, tlsMounts, tlsVolumes } from "./tls";

const name = "etcd-snapshot";
const { namespace } = etcdMembers;
const labels = etcdTool("snapshot");
const metadata = { name, namespace, labels };

/** The volume of the snapshots, for every pod that mounts it. */
export const snapshotVolume = { name: "snapshots", persistentVolumeClaim: { claimName: "etcd-snapshots" } };
export const snapshotMount = { name: "snapshots", mountPath: "/snapshots" };

/** The quota of the database's size. */
export function quotaOf({ storage, quota = defaultQuota(storage) }: EtcdConfig): string {
  return quota;
}

/** The CronJob of the snapshots, and their volume. */
export function etcdSnapshots(
  etcd: EtcdConfig,
  snapshots: SnapshotsConfig,
  around: ServerSurroundings,
  secret: string,
  tls: Tls,
) {
  const { schedule, keep, storageClass } = snapshots;
  const { storage = toMebibytes((keep + 1) * toBytes(quotaOf(etcd))) } = snapshots;
  return {
    claim: {
      metadata: { ...metadata, name: snapshotVolume.persistentVolumeClaim.claimName },
      spec: {
        accessModes: ["ReadWriteOnce"],
        ...(storageClass !== undefined && { storageClassName: storageClass }),
        resources: { requests: { storage } },
      },
    },
    cronJob: {
      metadata,
      spec: {
        schedule,
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            backoffLimit: 3,
            activeDeadlineSeconds: 1800,
            template: {
              metadata: { labels },
              spec: {
                ...etcdToolPod(around, etcd.placement),
                initContainers: [saveContainer(around, secret, tls)],
                containers: [pruneContainer(around, keep)],
                volumes: [snapshotVolume, ...tlsVolumes(tls)],
              },
            },
          },
        },
      },
    },
  };
}

/** A snapshot is named after its Job, whose name says the minute that it was due. */
function saveContainer({ images }: ServerSurroundings, secret: string, tls: Tls) {
  return {
    ...restrictedContainer,
    name: "save",
    image: images.etcd,
    command: ["/usr/local/bin/etcdctl"],
    args: [
      "snapshot",
      "save",
      "/snapshots/$(JOB_NAME).db",
      `--endpoints=${etcdUrl(tls)}`,
      "--command-timeout=10m",
      ...(tls === undefined
        ? []
        : [`--cacert=${tlsFiles.authorities}`, `--cert=${tlsFiles.certificate}`, `--key=${tlsFiles.key}`]),
    ],
    env: [
      {
        name: "JOB_NAME",
        valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-name']" } },
      },
      { name: "ETCDCTL_USER", value: "root" },
      envFromSecret("ETCDCTL_PASSWORD", secret, rootPassword),
    ],
    resources: guaranteed("100m", "128Mi"),
    volumeMounts: [snapshotMount, ...tlsMounts(tls)],
  };
}

/** Runs after a snapshot is saved, so a failure never costs an old one. */
function pruneContainer({ images }: ServerSurroundings, keep: number) {
  return {
    ...restrictedContainer,
    name: "prune",
    image: images.node,
    command: ["/bin/sh", "-c"],
    args: [
      `ls -1t /snapshots/*.db | tail -n +${keep + 1} | xargs -r rm -v --; rm -fv /snapshots/*.part; ls -l /snapshots`,
    ],
    resources: guaranteed("50m", "32Mi"),
    volumeMounts: [snapshotMount],
  };
}
