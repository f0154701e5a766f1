/** What the examples make of the kinds whose schemas are at hand: those of Kubernetes itself and of Dynamo. */
import type { KubernetesObject } from "@kubernetes/client-node";
import type { GraphApiVersion } from "../../config/runtime/release";
import { frontendRoute, frontendService } from "../../plan/graph/frontendService";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import { planStack } from "../../plan/stack";
import { configOf, isRefused, modes, variants } from "../examples/variants";

/** Schemas of KEDA, of the Gateway API and of NVIDIA's DRA driver are not at hand. */
const unknownKinds = ["ScaledObject", "HTTPRoute", "ComputeDomain"];

/** By example and mode, as far as the runtime can make it. */
export function exampleObjects(version: string, api: GraphApiVersion): [string, KubernetesObject[]][] {
  return modes.flatMap((mode) =>
    variants
      .filter((one) => one.mode === mode && one.version === version && one.apiVersion === api)
      .flatMap((variant): [string, KubernetesObject[]][] => {
        const config = configOf(variant);
        if (isRefused(config)) return [];
        const { graphs, refusals } = planStack(config);
        return refusals.length > 0
          ? []
          : [[`${variant.example.name} in mode ${mode}`, graphs.flatMap(objectsOf)]];
      }),
  );
}

function objectsOf({ before, deployment, frontend, modelCache, download, scalers, loras }: GraphPlan) {
  const objects: (KubernetesObject | undefined)[] = [
    ...before,
    deployment as KubernetesObject,
    ...scalers,
    ...loras,
    frontend && { apiVersion: "v1", kind: "Service", ...frontendService(frontend) },
    frontend && frontendRoute(frontend),
    modelCache && { apiVersion: "v1", kind: "PersistentVolumeClaim", ...modelCache },
    download && { apiVersion: "batch/v1", kind: "Job", ...download },
  ];
  return objects.filter(
    (object) => object !== undefined && !unknownKinds.includes(object.kind ?? ""),
  ) as KubernetesObject[];
}
