/** What scales a graph's workers by the load: Kubernetes' autoscaler or KEDA, by way of Dynamo's scaling adapters. */
import type { GraphConfig } from "../../config/graph";
import { type Pool, poolsOf } from "../../config/pools";
import type { ScalingConfig } from "../../config/workers";
import { modelLabel, podsOf } from "../monitoring/selectors";
import type { Frontends, Graph, GraphContext } from "./model";

export interface ScalerPlan {
  readonly apiVersion: string;
  readonly kind: "HorizontalPodAutoscaler" | "ScaledObject";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

export function scalersOfGraph(
  config: GraphConfig,
  graph: Graph,
  context: GraphContext,
  frontends: Frontends,
): ScalerPlan[] {
  return poolsOf(config).flatMap((pool) =>
    pool.scaling ? [scaler(graph, pool, pool.scaling, context, frontends)] : [],
  );
}

function scaler(
  { name: graph, namespace }: Graph,
  pool: Pool,
  { by, min, max, requestsPerReplica }: ScalingConfig,
  { prometheus }: GraphContext,
  frontends: Frontends,
): ScalerPlan {
  const name = `${graph}-${pool.name.toLowerCase()}`;
  // Prompts wait for prefill; all that is in flight keeps the others busy.
  const metric =
    pool.role === "prefill" ? "dynamo_frontend_queued_requests" : "dynamo_frontend_inflight_requests";
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
                    ...(frontends.models && {
                      matchExpressions: [
                        { key: "model", operator: "In", values: spellings(frontends.models) },
                      ],
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
      const pods = podsOf(frontends.deployment, frontends.component.toLowerCase());
      const models = frontends.models ? `,${modelLabel(frontends.models)}` : "";
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
                query: `sum(${metric}{namespace="${namespace}",pod=~"${pods}"${models}})`,
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
