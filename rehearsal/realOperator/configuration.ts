/** The settings of a real operator of 1.x. */
import { namespace, serviceName } from "./webhookServer";

/** Name of the Secret with the certificate of who signed that of its webhooks. */
export const certificateSecret = "webhook-server-cert";

/** ClusterRoles that it binds to ServiceAccounts, and must find; its chart makes them. */
export const clusterRoles = {
  plannerClusterRoleName: "dynamo-operator-planner",
  dgdrProfilingClusterRoleName: "dynamo-operator-dgdr-profiling",
  eppClusterRoleName: "dynamo-operator-epp",
};

/** Ports of 127.0.0.1 that an operator listens on. */
export interface OperatorPorts {
  readonly webhooks: number;
  readonly health: number;
  readonly metrics: number;
}

/**
 * The file that `--config` names. Orchestrators, GPUs and other APIs it finds by itself; who finds whom is up to each graph.
 * @see deploy/operator/api/config/v1alpha1/types.go of ai-dynamo/dynamo
 */
export function operatorConfiguration(ports: OperatorPorts, certificates: string): object {
  const bindAddress = "127.0.0.1";
  return {
    apiVersion: "operator.config.dynamo.nvidia.com/v1alpha1",
    kind: "OperatorConfiguration",
    server: {
      metrics: { bindAddress, port: ports.metrics, secure: false },
      healthProbe: { bindAddress, port: ports.health },
      webhook: {
        host: bindAddress,
        port: ports.webhooks,
        certDir: certificates,
        certProvisionMode: "manual", // it would wait for a kubelet to lay its own certificate into the folder
        secretName: certificateSecret,
        serviceName,
      },
    },
    leaderElection: { enabled: false },
    mpi: { sshSecretName: "mpi-run-ssh-secret", sshSecretNamespace: namespace },
    rbac: clusterRoles,
  };
}
