/** The probes of a container, as a kubelet does them. */
import { once } from "node:events";
import { get } from "node:http";
import type { V1Container } from "@kubernetes/client-node";

export type Probe = "startup" | "readiness" | "liveness";

/**
 * Does a probe once, over a connection of its own. A container without such a probe passes it.
 * @throws Error for a probe that is not by HTTP
 */
export async function passes(container: V1Container, probe: Probe, address: string): Promise<boolean> {
  const rendered = container[`${probe}Probe`];
  if (!rendered) return true;
  const { httpGet, timeoutSeconds = 1 } = rendered;
  if (!httpGet) throw new Error(`the ${probe} probe of ${container.name} is not by HTTP`);
  const request = get({
    host: address,
    port: portOf(container, httpGet.port),
    path: httpGet.path,
    agent: false,
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  });
  try {
    const [{ statusCode }] = await once(request, "response");
    return statusCode >= 200 && statusCode < 400;
  } catch {
    return false;
  } finally {
    request.destroy();
  }
}

/** The number of a container's port, which may be given by name. */
export function portOf({ name, ports = [] }: V1Container, port: string | number): number {
  if (typeof port === "number") return port;
  const named = ports.find((candidate) => candidate.name === port);
  if (!named) throw new Error(`${name} has no port ${port}`);
  return named.containerPort;
}
