/** The target of a command: graphs of a deployed stack, or one frontend that its address names. */
import { type Command, Option } from "commander";
import { some } from "../../config/printable";
import { graphLabel } from "../../plan/graph/labels";
import { UserError } from "../cli/userError";
import { frontendClient } from "../frontend/client";
import { RequestFailure } from "../frontend/failure";
import { clusterAccess } from "./cluster";
import { connectToCluster } from "./connection";
import { type DeployedStack, deployedStack, type StackGraph } from "./deployedStack";
import { type Route, reach } from "./reach";

export interface TargetOptions {
  readonly stack: string;
  readonly graph?: string;
  readonly url?: string;
  readonly model?: string;
  readonly portForward?: boolean;
}

/** Adds the options by which {@link openTarget} finds a frontend. */
export function withTargetOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the stack, as `pulumi stack ls` names it", "dev")
    .option("-g, --graph <name>", "a graph of the stack")
    .option("--port-forward", "go through the API server, whatever is exposed")
    .option("--model <name>", "the model to ask (default: the graph's)")
    .addOption(
      new Option(
        "--url <url>",
        "ask the frontend there: neither cluster nor Pulumi CLI are needed",
      ).conflicts(["graph", "portForward"]),
    );
}

/** A frontend that is still to be reached. */
export interface Target {
  /** Name of the graph; the host where there is only an address. */
  readonly name: string;
  readonly stack?: DeployedStack;
  readonly graph?: StackGraph;
  /** @throws UserError where it can't be reached */
  reach(): Promise<Route>;
}

/**
 * Targets that the options name: with --url that alone, else all graphs of the stack, or the one that --graph names.
 * @throws UserError where there is none
 */
export async function findTargets(options: TargetOptions): Promise<Target[]> {
  if (options.url !== undefined) return [addressed(options.url)];
  const stack = await deployedStack(options.stack);
  const names = stack.graphs.map(({ name }) => name);
  const chosen = stack.graphs.filter(({ name }) => options.graph === undefined || options.graph === name);
  if (chosen.length === 0)
    throw new UserError(
      options.graph === undefined
        ? `stack ${stack.name} has no graphs`
        : `stack ${stack.name} has no graph ${options.graph}: it has ${some(names)}`,
    );
  const cluster = clusterAccess(await connectToCluster(stack.context));
  return chosen.map((graph) => ({
    name: graph.name,
    stack,
    graph,
    reach: () => reach(graph, cluster, { portForward: options.portForward }),
  }));
}

function addressed(address: string): Target {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UserError(`--url must be an address such as http://127.0.0.1:8000, found ${address}`);
  const route = { url: address, description: `${address}, as --url says`, trouble: () => undefined };
  return { name: url.host, reach: async () => ({ ...route, close: async () => {} }) };
}

/** A frontend that answers, and lists the model that is asked for. */
export interface OpenTarget {
  readonly route: Route;
  readonly model: string;
  close(): Promise<void>;
}

/**
 * Reaches a target, and finds out which model to ask.
 * @param timeout longest wait for the list of models, in ms
 * @throws UserError where there is no route, the frontend does not answer, or does not list the model
 */
export async function openTarget(
  { graph, reach, stack }: Target,
  wanted: string | undefined,
  timeout: number,
): Promise<OpenTarget> {
  const route = await reach();
  const client = frontendClient(route.url, { timeout: timeout });
  try {
    const listed = await client.models();
    const model = wanted ?? graph?.model ?? listed[0];
    if (model === undefined || listed.length === 0) throw noModel(graph, stack);
    if (!listed.includes(model))
      throw new RequestFailure(
        "model missing",
        `the frontend does not list ${model}, but ${some(listed)}: is it another graph's, or were its workers given another model?`,
      );
    return { route, model, close: route.close };
  } catch (error) {
    await route.close();
    throw withTrouble(error, route);
  } finally {
    client.close();
  }
}

function noModel(graph: StackGraph | undefined, stack: DeployedStack | undefined): RequestFailure {
  const workers = graph
    ? `kubectl --namespace ${graph.namespace} get pods --selector ${graphLabel}=${graph.deployment}`
    : "their pods or processes";
  const mode = stack ? `mode ${stack.discoveryMode}` : "the same discovery mode";
  return new RequestFailure(
    "model missing",
    `the frontend lists no model: no worker is registered with it. Look whether workers run and are Ready (${workers}), whether they and the frontend discover each other by ${mode}, and at docs/runbooks/DynamoNoWorker.md`,
  );
}

/** A failure with what is wrong with the route that the request took. */
export function withTrouble<T>(error: T, route: Route): T | RequestFailure {
  const trouble = route.trouble();
  if (!(error instanceof RequestFailure) || trouble === undefined) return error;
  return new RequestFailure(error.kind, `${error.message}: ${trouble}`, { cause: error });
}
