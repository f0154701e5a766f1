/** LoRA adapters: the operator has a graph's workers load what DynamoModels name. */
import { type GraphConfig, servedName } from "../../config/graph";
import type { Graph } from "./model";

/** The DynamoModels of a graph's adapters. Their names carry the deployment's, so that the adapters of a new graph don't wait for those of the old one to go. */
export function dynamoModels(config: GraphConfig, { name: graph, namespace }: Graph) {
  return config.loras.map(({ name, source }) => ({
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoModel",
    metadata: { name: `${graph}-${name}`, namespace },
    spec: { modelName: name, baseModelName: servedName(config), modelType: "lora", source: { uri: source } },
  }));
}

export type DynamoModelPlan = ReturnType<typeof dynamoModels>[number];
