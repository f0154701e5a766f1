/** Settings of the pods of NATS, etcd and etcd's tools. */
import type { NodesConfig } from "../../config/placement";
import { toBytes, toMebibytes } from "../../config/sizes";
import { onNodes } from "../nodes";
import { zoneLabel } from "../zones";
import type { ServerSurroundings } from "./surroundings";

/** Uid and gid of the pods of NATS and etcd. Their images name no user, and run as root by default. */
const user = 65532;

/** Settings of a pod of the stack's own: those that Kubernetes' Pod Security level `restricted` asks for, and its nodes. */
export function restrictedPod(
  { assignsIds, pullSecrets }: Pick<ServerSurroundings, "assignsIds" | "pullSecrets">,
  placement: NodesConfig = {},
  id = user,
) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      ...(!assignsIds && { runAsUser: id, runAsGroup: id, fsGroup: id }),
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    ...onNodes({ ...placement, nodeSelector: { "kubernetes.io/os": "linux", ...placement.nodeSelector } }),
  };
}

/** Container settings that `restricted` asks for. */
export const restrictedContainer = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
  },
};

/** Requests equal to limits: the pod is the last to be evicted, and Go sees how many cores it has. */
export function guaranteed(cpu: string, memory: string) {
  return { requests: { cpu, memory }, limits: { cpu, memory } };
}

/** Env that makes Go collect garbage before the kernel ends the process: at four fifths of the container's memory. */
export function goMemoryLimit(memory: string) {
  return { name: "GOMEMLIMIT", value: `${toMebibytes(toBytes(memory) * 0.8)}B` };
}

/** An HTTP probe of a named port. */
export function httpProbe(port: string, path: string, periodSeconds: number, failureThreshold: number) {
  return { httpGet: { port, path }, periodSeconds, failureThreshold, timeoutSeconds: 5 };
}

/** Env with the name of a StatefulSet's member. */
export const podNameEnv = { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };

/**
 * Spread of members: each on a node of its own, or two would go with one node; and over the zones where there are several.
 * As many domains as members must exist, so the skew of 1 leaves one for each.
 */
export function onePerNode(labels: Readonly<Record<string, string>>, members: number) {
  const spread = { maxSkew: 1, labelSelector: { matchLabels: labels } };
  return [
    {
      ...spread,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "DoNotSchedule",
      minDomains: members,
    },
    { ...spread, topologyKey: zoneLabel, whenUnsatisfiable: "ScheduleAnyway" },
  ];
}
