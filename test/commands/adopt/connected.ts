/** Clusters of a test's own, with the connection that adoptions have to them. */
import { connectToCluster } from "../../../commands/stack/connection";
import { clusters } from "../../apiServer";
import { surroundings } from "../surroundings";

export function connectedClusters() {
  const { kubeconfig } = surroundings();
  const cluster = clusters();
  return async (...answers: Parameters<typeof cluster>) => {
    const made = await cluster(...answers);
    kubeconfig({ text: made.kubeconfig });
    return { ...made, connection: await connectToCluster(undefined, { isVerbatim: true }) };
  };
}
