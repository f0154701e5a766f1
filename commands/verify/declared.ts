/** What a stack is to be, by the outputs of its last `pulumi up`. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { type RuntimeLine, runtimeLine, supportedVersions } from "../../config/versions";
import { ownerOf } from "../../plan/owner";
import { projectDir, readStack } from "../project";
import {
  type CliFailure,
  type DeployedGraph,
  type DeployedStack,
  deployedStack,
  explain,
} from "../stack/deployedStack";
import { UserError } from "../userError";

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
  const stack = await deployedStack(name);
  const { project, name: file } = readStack(name.split("/").at(-1) ?? name);
  return declare(stack, ownerOf(project, file), await readOutputs(name));
}

/** @param text what `pulumi stack output --json` prints */
export function declare(stack: DeployedStack, owner: string, text: string): DeclaredStack {
  const { data, error } = outputs.safeParse(JSON.parse(text));
  const again = `run \`pulumi up --stack ${stack.name}\``;
  if (error) {
    const missing = error.issues.map(({ path }) => path.join(".")).join(", ");
    throw new UserError(
      `stack ${stack.name} was deployed by another version of this program (${missing}): ${again}`,
    );
  }
  const line = runtimeLine(stack.runtime);
  if (line === undefined)
    throw new UserError(
      `stack ${stack.name} runs Dynamo ${stack.runtime}, and this program knows ${supportedVersions}: ${again}`,
    );
  const { graphs, services, servers, gpus } = data;
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

async function readOutputs(stack: string): Promise<string> {
  const args = ["stack", "output", "--json", "--non-interactive", "--stack", stack];
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const options = { cwd: projectDir, env, timeout: 60_000, maxBuffer: 64 * 2 ** 20 };
  try {
    return (await promisify(execFile)("pulumi", args, options)).stdout;
  } catch (error) {
    throw new UserError(explain(stack, error as CliFailure), { cause: error });
  }
}
