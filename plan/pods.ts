/** What every pod has that this program owns. */

/** Uid and gid of the pods of NATS and etcd. Their images name no user, and run as root unless told otherwise. */
const user = 65532;

/** Pod settings that Kubernetes' Pod Security level `restricted` asks for. */
export const restrictedPod = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  },
};

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

/** An HTTP probe of a named port. */
export function httpProbe(port: string, path: string, periodSeconds: number, failureThreshold: number) {
  return { httpGet: { port, path }, periodSeconds, failureThreshold, timeoutSeconds: 5 };
}

/** Env that tells a member of a StatefulSet its own name. */
export const podNameEnv = { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
