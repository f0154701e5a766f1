/** The declared state of a stack, by the outputs of its last `pulumi up`. */

import { z } from "zod";
import { discoveryModes } from "../../config/names";
import { own } from "../../config/own";
import { graphApiVersions } from "../../config/runtime/release";
import { type Runtime, runtimeOf } from "../../config/runtime/runtime";
import { supportedVersions } from "../../config/runtime/versions";
import { UserError } from "../cli/userError";
import {
  type DeployedStack,
  deployedStackOf,
  parseOutputs,
  readOutputs,
  type StackGraph,
} from "../stack/deployedStack";

const service = z.object({
  graph: z.string(),
  component: z.string(),
  type: z.enum(["frontend", "epp", "worker", "prefill", "decode", "planner"]),
  replicas: z.number(),
  /** Fewest replicas, where a scaler may make fewer. */
  min: z.number().optional(),
  /** Pods of one replica. */
  nodes: z.number(),
  /** Whether its pods hold a connection to NATS as workers. */
  natsClient: z.boolean(),
});

const server = z.object({
  server: z.enum(["nats", "etcd"]),
  address: z.string(),
  /** Nothing where someone else runs it. */
  members: z.object({ replicas: z.number() }).optional(),
  /** By which etcd is asked, where it speaks TLS. */
  secrets: z.object({ password: z.string(), certificate: z.string() }).optional(),
});

const outputs = z.object({
  discoveryMode: z.enum(discoveryModes),
  owner: z.string(),
  graphs: z.record(
    z.string(),
    z.object({
      apiVersion: z.enum(graphApiVersions.map((version) => `nvidia.com/${version}` as const)),
      /** Whether it ran before the stack had it. */
      adopted: z.boolean().default(false),
      certificates: z.number().optional(),
      issuer: z.string().optional(),
    }),
  ),
  services: z.array(service),
  servers: z.array(server),
  gpus: z.object({ budget: z.number().optional() }),
});

export type DeclaredService = z.output<typeof service>;
export type DeclaredServer = z.output<typeof server>;

export interface DeclaredGraph extends StackGraph {
  /** Whether it ran before the stack had it, with annotations of its own. */
  readonly adopted: boolean;
  readonly services: readonly DeclaredService[];
}

export interface DeclaredStack extends Omit<DeployedStack, "graphs" | "runtime"> {
  readonly graphs: readonly DeclaredGraph[];
  /** The runtime in the stack's mode. */
  readonly runtime: Runtime;
  readonly servers: readonly DeclaredServer[];
  /** Generation of the certificates; undefined where there are none. */
  readonly certificates?: number | undefined;
  /** The issuer of cert-manager's that signs them; undefined: the stack's own authorities. */
  readonly issuer?: string | undefined;
  /** Maximum of GPUs; undefined without a budget. */
  readonly budget: number | undefined;
  /** Label by which the stack's objects are its own. */
  readonly owner: string;
}

/** @throws UserError where the stack is not deployed, not by this version of the program, or can't be read */
export async function declaredStack(name: string): Promise<DeclaredStack> {
  const read = await readOutputs(name);
  return declare(deployedStackOf(name, read), read);
}

function declare(stack: DeployedStack, read: object): DeclaredStack {
  const { discoveryMode, owner, graphs, services, servers, gpus } = parseOutputs(stack.name, read, outputs);
  const [first] = Object.values(graphs);
  const runtime = runtimeOf({
    runtime: { version: stack.runtime, registry: "" },
    discovery: { mode: discoveryMode },
    platform: { apiVersion: first && versionOf(first.apiVersion) },
  });
  if (runtime === undefined)
    throw new UserError(
      `stack ${stack.name} runs Dynamo ${stack.runtime}, and this program knows ${supportedVersions}: run \`pulumi up --stack ${stack.name}\``,
    );
  if (stack.graphs.length === 0)
    throw new UserError(`stack ${stack.name} has no graphs: there is nothing to verify (dynamo:graphs)`);
  return {
    ...stack,
    runtime,
    certificates: first?.certificates,
    issuer: first?.issuer,
    graphs: stack.graphs.map((graph) => ({
      ...graph,
      adopted: own(graphs, graph.name)?.adopted ?? false,
      services: services.filter((each) => each.graph === graph.name),
    })),
    servers,
    budget: gpus.budget,
    owner,
  };
}

const versionOf = (apiVersion: string) =>
  graphApiVersions.find((version) => apiVersion === `nvidia.com/${version}`);
