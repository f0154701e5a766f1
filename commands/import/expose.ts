/** Services beside a graph by which clients reach its frontend. */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import type { Settings } from "./settings";

/** A Service that becomes a setting. */
interface Exposed {
  readonly service: Manifest;
  /** Index of the graph. */
  readonly graph: number;
  readonly expose: Settings;
}

/** The Services of frontends, as `frontend.expose`. Those inside the cluster need none. */
export function exposeOf(beside: readonly Manifest[], graphs: readonly Manifest[]): Exposed[] {
  return beside.flatMap((service) => {
    const selector = record(at(service, "spec", "selector"));
    const isOfFrontends = Object.entries(selector).some(
      ([key, value]) => key.endsWith("component-type") && value === "frontend",
    );
    const graph = graphs.findIndex(({ metadata }) =>
      Object.values(selector).includes(text(at(metadata, "name"))),
    );
    const expose = exposed(service);
    return service.kind === "Service" && isOfFrontends && graph >= 0 && expose
      ? [{ service, graph, expose }]
      : [];
  });
}

function exposed(service: Manifest): Settings | undefined {
  const spec = record(service.spec);
  const [port] = list(spec.ports);
  if (spec.type === "NodePort") return { type: "NodePort", nodePort: at(port, "nodePort") };
  const sourceRanges = list(spec.loadBalancerSourceRanges);
  return spec.type === "LoadBalancer" && sourceRanges.length > 0
    ? { type: "LoadBalancer", sourceRanges }
    : undefined;
}
