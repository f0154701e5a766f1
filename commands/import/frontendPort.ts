/** The port of frontends, which is the same in all graphs of stacks. */
import type { Manifest } from "../../gpus/manifest";
import { frontendPort } from "../../plan/graph/frontendService";
import type { Executed } from "./executed";
import { flagsOf } from "./flags";

/** A frontend's container with its ports and probes at the port where a stack's frontends listen, in place of its own. */
export function atOwnPort(container: Manifest, { module, args }: Executed): Manifest {
  const [port] = flagsOf(args).get("--http-port") ?? [];
  if (module !== "dynamo.frontend" || port === undefined) return container;
  const moved = (part: unknown) =>
    JSON.parse(
      JSON.stringify(part, (key, value) =>
        /^(port|containerPort)$/.test(key) && String(value) === port ? frontendPort : value,
      ),
    );
  const parts = ["ports", "startupProbe", "readinessProbe", "livenessProbe"];
  const own = parts.filter((key) => container[key] !== undefined && container[key] !== null);
  return { ...container, ...Object.fromEntries(own.map((key) => [key, moved(container[key])])) };
}
