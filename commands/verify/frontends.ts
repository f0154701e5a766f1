/** The models that each frontend lists: of several behind a Service one may lag behind. */
import type { V1EndpointSlice } from "@kubernetes/client-node";
import { frontendClient } from "../frontend/client";
import type { Cluster } from "../stack/cluster";
import { withPodPort } from "./podPort";
import { patience, type Read, read, Unread } from "./reading";

export interface Frontend {
  readonly pod: string;
  readonly models: Read<readonly string[]>;
}

/**
 * Those that are Ready, and those that answer and are not: a frontend becomes Ready when it lists a model.
 * @throws UserError where the cluster does not answer
 */
export async function readFrontends(
  cluster: Cluster,
  namespace: string,
  service: string,
): Promise<Frontend[]> {
  const pods = (await cluster.endpointSlices(namespace, service)).flatMap(podsOf);
  const frontends = await Promise.all(
    pods.map(async ({ pod, port, isReady }) => ({
      pod,
      isReady,
      models: await read(`frontend ${pod}`, withPodPort(cluster, { namespace, name: pod }, port, listModels)),
    })),
  );
  return frontends.filter(({ isReady, models }) => isReady || !(models instanceof Unread));
}

async function listModels(url: string): Promise<string[]> {
  const client = frontendClient(url, { silence: patience, keepAlive: false });
  try {
    return await client.models();
  } finally {
    client.close();
  }
}

/** Where no pod is behind the Service, the cluster writes null for both lists. */
function podsOf({ endpoints, ports }: V1EndpointSlice) {
  const port = ports?.[0]?.port;
  if (port === undefined) return [];
  return (endpoints ?? []).flatMap(({ conditions, targetRef }) =>
    conditions?.terminating !== true && targetRef?.name !== undefined
      ? [{ pod: targetRef.name, port, isReady: conditions?.ready !== false }]
      : [],
  );
}
