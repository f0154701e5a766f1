import { type GraphConfig, isPath } from "../../config/graph";
import { envVars } from "../envVar";
import { frontendPort } from "./frontendService";
import { runtimeImage } from "./image";
import type { Component, GraphContext } from "./model";
import { cacheMount } from "./modelCache";
import { podsOf } from "./podSettings";
import { routerArgs } from "./router";
import { withoutEngine } from "./withoutEngine";

/** The component that answers clients. */
export function frontendComponent(graph: GraphConfig, context: GraphContext): Component {
  const { frontends, runtime } = context;
  const { name, replicas, ...own } = graph.frontend;
  const args = [...routerArgs(frontends, runtime), ...own.args];
  // One of the graph's own goes to all its components: twice in one of them it would have no meaning of its own.
  const env = envVars(runtime.frontendEnv).filter(({ name }) => !graph.env.some((own) => own.name === name));
  const cache = isPath(graph.model) ? cacheMount(graph) : undefined; // it reads the model's tokenizer
  return {
    name,
    role: "frontend",
    replicas,
    range: { min: replicas, max: replicas },
    ...withoutEngine,
    globalDynamoNamespace: frontends.isShared,
    envFromSecret: graph.huggingFaceSecret, // for the tokenizer of a gated model
    ...podsOf(own, {
      context,
      component: name,
      env,
      volumes: cache?.volumes,
      volumeMounts: cache?.volumeMounts,
      container: {
        image: runtimeImage(graph, context, own.image),
        // The operator's own command is the same. Given args alone would replace its `-m dynamo.frontend`.
        // Clients' nodes need a moment to learn that the pod ends: until then it answers.
        lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
        startupProbe: listsModel,
        ...(args.length > 0 && { command: ["python3"], args: ["-m", "dynamo.frontend", ...args] }),
      },
    }),
  };
}

/**
 * Passes once the frontend lists a model. Its own readiness is green without any worker (ai-dynamo/dynamo#11178), so that
 * clients would be led to it, and get 404, until it has heard of one. Later on it is not asked for models again: where all
 * workers are gone it says so itself. The image may have no other program to ask by. It waits as long as the operator lets
 * a worker load.
 */
const listsModel = {
  exec: {
    command: [
      "python3",
      "-I",
      "-c",
      `import http.client, json, sys
frontend = http.client.HTTPConnection("localhost", ${frontendPort}, timeout=4)
frontend.request("GET", "/v1/models")
models = json.load(frontend.getresponse())["data"]
sys.exit(None if models else "the frontend lists no model yet")`,
    ],
  },
  periodSeconds: 2,
  timeoutSeconds: 5,
  failureThreshold: 3_600,
};
