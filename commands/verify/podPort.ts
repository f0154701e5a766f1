/** One port of one pod, by the API server. */
import type { ClusterAccess, PodReference } from "../stack/cluster";
import { localPort } from "../stack/localPort";

/**
 * Lets something use a port of a pod, at an address of this machine.
 * @throws Error that says why the pod can't be reached, where that is why it failed
 */
export async function withPodPort<T>(
  cluster: ClusterAccess,
  pod: PodReference,
  port: number,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const { host, trouble, close } = await localPort((socket) => cluster.tunnel(pod, port, socket));
  const [result] = await Promise.allSettled([use(`http://${host}`)]);
  await close(); // only then it is known what became of the tunnels
  if (result.status === "fulfilled") return result.value;
  throw asOfPod(result.reason, trouble(), [host, `${pod.name}:${port}`]);
}

/** An error that names the pod, and not the port of this machine. */
function asOfPod(error: Error, trouble: string | undefined, [host, address]: [string, string]): Error {
  if (trouble !== undefined) return new Error(trouble, { cause: error });
  return error.message.includes(host)
    ? new Error(error.message.replaceAll(host, address), { cause: error })
    : error;
}
