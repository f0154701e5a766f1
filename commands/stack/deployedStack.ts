/** A stack as it is deployed: what its last `pulumi up` left in its outputs. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { own } from "../../config/own";
import { parseForeignJson, printable, some } from "../../config/printable";
import { cliName, projectDir, readStack } from "../../config/project";
import { type DeployedPlatform, platformAmong } from "../../plan/platformState";
import { UserError } from "../cli/userError";
import { warnOfEnvironments } from "../cli/warnings";

const graph = z.object({
  /** Name of the DynamoGraphDeployment. */
  deployment: z.string(),
  namespace: z.string(),
  model: z.string(),
  /** Name of the graph whose frontends serve it; undefined where its own do. */
  servedBy: z.string().optional(),
  /** Name of the Service of its frontends, in the same namespace; undefined where another graph's serve it. */
  service: z.string().optional(),
  /** Route of clients outside the cluster; ClusterIP: none. */
  expose: z.enum(["ClusterIP", "NodePort", "LoadBalancer", "Ingress", "Gateway"]),
  /** Host of an Ingress or Gateway. */
  host: z.string().optional(),
});

/** The outputs of a stack that commands read; it may have more. */
export const outputs = z.object({
  discoveryMode: z.string(),
  /** Version of the Dynamo runtime. */
  runtime: z.string(),
  /** URLs by graph. */
  endpoints: z.record(z.string(), z.string()),
  graphs: z.record(z.string(), graph),
});

type Outputs = z.output<typeof outputs>;

/** A graph that is deployed, and where its clients find it. */
export interface StackGraph extends z.output<typeof graph> {
  readonly name: string;
  /** The frontends that serve it: its own, or another graph's. */
  readonly service: string;
  /** Their URL, with placeholders where only the cluster knows. */
  readonly endpoint: string | undefined;
}

export interface DeployedStack {
  readonly name: string;
  readonly discoveryMode: string;
  readonly runtime: string;
  readonly graphs: readonly StackGraph[];
  /** Context of the kubeconfig that the stack's config names. */
  readonly context: string | undefined;
}

/**
 * Reads the outputs of a stack by the Pulumi CLI on PATH, which takes less than a second; the Automation API would
 * select the stack for the user's next commands too.
 * @throws UserError where there is no CLI, no login or no such stack, or the stack is not deployed, or not by this
 *   version of the program; ConfigError where its config can't be used
 */
export async function deployedStack(name: string): Promise<DeployedStack> {
  return deployedStackOf(name, await readOutputs(name));
}

/** @param read what {@link readOutputs} gave */
export function deployedStackOf(name: string, read: object): DeployedStack {
  const { cluster } = readStack(name).settings;
  const found = parseOutputs(name, read, outputs);
  return {
    name,
    discoveryMode: found.discoveryMode,
    runtime: found.runtime,
    graphs: Object.entries(found.graphs).flatMap(([graph, { servedBy = graph }]) =>
      deployedGraph(graph, servedBy, found),
    ),
    context: cluster.context,
  };
}

/**
 * A graph, and the route to the frontends that serve it; none where those are not deployed.
 * @param server name of the graph whose frontends they are
 */
export function deployedGraph(
  name: string,
  server: string,
  { graphs, endpoints }: Pick<Outputs, "graphs" | "endpoints">,
): StackGraph[] {
  const [graph, { service, expose, host } = {}] = [own(graphs, name), own(graphs, server)];
  if (!graph || service === undefined || expose === undefined) return [];
  return [{ ...graph, name, service, expose, host, endpoint: endpoints[server] }];
}

/**
 * @param found what {@link readOutputs} gave
 * @param schema of the outputs that are looked at
 */
export function parseOutputs<T>(stack: string, found: object, schema: z.ZodType<T>): T {
  if (Object.keys(found).length === 0)
    throw new UserError(`stack ${stack} is not deployed yet: run \`pulumi up --stack ${stack}\``);
  const parsed = schema.safeParse(found);
  if (parsed.success) return parsed.data;
  const missing = some(parsed.error.issues.map(({ path }) => path.join(".")));
  throw new UserError(
    `stack ${stack} was deployed by another version of this program (its outputs lack ${missing}): run \`pulumi up --stack ${stack}\``,
  );
}

/** Longest wait for the CLI, in ms: its backend may be far. */
const cliTimeout = 60_000;

/**
 * Outputs of a stack, as `pulumi stack output --json` prints them. Their texts can be shown.
 * @throws UserError where there is no file of the stack, or the CLI can't read it
 */
export async function readOutputs(stack: string): Promise<object> {
  const read = readStack(stack); // a wrong name is reported before anybody is asked
  warnOfEnvironments(read);
  return readFromState(stack, ["output", "--json"], z.record(z.string(), z.unknown()));
}

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string().default(""),
          type: z.string(),
          id: z.string().default(""),
          retainOnDelete: z.boolean().default(false),
          outputs: z.unknown().optional(),
        }),
      )
      .default([]),
  }),
});

/**
 * The platform that a stack has installed, by its state; undefined where it has none.
 * @throws UserError where the CLI can't read it
 */
export async function platformInState(stack: string): Promise<DeployedPlatform | undefined> {
  const { deployment } = await readFromState(stack, ["export"], exported);
  return platformAmong(deployment.resources.map(({ urn, outputs }) => [urn, outputs]));
}

/**
 * Names of the namespaces that a stack's state has, and whether `pulumi destroy` leaves them in the cluster.
 * @throws UserError where the CLI can't read it
 */
export async function namespacesInState(stack: string): Promise<ReadonlyMap<string, boolean>> {
  const { deployment } = await readFromState(stack, ["export"], exported);
  const found = deployment.resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace");
  return new Map(found.map(({ id, retainOnDelete }) => [id, retainOnDelete]));
}

/** @param command after `pulumi stack` */
async function readFromState<T>(stack: string, command: readonly string[], schema: z.ZodType<T>): Promise<T> {
  const args = ["stack", ...command, "--non-interactive", "--stack", cliName(readStack(stack))];
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    const options = { cwd: projectDir, env, timeout: cliTimeout, maxBuffer: 64 * 2 ** 20 };
    const { stdout } = await promisify(execFile)("pulumi", args, options);
    return schema.parse(parseForeignJson(stdout));
  } catch (error) {
    throw new UserError(explain(stack, error as CliFailure), { cause: error });
  }
}

interface CliFailure {
  readonly code?: string | number | null;
  readonly killed?: boolean;
  readonly stderr?: string;
}

/** A failure of the CLI (3.x) in one line that says what to do. */
function explain(stack: string, { code, killed, stderr }: CliFailure): string {
  if (stderr === undefined)
    return `the Pulumi CLI tells no outputs of stack ${stack} in JSON: is the \`pulumi\` on PATH Pulumi's own?`;
  if (code === "ENOENT")
    return "the Pulumi CLI is not on PATH: install it from https://www.pulumi.com/docs/install";
  if (killed)
    return `the Pulumi CLI says nothing of stack ${stack} for ${cliTimeout / 1000} s: does its backend answer?`;
  if (/PULUMI_ACCESS_TOKEN must be set|not (currently )?logged in|pulumi login/i.test(stderr))
    return "the Pulumi CLI is not logged in: run `pulumi login` for the backend that keeps the stack";
  if (/no stack named/i.test(stderr))
    return `the backend has no stack ${stack}: \`pulumi stack ls\` lists its stacks, \`pulumi whoami --verbose\` names it`;
  const said = stderr.trim().split("\n").filter(Boolean).at(-1) ?? `ended with ${code}`;
  return `the outputs of stack ${stack} can't be read: ${printable(said.replace(/^error: /, ""))}`;
}
