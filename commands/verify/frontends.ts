/** The models that each Ready frontend lists: of several behind a Service one may lag behind. */
import type { V1EndpointSlice } from "@kubernetes/client-node";
import { frontendClient } from "../frontend/client";
import type { Cluster } from "../stack/cluster";
import { withPodPort } from "./podPort";
import { patience, type Read, read } from "./reading";

export interface Frontend {
  readonly pod: string;
  readonly models: Read<readonly string[]>;
}

/** @throws UserError where the cluster does not answer */
export async function readFrontends(
  cluster: Cluster,
  namespace: string,
  service: string,
): Promise<Frontend[]> {
  const ready = (await cluster.endpointSlices(namespace, service)).flatMap(readyPods);
  return Promise.all(
    ready.map(async ({ pod, port }) => ({
      pod,
      models: await read(`frontend ${pod}`, withPodPort(cluster, { namespace, name: pod }, port, listModels)),
    })),
  );
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
function readyPods({ endpoints, ports }: V1EndpointSlice) {
  const port = ports?.[0]?.port;
  if (port === undefined) return [];
  return (endpoints ?? []).flatMap(({ conditions, targetRef }) =>
    conditions?.ready !== false && targetRef?.name !== undefined ? [{ pod: targetRef.name, port }] : [],
  );
}
