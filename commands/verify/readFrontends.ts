/** The models that each frontend lists: of several behind a Service one may lag behind. */
import { listModels } from "../frontend/client";
import { backendsOf } from "../stack/backends";
import type { ClusterAccess } from "../stack/cluster";
import { withPodPort } from "./podPort";
import { type Read, read, Unread } from "./reading";

/** Longest wait for a frontend's answer, in ms. */
const timeout = 8_000;

export interface Frontend {
  readonly pod: string;
  readonly models: Read<readonly string[]>;
}

/**
 * Those that are Ready, and those that answer and are not: a frontend becomes Ready when it lists a model.
 * @throws UserError where the cluster does not answer
 */
export async function readFrontends(
  cluster: ClusterAccess,
  namespace: string,
  service: string,
): Promise<Frontend[]> {
  const pods = backendsOf(await cluster.endpointSlices(namespace, service));
  const frontends = await Promise.all(
    pods
      .filter(({ isLeaving }) => !isLeaving)
      .map(async (pod) => ({
        pod: pod.name,
        isReady: pod.isReady,
        models: await read(
          `frontend ${pod.name}`,
          withPodPort(cluster, pod, pod.port, (url) => listModels(url, timeout)),
        ),
      })),
  );
  return frontends.filter(({ isReady, models }) => isReady || !(models instanceof Unread));
}
