/** Scalers of a graph's workers: Kubernetes' autoscaler or KEDA, through Dynamo's scaling adapters. */
import type { ScalingConfig } from "../../config/workers";
import { modelLabel, podPattern } from "../monitoring/selectors";
import type { Component, Graph, GraphContext } from "./model";

/** A scaler's manifest. */
export interface ScalerPlan {
  readonly apiVersion: string;
  readonly kind: "HorizontalPodAutoscaler" | "ScaledObject";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

/** The scalers of a graph. @param models of the graph, by which its load is counted where graphs share frontends. */
export function planScalers(graph: Graph, models: readonly string[], context: GraphContext): ScalerPlan[] {
  const { isShared } = context.frontends;
  return graph.components.flatMap((component) =>
    component.scaling
      ? [scaler(graph, component, component.scaling, isShared ? models : undefined, context)]
      : [],
  );
}

function scaler(
  { name: graph, namespace }: Graph,
  component: Component,
  { by, min, max, requestsPerReplica }: ScalingConfig,
  models: readonly string[] | undefined,
  { prometheus, frontends }: GraphContext,
): ScalerPlan {
  const name = `${graph}-${component.name.toLowerCase()}`;
  // Prompts wait for prefill; all that is in flight keeps the others busy.
  const metric =
    component.role === "prefill" ? "dynamo_frontend_queued_requests" : "dynamo_frontend_inflight_requests";
  const scaleTargetRef = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeploymentScalingAdapter",
    name,
  };
  const metadata = { name, namespace };
  switch (by) {
    case "hpa":
      return {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata,
        spec: {
          scaleTargetRef,
          minReplicas: min,
          maxReplicas: max,
          metrics: [
            {
              type: "External",
              external: {
                metric: {
                  name: metric,
                  selector: {
                    matchLabels: { dynamo_namespace: frontends.dynamoNamespace },
                    ...(models && {
                      matchExpressions: [{ key: "model", operator: "In", values: spellings(models) }],
                    }),
                  },
                },
                target: { type: "AverageValue", averageValue: String(requestsPerReplica) },
              },
            },
          ],
        },
      };
    case "keda": {
      const pods = podPattern(frontends.deployment, frontends.components.join("|").toLowerCase());
      const ofModels = models ? `,${modelLabel(models)}` : "";
      return {
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        metadata,
        spec: {
          scaleTargetRef,
          minReplicaCount: min,
          maxReplicaCount: max,
          triggers: [
            {
              type: "prometheus",
              metadata: {
                serverAddress: prometheus,
                query: `sum(${metric}{namespace="${namespace}",pod=~"${pods}"${ofModels}})`,
                threshold: String(requestsPerReplica),
              },
            },
          ],
        },
      };
    }
    default:
      return by satisfies never;
  }
}

/** Names of models as frontends' metrics may spell them. */
const spellings = (models: readonly string[]) => [
  ...new Set(models.flatMap((name) => [name, name.toLowerCase()])),
];
