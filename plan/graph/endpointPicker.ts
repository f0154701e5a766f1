/** The Endpoint Picker of a graph, and the frontend beside each engine. */
import type { EndpointPickerConfig } from "../../config/endpointPicker";
import { type GraphConfig, servedName } from "../../config/graph";
import { isPinned } from "../../config/image";
import { envVars, overridden } from "../envVar";
import { runtimeImage } from "./image";
import type { Component, FrontendSidecar, GraphContext } from "./model";
import { podsOf } from "./podSettings";
import { withoutEngine } from "./withoutEngine";

/** Name of the InferencePool that the operator makes for a graph with a picker (`GetPoolName` of its epp package). */
export const inferencePoolName = (deployment: string) => `${deployment}-pool`;

/** The frontend beside each engine of a graph; undefined where its frontends have pods of their own. It sends requests where the picker says. */
export function frontendSidecar(graph: GraphConfig, context: GraphContext): FrontendSidecar | undefined {
  if (graph.endpointPicker === undefined) return undefined;
  const { image, args, env } = graph.frontend;
  // The operator hands a graph's env to the containers of its components alone.
  const ofGraph = overridden(context.env, graph.env);
  return {
    image: runtimeImage(graph, context, image),
    args: ["-m", "dynamo.frontend", "--router-mode", "direct", ...args],
    env: overridden(overridden(envVars(context.runtime.frontendEnv), ofGraph as GraphConfig["env"]), env),
  };
}

/** The component that Gateways ask. */
export function endpointPickerComponent(
  graph: GraphConfig,
  { name, blockSize, config, ...own }: EndpointPickerConfig,
  context: GraphContext,
): Component {
  return {
    name,
    role: "epp",
    replicas: 1,
    range: { min: 1, max: 1 },
    ...withoutEngine,
    envFromSecret: graph.huggingFaceSecret, // for the tokenizer of a gated model
    ...(config && { pickerConfig: config }),
    ...podsOf(own, {
      context,
      component: name,
      env: envVars({ DYN_MODEL_NAME: servedName(graph), DYN_KV_CACHE_BLOCK_SIZE: String(blockSize) }),
      container: { image: pickerImage(graph, own.image, context) },
    }),
  };
}

/** It is in the image of frontends, which has an engine's name in none. */
function pickerImage(
  { imageTag }: GraphConfig,
  own: string | undefined,
  { runtime: { registry, version } }: GraphContext,
) {
  const named = own ?? `${registry}/dynamo-frontend`;
  return isPinned(named) ? named : `${named}:${imageTag ?? version}`;
}
