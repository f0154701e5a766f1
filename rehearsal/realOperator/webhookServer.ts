/** Where the API server finds a real operator's webhooks: a Service by name, as operators insist on, that leads to this machine. */
import type { AdmissionregistrationV1WebhookClientConfig } from "@kubernetes/client-node";

/** Namespace of the operator, as in NVIDIA's guide and its CRDs. */
export const namespace = "dynamo-system";

/** Name of the Service of its webhooks, as in its CRDs. */
export const serviceName = "dynamo-operator-webhook-service";

/** The name that its certificate is for. */
export const serverName = `${serviceName}.${namespace}.svc`;

/** The operator's server of webhooks. */
export interface WebhookServer {
  /** Port of 127.0.0.1. */
  readonly port: number;
  /** Certificate of who signed that of the server, as PEM. */
  readonly ca: string;
}

/** How the API server calls a path of the operator's server. */
export function clientConfig(
  { port, ca }: WebhookServer,
  path: string,
): AdmissionregistrationV1WebhookClientConfig {
  return {
    service: { namespace, name: serviceName, path, port },
    caBundle: Buffer.from(ca).toString("base64"),
  };
}
