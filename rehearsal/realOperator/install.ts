/** What the platform's chart makes in a cluster for a real operator of 1.x. */
import { AdmissionregistrationV1Api, CoreV1Api, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { ReleaseLine } from "../../config/runtime/release";
import { apiClient, clusterConfig } from "../clients";
import { certificateSecret, clusterRoles } from "./configuration";
import { webhooksOf } from "./registrations";
import { namespace, serviceName, type WebhookServer } from "./webhookServer";

/** Name of the operator's ServiceAccount. Its webhooks take changes of replicas from it that they refuse of others. */
export const account = "dynamo-operator-controller-manager";

const name = "dynamo-operator";
/** By which it finds its webhooks. */
const labels = {
  "app.kubernetes.io/part-of": name,
  "nvidia.com/dynamo-operator-namespace": namespace,
};
/** Seconds that its token is valid: longer than any rehearsal is kept. */
const tokenLifetime = 7 * 24 * 3600;

/**
 * Makes its namespace, account, Service and Secret, and registers its webhooks: what they are for can't be written before it answers.
 *
 * @param line release line of the operator
 * @returns a kubeconfig by which it is its ServiceAccount, with all rights
 */
export async function installOperator(
  kubeconfig: string,
  line: ReleaseLine,
  server: WebhookServer,
): Promise<string> {
  const core = apiClient(kubeconfig, CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: certificateSecret }, stringData: { "ca.crt": server.ca } },
  });
  // The API server calls webhooks where such a Service leads. One with addresses must not name this machine's own.
  await core.createNamespacedService({
    namespace,
    body: { metadata: { name: serviceName }, spec: { type: "ExternalName", externalName: "127.0.0.1" } },
  });
  const token = await createAccounts(kubeconfig);
  const registrations = apiClient(kubeconfig, AdmissionregistrationV1Api);
  await registrations.createValidatingWebhookConfiguration({
    body: {
      metadata: { name: `${name}-validating`, labels },
      webhooks: webhooksOf(line, "validating", server),
    },
  });
  await registrations.createMutatingWebhookConfiguration({
    body: { metadata: { name: `${name}-mutating`, labels }, webhooks: webhooksOf(line, "mutating", server) },
  });
  return kubeconfigOf(kubeconfig, token);
}

/** Makes the operator's account, and the roles that it gives to others. @returns the account's token */
async function createAccounts(kubeconfig: string): Promise<string> {
  const core = apiClient(kubeconfig, CoreV1Api);
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: account } } });
  const rights = apiClient(kubeconfig, RbacAuthorizationV1Api);
  await rights.createClusterRoleBinding({
    body: {
      metadata: { name: account },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
  });
  // Without rights: no planner runs here, nor what profiles or picks.
  for (const role of Object.values(clusterRoles))
    await rights.createClusterRole({ body: { metadata: { name: role }, rules: [] } });
  const { status } = await core.createNamespacedServiceAccountToken({
    name: account,
    namespace,
    body: { spec: { audiences: [], expirationSeconds: tokenLifetime } },
  });
  if (status?.token === undefined) throw new Error("the API server made no token for the operator");
  return status.token;
}

/** The cluster of a kubeconfig, as the bearer of a token. */
function kubeconfigOf(kubeconfig: string, token: string): string {
  const cluster = clusterConfig(kubeconfig).getCurrentCluster();
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [
      {
        name,
        cluster: {
          server: cluster?.server,
          ...(cluster?.caFile && { "certificate-authority": cluster.caFile }),
          ...(cluster?.caData && { "certificate-authority-data": cluster.caData }),
        },
      },
    ],
    users: [{ name, user: { token } }],
  });
}
