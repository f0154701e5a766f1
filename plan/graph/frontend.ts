import type { GraphConfig } from "../../config/graph";
import { engines } from "../engines/engine";
import type { Component, GraphContext } from "./model";
import { routerArgs } from "./router";

/** The component that answers clients. */
export function frontendComponent(graph: GraphConfig, context: GraphContext): Component {
  const args = routerArgs(graph, context.discovery.wiring, context.line);
  return {
    name: graph.frontend.name,
    role: "frontend",
    replicas: graph.frontend.replicas,
    scaled: false,
    nodes: 1,
    gpus: undefined,
    global: context.shared.has(graph.name),
    baseModel: undefined,
    envFromSecret: graph.huggingFaceSecret, // for the tokenizer of a gated model
    container: {
      image: runtimeImage(graph, context),
      // The operator's own command is the same. Given args alone would replace its `-m dynamo.frontend`.
      // Clients' nodes need a moment to learn that the pod ends: until then it answers.
      lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
      ...(args.length > 0 && { command: ["python3"], args: ["-m", "dynamo.frontend", ...args] }),
    },
    pod: {},
  };
}

/** Image of the graph's frontends and workers, with its tag. */
export function runtimeImage({ image, backend }: GraphConfig, { registry, version }: GraphContext): string {
  return `${image ?? `${registry}/${engines[backend].image}`}:${version}`;
}
