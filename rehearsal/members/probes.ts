/** The probes of a container, as a kubelet does them. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { promisify } from "node:util";
import type { V1Container, V1ExecAction, V1HTTPGetAction } from "@kubernetes/client-node";
import type { LocalPod } from "./pod";

export type Probe = "startup" | "readiness" | "liveness";

/**
 * Does a probe once. A container without such a probe passes it.
 * @throws Error for a probe that is neither by HTTP nor by a command
 */
export async function passes({ container, env }: LocalPod, probe: Probe, address: string): Promise<boolean> {
  const rendered = container[`${probe}Probe`];
  if (!rendered) return true;
  const { httpGet, exec, timeoutSeconds = 1 } = rendered;
  const timeout = timeoutSeconds * 1000;
  if (httpGet) return answers(container, httpGet, address, timeout);
  if (exec) return succeeds(exec, env, address, timeout);
  throw new Error(`the ${probe} probe of ${container.name} is neither by HTTP nor by a command`);
}

/** Over a connection of its own. */
async function answers(container: V1Container, httpGet: V1HTTPGetAction, address: string, timeout: number) {
  const request = get({
    host: address,
    port: portOf(container, httpGet.port),
    path: httpGet.path,
    agent: false,
    signal: AbortSignal.timeout(timeout),
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

/** Runs with the container's env, and finds its server at its address. */
async function succeeds(
  { command = [] }: V1ExecAction,
  env: LocalPod["env"],
  address: string,
  timeout: number,
) {
  const [program = "", ...args] = command.map((word) => word.replaceAll("localhost", address));
  const options = { env: { PATH: process.env.PATH, ...env }, timeout };
  return promisify(execFile)(program, args, options).then(
    () => true,
    () => false,
  );
}

/** The number of a container's port, which may be given by name. */
export function portOf({ name, ports = [] }: V1Container, port: string | number): number {
  if (typeof port === "number") return port;
  const named = ports.find((candidate) => candidate.name === port);
  if (!named) throw new Error(`${name} has no port ${port}`);
  return named.containerPort;
}
