/** Releases that the images of a graph name, where they are NVIDIA's with a tag of their own. */
import { tagOf } from "../config/image";
import { releaseLineIn } from "../config/runtime/operator";
import type { ReleaseLine } from "../config/runtime/release";
import type { Runtime } from "../config/runtime/runtime";
import { whyApart } from "../config/runtime/skew";
import { engines } from "./engines/engines";
import type { GraphPlan } from "./graph/graphPlan";
import { type Component, isWorkerRole } from "./graph/model";
import { kvEventsOf } from "./graph/router";

/** A component whose image is of another release than the stack's runtime. */
interface OtherRelease {
  readonly graph: string;
  readonly component: string;
  readonly image: string;
  readonly releaseLine: ReleaseLine;
}

/** Names of NVIDIA's images: a tag of any other may count something else. */
const names = new Set([...Object.values(engines).map(({ image }) => image), "dynamo-frontend"]);

function lineOf({ container: { image } }: Component): ReleaseLine | undefined {
  const [path = ""] = image.split(/[:@](?!.*\/)/, 1);
  return names.has(path.split("/").at(-1) ?? "") ? releaseLineIn(tagOf(image) ?? "") : undefined;
}

/** Components that a change of `dynamo:runtime.version` leaves in another release. */
export function otherReleases(graphs: readonly GraphPlan[], runtime: Runtime): OtherRelease[] {
  return graphs.flatMap(({ name: graph, components }) =>
    components.flatMap((component) => {
      const releaseLine = lineOf(component);
      return releaseLine === undefined || releaseLine === runtime.releaseLine
        ? []
        : [{ graph, component: component.name, image: component.container.image, releaseLine }];
    }),
  );
}

/** Reasons for which frontends and workers may not be of the releases that their images name; empty where they may. */
export function refusedImages(graphs: readonly GraphPlan[], runtime: Runtime): string[] {
  const byName = new Map(graphs.map((graph) => [graph.name, graph]));
  return graphs.flatMap((graph) => {
    const hearsEvents = kvEventsOf(graph.frontends, runtime) === "published";
    const serving = byName.get(graph.servedBy ?? graph.name) ?? graph;
    const frontends = serving.components.filter(({ role }) => role === "frontend");
    return graph.components
      .filter(({ role }) => isWorkerRole(role))
      .flatMap((worker) =>
        frontends.flatMap((frontend) => {
          const [ours, theirs] = [lineOf(frontend), lineOf(worker)];
          if (ours === undefined || theirs === undefined) return [];
          const why = whyApart(ours, theirs, hearsEvents, "images");
          return why === undefined
            ? []
            : [
                `graph ${graph.name}: ${frontend.name} is of runtime ${ours} and ${worker.name} of ${theirs} by their images, ${why}: give both images of one release (dynamo:graphs[].frontend.image, workers.image)`,
              ];
        }),
      );
  });
}
