/** What a stack is to be, by the outputs of its last `pulumi up`. */
import { z } from "zod";
import { type RuntimeLine, runtimeLine, supportedVersions } from "../../config/versions";
import { ownerOf } from "../../plan/owner";
import { UserError } from "../cli/userError";
import {
  type DeployedGraph,
  type DeployedStack,
  deployedStackOf,
  fileOf,
  parseOutputs,
  readOutputs,
} from "../stack/deployedStack";

const service = z.object({
  graph: z.string(),
  component: z.string(),
  type: z.enum(["frontend", "worker", "prefill", "decode", "planner"]),
  replicas: z.number(),
  /** Where a scaler may make fewer. */
  least: z.number().optional(),
  /** Pods of one replica. */
  nodes: z.number(),
});

const server = z.object({
  server: z.enum(["nats", "etcd"]),
  address: z.string(),
  /** Nothing where someone else runs it. */
  members: z.object({ replicas: z.number() }).optional(),
});

const outputs = z.object({
  graphs: z.record(z.string(), z.object({ apiVersion: z.string() })),
  services: z.array(service),
  servers: z.array(server),
  gpus: z.object({ budget: z.number().optional() }),
});

export type DeclaredService = z.output<typeof service>;
export type DeclaredServer = z.output<typeof server>;

export interface DeclaredGraph extends DeployedGraph {
  readonly services: readonly DeclaredService[];
}

export interface DeclaredStack extends Omit<DeployedStack, "graphs"> {
  readonly graphs: readonly DeclaredGraph[];
  /** Version of the graphs' API, such as v1alpha1. */
  readonly apiVersion: string;
  /** Release line of the runtime. */
  readonly line: RuntimeLine;
  readonly servers: readonly DeclaredServer[];
  /** Of GPUs; undefined without one. */
  readonly budget: number | undefined;
  /** Label by which the stack's objects are its own. */
  readonly owner: string;
}

/** @throws UserError where the stack is not deployed, not by this version of the program, or can't be read */
export async function declaredStack(name: string): Promise<DeclaredStack> {
  const text = await readOutputs(name);
  const { project, name: file } = fileOf(name);
  return declare(deployedStackOf(name, text), ownerOf(project, file), text);
}

function declare(stack: DeployedStack, owner: string, text: string): DeclaredStack {
  const { graphs, services, servers, gpus } = parseOutputs(stack.name, text, outputs);
  const line = runtimeLine(stack.runtime);
  if (line === undefined)
    throw new UserError(
      `stack ${stack.name} runs Dynamo ${stack.runtime}, and this program knows ${supportedVersions}: run \`pulumi up --stack ${stack.name}\``,
    );
  if (stack.graphs.length === 0)
    throw new UserError(`stack ${stack.name} has no graphs: there is nothing to verify (dynamo:graphs)`);
  const [first] = Object.values(graphs);
  return {
    ...stack,
    graphs: stack.graphs.map((graph) => ({
      ...graph,
      services: services.filter((each) => each.graph === graph.name),
    })),
    apiVersion: first?.apiVersion.split("/")[1] ?? "v1alpha1",
    line,
    servers,
    budget: gpus.budget,
    owner,
  };
}
